"""What the benches install beside is pinned with hashes, and no index is named."""

import re

from dockwright.wheelhouse.pins import read
from tests.bench.site import ROOT

PATH = ROOT / "tests/bench/constraints.txt"


def test_each_package_has_a_version_and_hashes() -> None:
    lines = PATH.read_text().splitlines()
    assert [
        line for line in lines[1:] if not re.fullmatch(r"\S+==\S+  #( sha256:\w{64})+", line)
    ] == []
    assert "ansible-core" in read(PATH).versions


def test_no_index_is_named() -> None:
    assert "://" not in PATH.read_text()
