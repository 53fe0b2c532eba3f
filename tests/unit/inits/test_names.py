"""A leaf owns its own files, and no other leaf's."""

from itertools import product
from pathlib import Path

import pytest

from dockwright.boot.group import group
from dockwright.boot.job import Group
from dockwright.inits import env_file, supervisord, systemd, upstart
from dockwright.inits.init import INITS
from dockwright.inits.names import leaf_of

LEAVES = ("app", "app-worker", "app-worker-2", "a")


def make(leaf: str, **options: dict[str, str]) -> Group:
    line = f"web: docker run {leaf}\nworker: docker run --stop-timeout 60 {leaf}"
    return group(leaf, line, "Procfile", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("init", [systemd, upstart, supervisord])
def test_a_leaf_owns_its_own_files_and_no_other_leafs(init: object) -> None:
    for mine, other in product(LEAVES, LEAVES):
        for file in init.files(make(other, env={"A": "1"})):  # type: ignore[attr-defined]
            name = Path(file.path).name
            owned = env_file.owned if file.unit is None else init.owned  # type: ignore[attr-defined]
            assert owned(mine, name) is (mine == other), name


def test_what_all_leaves_share_is_no_leafs_whatever_it_is_called() -> None:
    for init in INITS.values():
        for file in init.shared():
            name = Path(file.path).name
            assert init.unit_of(file.path) == file.unit
            assert not any(init.owned(leaf, file.path) for leaf in (*LEAVES, leaf_of(name)))
