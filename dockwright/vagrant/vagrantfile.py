"""What the Vagrantfile says: its settings, as it reads them itself, and what a machine is for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dockwright.errors import DockwrightError
from dockwright.registry import places

NAME = "Vagrantfile"
_SETTING = re.compile(r'^\w+ = ENV\.fetch\("(DOCKWRIGHT_\w+)", "([^"]*)"\)', re.MULTILINE)
_NEEDED = tuple(
    f"DOCKWRIGHT_{role}_{what}"
    for role in ("DOCKER", "REGISTRY")
    for what in ("ADDRESS", "HOSTNAME")
)


@dataclass(frozen=True)
class VagrantSettings:
    """The settings of a Vagrantfile: the environment's, else those that stand in it.

    Example:
        >>> text = 'docker_memory = ENV.fetch("DOCKWRIGHT_DOCKER_MEMORY", "4096") # MB'
        >>> VagrantSettings.of(text, {})["DOCKWRIGHT_DOCKER_MEMORY"]
        '4096'
    """

    values: Mapping[str, str]  # by the name of the variable

    @classmethod
    def of(cls, text: str, environment: Mapping[str, str]) -> VagrantSettings:
        """The settings in the ``text`` of a Vagrantfile, the ``environment`` before them."""
        defaults = _SETTING.findall(text)
        return cls({name: environment.get(name, default) for name, default in defaults})

    @classmethod
    def read(cls, folder: Path, environment: Mapping[str, str]) -> VagrantSettings:
        """The settings of the Vagrantfile in ``folder``.

        Raises:
            DockwrightError: there is none, or it does not say the machines' addresses.
        """
        path = folder / NAME
        try:
            read = cls.of(path.read_text(encoding="utf-8"), environment)
        except FileNotFoundError as error:
            raise DockwrightError(
                f"no Vagrantfile in {folder}; run this where Dockwright's is, or copy it there"
            ) from error
        except (OSError, UnicodeDecodeError) as error:
            raise DockwrightError(f"{path}: {error}; see its owner, mode and text") from error
        for name in _NEEDED:
            if not read.values.get(name):
                raise DockwrightError(
                    f'{path}: no line `… = ENV.fetch("{name}", "…")`; keep the settings as in '
                    "Dockwright's Vagrantfile"
                )
        return read

    def __getitem__(self, name: str) -> str:
        return self.values[name]


def role(machine: str) -> str:
    """``registry`` or ``docker``: what the machine of that name is, or is built to be.

    Example:
        >>> role("build_registry")
        'registry'
    """
    return "registry" if "registry" in machine else "docker"


def data(machine: str, settings: VagrantSettings) -> dict[str, Any]:
    """The ``dockwright_*`` data of a machine. Each one knows both, whichever runs: /etc/hosts and
    the registry's place stay the same when the other one comes up.

    Example::

        data("docker", Settings.read(Path(), {}))["dockwright_address"]  # '192.168.50.10'
    """

    def of(what: str, which: str) -> str:
        return settings[f"DOCKWRIGHT_{which.upper()}_{what}"]

    names = {which: of("HOSTNAME", which) for which in ("docker", "registry")}
    return {
        "dockwright_address": of("ADDRESS", role(machine)),
        "dockwright_hostname": names[role(machine)],
        "dockwright_hosts": {
            of("ADDRESS", which): list(dict.fromkeys([name, name.partition(".")[0]]))
            for which, name in names.items()
        },
        "dockwright_registry": f"{of('ADDRESS', 'registry')}:{places.PORT}",
    }
