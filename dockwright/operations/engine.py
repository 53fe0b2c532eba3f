"""The Docker Engine of a box: its packages, its settings, its service, and who may use it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand

from dockwright.engine import daemon_json
from dockwright.errors import DockwrightError
from dockwright.facts.account import Member
from dockwright.facts.engine import Engine, EngineState
from dockwright.operations.declare import Commands, fail, operation
from dockwright.operations.write import Write
from dockwright.site.platforms import platform

# apt waits for whoever holds its lock, such as unattended upgrades on a fresh box
_APT = "env DEBIAN_FRONTEND=noninteractive apt-get --yes -o DPkg::Lock::Timeout=300"


@operation()
def package(packages: Sequence[str] | None = None, version: str | None = None) -> Commands:
    """Have an engine, and the tools our other operations call.

    An engine that is installed already, whoever made it, is taken as it is unless ``version``
    is asked for.

    Args:
        packages: the packages; by default those of the platform table.
        version: of the first package, as apt has it.

    Raises:
        OperationError: a platform that is not in the table, or that has no engine of its own.

    Example:
        >>> engine.package()  # doctest: +SKIP
    """
    found = host.get_fact(Engine)
    wanted = list(packages or ())
    if packages is None:
        here = platform(found.distribution, found.release, host.name)
        if not here.engine and found.dockerd is None:
            raise DockwrightError(
                f"box {host.name}: {found.distribution} {found.release} has no engine of its own "
                "that is new enough; install one (a static archive) and run this again"
            )
        wanted = [*(() if found.dockerd else here.engine), *here.tools]
        if version is not None and here.engine:
            wanted = [here.engine[0], *(item for item in wanted if item != here.engine[0])]
    missing = [item for item in wanted if item not in found.packages]
    if version is not None and wanted and found.packages.get(wanted[0]) != version:
        missing = [f"{wanted[0]}={version}", *(item for item in missing if item != wanted[0])]
    if not missing:
        host.noop(f"the engine is there: {found.dockerd}")
        return
    host.log(f"installing {', '.join(missing)}")
    yield StringCommand(_APT, "update --quiet=2")
    yield StringCommand(
        _APT, "install --quiet=2 --no-install-recommends", *map(QuoteString, missing)
    )


@operation()
def config(settings: Mapping[str, Any] | None = None) -> Commands:
    """Have ``settings``, and log rotation, in /etc/docker/daemon.json; other keys stay.

    The engine reloads or restarts for it. One that runs containers of others is not restarted:
    the new settings then count from its next restart. One that does not come back gets its
    former settings back.

    Args:
        settings: keys of daemon.json.

    Raises:
        OperationError: the present file is no JSON, or the engine refuses the new one.

    Example:
        >>> engine.config({"registry-mirrors": ["https://mirror.example"]})  # doctest: +SKIP
    """
    found = host.get_fact(Engine)
    wanted = daemon_json.merged(found.daemon_json, settings or {})
    text_is_current = found.daemon_json is not None and daemon_json.read(
        found.daemon_json
    ) == daemon_json.read(wanted)
    if text_is_current and found.access == "644:root:root":
        host.noop("daemon.json is current")
        return
    new = f"{daemon_json.PATH}.dockwright-wanted"
    yield StringCommand("install -d -m 0755 /etc/docker")
    yield Write(new, wanted)
    yield StringCommand("sh", "-c", QuoteString(_swap(found, wanted, text_is_current)))


def _swap(found: EngineState, wanted: str, text_is_current: bool) -> str:
    """Put the new file in the old one's place, and make the engine take it, or go back."""
    path, new = daemon_json.PATH, f"{daemon_json.PATH}.dockwright-wanted"
    former = f"{path}.dockwright-former"
    check = (
        f"if dockerd --help 2>/dev/null | grep -q -- --validate; then "
        f"dockerd --validate --config-file {new} >/dev/null || {{ rm -f {new}; exit 1; }}; fi"
    )
    swap = f"rm -f {former}; [ ! -e {path} ] || cp -p {path} {former}; mv -f {new} {path}"
    back = f"if [ -e {former} ]; then mv -f {former} {path}; else rm -f {path}; fi"
    if text_is_current or not found.active:
        take = ":"
    elif daemon_json.reload_is_enough(found.daemon_json, wanted):
        take = "systemctl reload docker"
    elif foreign := found.foreign():
        host.log(
            f"daemon.json: the engine runs {', '.join(foreign)}, so it is not restarted; its new "
            "settings count from its next restart"
        )
        take = ":"
    else:
        take = "systemctl restart docker"
    if found.init == "upstart":
        take = take.replace("systemctl restart docker", "restart docker")
        take = take.replace("systemctl reload docker", "reload docker")
    return (
        f"{check}; {swap}; if {take}; then rm -f {former}; else {back}; "
        f"systemctl reset-failed docker; systemctl restart docker; "
        f"echo 'the engine refused the new {path}; the former one is back' >&2; "
        "journalctl --unit docker --lines 12 --no-pager >&2; exit 1; fi"
    )


@operation()
def service() -> Commands:
    """Have the engine running, and coming up with the machine.

    Raises:
        OperationError: there is no engine, or no init that we know.

    Example:
        >>> engine.service()  # doctest: +SKIP
    """
    found = host.get_fact(Engine)
    if found.dockerd is None:
        yield fail(f"box {host.name}: no engine (dockerd); install one: engine.package")
        return
    if found.init not in ("systemd", "upstart"):
        raise DockwrightError(f"box {host.name}: neither systemd nor Upstart; use a box with one")
    if found.active and found.enabled == "enabled":
        host.noop("the engine runs, and comes up with the machine")
        return
    if found.init == "upstart":
        yield StringCommand("start docker")
        return
    if found.enabled == "masked":
        yield StringCommand("systemctl unmask --quiet docker.service docker.socket")
    yield StringCommand("systemctl enable --quiet docker.service")
    yield StringCommand("systemctl start docker.service")


@operation()
def user(user: str) -> Commands:
    """Let ``user`` use the engine: a member of group docker, other groups kept.

    Raises:
        OperationError: no such user.

    Example:
        >>> engine.user("vagrant")  # doctest: +SKIP
    """
    found = host.get_fact(Member, user)
    if not found.exists:
        raise DockwrightError(
            f"box {host.name}: user {user}: there is none; make it, or give another "
            "dockwright_admin_user (or None)"
        )
    if "docker" in found.groups:
        host.noop(f"{user} is in group docker")
        return
    yield StringCommand("usermod --append --groups docker", QuoteString(user))
