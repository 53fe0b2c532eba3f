"""A leaf's services as a stack file, which ``docker stack deploy`` takes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dockwright.service.environment import FILE
from dockwright.service.spec import Service

_SECOND = 10**9
# a word that is no key of YAML by itself is quoted as JSON, which YAML reads
_HEAD = "# Made by dockwright swarm export: what is changed here is lost with the next one.\n"
_LIMITS = (("NanoCPUs", "cpus"), ("MemoryBytes", "memory"), ("Pids", "pids"))


def compose(services: Sequence[Service]) -> str:
    """The text of a stack file, of version 3.8.

    Secrets are ``external``, under the names that a run of the deploys gives them: their contents
    are in no file. A ``$`` is doubled, as it would be filled in else.

    Args:
        services: of any leaves.

    Example:
        >>> compose([]).splitlines()[1]
        'version: "3.8"'
    """
    networks = {
        str(net["Target"]): {"external": True}
        for one in services
        for net in one.spec["TaskTemplate"].get("Networks", ())
    }
    volumes: dict[str, Any] = {}
    for one in services:
        for mount in one.spec["TaskTemplate"]["ContainerSpec"].get("Mounts", ()):
            if mount["Type"] == "volume" and mount.get("Source"):
                volumes[mount["Source"]] = _volume(mount)
    secrets = {one.secret: {"external": True} for one in services if one.secret}
    whole: dict[str, Any] = {
        "version": "3.8",
        "services": {one.name: _service(one) for one in services},
        "networks": networks,
        "volumes": volumes,
        "secrets": secrets,
    }
    return _HEAD + "".join(_lines({k: v for k, v in whole.items() if v or k == "services"}, ""))


def _service(service: Service) -> dict[str, Any]:
    task = service.spec["TaskTemplate"]
    its = task["ContainerSpec"]
    made: dict[str, Any] = {
        "image": its["Image"],
        "entrypoint": its.get("Command"),
        "command": its.get("Args"),
        "environment": its.get("Env"),
        "labels": its.get("Labels"),
        "user": its.get("User"),
        "working_dir": its.get("Dir"),
        "hostname": its.get("Hostname"),
        "read_only": its.get("ReadOnly"),
        "init": its.get("Init"),
        "stop_signal": its.get("StopSignal"),
        "stop_grace_period": f"{its['StopGracePeriod'] // _SECOND}s",
        "extra_hosts": [_host(line) for line in its.get("Hosts", ())],
        "dns": its["DNSConfig"].get("Nameservers"),
        "dns_search": its["DNSConfig"].get("Search"),
        "cap_add": its.get("CapabilityAdd"),
        "cap_drop": its.get("CapabilityDrop"),
        "sysctls": its.get("Sysctls"),
        "ulimits": {
            one["Name"]: {"soft": one["Soft"], "hard": one["Hard"]} for one in its["Ulimits"]
        },
        "healthcheck": _health(its.get("Healthcheck", {})),
        "volumes": [_mount(one) for one in its.get("Mounts", ())],
        "networks": {
            one["Target"]: {"aliases": one["Aliases"]} if one.get("Aliases") else {}
            for one in task.get("Networks", ())
        },
        "ports": [
            {
                "target": one["TargetPort"],
                **({"published": one["PublishedPort"]} if "PublishedPort" in one else {}),
                "protocol": one["Protocol"],
                "mode": one["PublishMode"],
            }
            for one in service.spec["EndpointSpec"].get("Ports", ())
        ],
        "logging": _logging(task.get("LogDriver", {})),
        "secrets": [{"source": service.secret, "target": FILE, "mode": 0o444}]
        if service.secret
        else [],
        "deploy": _deploy(service),
    }
    return {key: value for key, value in made.items() if value}


def _deploy(service: Service) -> dict[str, Any]:
    spec = service.spec
    task = spec["TaskTemplate"]
    resources = task.get("Resources", {})
    turns = {
        key: {
            "parallelism": its["Parallelism"],
            "failure_action": its["FailureAction"],
            "monitor": f"{its['Monitor'] // 10**6}ms",
            "order": its["Order"],
        }
        for key, its in (
            ("update_config", spec["UpdateConfig"]),
            ("rollback_config", spec["RollbackConfig"]),
        )
    }
    restart = task["RestartPolicy"]
    made: dict[str, Any] = {
        "labels": dict(spec["Labels"]),
        "mode": "replicated",
        "replicas": service.replicas,
        "endpoint_mode": spec["EndpointSpec"]["Mode"],
        **turns,
        "restart_policy": {
            "condition": restart["Condition"],
            "delay": f"{restart['Delay'] // _SECOND}s",
        },
        "placement": {"constraints": list(task["Placement"]["Constraints"])},
        "resources": {
            "limits": _amounts(resources.get("Limits", {})),
            "reservations": _amounts(resources.get("Reservations", {})),
        },
    }
    made["resources"] = {key: its for key, its in made["resources"].items() if its}
    if not made["placement"]["constraints"]:
        del made["placement"]
    return {key: value for key, value in made.items() if value or key == "replicas"}


def _amounts(its: Mapping[str, int]) -> dict[str, Any]:
    made: dict[str, Any] = {name: its[key] for key, name in _LIMITS if key in its}
    if "cpus" in made:
        made["cpus"] = f"{made['cpus'] / 10**9:.9f}".rstrip("0").rstrip(".")
    if "memory" in made:
        made["memory"] = str(made["memory"])
    return made


def _health(its: Mapping[str, Any]) -> dict[str, Any]:
    if its.get("Test") == ["NONE"]:
        return {"disable": True}
    made: dict[str, Any] = {"test": its["Test"]} if its.get("Test") else {}
    for key, name in (
        ("Interval", "interval"), ("Timeout", "timeout"), ("StartPeriod", "start_period"),
    ):  # fmt: skip
        if its.get(key):
            made[name] = f"{its[key] // 10**3}us"
    if its.get("Retries"):
        made["retries"] = its["Retries"]
    return made


def _mount(one: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": one["Type"],
        "source": one.get("Source"),
        "target": one["Target"],
        "read_only": one.get("ReadOnly"),
        "bind": {"propagation": one["BindOptions"]["Propagation"]} if "BindOptions" in one else {},
        "volume": {"nocopy": True} if one.get("VolumeOptions", {}).get("NoCopy") else {},
        "tmpfs": {"size": one["TmpfsOptions"]["SizeBytes"]}
        if one.get("TmpfsOptions", {}).get("SizeBytes")
        else {},
    }
    return {key: value for key, value in made.items() if value}


def _volume(mount: Mapping[str, Any]) -> dict[str, Any]:
    options = mount.get("VolumeOptions", {})
    driver = options.get("DriverConfig", {})
    made = {
        # else the stack's name would come before it, and its data would be another one
        "name": mount["Source"],
        "driver": driver.get("Name"),
        "driver_opts": driver.get("Options"),
        "labels": options.get("Labels"),
    }
    return {key: value for key, value in made.items() if value}


def _logging(its: Mapping[str, Any]) -> dict[str, Any]:
    made = {"driver": its.get("Name"), "options": its.get("Options")}
    return {key: value for key, value in made.items() if value}


def _host(line: str) -> str:
    address, _, name = line.partition(" ")
    return f"{name}:{address}"


def _lines(value: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, its in value.items():
        yield f"{indent}{_scalar(key) if not key.isidentifier() else key}:"
        if isinstance(its, Mapping) and its:
            yield "\n"
            yield from _lines(its, f"{indent}  ")
        elif isinstance(its, (list, tuple)) and its:
            yield "\n"
            for one in its:
                yield f"{indent}  - {_scalar(one)}\n"
        else:
            yield f" {_scalar(its)}\n"


def _scalar(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("$", "$$")
