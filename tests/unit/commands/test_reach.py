"""What a box is told about a leaf's bounds: nothing of one leaf takes another's away."""

import pytest

from dockwright.boot.reach import network_name
from dockwright.commands.reach import away, load, of_leaves
from dockwright.inits.reach_file import bridge, chain, path_of


@pytest.mark.parametrize("leaf", ["web", "web-1", "a" * 60])
def test_what_goes_is_what_the_leaf_s_file_made(leaf: str) -> None:
    script = away(path_of(leaf))
    assert script.args == (path_of(leaf), network_name(leaf), bridge(leaf), chain(leaf), leaf)
    assert script.what == f"{leaf}: its network and rules go"


def test_it_is_loaded_by_its_own_file() -> None:
    assert str(load(path_of("web"))) == f"sh {path_of('web')}"


def test_only_files_in_their_folder_are_of_leaves() -> None:
    others = ["/etc/dockwright/web.reach", f"{path_of('web')}.new", "/etc/hosts", ""]
    assert of_leaves([path_of("web"), *others, path_of("api")]) == (path_of("web"), path_of("api"))
