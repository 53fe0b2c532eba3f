"""Where a site's secrets come from: the environment, or a command the site names."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping

from dockwright.errors import DockwrightError
from dockwright.site.settings import Settings

PASSWORD_VARIABLE = "DOCKWRIGHT_REGISTRY_PASSWORD"  # noqa: S105  a name, no password
UNLOCK_VARIABLE = "DOCKWRIGHT_SWARM_UNLOCK_KEY"
READER_VARIABLE = "DOCKWRIGHT_REGISTRY_READER_PASSWORD"


def registry_password(
    settings: Settings, environment: Mapping[str, str] | None = None
) -> str | None:
    """The registry's password as the site gives it; None where its box makes and keeps one.

    Raises:
        DockwrightError: the command fails or says nothing; its output is not shown.

    Example:
        >>> registry_password(Settings(), {"DOCKWRIGHT_REGISTRY_PASSWORD": "s3cret"})
        's3cret'
    """
    given = (os.environ if environment is None else environment).get(PASSWORD_VARIABLE)
    return given or _said("registry_password_command", settings.registry_password_command)


def reader_password(settings: Settings, environment: Mapping[str, str] | None = None) -> str | None:
    """The password of ``dockwright_registry_reader``; None where the site gives none.

    Raises:
        DockwrightError: the command fails or says nothing; its output is not shown.

    Example:
        >>> reader_password(Settings(), {"DOCKWRIGHT_REGISTRY_READER_PASSWORD": "s3cret"})
        's3cret'
    """
    given = (os.environ if environment is None else environment).get(READER_VARIABLE)
    command = settings.registry_reader_password_command
    return given or _said("registry_reader_password_command", command)


def swarm_unlock_key(
    settings: Settings, environment: Mapping[str, str] | None = None
) -> str | None:
    """The key of a swarm that locks itself as the site gives it; None where it is kept here.

    Raises:
        DockwrightError: the command fails or says nothing; its output is not shown.

    Example:
        >>> swarm_unlock_key(Settings(), {"DOCKWRIGHT_SWARM_UNLOCK_KEY": "SWMKEY-1-x"})
        'SWMKEY-1-x'
    """
    given = (os.environ if environment is None else environment).get(UNLOCK_VARIABLE)
    return given or _said("swarm_unlock_key_command", settings.swarm_unlock_key_command)


def _said(key: str, command: list[str] | None) -> str | None:
    """The first line that ``command``, the site's data ``key``, prints; None without one."""
    if not command:
        return None
    where = f"dockwright_{key} {command[0]}"
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DockwrightError(f"{where}: {type(error).__name__}; try it by hand") from error
    lines = done.stdout.splitlines()
    if done.returncode != 0 or not lines or not lines[0]:
        raise DockwrightError(
            f"{where}: exit status {done.returncode}, {len(lines)} lines; it must print the "
            "password as its first line"
        )
    return lines[0]
