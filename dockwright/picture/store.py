"""The layers of an engine's images: each once, with what made it, its size and its names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from dockwright.picture.instruction import SETTINGS, instruction

_DOUBT = {"COPY": 1, "ADD": 1, **dict.fromkeys(SETTINGS, 3)}


@dataclass(frozen=True)
class StoreEntry:
    """One line of an image's history; ``size`` is in bytes.

    ``layers`` is how many layers the image had after it, where the engine still knows.
    """

    created_by: str  # the instruction, as the engine tells it
    comment: str = ""  # stands in for it, as for an imported image
    size: int = 0
    layers: int | None = None


@dataclass(frozen=True)
class StoredImage:
    """An image of an engine: ``names`` are its tags, or its digests where it has none.

    ``diff_ids`` are its RootFS.Layers, and ``history`` what made them; both the lowest first.
    """

    id: str  # sha256:…
    names: tuple[str, ...]
    diff_ids: tuple[str, ...]
    history: tuple[StoreEntry, ...]


@dataclass(frozen=True)
class Layer:
    """A layer by its chain ID: the same difference on other layers is another one.

    ``below`` is the chain ID of the layer under it, None for the lowest; ``size`` is in bytes,
    None where no history tells it; ``names`` are those of the images that end in it; ``images``
    counts those that contain it.
    """

    chain_id: str
    below: str | None
    instruction: str  # what made it, as a Dockerfile has it
    size: int | None
    names: tuple[str, ...]
    images: int


def chain_ids(diff_ids: Iterable[str]) -> tuple[str, ...]:
    """The chain ID of each layer of an image, as OCI's image specification has it (config.md).

    Example:
        >>> chain_ids(["sha256:aa", "sha256:bb"])[0]
        'sha256:aa'
    """
    ids: list[str] = []
    for diff_id in diff_ids:
        both = f"{ids[-1]} {diff_id}" if ids else ""
        ids.append(f"sha256:{sha256(both.encode()).hexdigest()}" if ids else diff_id)
    return tuple(ids)


def made_by(history: Sequence[StoreEntry], count: int) -> tuple[StoreEntry | None, ...]:
    """Which entry of a history made each of an image's ``count`` layers; None where none did.

    The engine's API does not say which entries are without a layer. One with a size has one; of
    those without, it is told by the number of layers after it, where that is known, else guessed:
    files copied sooner than commands, and commands sooner than settings. What is left over at the
    bottom has no entry.

    Example:
        >>> [e.created_by for e in made_by([StoreEntry("ADD a", size=1), StoreEntry("CMD a")], 1)]
        ['ADD a']
    """
    ranked = sorted(range(len(history)), key=lambda at: (_doubt(history, at), at))
    chosen = sorted(ranked[:count])
    return (*([None] * (count - len(chosen))), *(history[at] for at in chosen))


def _doubt(history: Sequence[StoreEntry], at: int) -> int:
    entry = history[at]
    if entry.size:
        return 0
    before = history[at - 1].layers if at else 0
    if entry.layers is not None and before is not None:
        return 0 if entry.layers > before else 4
    word = instruction(entry.created_by).partition(" ")[0]
    return _DOUBT.get(word, 2)


def layers(images: Iterable[StoredImage]) -> tuple[Layer, ...]:
    """Every layer of ``images`` once, a layer after the one below it; the same for any order.

    Example:
        >>> layers([StoredImage("sha256:1", ("a:latest",), ("sha256:aa",), ())])[0].names
        ('a:latest',)
    """
    below: dict[str, str | None] = {}
    makers: dict[str, StoreEntry] = {}
    names: dict[str, set[str]] = {}
    users: dict[str, int] = {}
    # by name first: a rebuilt image keeps its place in the picture
    for image in sorted(images, key=lambda image: (sorted(image.names), image.id)):
        ids = chain_ids(image.diff_ids)
        under = None
        for chain_id, entry in zip(ids, made_by(image.history, len(ids)), strict=True):
            below[chain_id], under = under, chain_id
            users[chain_id] = users.get(chain_id, 0) + 1
            if entry is not None:
                makers.setdefault(chain_id, entry)
        if ids:
            names.setdefault(ids[-1], set()).update(image.names or (f"untagged {image.id}",))
    by_id = {}
    for chain_id, under in below.items():
        entry = makers.get(chain_id)
        by_id[chain_id] = Layer(
            chain_id=chain_id,
            below=under,
            instruction=instruction(entry.created_by, entry.comment) if entry else instruction(""),
            size=entry.size if entry else None,
            names=tuple(sorted(names.get(chain_id, ()), key=lambda name: ("/" in name, name))),
            images=users[chain_id],
        )
    return tuple(by_id.values())
