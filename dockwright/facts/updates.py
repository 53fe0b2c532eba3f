"""What a box's packages are behind, what apt would do about it, and what a restart would bring."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from shlex import quote

from dockwright.box.fact import Fact
from dockwright.places import UNATTENDED
from dockwright.scripts import text
from dockwright.site.apt_policy import Outdated, outdated, security_sources
from dockwright.value import Value

# what has systemd fetch apt's lists, and upgrade by itself
TIMERS = ("apt-daily.timer", "apt-daily-upgrade.timer")
_UPDATES = (
    text("facts/updates").replace("@UNATTENDED@", UNATTENDED).replace("@TIMERS@", " ".join(TIMERS))
)
_UPGRADE = f"{text('updates/parted')}{text('facts/upgrade')}"
_DAY = 86400.0
_INST = re.compile(r"Inst (?P<name>\S+) (?:\[(?P<old>\S+)\] )?\((?P<new>\S+)[ )].*")
# "6.1.0-37-cloud-amd64": which it is, and of which flavour
_KERNEL = re.compile(r"(?P<version>[0-9][^-]*(?:-[0-9][^-]*)*)-(?P<flavour>[a-z].*)")


@dataclass
class BoxUpdates(Value):
    """What the lists that a box has say of its packages; nothing is fetched for it.

    ``age`` is that of the lists, in days; None where there are none. ``half`` are packages that an
    interrupted dpkg left half done, ``interrupted`` whether it says so itself. ``reboot`` is why
    the box needs one, empty where it does not.
    """

    apt: bool = False  # whether it has apt at all
    age: float | None = None
    outdated: list[Outdated] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    interrupted: bool = False
    reboot: str = ""
    unattended: bool = False  # whether unattended-upgrades is installed
    own: str | None = None  # text of our file of its settings; None: there is none
    access: str = ""  # of that file, ``MODE:USER:GROUP``
    # of systemd's timers that have apt do it: enabled, disabled or masked
    timers: dict[str, str] = field(default_factory=dict)


class Updates(Fact[BoxUpdates]):
    """The packages that are behind, by apt's own lists, and what else `updates.packages` compares.

    Example::

        [one.name for one in host.get_fact(Updates).outdated if one.security]  # ['openssl']
    """

    about = "its updates"

    def script(self) -> str:
        return _UPDATES

    @staticmethod
    def default() -> BoxUpdates:
        return BoxUpdates()

    def read(self, lines: Iterable[str]) -> BoxUpdates:
        said: dict[str, list[str]] = {}
        for line in lines:
            key, _, rest = line.partition(" ")
            said.setdefault(key, []).append(rest)
        now, fetched = said.get("now", []), map(float, said.get("fetched", []))
        made = BoxUpdates(apt=bool(now), half=said.get("half", []))
        if now and (newest := max(fetched, default=None)) is not None:
            made.age = max(0.0, (float(now[0]) - newest) / _DAY)
        made.interrupted = "interrupted" in said
        sources = security_sources(said.get("source", []))
        made.outdated = outdated(said.get("policy", []), sources, said.get("held", []))
        made.reboot = _reboot(said)
        made.unattended = "unattended" in said
        if "access" in said:
            made.access, made.own = said["access"][0], "\n".join(said.get("own", []))
        timers = (one.partition(" ") for one in said.get("timer", []))
        made.timers = {name: state for name, _, state in timers}
        return made


def _reboot(said: dict[str, list[str]]) -> str:
    running = said.get("running", [""])[0]
    newest = newest_kernel(running, said.get("kernel", []))
    if newest != running:
        return f"kernel {running} runs, and {newest} is installed"
    built, package = said.get("built", [""])[0], said.get("package", [""])[0]
    if built and package and built != package:
        return f"kernel {running} of {built} runs, and that of {package} is installed"
    return "one of its packages asks for it" if "reboot" in said else ""


def newest_kernel(running: str, installed: Iterable[str]) -> str:
    """Of ``installed`` kernels the newest that is of the flavour of the ``running`` one.

    Example:
        >>> newest_kernel("6.1.0-9-amd64", ["6.1.0-9-amd64", "6.1.0-37-amd64", "6.12.1-1-rt-amd64"])
        '6.1.0-37-amd64'
    """
    its = _KERNEL.fullmatch(running)
    if its is None:
        return running

    def number(name: str) -> list[int]:
        return [int(part) for part in re.findall("[0-9]+", name.removesuffix(its["flavour"]))]

    alike = [
        one for one in installed if (m := _KERNEL.fullmatch(one)) and m["flavour"] == its["flavour"]
    ]
    return max([running, *alike], key=number)


@dataclass
class UpgradeSteps(Value):
    """What apt would do to upgrade some packages: versions ``old`` and new, by package.

    ``left`` are those that it can't upgrade without taking others away, ``removes`` those others.
    ``trouble`` is what it says where it can't do anything.
    """

    upgraded: dict[str, tuple[str, str]] = field(default_factory=dict)
    installed: dict[str, str] = field(default_factory=dict)  # that others need from now on
    left: list[str] = field(default_factory=list)
    removes: list[str] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)


class Upgrade(Fact[UpgradeSteps]):
    """What upgrading some packages would do, by apt's own simulation of it.

    Example::

        host.get_fact(Upgrade, ["openssl"]).upgraded  # {'openssl': ('3.0.15-1', '3.0.17-1')}
    """

    about = "what apt would upgrade"

    def script(self, packages: list[str]) -> str:
        return f"set -- {' '.join(map(quote, packages))}\n{_UPGRADE}"

    @staticmethod
    def default() -> UpgradeSteps:
        return UpgradeSteps()

    def read(self, lines: Iterable[str]) -> UpgradeSteps:
        made = UpgradeSteps()
        lists = {"left": made.left, "removes": made.removes, "trouble": made.trouble}
        for line in lines:
            if (match := _INST.fullmatch(line)) is None:
                key, _, rest = line.partition(" ")
                if key in lists:
                    lists[key].append(rest)
            elif match["old"] is None:
                made.installed[match["name"]] = match["new"]
            else:
                made.upgraded[match["name"]] = match["old"], match["new"]
        return made


class Replaced(Fact[list[str]]):
    """Services that run with libraries which an upgrade has replaced; or names of processes.

    Example::

        host.get_fact(Replaced)  # ['cron.service', 'ssh.service']
    """

    about = "services with replaced libraries"

    def script(self) -> str:
        return text("facts/replaced")

    @staticmethod
    def default() -> list[str]:
        return []

    def read(self, lines: Iterable[str]) -> list[str]:
        return sorted({line.removeprefix("service ") for line in lines})
