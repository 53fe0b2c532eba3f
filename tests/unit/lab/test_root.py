"""A lab's root file system: what it is cached by, copied as it is, not removed below a mount."""

from pathlib import Path

import pytest

from dockwright.errors import DockwrightError
from dockwright.lab.root import cache_key, copy_root, remove_tree


def test_the_cache_is_by_suite_packages_and_apt_set_up() -> None:
    key = cache_key("bookworm", ["a", "b"], "text", [])
    assert key == cache_key("bookworm", ["b", "a"], "text", [])
    assert key.startswith("root-bookworm-")
    others = {
        cache_key("trixie", ["a", "b"], "text", []),
        cache_key("bookworm", ["a"], "text", []),
        cache_key("bookworm", ["a", "b"], "other", []),
        cache_key("bookworm", ["a", "b"], "text", ["x"]),
    }
    assert key not in others
    assert len(others) == 4


def test_a_copy_is_as_its_root_and_nothing_of_a_former_one_stays(tmp_path: Path) -> None:
    cached, root = tmp_path / "cached", tmp_path / "boxes" / "docker"
    (cached / "etc").mkdir(parents=True)
    (cached / "etc/shadow").write_text("secret")
    (cached / "etc/shadow").chmod(0o640)
    (cached / "bin").symlink_to("usr/bin")
    (root / "var").mkdir(parents=True)
    copy_root(cached, root)
    assert sorted(path.name for path in root.iterdir()) == ["bin", "etc"]
    assert (root / "bin").readlink() == Path("usr/bin")
    assert (root / "etc/shadow").stat().st_mode & 0o777 == 0o640


def test_a_tree_goes_whatever_its_names_and_one_that_is_not_there_is_no_error(
    tmp_path: Path,
) -> None:
    tree, beside = tmp_path / "-rf it's", tmp_path / "-rf"
    (tree / "a b").mkdir(parents=True)
    beside.mkdir()
    for _ in range(2):
        remove_tree(tree)
        assert [path.name for path in tmp_path.iterdir()] == ["-rf"]


def test_what_something_is_mounted_in_stays() -> None:
    # of /proc nothing can be removed, whoever tries
    with pytest.raises(DockwrightError, match=r"/proc: not removed, /proc.* is mounted in it"):
        remove_tree(Path("/proc"))
