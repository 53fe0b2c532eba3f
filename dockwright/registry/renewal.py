"""What renews the registry's certificate on its box without a run: a script, and its times."""

from __future__ import annotations

from datetime import timedelta

from dockwright.registry import places
from dockwright.registry.certificate import ahead
from dockwright.scripts import text
from dockwright.templates import render

# Not dockwright-…: units of that name are those of leaves.
SERVICE = "/etc/systemd/system/renew-dockwright.service"
TIMER = "/etc/systemd/system/renew-dockwright.timer"
UNIT = TIMER.rpartition("/")[2]
# where the machine's init has no times
CRON = "/etc/cron.d/renew-dockwright"
# Before a run would do it, or status tell of it.
_EARLIER = 16 / 15
_SHOWN = text("registry/shown").replace("@PORT@", str(places.PORT))
_FRONT = "/etc/docker/registry/nginx.conf"  # inside the container


def shown() -> str:
    """Functions of a shell, after `docker`: what the registry's containers show.

    Example:
        >>> "5000/tcp" in shown()
        True
    """
    return _SHOWN


def reload() -> str:
    """The shell, after `docker`, that has them show the certificate as its file is.

    Example:
        >>> places.CERTIFICATE in reload()
        True
    """
    lines = text("registry/reload").replace("@CERTIFICATE@", places.CERTIFICATE)
    return f"{_SHOWN}{lines.replace('@FRONT@', _FRONT)}"


def script(days: int, use: str) -> str:
    """The script that renews it, and has it shown.

    Args:
        days: how long a new one is valid.
        use: the shell that makes `docker` speak with the box's engine.

    Example:
        >>> "DAYS=825" in script(825, "")
        True
    """
    seconds = int(ahead(days) / timedelta(seconds=1) * _EARLIER)
    values = {
        "@HOME@": places.HOME,
        "@SETTINGS@": places.SETTINGS,
        "@GROUP@": str(places.ID),
        "@AUTHORITY@": places.AUTHORITY,
        "@DAYS@": str(days),
        "@AHEAD@": str(seconds),
        "@CERTIFICATE@": places.CERTIFICATE,
        "@NAMES@": places.RENEWAL_NAMES,
        "@ISSUE@": f"{text('certificate/begin')}{text('certificate/issue')}".rstrip("\n"),
    }
    made = text("registry/renew")
    for word, value in values.items():
        made = made.replace(word, value)
    return f"{made}{use}{reload()}"


def units() -> dict[str, str]:
    """The text of systemd's files for it, by path.

    Example:
        >>> sorted(units()) == [SERVICE, TIMER]
        True
    """
    values = {"script": places.RENEWAL, "home": places.HOME, "client": f"{places.HOME}/client"}
    return {
        SERVICE: render("registry/renew.service.j2", values),
        TIMER: render("registry/renew.timer.j2", {}),
    }


def cron() -> str:
    """The text of cron's file for it.

    Example:
        >>> cron().endswith(f"/bin/sh {places.RENEWAL}\\n")
        True
    """
    line = f"41 4 * * * root /bin/sh {places.RENEWAL}"
    return f"# Renews the registry's certificate (dockwright)\n{line}\n"
