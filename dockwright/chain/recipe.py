"""The recipe digest: one hash of all that decides what an image is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dockwright.chain.context import ContextEntry
from dockwright.errors import shown

# Where things are fetched from is no part of what an image is.
TRANSPORT = frozenset(
    {"APT_MIRROR", "APT_SECURITY_MIRROR"}  # the distribution's mirrors
    | {"SITE_CA_CERTIFICATES"}  # who is trusted on the way there
)
# The site's package indexes: which one does not count, but whether there is one does, since an
# image without one takes the distribution's packages.
INDEXES = frozenset({"GEM_SOURCE", "PIP_INDEX_URL"})
# Known to every Dockerfile without an ARG, and left out of the image by the engine itself:
# https://docs.docker.com/reference/dockerfile/#predefined-args
PROXIES = frozenset(
    name
    for upper in ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY")
    for name in (upper, upper.lower())
)
# What stands for `--platform` among the arguments, since it decides what an image is; no ARG can
# be called so.
PLATFORM = "--platform"
LABEL = "dockwright.recipe"
PARTS_LABEL = "dockwright.parts"
NAME_LABEL = "dockwright.image"
BESIDE_LABEL = "dockwright.beside"  # the parents that an image does not begin with
BASE_LABEL = "dockwright.base"  # of a base that was bootstrapped
# When it was built, as RFC 3339: BuildKit gives an image that adds no layer the age of its base.
BUILT_LABEL = "dockwright.built"
# A label is kept with every image and shown by every inspect: its size is bounded.
_PARTS_SIZE = 4096  # bytes
_SHORT = 8  # hex digits: enough to tell that one of a few hundred files changed


@dataclass(frozen=True)
class Recipe:
    """An image's recipe: its ``digest`` (64 hex digits), and ``parts``, a label's text.

    ``parts`` is JSON with a short hash of the Dockerfile (``d``), of each build argument
    (``a``), parent (``p``) and path of the context (``c``). It is never longer than 4 KB: where
    it would be, ``c`` is one hash of the whole context, and then ``a`` and ``p`` are one hash
    each. A later plan tells from it what changed.
    """

    digest: str
    parts: str

    @property
    def tag(self) -> str:
        """The tag by which any build can be found again.

        Example:
            >>> Recipe("0123456789abcdef", "{}").tag
            'r-0123456789ab'
        """
        return f"r-{self.digest[:12]}"


def recipe(
    dockerfile: str,
    context: Sequence[ContextEntry],
    args: Mapping[str, str],
    parents: Mapping[str, str],
    externals: Sequence[str] = (),
) -> Recipe:
    """Hash a Dockerfile with everything else that decides its image.

    Args:
        dockerfile: its text.
        context: the entries that the engine is sent, in any order.
        args: build arguments that the Dockerfile declares; TRANSPORT and PROXIES don't count,
            and of INDEXES only whether they are empty.
        parents: the digests of its parents' recipes, by name.
        externals: names of the images from outside that it comes from.

    Example:
        >>> recipe("FROM scratch", [], {}, {}).tag == recipe("FROM scratch ", [], {}, {}).tag
        False
    """
    counted = {
        name: str(bool(value)) if name in INDEXES else value
        for name, value in sorted(args.items())
        if name not in TRANSPORT | PROXIES
    }
    entries = sorted((entry.path, entry.digest) for entry in context)
    whole = [_hash(dockerfile), counted, sorted(parents.items()), sorted(externals), entries]
    parts: dict[str, object] = {
        "d": _hash(dockerfile)[:_SHORT],
        "a": {name: _hash(value)[:_SHORT] for name, value in counted.items()},
        "p": {name: digest[:_SHORT] for name, digest in sorted(parents.items())},
        "c": {path: digest[:_SHORT] for path, digest in entries},
    }
    for key, all_of_it in (("c", entries), ("a", counted), ("p", sorted(parents.items()))):
        if len(_json(parts)) > _PARTS_SIZE:  # json writes ASCII: a letter is a byte
            parts[key] = _hash(_json(all_of_it))[:_SHORT]
    return Recipe(_hash(_json(whole)), _json(parts))


def beside(layers: Mapping[str, Sequence[str]]) -> str:
    """A label's text: by which of its parents' builds an image was made, by their ``layers``.

    Example:
        >>> beside({"tools": ["sha256:…"]})
        '{"tools":"89362727"}'
    """
    return _json({name: _hash(_json(list(ids)))[:_SHORT] for name, ids in layers.items()})


def is_beside(label: str, name: str, layers: Sequence[str]) -> bool:
    """Whether the image with the label ``label`` was made by the build of ``name`` with ``layers``.

    Where the label does not tell, it was.

    Example:
        >>> is_beside(beside({"tools": ["a"]}), "tools", ["b"]), is_beside("{}", "tools", ["b"])
        (False, True)
    """
    try:
        known = json.loads(label)[name]
    except (ValueError, LookupError, TypeError):
        return True
    return bool(known == json.loads(beside({name: layers}))[name])


def changes(former: str, now: str) -> str:
    """What changed between two `Recipe.parts`, in words; empty where it is only parents.

    Example:
        >>> changes('{"d": "1"}', '{"d": "2"}')
        'Dockerfile changed'
    """
    try:
        old, new = json.loads(former), json.loads(now)
        words = ["Dockerfile changed"] if old.get("d") != new.get("d") else []
        args, paths, parents = (_differing(old.get(key), new.get(key)) for key in "acp")
    except (ValueError, AttributeError, TypeError):
        return "recipe changed"
    words += [f"argument {name} changed" if name else "arguments changed" for name in args]
    if old.get("d") != new.get("d"):
        # it is a file of its context too, and has been told
        paths = [path for path in paths if path.rpartition(".")[2] != "Dockerfile"]
    if len(paths) == 1:
        words.append(f"context file {shown(paths[0])} changed" if paths[0] else "context changed")
    elif paths:
        words.append(f"{len(paths)} context files changed, {shown(paths[0])} among them")
    if not words and not parents:
        return "recipe changed"
    return ", ".join(words)


def _differing(old: object, new: object) -> list[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        return sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
    return [] if old == new else [""]


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
