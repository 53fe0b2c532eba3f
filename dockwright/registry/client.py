"""Questions to a registry, put through a box's engine: the controller need not reach it."""

from __future__ import annotations

from dockwright import sdk
from dockwright.errors import NotReady
from dockwright.registry.login import Login
from dockwright.ways_out import WayOut, way_out


class Refused(NotReady):
    """The registry does not let this login in; its own box may still be given it."""


_ABSENT = ("manifest unknown", "not found", "name unknown", "repository name not known")
_REFUSED = ("unauthorized", "authentication required", "denied", "no basic auth")


def digest(engine: sdk.APIClient, reference: str, login: Login | None) -> str | None:
    """The digest ``reference`` has in its registry, or None where it is not there.

    Args:
        engine: the client of the box that asks, which must trust the registry's CA.
        reference: ``host[:port][/path]/name:tag``.
        login: for the registry; sent in a header.

    Raises:
        Refused: wrong credentials.
        NotReady: the registry does not answer, or is not trusted.

    Example::

        digest(engine, "192.168.50.20:5000/zenweb:latest", login)  # 'sha256:…'
    """
    registry = reference.partition("/")[0]
    try:
        distribution = engine.inspect_distribution(  # type: ignore[no-untyped-call]
            reference, auth_config=None if login is None else login.auth_config()
        )
    except sdk.APIError as error:
        said = str(error.explanation or error)
        lowered = said.lower()
        if any(word in lowered for word in _REFUSED):
            raise refused(registry, login, said) from error
        if any(word in lowered for word in _ABSENT):
            return None
        raise NotReady(
            f"registry {registry}: {said}; is it up, and is its CA in /etc/docker/certs.d?"
        ) from error
    return str(distribution["Descriptor"]["digest"])


def refused(registry: str, login: Login | None, said: str) -> Refused:
    """The error of a registry that does not let ``login`` in.

    Example:
        >>> str(refused("192.168.50.20:5000", None, "401 Unauthorized"))[:60]
        'registry 192.168.50.20:5000: refused without a login (401 Un'
    """
    who = "without a login" if login is None else f"as user {login.user}"
    return Refused(f"registry {registry}: refused {who} ({said}); {way_out(WayOut.CHECK_LOGIN)}")
