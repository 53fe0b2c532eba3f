"""Which changes of daemon.json a running engine takes: what was asked of real ones."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.engine.settings import reload
from dockwright.engine.settings.reload import is_another_store, is_enough

TAKEN = ("debug", "labels", "live-restore", "default-runtime", "runtimes", "insecure-registries",
         "registry-mirrors", "shutdown-timeout", "default-shm-size")  # fmt: skip
RESET = ("max-concurrent-downloads", "max-concurrent-uploads", "max-download-attempts")
RESTART = ("log-driver", "log-opts", "mtu", "bip", "dns", "features", "storage-driver", "hosts",
           "a-key-of-tomorrow")  # fmt: skip


@pytest.mark.parametrize("key", [*TAKEN, *RESET])
def test_a_key_that_is_taken_at_sighup(key: str) -> None:
    assert is_enough({key}, ())
    assert is_enough({key}, {key}) is (key in RESET)


@pytest.mark.parametrize("key", RESTART)
def test_one_that_takes_a_restart_is_not_hidden_by_others_that_do_not(key: str) -> None:
    assert not is_enough({key}, ())
    assert not is_enough({key, *TAKEN}, ())
    assert not is_enough((), {key})


@pytest.mark.parametrize(
    ("after", "another"),
    [
        ({}, False),
        ({"features": {"containerd-snapshotter": False}}, False),
        ({"features": {"buildkit": True}}, False),
        ({"features": None}, False),
        ({"features": {"containerd-snapshotter": True}}, True),
        ({"data-root": "/srv/docker"}, True),
        ({"storage-driver": "btrfs"}, True),
    ],
)
def test_an_engine_leaves_its_images_with_their_store(after: Any, another: bool) -> None:
    assert is_another_store({"debug": True}, after) is another
    assert is_another_store(after, {"debug": True}) is another


@given(st.sets(st.sampled_from([*TAKEN, *RESET, *RESTART])), st.sets(st.sampled_from(RESET)))
def test_more_changes_never_take_less(changed: set[str], removed: set[str]) -> None:
    if is_enough(changed, removed):
        for key in changed:
            assert is_enough(changed - {key}, removed)


def test_what_the_table_of_answers_says_is_what_is_done() -> None:
    table = reload.__doc__ or ""
    lines = [line for line in table.splitlines() if re.search(r" taken +(stays|back)", line)]
    assert len(lines) == 6
    for line in lines:
        keys = [key for key in re.findall(r"[a-z]+(?:-[a-z]+)+|debug|labels|runtimes",
                line.partition(" taken")[0]) if not key.startswith("-")]  # fmt: skip
        assert keys
        for key in keys:
            assert is_enough({key}, {key}) is ("back to the default" in line), key
