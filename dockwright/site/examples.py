"""What a key of the site's data may look like: one value of each, for its documentation.

The JSON schema and the list of keys in docs/ show them; a test tries each one on the settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# by field of `Settings`; what differs from the default, where a site may want that
EXAMPLES: Mapping[str, Any] = {
    "address": "192.168.50.10",
    "further_addresses": ["fd00::10"],
    "hostname": "docker.corp.test",
    "hosts": {"192.0.2.7": ["mirror.corp.test", "mirror"]},
    "admin_user": "jane.doe",
    "daemon": {"default-address-pools": [{"base": "10.99.0.0/16", "size": 24}]},
    "engine_version": "20.10.24+dfsg1-1+deb12u1",
    "ca_certificates": ["files/corp-ca.pem"],
    "clean_up": True,
    "images": "site/images",
    "flavour": "upstream",
    "base_image": "debian:trixie",
    "base_suite": "trixie",
    "base_source": "bootstrap",
    "mirror": "http://mirror.corp.test/debian",
    "security_mirror": "http://mirror.corp.test/debian-security",
    "externals": ["postgres:16"],
    "own": ["reg.corp.test/team"],
    "build_args": {"STASH_ID": "1201"},
    "max_age_days": 30,
    "refresh": True,
    "older": True,
    "builder": "classic",
    "build_parallel": 4,
    "build_cache_gib": 20,
    "build_generations": 3,
    "prune_undeclared": True,
    "build_secrets": {"npmrc": "//npm.corp.test/:_authToken=…"},
    "registry": "harbor.corp.test/team",
    "registry_tls": False,
    "registry_user": "robot$ci",
    "registry_password_command": ["pass", "show", "corp/registry"],
    "registry_reader": "robot$pull",
    "signatures": False,
    "signing_key": "~/corp/signing.key",
    "signing_keys": ["keys/colleague.pub"],
    "registry_reader_password_command": ["pass", "show", "corp/registry-reader"],
    "registries_alike": True,
    "registry_ca": "-----BEGIN CERTIFICATE-----\n…",
    "leaves": ["zenweb", "stash"],
    "runs": {"web-old": {"leaf": "web", "version": "1.2", "ports": {"8000": 8001}}},
    "fresh": ["wiki"],
    "gone": ["app2"],
    "after": {"api": ["db"]},
    "leaf_user": "editor",
    "init": "upstart",
    "scale": {"zenweb": {"web": 2}},
    "wait_seconds": 120,
    "steady_seconds": 5,
    "away": ["web2"],
    "answer_seconds": 30,
    "room_percent": 5,
    "room_gib": 2,
    "engine_restart": True,
    "boxes_at_once": 2,
    "env": {"zenweb": {"GREETING": "hello"}},
}
