"""A box that is to be packaged: what it is told, and the keys of it that this machine has."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyinfra.context import ctx_host, ctx_state

from dockwright import places
from dockwright.commands.declare import Call
from dockwright.commands.script import Script
from dockwright.operations import clean
from tests.unit.box.boxes import local


@pytest.fixture(autouse=True)
def here() -> Iterator[None]:
    with local() as host, ctx_state.use(host.state), ctx_host.use(host):
        yield


def _told(operation: Any, **how: Any) -> list[Any]:
    return list(operation._inner(**how))


def test_free_space_is_zeroed_as_far_as_is_asked_for() -> None:
    tidy, zero = _told(clean.up, zero_mib=10, spare_mib=3)
    assert (tidy.what, zero.what, zero.args) == ("clean up", "zeroing free space", ("/", "10", "3"))
    [tidy] = _told(clean.up, zero_mib=0)
    assert tidy.what == "clean up"


@pytest.mark.parametrize("how", [{"zero_mib": -1}, {"spare_mib": -1}])
def test_less_than_nothing_is_refused(how: dict[str, int]) -> None:
    with pytest.raises(Exception, match="clean up: -1 MiB: use 0 or more"):
        _told(clean.up, **how)


def test_what_it_forgets_has_each_secret_of_ours_in_it() -> None:
    [forget] = _told(clean.forget)
    assert isinstance(forget, Script)
    for path in places.secrets():
        assert path in forget.args[0]


def test_the_box_s_host_keys_of_this_machine_go_where_they_are_its_alone(tmp_path: Path) -> None:
    known = tmp_path / "known_hosts"
    known.write_text("key")
    call, _ = _told(clean.forget, known_hosts=str(known))
    assert isinstance(call, Call)
    for _ in range(2):  # one that is not there is no error
        call.function(*call.args)
        assert not known.exists()
