"""The Docker Engine of a box: its packages, its settings, its service, and who may use it."""

from __future__ import annotations

from collections.abc import Sequence

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand

from dockwright.box import log
from dockwright.engine.place import other_unit
from dockwright.errors import BoxError, DockwrightError
from dockwright.facts.account import Member
from dockwright.facts.engine import Engine
from dockwright.operations.declare import Commands, fail, operation
from dockwright.operations.engine_config import config
from dockwright.operations.expected import ENGINE, expect
from dockwright.operations.script import Script
from dockwright.site.platforms import platform

__all__ = ["config", "package", "service", "user"]

# apt waits for whoever holds its lock, such as unattended upgrades on a fresh box; for the lock
# of its lists it does not wait by itself. What dpkg left half done is done first.
_INSTALL = """set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
[ -z "$(ls -A /var/lib/dpkg/updates 2>/dev/null)" ] || dpkg --configure -a >&2
tries=0
until said=$(apt-get -qq update -o DPkg::Lock::Timeout=300 2>&1); do
  tries=$((tries + 1))
  case $said in
    *lists/lock*) [ "$tries" -lt 60 ] && sleep 5 && continue ;;
  esac
  echo "$said" >&2
  exit 1
done
apt-get -qq -y -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef \\
  -o Dpkg::Options::=--force-confold install --no-remove --no-install-recommends -- "$@" >&2 && exit
echo "packages $*: apt did not install them, and said why above; mend that, and run it again" >&2
exit 1
"""
_START = """systemctl reset-failed docker.service docker.socket 2>/dev/null
timeout 120 systemctl start docker.service && exit 0
echo "the engine does not start; its last lines:" >&2
journalctl --unit docker --lines 10 --no-pager --output cat >&2
exit 1
"""


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
    if found.unit:
        raise BoxError(other_unit(str(host.name), found.unit))
    wanted = list(packages or ())
    if packages is None:
        here = platform(
            found.distribution, found.release, host.name, has_engine=found.dockerd is not None
        )
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
    for item in missing:
        known, _, wished = item.partition("=")
        log.info(host, f"{known}: {found.packages.get(known, 'absent')} -> {wished or 'installed'}")
    if found.dockerd is None:
        expect(str(host.name), [ENGINE])
    yield Script(f"installing {', '.join(missing)}", _INSTALL, *missing)


@operation()
def service() -> Commands:
    """Have the engine running, and coming up with the machine.

    Raises:
        OperationError: there is no engine, or no init that we know.

    Example:
        >>> engine.service()  # doctest: +SKIP
    """
    found = host.get_fact(Engine)
    if found.unit:
        raise BoxError(other_unit(str(host.name), found.unit))
    if found.dockerd is None:
        yield fail(f"box {host.name}: no engine (dockerd); install one: engine.package")
        return
    if found.init not in ("systemd", "upstart"):
        raise DockwrightError(f"box {host.name}: neither systemd nor Upstart; use a box with one")
    if found.active and found.enabled == "enabled":
        host.noop("the engine runs, and comes up with the machine")
        return
    now = f"{'running' if found.active else 'stopped'}, {found.enabled or 'not enabled'}"
    log.info(host, f"docker.service: {now} -> running, enabled")
    if not found.active:
        expect(str(host.name), [ENGINE])
    if found.init == "upstart":
        yield StringCommand("start docker")
        return
    if found.enabled == "masked":
        yield StringCommand("systemctl unmask --quiet docker.service docker.socket")
    if found.enabled != "enabled":
        yield StringCommand("systemctl enable --quiet docker.service")
    if not found.active:
        yield Script("starting the engine", _START)


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
    log.info(host, f"{user}: in {', '.join(found.groups)} -> in docker too")
    yield StringCommand("usermod --append --groups docker", QuoteString(user))
