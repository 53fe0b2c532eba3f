"""A long chain is planned in a time that grows as it does; script/bench measures more of it."""

import time
from datetime import UTC, datetime
from pathlib import Path

from dockwright.chain.graph import order
from dockwright.chain.plan import plan
from dockwright.chain.read import read
from tests.bench.chain import make


def seconds(folder: Path, length: int) -> float:
    """Of the processor: what else the machine does doesn't count."""
    make(folder, length)
    began = time.process_time()
    images = order(read(folder))
    assert len(plan(images, {}, now=datetime.now(UTC))) == length
    return time.process_time() - began


def test_a_thousand_images_are_planned_in_a_second_and_ten_times_as_many_take_ten_times_as_long(
    tmp_path: Path,
) -> None:
    few = min(seconds(tmp_path / f"few{n}", 100) for n in range(3))
    many = min(seconds(tmp_path / f"many{n}", 1000) for n in range(2))
    assert many < 1
    assert many < few * 20
