"""Which images a box's processor runs."""

from platform import machine

import pytest

from dockwright.engine.machine import architecture_of, runs


@pytest.mark.parametrize(
    ("box", "image", "fits"),
    [
        ("x86_64", "386", True),
        ("x86_64", "arm64", False),
        ("aarch64", "arm", True),
        ("aarch64", "amd64", False),
        ("armv7l", "arm64", False),
        ("i686", "amd64", False),
        ("ppc64le", "ppc64le", True),
        # what is not known is left to the engine
        ("x86_64", "", True),
        ("", "amd64", True),
        ("loongarch64", "amd64", True),
    ],
)
def test_what_a_processor_runs(box: str, image: str, fits: bool) -> None:
    assert runs(box, image) is fits


@pytest.mark.parametrize("box", ["x86_64", "i686", "aarch64", "armv6l", "s390x", "riscv64", "odd"])
def test_a_box_runs_what_images_call_it(box: str) -> None:
    assert runs(box, architecture_of(box))


def test_this_machine_has_a_name_that_images_use() -> None:
    assert architecture_of(machine()) in ("amd64", "arm64", "386", "arm", "ppc64le", "s390x",
                                          "riscv64")  # fmt: skip
