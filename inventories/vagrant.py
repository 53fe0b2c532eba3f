"""The running machines of the Vagrantfile here: those called …registry… run the registry."""

import subprocess

import vagrant

_PRIVATE = {"docker": "192.168.50.10", "registry": "192.168.50.20"}


def _machines() -> list[tuple[str, dict[str, str]]]:
    try:
        here = vagrant.Vagrant(quiet_stderr=False)
        running = [machine.name for machine in here.status() if machine.state == "running"]
        if not running:
            raise SystemExit("Error: no Vagrant machine is running here; run `vagrant up`")
        found = []
        for name in running:
            ssh = here.conf(vm_name=name)
            role = "registry" if "registry" in name else "docker"
            found.append(
                (
                    name,
                    {
                        "ssh_hostname": ssh["HostName"],
                        "ssh_port": int(ssh["Port"]),
                        "ssh_user": ssh["User"],
                        "ssh_key": ssh["IdentityFile"],
                        "dockwright_address": _PRIVATE[role],
                        "dockwright_hostname": f"{role}.vagrant",
                    },
                )
            )
    except FileNotFoundError:
        raise SystemExit("Error: no `vagrant` on this machine; install it, or use a lab") from None
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"Error: {' '.join(error.cmd)}: exit status {error.returncode}") from None
    return found


_boxes = _machines()
registry_hosts = [box for box in _boxes if "registry" in box[0]]
docker_hosts = [box for box in _boxes if "registry" not in box[0]]
builders = docker_hosts[:1]
