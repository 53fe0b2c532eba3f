"""Layers from images and their histories: which entry made which layer, and each layer once."""

from itertools import permutations

import pytest

from dockwright.picture.instruction import instruction
from dockwright.picture.layers import size
from dockwright.picture.store import StoredImage, StoreEntry, chain_ids, layers, made_by


def _made(history: list[StoreEntry], count: int) -> list[str | None]:
    return [entry and entry.created_by for entry in made_by(history, count)]


def test_chain_ids_are_those_of_the_image_specification() -> None:
    """Computed by hand: printf 'CHAIN DIFF' | sha256sum."""
    assert chain_ids(["sha256:aa", "sha256:bb", "sha256:cc"]) == (
        "sha256:aa",
        "sha256:b68ad689d6d1ec110ea1c13617437ad6f3766d4b3b309f6a603a222e07a0164f",
        "sha256:ced946a3b9b1c697ead0fa9bf9ad36e03198566077f3950076f64a4760acde1b",
    )


def test_settings_make_no_layer() -> None:
    history = [
        StoreEntry("/bin/sh -c #(nop) ADD file:x in /", size=9),
        StoreEntry("/bin/sh -c #(nop)  ENV A=1"),
        StoreEntry("/bin/sh -c make", size=5),
        StoreEntry('/bin/sh -c #(nop)  CMD ["x"]'),
    ]
    assert _made(history, 2) == ["/bin/sh -c #(nop) ADD file:x in /", "/bin/sh -c make"]


def test_a_command_without_bytes_may_have_made_a_layer() -> None:
    history = [
        StoreEntry("RUN a", size=9),
        StoreEntry("ENV A=1"),
        StoreEntry("RUN rm a"),
        StoreEntry("RUN b", size=1),
    ]
    assert _made(history, 3) == ["RUN a", "RUN rm a", "RUN b"]
    assert _made(history, 2) == ["RUN a", "RUN b"]


def test_copied_files_make_a_layer_sooner_than_commands_that_may_change_nothing() -> None:
    history = [
        StoreEntry("RUN a", size=9),
        StoreEntry("RUN true"),
        StoreEntry("COPY empty /"),
        StoreEntry("WORKDIR /"),
    ]
    assert _made(history, 2) == ["RUN a", "COPY empty /"]


def test_what_the_engine_knows_of_the_images_in_between_decides() -> None:
    history = [
        StoreEntry("RUN a", size=9, layers=1),
        StoreEntry("COPY same /", layers=1),
        StoreEntry("RUN rm a", layers=2),
        StoreEntry("WORKDIR /x", layers=2),
        StoreEntry("RUN b", size=1, layers=3),
    ]
    assert _made(history, 3) == ["RUN a", "RUN rm a", "RUN b"]


def test_an_image_with_less_history_than_layers_keeps_the_upper_ones() -> None:
    assert _made([StoreEntry("RUN a", size=9)], 3) == [None, None, "RUN a"]
    assert _made([], 1) == [None]
    found = layers([StoredImage("sha256:1", ("a:1",), ("sha256:aa", "sha256:bb"), ())])
    assert [(layer.size, layer.instruction) for layer in found] == [
        (None, "made without an instruction")
    ] * 2


BASE = (StoreEntry("", "Imported from -", 100),)
IMAGES = [
    StoredImage("sha256:1", ("base:1", "x:5000/base:1"), ("sha256:b",), BASE),
    StoredImage(
        "sha256:2", ("web:1",), ("sha256:b", "sha256:w"), (*BASE, StoreEntry("RUN w", size=7))
    ),
    StoredImage(
        "sha256:3", ("same:1",), ("sha256:b", "sha256:w"), (*BASE, StoreEntry("RUN w", size=7))
    ),
    # the same difference on another layer is another layer
    StoredImage("sha256:4", (), ("sha256:o", "sha256:w"), (*BASE, StoreEntry("RUN w", size=7))),
]


def test_a_shared_layer_is_there_once_with_all_its_names() -> None:
    found = layers(IMAGES)
    assert len(found) == 4
    by_names = {layer.names: layer for layer in found}
    base, top = by_names["base:1", "x:5000/base:1"], by_names["same:1", "web:1"]
    assert (base.images, base.below, base.size) == (3, None, 100)
    assert (top.images, top.below, top.size) == (2, base.chain_id, 7)
    alone = by_names[("untagged sha256:4",)]
    assert (alone.images, alone.size) == (1, 7)
    assert alone.chain_id not in (top.chain_id, "sha256:w")


def test_a_layer_comes_after_the_one_below_it_and_the_order_of_images_does_not_count() -> None:
    found = layers(IMAGES)
    seen: set[str | None] = {None}
    for layer in found:
        assert layer.below in seen
        seen.add(layer.chain_id)
    for shuffled in permutations(IMAGES):
        assert layers(shuffled) == found


@pytest.mark.parametrize(
    ("created_by", "comment", "shown"),
    [
        ('/bin/sh -c #(nop)  CMD ["x"]', "", 'CMD ["x"]'),
        ("/bin/sh -c make all", "", "RUN make all"),
        ("|2 A=a b B= /bin/sh -c make all", "", "RUN make all"),
        ("RUN /bin/sh -c make # buildkit", "buildkit.dockerfile.v0", "RUN make"),
        ("RUN |1 A=b /bin/sh -c make # buildkit", "buildkit.dockerfile.v0", "RUN make"),
        ("COPY a b # buildkit", "buildkit.dockerfile.v0", "COPY a b"),
        ("RUN /bin/bash -c make # buildkit", "", "RUN /bin/bash -c make"),
        (f"/bin/sh -c #(nop) ADD file:{'0f' * 32} in / ", "", "ADD file:0f0f0f0f… in /"),
        ("", "Imported from -", "Imported from -"),
        ("", "", "made without an instruction"),
    ],
)
def test_an_instruction_reads_as_in_its_dockerfile(
    created_by: str, comment: str, shown: str
) -> None:
    assert instruction(created_by, comment) == shown


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (999_499, "999 kB"),
        (999_999, "1 MB"),
        (2_445_935, "2.45 MB"),
        (312_719_298, "313 MB"),
    ],
)
def test_sizes_are_written_in_three_digits_of_powers_of_1000(count: int, shown: str) -> None:
    assert size(count) == shown
