"""The chain of images as other tools are given it: folders on the builder, and files for them."""

from __future__ import annotations

import io
import json
import shlex
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.bench.site import BUILDER, ROOT, Site

FOLDER = "bench-build"  # in the home of who logs in
LOOP, BAKE, COMPOSE = "bench-loop", "bench-bake", "bench-compose"


@dataclass(frozen=True)
class Built:
    """An image of the chain: its name, its folder below that of all, and its Dockerfile there."""

    name: str
    folder: str
    file: str
    args: Mapping[str, str] = field(default_factory=dict)


def chain(site: Site, images: Path) -> list[Built]:
    """The images below ``images`` in build order, as `dockwright images plan` has it.

    Example::

        chain(site, Path("images"))[0].name  # 'my-ubuntu'
    """
    said = json.loads(site.run(["dockwright", "images", "plan", str(images), "--json"]).stdout)
    found = []
    for image in said["images"]:
        path = (ROOT / image["path"]).resolve().relative_to(images.resolve())
        found.append(Built(image["name"], str(path.parent), path.name))
    return found


def loop(built: Sequence[Built]) -> str:
    """A shell script: one `docker build` an image, in order.

    Example:
        >>> loop([Built("web", "web", "Dockerfile")])
        'set -e\\ndocker build -q -t bench-loop/web -f web/Dockerfile web\\n'
    """
    lines = []
    for one in built:
        words = ["docker", "build", "-q", "-t", f"{LOOP}/{one.name}"]
        for name, value in one.args.items():
            words += ["--build-arg", f"{name}={value}"]
        words += ["-f", f"{one.folder}/{one.file}", one.folder]
        lines.append(shlex.join(words))
    return "\n".join(["set -e", *lines]) + "\n"


def compose(built: Sequence[Built]) -> str:
    """A compose file with a service an image.

    Example:
        >>> json.loads(compose([Built("web", "web", "Dockerfile")]))["services"]["web"]["image"]
        'bench-compose/web'
    """
    services = {
        one.name: {
            "build": {
                "context": f"./{one.folder}",
                "dockerfile": one.file,
                # compose fills in variables
                "args": {name: value.replace("$", "$$") for name, value in one.args.items()},
            },
            "image": f"{COMPOSE}/{one.name}",
        }
        for one in built
    }
    return json.dumps({"name": "bench", "services": services}, indent=1)


def bake(exported: Mapping[str, Any], images: str) -> str:
    """The file of `dockwright images export`, with names of its own and without our labels.

    Args:
        exported: that file.
        images: the images' folder as it stands in its contexts.

    Example:
        >>> file = {"target": {"web": {"context": "images/web", "labels": {}, "tags": ["web:1"]}}}
        >>> json.loads(bake(file, "images"))["target"]["web"]
        {'context': './web', 'tags': ['bench-bake/web']}
    """
    targets = {}
    for name, target in exported["target"].items():
        kept = {key: value for key, value in target.items() if key not in ("labels", "tags")}
        kept["context"] = f".{target['context'].removeprefix(images)}"
        targets[name] = {**kept, "tags": [f"{BAKE}/{name}"]}
    return json.dumps({**exported, "target": targets}, indent=1)


def give(site: Site, images: Path) -> list[Built]:
    """Have it on the builder, in its FOLDER; the images in build order.

    Raises:
        BenchError: the builder does not take it.

    Example::

        give(site, Path("images"))
    """
    # the build arguments of the site, as `image.chain` is given them
    inventory = str(site.inventory("straight", {}))
    argv = ["dockwright", "images", "export", str(images), "--format", "bake", "-i", inventory]
    exported = json.loads(site.run(argv).stdout)
    built = [
        replace(one, args=exported["target"][one.name].get("args", {}))
        for one in chain(site, images)
    ]
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        tar.add(images, ".")
        for name, text in (
            ("loop.sh", loop(built)),
            ("compose.yaml", compose(built)),
            ("bake.json", bake(exported, str(images))),
        ):
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    site.send(BUILDER, f"rm -rf {FOLDER}; mkdir {FOLDER}; tar -C {FOLDER} -x", data.getvalue())
    return built


def take_away(site: Site) -> None:
    """Remove the folder and the images that were made of it."""
    names = f"'^({LOOP}|{BAKE}|{COMPOSE})/'"
    site.on_box(
        BUILDER,
        f"rm -rf {FOLDER}; sudo docker image ls --format '{{{{.Repository}}}}:{{{{.Tag}}}}' "
        f"| grep -E {names} | xargs -r sudo docker rmi >/dev/null",
    )
