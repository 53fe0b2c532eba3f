"""Vagrant's machines, asked for all at once: `vagrant status`, then `vagrant ssh-config`.

Each call of Vagrant takes one to two seconds, so there are these two, through python-vagrant.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from paramiko import SSHConfig

from dockwright.errors import DockwrightError
from dockwright.vagrant import vagrantfile

Hosts = list[tuple[str, dict[str, Any]]]

# States of VirtualBox's and libvirt's machines that are neither up nor on their way
_AT_REST = {"not_created", "poweroff", "shutoff", "saved", "paused", "aborted", "aborted-saved"}
# Vagrant writes a comma within a field so.
_COMMA = "%!(VAGRANT_COMMA)"


def inventory(folder: Path | None = None) -> Hosts:
    """Every running machine of the Vagrantfile as a pyinfra host, in the Vagrantfile's order.

    Args:
        folder: where the Vagrantfile is; the current one by default.

    Raises:
        DockwrightError: no Vagrant, no Vagrantfile, no machine running, or one half up.

    Example::

        inventory()  # [('docker', {'ssh_hostname': '192.168.121.24', 'ssh_port': 22, …})]
    """
    where = (folder or Path()).absolute()
    vagrant = VagrantFolder(where)
    settings = vagrantfile.VagrantSettings.read(where, os.environ)
    states = vagrant.states()
    running = [name for name, state in states.items() if state == "running"]
    for name, state in states.items():
        if state not in _AT_REST and state != "running":
            raise DockwrightError(
                f"machine {name}: {state}, neither up nor down; wait for its `vagrant up`, or see "
                "`vagrant status`"
            )
    if not running:
        known = ", ".join(f"{name} {state}" for name, state in states.items())
        raise DockwrightError(f"no Vagrant machine is running here ({known}); run `vagrant up`")
    config = vagrant.ssh_config(running)
    return [
        (name, _ssh(config, name, known_hosts(where, name)) | vagrantfile.data(name, settings))
        for name in running
    ]


def known_hosts(folder: Path, machine: str) -> Path:
    """The file with the host keys of one machine, which Vagrant removes when it destroys it.

    Vagrant itself checks no host key. The next machine at an address is another one, with keys of
    its own, so one file for all would refuse it.

    Args:
        folder: where the Vagrantfile is.
        machine: its name there.

    Example::

        known_hosts(Path("/srv/site"), "docker")
        # PosixPath('/srv/site/.vagrant/machines/docker/libvirt/known_hosts')
    """
    # as Vagrant has it: relative to the Vagrantfile, if it is relative
    own = Path(os.environ.get("VAGRANT_DOTFILE_PATH") or ".vagrant").expanduser()
    machines = folder / own / "machines"
    # only the provider that made it has written who it is
    made = next(iter((machines / machine).glob("*/id")), machines / machine / "id")
    return made.with_name("known_hosts")


def group(hosts: Hosts, role: str) -> Hosts:
    """Those of ``hosts`` whose role is ``docker`` or ``registry``; what is built stands last.

    Example:
        >>> [name for name, _ in group([("build_docker", {}), ("docker", {})], "docker")]
        ['docker', 'build_docker']
    """
    ours = [host for host in hosts if vagrantfile.role(host[0]) == role]
    return sorted(ours, key=lambda host: host[0].startswith("build_"))


class VagrantFolder:
    """Questions to the Vagrant of one folder, answered or refused in one line.

    Raises:
        DockwrightError: Vagrant or python-vagrant is missing.
    """

    def __init__(self, folder: Path) -> None:
        if shutil.which("vagrant") is None:
            raise DockwrightError(
                "no `vagrant` on this machine; install it, or use a lab (dockwright lab up)"
            )
        try:
            from vagrant import Vagrant, make_file_cm
        except ModuleNotFoundError as error:
            raise DockwrightError(
                "python-vagrant is missing; pip install 'dockwright[vagrant]'"
            ) from error
        self._folder = folder
        self._vagrant: Any = Vagrant
        self._errors_to: Any = make_file_cm

    def states(self) -> dict[str, str]:
        """The state of each machine by its name, as Vagrant and python-vagrant call it."""
        machines = self._ask(lambda vagrant: vagrant.status())
        return {machine.name: str(machine.state) for machine in machines}

    def provider(self) -> str:
        """The provider that Vagrant chose for these machines."""
        return str(self._ask(lambda vagrant: vagrant.status())[0].provider)

    def ssh_config(self, machines: Sequence[str]) -> SSHConfig:
        """How OpenSSH reaches ``machines``, all of which are running."""
        # Vagrant takes one name, or one pattern for several
        pattern = f"/^({'|'.join(map(re.escape, machines))})$/"
        try:
            text = self._ask(lambda vagrant: vagrant.ssh_config(pattern))
        except _Failed as error:
            # it writes one after the other, and ends at the first that it can't tell
            hostnames = SSHConfig.from_text(error.output).get_hostnames()
            first = next((name for name in machines if name not in hostnames), machines[0])
            raise DockwrightError(
                f"machine {first}: running, but not ready for SSH ({error.said}); wait for its "
                f"`vagrant up`, or run `vagrant reload {first}`"
            ) from error
        return SSHConfig.from_text(text)

    def boxes(self) -> dict[str, set[str]]:
        """The boxes added to this machine's Vagrant, with the providers each one is for."""
        providers: dict[str, set[str]] = {}
        for box in self._ask(lambda vagrant: vagrant.box_list()):
            providers.setdefault(box.name, set()).add(box.provider)
        return providers

    def _ask(self, question: Any) -> Any:
        with tempfile.NamedTemporaryFile() as errors:
            asked = self._vagrant(root=str(self._folder), err_cm=self._errors_to(errors.name))
            try:
                return question(asked)
            except subprocess.CalledProcessError as error:
                written = Path(errors.name).read_text(encoding="utf-8", errors="replace")
                output = (error.output or b"").decode(errors="replace")
                raise _Failed(error.cmd, error.returncode, output, written) from error
            except (IndexError, ValueError) as error:
                raise DockwrightError(
                    f"{self._folder / 'Vagrantfile'}: Vagrant's answer has lines that are not "
                    "Vagrant's; let it print nothing"
                ) from error


class _Failed(DockwrightError):
    """Vagrant's own complaint: of its machine-readable output, else of its standard error."""

    def __init__(self, command: Sequence[str], status: int, output: str, errors: str) -> None:
        self.output = output
        self.said = _complaint(output, errors)
        super().__init__(
            f"vagrant {' '.join(command[1:])}: {self.said or f'exit status {status}'}; "
            "see `vagrant status`"
        )


def _complaint(output: str, errors: str) -> str:
    for line in output.splitlines():
        fields = line.split(",", 4)
        if len(fields) > 4 and fields[2] == "error-exit":
            errors = fields[4].replace(_COMMA, ",").replace("\\n", "\n")
    # what is wrong in a Vagrantfile stands at the end of a long page
    errors = errors.rpartition("Message: ")[2]
    sentence, _, _ = " ".join(errors.split()).partition(". ")
    return sentence.rstrip(".")


def _ssh(config: SSHConfig, machine: str, known: Path) -> dict[str, Any]:
    options = config.lookup(machine)
    data: dict[str, Any] = {
        "ssh_hostname": options["hostname"],
        "ssh_port": int(options.get("port", 22)),
        "ssh_user": options.get("user", "vagrant"),
        "ssh_known_hosts_file": str(known),
        "ssh_strict_host_key_checking": "accept-new",
        "vagrant_known_hosts": str(known),  # that it is no other box's (deploy/package.py)
        "ssh_forward_agent": options.get("forwardagent") == "yes",
    }
    keys: Sequence[str] = options.get("identityfile", ())
    if keys:
        # From 2.4 on Vagrant offers two well-known keys; every box takes the RSA one.
        data["ssh_key"] = next((key for key in keys if key.endswith(".rsa")), keys[0])
    return data
