"""The running machines of the Vagrantfile here: those called …registry… run the registry."""

import subprocess
from typing import Any

try:
    from vagrant import Vagrant
except ModuleNotFoundError as error:
    raise SystemExit(
        "Error: python-vagrant is missing; pip install 'dockwright[vagrant]'"
    ) from error

_PRIVATE = {"docker": "192.168.50.10", "registry": "192.168.50.20"}


def _machine(here: Any, name: str) -> tuple[str, dict[str, object]]:
    ssh = here.conf(vm_name=name)
    role = "registry" if "registry" in name else "docker"
    data = {
        "ssh_hostname": ssh["HostName"],
        "ssh_port": int(ssh["Port"]),
        "ssh_user": ssh["User"],
        "ssh_key": ssh["IdentityFile"],
        "dockwright_address": _PRIVATE[role],
        "dockwright_hostname": f"{role}.vagrant",
    }
    return name, data


def _machines() -> list[tuple[str, dict[str, object]]]:
    here = Vagrant(quiet_stderr=False)
    try:
        running = [machine.name for machine in here.status() if machine.state == "running"]
        found = [_machine(here, name) for name in running]
    except subprocess.CalledProcessError as error:
        raise SystemExit(
            f"Error: {' '.join(error.cmd)}: exit status {error.returncode}; is there a "
            "Vagrantfile in this folder?"
        ) from error
    except RuntimeError as error:  # what python-vagrant raises where there is no program
        raise SystemExit(
            "Error: no `vagrant` on this machine; install it, or use a lab (dockwright lab up)"
        ) from error
    if not found:
        raise SystemExit("Error: no Vagrant machine is running here; run `vagrant up`")
    return found


_boxes = _machines()
registry_hosts = [box for box in _boxes if "registry" in box[0]]
docker_hosts = [box for box in _boxes if "registry" not in box[0]]
builders = docker_hosts[:1]
