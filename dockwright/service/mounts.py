"""Volumes, folders and tmpfs of a run line as a service's mounts; which of them are of one box."""

import csv
from collections.abc import Mapping, Sequence
from typing import Any

from dockwright.boot.data import lasting
from dockwright.boot.run_line import Option
from dockwright.errors import DockwrightError
from dockwright.service.amounts import in_bytes
from dockwright.service.flags import refused

Spec = dict[str, Any]
_PROPAGATIONS = ("private", "rprivate", "shared", "rshared", "slave", "rslave")
# what a tmpfs of Swarm is anyway
_TMPFS = ("rw", "noexec", "nosuid", "nodev")
_LOCAL = "local"


def mounts(
    options: Sequence[Option], drivers: Mapping[str, str], leaf: str, where: str
) -> list[Spec]:
    """The engine's mounts of ``--volume``, ``--mount`` and ``--tmpfs``.

    Args:
        options: of a run line, by long name.
        drivers: volume drivers that the site names, by volume.
        leaf, where: what errors name.

    Raises:
        DockwrightError: a form that docker does not know, or that Swarm can't do.

    Example:
        >>> mounts([("volume", "data:/data:ro")], {}, "web", "Procfile:1")
        [{'Type': 'volume', 'Source': 'data', 'Target': '/data', 'ReadOnly': True}]
    """
    driver = next((value for name, value in options if name == "volume-driver"), None)
    made = []
    for name, value in options:
        if name == "volume":
            made.append(_volume(value or "", leaf, where))
        elif name == "mount":
            made.append(_mount(value or "", leaf, where))
        elif name == "tmpfs":
            made.append(_tmpfs(value or "", leaf, where))
    for one in made:
        if one["Type"] == "volume" and "DriverConfig" not in one.get("VolumeOptions", {}):
            named = drivers.get(one.get("Source", ""), driver)
            if named is not None:
                one.setdefault("VolumeOptions", {})["DriverConfig"] = {"Name": named}
    return made


def of_one_box(made: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """What of some mounts is of one node alone, and written: volumes there, and its folders.

    Example:
        >>> sorted(of_one_box(mounts([("volume", "data:/data")], {}, "web", "Procfile:1")))
        ['data']
    """
    sources = set()
    for one in made:
        source = one.get("Source")
        driver = one.get("VolumeOptions", {}).get("DriverConfig", {})
        # the engine's own driver with options mounts what is elsewhere, as NFS
        local = driver.get("Name", _LOCAL) == _LOCAL and not driver.get("Options")
        if source and not one.get("ReadOnly") and (one["Type"] == "bind" or local):
            sources.add(source)
    return lasting(sources)


def written(made: Sequence[Mapping[str, Any]]) -> bool:
    """Whether any of some mounts keeps what is written, wherever that is.

    Example:
        >>> written(mounts([("tmpfs", "/tmp")], {}, "web", "Procfile:1"))
        False
    """
    sources = {
        one["Source"] for one in made
        if one.get("Source") and not one.get("ReadOnly") and one["Type"] in ("bind", "volume")
    }  # fmt: skip
    return bool(lasting(sources))


def _volume(value: str, leaf: str, where: str) -> Spec:
    source, colon, rest = value.partition(":")
    target, _, flags = rest.partition(":")
    if not colon:
        return {"Type": "volume", "Target": value}
    made: Spec = {
        "Type": "bind" if source.startswith("/") else "volume",
        "Source": source,
        "Target": target,
    }
    for flag in filter(None, flags.split(",")):
        if flag in ("ro", "readonly"):
            made["ReadOnly"] = True
        elif flag == "nocopy" and made["Type"] == "volume":
            made["VolumeOptions"] = {"NoCopy": True}
        elif flag in _PROPAGATIONS and made["Type"] == "bind":
            made["BindOptions"] = {"Propagation": flag}
        elif flag != "rw":
            why = f"a mount there has no option {flag}"
            raise refused("volume", value, why, leaf, where)
    return made


def _mount(value: str, leaf: str, where: str) -> Spec:
    made: Spec = {"Type": "volume"}
    volume: Spec = {}
    for field in next(csv.reader([value]), []):
        key, equals, text = field.partition("=")
        key = key.strip().lower()
        if key == "type":
            made["Type"] = text
        elif key in ("source", "src"):
            made["Source"] = text
        elif key in ("target", "dst", "destination"):
            made["Target"] = text
        elif key in ("readonly", "ro"):
            if not equals or text in ("1", "true"):
                made["ReadOnly"] = True
        elif key == "volume-driver":
            volume.setdefault("DriverConfig", {})["Name"] = text
        elif key == "volume-opt":
            option, _, setting = text.partition("=")
            its = volume.setdefault("DriverConfig", {}).setdefault("Options", {})
            its[option] = setting
        elif key == "volume-nocopy":
            if not equals or text in ("1", "true"):
                volume["NoCopy"] = True
        elif key == "volume-label":
            label, _, setting = text.partition("=")
            volume.setdefault("Labels", {})[label] = setting
        elif key == "bind-propagation":
            made["BindOptions"] = {"Propagation": text}
        elif key == "tmpfs-size":
            made.setdefault("TmpfsOptions", {})["SizeBytes"] = in_bytes(text, where)
        elif key == "tmpfs-mode":
            made.setdefault("TmpfsOptions", {})["Mode"] = _mode(text, where)
        else:
            raise refused("mount", value, f"a mount there has no {key}", leaf, where)
    if volume:
        made["VolumeOptions"] = volume
    if made["Type"] not in ("volume", "bind", "tmpfs") or not made.get("Target"):
        raise DockwrightError(
            f"{where}: --mount {value}: write type=volume, bind or tmpfs, and target=/path"
        )
    if made["Type"] == "tmpfs":
        made.pop("Source", None)
    return made


def _tmpfs(value: str, leaf: str, where: str) -> Spec:
    target, _, flags = value.partition(":")
    made: Spec = {"Type": "tmpfs", "Target": target}
    for flag in filter(None, flags.split(",")):
        key, _, text = flag.partition("=")
        if key == "size":
            made.setdefault("TmpfsOptions", {})["SizeBytes"] = in_bytes(text, where)
        elif key == "mode":
            made.setdefault("TmpfsOptions", {})["Mode"] = _mode(text, where)
        elif flag not in _TMPFS:
            raise refused("tmpfs", value, f"a tmpfs there has no option {flag}", leaf, where)
    return made


def _mode(text: str, where: str) -> int:
    try:
        return int(text, 8)
    except ValueError as error:
        raise DockwrightError(f"{where}: {text}: no mode; write 1777") from error
