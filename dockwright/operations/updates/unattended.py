"""Security updates that a box installs by itself, where a site chooses so."""

from __future__ import annotations

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand

from dockwright import scripts
from dockwright.box import log
from dockwright.box.change import Change
from dockwright.commands.declare import Commands, operation
from dockwright.commands.script import Script
from dockwright.commands.write import Write
from dockwright.facts.updates import TIMERS, Updates
from dockwright.places import UNATTENDED
from dockwright.site.apt_policy import ENGINES

_PACKAGE = "unattended-upgrades"
_INSTALL = f"{scripts.text('updates/unattended')}\n{scripts.text('engine/package')}"
_ACCESS = "644:root:root"
# What the distribution names besides its security archive goes; its blacklist stays, and is joined.
_TEXT = """// Made by Dockwright: security updates alone, by unattended-upgrades.
APT::Periodic::Enable "1";
APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
#clear Unattended-Upgrade::Allowed-Origins;
#clear Unattended-Upgrade::Origins-Pattern;
Unattended-Upgrade::Origins-Pattern {
    "origin=Debian,codename=${distro_codename}-security,label=Debian-Security";
    "origin=Ubuntu,archive=${distro_codename}-security,label=Ubuntu";
    "origin=UbuntuESM,archive=${distro_codename}-infra-security";
    "origin=UbuntuESMApps,archive=${distro_codename}-apps-security";
};
"""


def settings(engine: bool) -> str:
    """The text of our file of apt's settings.

    Args:
        engine: whether the engine's packages are upgraded too.

    Example:
        >>> "Blacklist" in settings(engine=True), r'"docker\\.io$";' in settings(engine=False)
        (False, True)
    """
    if engine:
        return _TEXT
    lines = "".join(f'    "{_pattern(name)}$";\n' for name in ENGINES)
    return f"{_TEXT}Unattended-Upgrade::Package-Blacklist {{\n{lines}}};\n"


def _pattern(name: str) -> str:
    # of a package's name nothing else is special
    return name.replace(".", r"\.").replace("+", r"\+")


@operation()
def unattended(present: bool = True, engine: bool = False) -> Commands:
    """Have the box install security updates by itself, every day, by unattended-upgrades.

    Args:
        present: False takes our file away; the package stays, and what others have set up.
        engine: whether the engine's packages are among them: it restarts then at any time, and all
            that runs on it.

    Raises:
        OperationError: apt does not install the package.

    Example::

        updates.unattended()
    """
    on_box = host.get_fact(Updates)
    if not on_box.apt:
        host.noop("no apt, and nothing that it could upgrade")
        return
    if not present:
        if on_box.own is None:
            host.noop("no updates by itself that are of ours")
            return
        log.changes(host, [Change("-", UNATTENDED, ("no updates by itself",))])
        yield StringCommand("rm -f", QuoteString(UNATTENDED))
        return
    text = settings(engine)
    current = on_box.access == _ACCESS and (on_box.own or "").strip() == text.strip()
    off = [timer for timer in TIMERS if on_box.timers.get(timer, "enabled") != "enabled"]
    if on_box.unattended and current and not off:
        host.noop("the box installs security updates by itself")
        return
    if not on_box.unattended:
        log.changes(host, [Change("+", f"package {_PACKAGE}")])
        yield Script(f"installing {_PACKAGE}", _INSTALL, _PACKAGE)
    if not current:
        what = "security updates by itself" + (", the engine's too" if engine else "")
        log.changes(host, [Change("+" if on_box.own is None else "~", UNATTENDED, (what,))])
        yield Write(UNATTENDED, text)
    if off:
        states = tuple(f"{on_box.timers[timer]} → enabled" for timer in off)
        log.changes(host, [Change("~", ", ".join(off), states[:1])])
        yield StringCommand("systemctl unmask", *map(QuoteString, off))
        yield StringCommand("systemctl enable --now", *map(QuoteString, off))
