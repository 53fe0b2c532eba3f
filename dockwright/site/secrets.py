"""Where a site's secrets come from: the environment, or a command the site names."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping

from dockwright.errors import DockwrightError
from dockwright.site.settings import Settings

PASSWORD_VARIABLE = "DOCKWRIGHT_REGISTRY_PASSWORD"  # noqa: S105  a name, no password


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
    if given:
        return given
    command = settings.registry_password_command
    if not command:
        return None
    where = f"dockwright_registry_password_command {command[0]}"
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
