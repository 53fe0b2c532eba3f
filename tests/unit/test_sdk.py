"""The SDK's names: each is its own, and none is loaded before it is used."""

import subprocess
import sys
from pathlib import Path

import docker
import pytest

from dockwright import sdk

# what a run loads whose images are all in their registries
_UNCHANGED = """
import sys
import pyinfra_cli.main
import dockwright.deploys.images, dockwright.deploys.leaves, dockwright.operations.image
late = {"docker", "requests", "rich.console", "rich.live", "debsbom", "graphviz"} & set(sys.modules)
print(*sorted(late))
"""


@pytest.mark.parametrize("name", sdk._MODULES)
def test_each_is_the_sdk_s_own(name: str) -> None:
    of = docker if name == "APIClient" else docker.errors
    assert getattr(sdk, name) is getattr(of, name)


def test_another_name_is_none() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = sdk.Nothing


def test_a_run_with_nothing_to_do_loads_none_of_what_it_does_not_need() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _UNCHANGED], capture_output=True, text=True, check=True,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert done.stdout.split() == []
