"""By whose keys the images of a site's registries are to be signed, and who signs in a run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pyinfra.api.state import State
from pyinfra.context import ctx_state

from dockwright.box.this_run import PerRun
from dockwright.deploys.box import Box
from dockwright.errors import SiteError
from dockwright.facts.signatures import accept
from dockwright.registry.signing import SigningKeys, signing_keys
from dockwright.site.settings import Settings

_keys: PerRun[dict[Path, SigningKeys]] = PerRun(dict)


def check_signatures(box: Box) -> None:
    """From now on in the run, images of the site's registries are taken where its keys signed them.

    Example::

        check_signatures(box)
    """
    for place in box.registries:
        keys = keys_of(box, place)
        if keys is not None:
            accept(_run(), place, keys.public, box.registries[place])


def keys_of(box: Box, place: str) -> SigningKeys | None:
    """The keys of the registry ``place``; None where its images are not signed.

    Those of a registry of others are where the site names a key for it.

    Example::

        keys_of(box, "192.168.50.20:5000")
    """
    settings = box.settings
    ours = box.registries[place] is not None or settings.signing_key is not None
    if not settings.signatures or not ours:
        return None
    known = _keys.of(_run())
    path = key_path(settings, os.environ)
    if path not in known:
        if settings.signing_key is not None and not path.exists():
            raise SiteError(
                f"dockwright_signing_key: {path}: no such file; make it, or name another"
            )
        others = [Path(one).expanduser() for one in settings.signing_keys]
        known[path] = signing_keys(path, others)
    return known[path]


def key_path(settings: Settings, environment: Mapping[str, str]) -> Path:
    """Where this machine has the private key.

    Args:
        settings: the site's.
        environment: of this process.

    Example:
        >>> str(key_path(Settings(), {"XDG_CONFIG_HOME": "/c"}))
        '/c/dockwright/signing.key'
    """
    if settings.signing_key is not None:
        return Path(settings.signing_key).expanduser()
    home = environment.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(home).expanduser() / "dockwright" / "signing.key"


def _run() -> State:
    run: State = ctx_state.get()  # type: ignore[no-untyped-call]
    return run
