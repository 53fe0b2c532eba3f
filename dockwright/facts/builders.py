"""What builds images on a box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyinfra.api.host import Host

from dockwright.box.fact import Fact
from dockwright.chain.dialect import NEWEST, Dialect, dialect
from dockwright.engine.build.buildkit import HAS
from dockwright.engine.place import USE
from dockwright.value import Value

_SCRIPT = (
    USE
    + r"""
case $state in ready*) ;; *) exit ;; esac
docker version --format '{{.Server.Version}} {{.Server.Os}}/{{.Server.Arch}}' 2>/dev/null
"""
    + HAS
)


@dataclass(frozen=True)
class EngineBuilders(Value):
    """The version of a box's engine and its platform, empty where it can't be asked.

    ``buildkit`` says whether its docker client builds with BuildKit.
    """

    version: str = ""
    platform: str = ""
    buildkit: bool = False


class Builders(Fact[EngineBuilders]):
    """What a box's engine, and its client, build with.

    Example::

        host.get_fact(Builders).version  # '20.10.24+dfsg1'
    """

    about = "its builders"

    def requires_command(self) -> str:
        return "docker"

    def script(self) -> str:
        return _SCRIPT

    @staticmethod
    def default() -> EngineBuilders:
        return EngineBuilders()

    def read(self, lines: Sequence[str]) -> EngineBuilders:
        version, platform = "", ""
        for line in lines:
            # an empty one: who asks may not speak with the engine
            if line not in ("", "yes"):
                version, platform = line.split()
        return EngineBuilders(version, platform, "yes" in lines)


def dialect_on(host: Host, builder: str = "auto", **login: object) -> Dialect:
    """What the builder of ``host`` makes of a Dockerfile; the newest where there is none as yet.

    Args:
        host: the box.
        builder: ``auto``, ``buildkit`` or ``classic``, as `image.chain` is told.
        login: how the fact is asked, such as ``_sudo=True``; by default as its operation is run.

    Example::

        str(dialect_on(host))  # 'BuildKit of Docker 20.10'
    """
    builders: EngineBuilders = host.get_fact(Builders, **login)
    if not builders.version:
        return NEWEST
    has = builders.buildkit if builder == "auto" else builder == "buildkit"
    return dialect(builders.version, has, builders.platform)
