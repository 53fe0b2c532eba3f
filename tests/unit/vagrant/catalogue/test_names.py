"""What boxes and versions may be called, and their order by RubyGems' own word."""

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.errors import DockwrightError
from dockwright.vagrant.catalogue.names import check_name, check_version, order

_SOME = ("0", "1", "1.0", "1.0.0", "1.0.rc1", "1.0.0.rc1", "1.rc", "1.rc.0", "1.0.rc.2", "1.0.1",
         "1.0.a1", "1.10", "1.9", "2", "2.0.beta", "2.0.beta2", "1.0.0.0.1",
         "1.0.rc0.1")  # fmt: skip
_RUBY = "puts ARGV.product(ARGV).map { |a, b| Gem::Version.new(a) <=> Gem::Version.new(b) }"


@pytest.mark.parametrize("name", ["site/docker", "a/b", "Site-1/my_box.x"])
def test_names_are_two_words(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize(
    "name", ["", "docker", "a/b/c", "../b", "a/..", "/b", "a/", "a b/c", "-a/b", "a/b\n", "é/b"]
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(DockwrightError, match="no name of a box; write OWNER/BOX"):
        check_name(name)


@pytest.mark.parametrize("version", _SOME)
def test_versions_are_numbers_and_what_comes_before_a_release(version: str) -> None:
    check_version(version)


@pytest.mark.parametrize(
    "version",
    ["", "v1", "1.", ".1", "1..2", "1.2-3", "latest", "1/2", "1.2\n", "1." * 9 + "1", "१"],
)
def test_other_versions_are_refused(version: str) -> None:
    with pytest.raises(DockwrightError, match="no version; write numbers"):
        check_version(version)


def test_rubygems_orders_them_so_too() -> None:
    if shutil.which("ruby") is None:
        pytest.skip("ruby, the oracle, is not on this machine")
    said = subprocess.run(["ruby", "-e", _RUBY, *_SOME], capture_output=True, text=True, check=True)
    pairs = [(a, b) for a in _SOME for b in _SOME]
    for (a, b), word in zip(pairs, said.stdout.split(), strict=True):
        ours = (order(a) > order(b)) - (order(a) < order(b))
        assert ours == int(word), (a, b)


@given(st.lists(st.integers(0, 99), min_size=1, max_size=4), st.integers(0, 2))
def test_zeros_at_the_end_count_for_nothing(numbers: list[int], zeros: int) -> None:
    version = ".".join(map(str, numbers))
    assert order(version) == order(version + ".0" * zeros)
