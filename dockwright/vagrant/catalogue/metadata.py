"""What a catalogue tells of one box: its versions, and of each the files by provider.

The format is Vagrant's: https://developer.hashicorp.com/vagrant/docs/boxes/format. What is in it
that is not ours (a description) stays as it is.
"""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from dockwright.errors import DockwrightError, shown
from dockwright.vagrant.catalogue.names import order

FILE = "metadata.json"
MOST = 1 << 20  # bytes of it


@dataclass(frozen=True)
class Published:
    """A file of a box, ``version`` for ``provider``, by the ``sha256`` of its bytes, in hex.

    Example:
        >>> Published("1.2.0", "libvirt", "0123456789abcdef" * 4).file
        'libvirt-0123456789ab.box'
    """

    version: str
    provider: str
    sha256: str

    @property
    def file(self) -> str:
        """Its name: other bytes have another one, so that none is ever changed under a reader."""
        return f"{self.provider}-{self.sha256[:12]}.box"

    @property
    def path(self) -> str:
        """Where it is, from the folder of its box."""
        return f"{self.version}/{self.file}"


def read(text: str, name: str, where: str) -> dict[str, Any]:
    """The catalogue's metadata of the box ``name``, checked; that of a box without any for "".

    Args:
        text: what the file has.
        name: of the box.
        where: the file, as an error names it.

    Raises:
        DockwrightError: it is none, or that of another box.

    Example:
        >>> read("", "site/docker", "metadata.json")
        {'name': 'site/docker', 'versions': []}
    """
    if not text:
        return {"name": name, "versions": []}
    try:
        raw = json.loads(text)
        known = [
            (str(one["version"]), provider["name"], provider["url"])
            for one in raw["versions"]
            for provider in one["providers"]
        ]
        if not all(isinstance(word, str) for words in known for word in words):
            raise TypeError("a word that is none")
        called = raw["name"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DockwrightError(
            f"{where}: not what Vagrant takes for the metadata of a box "
            f"({shown(str(error), 80)}); put it right, or move it away"
        ) from error
    if called != name:
        raise DockwrightError(
            f"{where}: says that it is of {shown(str(called), 80)}, not of {name}; put that right"
        )
    return dict(raw)


def published(raw: dict[str, Any], version: str, provider: str) -> dict[str, Any] | None:
    """What ``raw`` has of a version for a provider; None where it has none.

    Raises:
        DockwrightError: the version is there, written in another way.

    Example:
        >>> published({"name": "a/b", "versions": []}, "1.0", "libvirt")
    """
    for one in raw["versions"]:
        its = str(one["version"])
        if its != version and order(its) == order(version):
            raise DockwrightError(
                f"--version {version}: the catalogue has it as {shown(its)}, which Vagrant takes "
                f"for the same; write {shown(its)}"
            )
        if its == version:
            for found in one["providers"]:
                if found["name"] == provider:
                    return dict(found)
    return None


def merged(raw: dict[str, Any], new: Published, base: str) -> dict[str, Any]:
    """``raw`` with ``new`` in it, in the place of what it had of that version and provider.

    Args:
        raw: as `read` gives it; it is not changed.
        new: what is published.
        base: the catalogue's URL, by which all its files are named.

    Example:
        >>> new = Published("1.0", "libvirt", "ab" * 32)
        >>> made = merged({"name": "a/b", "versions": []}, new, "https://boxes.test")
        >>> made["versions"][0]["providers"][0]["url"]
        'https://boxes.test/a/b/1.0/libvirt-abababababab.box'
    """
    made = deepcopy(raw)
    folder = f"{base.rstrip('/')}/{made['name']}"
    entry = {
        "name": new.provider,
        "url": f"{folder}/{new.path}",
        "checksum_type": "sha256",
        "checksum": new.sha256,
    }
    for one in made["versions"]:
        # of a catalogue that was called by another name
        for provider in one["providers"]:
            _, ours, rest = provider["url"].rpartition(f"/{made['name']}/")
            if ours:
                provider["url"] = f"{folder}/{rest}"
    own = next((one for one in made["versions"] if str(one["version"]) == new.version), None)
    if own is None:
        own = {"version": new.version, "providers": []}
        made["versions"].append(own)
    others = [one for one in own["providers"] if one["name"] != new.provider]
    own["providers"] = sorted([*others, entry], key=lambda one: str(one["name"]))
    made["versions"].sort(key=lambda one: order(str(one["version"])))
    return made


def written(raw: dict[str, Any]) -> str:
    """The text of the file.

    Example:
        >>> written({"name": "a/b", "versions": []}).endswith("}\\n")
        True
    """
    return json.dumps(raw, indent=2, ensure_ascii=False) + "\n"
