"""A small site to begin with: `dockwright init` writes it, and a plan takes it as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dockwright.errors import DockwrightError
from dockwright.templates import render

_DEPLOYS = {
    "docker_host": "Docker servers, box by box as the inventory groups them.",
    "registry_host": "The registry hosts: Docker servers with the private registry.",
    "images": "The chain of images, built on the builder and pushed to the registry.",
    "leaves": "The leaves on the Docker hosts: pulled by digest, run by boot jobs.",
}
_UPDATES = "Security updates: one box after the other, its leaves up before the next."


@dataclass(frozen=True)
class StarterBox:
    """A box of the inventory that is written.

    ``name`` is the inventory's and the box's own, ``address`` its private address; a box that
    ``keeps_registry`` has the registry, one that ``runs_leaves`` is a Docker host.
    """

    name: str
    address: str
    keeps_registry: bool
    runs_leaves: bool


def starter_boxes(addresses: Mapping[str, str]) -> tuple[StarterBox, ...]:
    """The boxes by name: the last one keeps the registry, the others run leaves; one alone both.

    Example:
        >>> [box.name for box in starter_boxes({"app": "10.0.0.1", "hub": "10.0.0.2"})
        ...  if box.keeps_registry]
        ['hub']
    """
    *_, last = addresses or [""]
    return tuple(
        StarterBox(name, address, name == last, name != last or len(addresses) == 1)
        for name, address in addresses.items()
    )


def files(name: str, boxes: Sequence[StarterBox], user: str = "root") -> dict[str, str]:
    """The texts of a site by their paths in its folder.

    Args:
        name: what the site is called.
        boxes: those of its inventory; none for the boxes of a lab on this machine.
        user: who logs in there.

    Example:
        >>> sorted(files("site", ()))[-2:]
        ['inventories/group_data/all.py', 'inventories/lab.py']
    """
    inventory = f"inventories/{'boxes' if boxes else 'lab'}.py"
    return {
        "README.md": _text("README.md", name=name, inventory=inventory, is_lab=not boxes),
        ".gitignore": _text("gitignore"),
        inventory: _text("inventory.py", boxes=boxes, user=user),
        "inventories/group_data/all.py": _text("all.py"),
        **{
            f"deploy/{deploy}.py": _text("deploy.py", deploys=[deploy], sentence=sentence)
            for deploy, sentence in _DEPLOYS.items()
        },
        "deploy/updates.py": _text("deploy.py", deploys=["updates"], sentence=_UPDATES),
        "deploy/site.py": _text(
            "deploy.py",
            deploys=list(_DEPLOYS),
            sentence="The whole site: what we want our machines to be.",
        ),
        "images/hello/Dockerfile": _text("hello/Dockerfile"),
        "images/hello/Procfile": _text("hello/Procfile"),
        "images/hello/www/index.html": _text("hello/index.html"),
    }


def write(folder: Path, texts: Mapping[str, str]) -> None:
    """Write ``texts`` below ``folder``, which is made; nothing that is there is touched.

    Raises:
        DockwrightError: one of them is there already, or can't be written.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     write(Path(folder), {"deploy/site.py": "images()"})
        ...     Path(folder, "deploy/site.py").read_text()
        'images()'
    """
    for path in texts:
        if (folder / path).exists():
            raise DockwrightError(f"{folder / path}: is there already; name a folder of its own")
    try:
        for path, text in texts.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise DockwrightError(
            f"{error.filename or folder}: {error.strerror}; name a folder that can be written"
        ) from error


def _text(template: str, **values: object) -> str:
    return render(f"site/{template}.j2", values)
