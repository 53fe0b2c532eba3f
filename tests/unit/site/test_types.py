"""Values of a site's data, each by its type: what is taken, and how what is not reads."""

from ipaddress import ip_address
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from dockwright.site import types

TAKEN: dict[str, list[Any]] = {
    "Word": ["zenweb", "a", "2.7", "a_b-c.d"],
    "NodeLabel": ["disk", "corp.test/zone", "a_b-c.1"],
    "UnixUser": ["jane.doe", "jane@corp.test", "svc$", "_apt", "Jane"],
    "LoginUser": ["robot$ci", "org+bot", "grüße", "a b"],
    "CatalogueUrl": ["https://registry.vagrant:8443", "https://[fd00::1]", "https://b/"],
    "Uri": ["http://m/debian", "https://m", "file:///srv/x"],
    "Registry": ["192.168.50.20:5000", "harbor.corp.test/team", "[fd00::1]:5000"],
    "Reference": ["debian:bookworm", "reg.test/a@sha256:" + "0" * 64],
    "Owner": ["reg.corp.test/team", "me"],
    "Version": ["1.2", "latest", "sha256:" + "a" * 64],
    "InitName": ["systemd", "upstart", "supervisord"],
    "PortNumber": [1, 65535],
    "Upstream": ["http://192.0.2.7:5000", "https://hub.corp.test", "https://[fd00::1]:5000"],
    "CacheName": ["hub", "corp-2", "a"],
    "Moment": ["2026-12-01", "2026-12-01T10:30"],
    "Calendar": ["daily", "Sun 03:00", "*-*-1 04:30"],
    "BoxAddress": [ip_address("192.0.2.1"), ip_address("fd00::10"), ip_address("169.254.1.1")],
}
REFUSED: dict[str, list[Any]] = {
    "Word": ["", "-a", "a b", "a/b", "a\n", ".a"],
    "NodeLabel": ["", "dockwright.box", "a,b", "a b", "-a", "a=b", "a" * 129],
    "UnixUser": ["", "-rf", "a b", "a:b", "$", "a\n", "a" * 257],
    "LoginUser": ["", "a:b", "a\x00", "\x85", "a" * 256],
    "CatalogueUrl": ["http://b", "https://", "https://b/c", "https://u:p@b", "https://b:x", "b"],
    "Uri": ["ftp://m", "http://", "m/debian", "http://a b", "javascript:x"],
    "Registry": ["", "registry", "a b:1", "http://r:5000", "r:99999"],
    "Reference": ["", "Debian", "a b", "a@sha256:12"],
    "Owner": ["", "docker.io", "docker.io/library", "a b"],
    "Version": ["", "a b", "sha256:12", "-1"],
    "InitName": ["", "runit", "Systemd"],
    "PortNumber": [0, 65536, "no port"],
    "Upstream": ["hub.corp.test", "ftp://h", "http://h/v2", "https://u:p@h", "https://h:123456"],
    "CacheName": ["", "Hub", "a/b", "a.b", "-a", "a-", "a" * 41, "a\n"],
    "Moment": ["", "yesterday", "01.12.2026"],
    "Calendar": ["", "sometimes", "25:00", "daily\n", "Sun 03:00; reboot"],
    "BoxAddress": ["", "192.0.2.1/24", "fe80::1", "fe80::1%eth0", "fd00::1%eth0", "a.test"],
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_taken_stays_as_it_is(name: str) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(getattr(types, name))
    for value in TAKEN[name]:
        assert adapter.validate_python(value) == value


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in REFUSED.items() for value in values]
)
def test_what_is_not_is_refused(name: str, value: Any) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(getattr(types, name))
    with pytest.raises(ValidationError):
        adapter.validate_python(value)


def test_an_owner_has_no_slash_at_its_end_once_it_is_read() -> None:
    adapter: TypeAdapter[str] = TypeAdapter(types.Owner)
    assert adapter.validate_python("reg.corp.test/team/") == "reg.corp.test/team"


def test_each_type_is_tried() -> None:
    named = {name for name in vars(types) if hasattr(vars(types)[name], "__metadata__")}
    assert named == TAKEN.keys() == REFUSED.keys()
