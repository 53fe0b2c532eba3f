"""The chain as a bake file, so that `docker buildx bake` builds it in the same order.

Each image is wired to its parents by contexts that have the names its Dockerfile writes. A context
replaces a stage of its name as well: a Dockerfile that has one goes into the file itself, with
another name for the parent.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Mapping

from dockwright.chain.external import familiar
from dockwright.chain.graph import Image, Source
from dockwright.chain.renamed import renamed, stage_names
from dockwright.errors import DockwrightError

_TARGET = re.compile(r"[A-Za-z0-9_-]+")


def bake(images: Iterable[Image], sources: Mapping[str, Source]) -> str:
    """A bake file in JSON: a target an image, wired to its parents; group ``default`` is all.

    Args:
        images: in build order, as `dockwright.chain.graph.order` gives them.
        sources: what they were made of, by name; their paths are relative to where bake runs.

    Raises:
        DockwrightError: two images would have the same target; a stage can't be told from a parent.

    Source: https://docs.docker.com/build/bake/reference/#targetcontexts

    Example:
        >>> json.loads(bake([], {}))["target"]
        {}
    """
    ordered = list(images)
    targets = {image.name: _target(image.name) for image in ordered}
    made: dict[str, object] = {}
    for image in ordered:
        source = sources[image.name]
        if targets[image.name] in made:
            raise DockwrightError(
                f"{image.path}: image {image.name}: another image is target "
                f"{targets[image.name]} of the bake file too; rename one of them"
            )
        # by each name that its Dockerfile has for the parent; BuildKit takes `latest` off
        contexts = {
            familiar(written).removesuffix(":latest"): f"target:{targets[parent]}"
            for written, parent in image.names
        }
        clashing = {name for name in contexts if name in stage_names(source.text, source.path)}
        dockerfile = {"dockerfile": _literal(source.dockerfile)}
        if clashing:
            _check_ignore(source, clashing)
            text = renamed(source.text, source.path, {name: _other(name) for name in clashing},
                dict(image.args))  # fmt: skip
            dockerfile = {"dockerfile-inline": _literal(text)}
        made[targets[image.name]] = {
            "context": _literal(posixpath.dirname(source.path) or "."),
            **dockerfile,
            "contexts": {
                _other(name) if name in clashing else name: target
                for name, target in contexts.items()
            },
            "args": {name: _literal(value) for name, value in image.args},
            "labels": {name: _literal(value) for name, value in image.labels().items()},
            "tags": [f"{image.name}:{tag}" for tag in image.tags],
        }
    whole = {"group": {"default": {"targets": list(made)}}, "target": made}
    return json.dumps(whole, indent=2)


def _other(name: str) -> str:
    """A name that no stage can have, as it has a host."""
    return f"tree.invalid/{name}"


def _check_ignore(source: Source, clashing: Iterable[str]) -> None:
    own = f"{source.dockerfile}.dockerignore"
    if any(entry.path == own for entry in source.context):
        raise DockwrightError(
            f"{source.path}: stage {', '.join(sorted(clashing))}: called as an image of the tree "
            f"that it needs, and there is a {own}, which bake can't have then; rename the stage"
        )


def _target(name: str) -> str:
    """A target may have no dot in its name."""
    return name if _TARGET.fullmatch(name) else re.sub(r"[^A-Za-z0-9_-]", "_", name)


def _literal(text: str) -> str:
    """Text that bake is not to fill anything in: its strings are templates, in JSON too."""
    return text.replace("${", "$${").replace("%{", "%%{")
