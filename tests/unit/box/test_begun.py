"""Whether anything has begun since: programs of this machine, other greenlets, what is excepted."""

import os
import subprocess
import sys
from pathlib import Path

import gevent
import pytest

from dockwright.box import begun
from dockwright.box.channels import budget_of
from dockwright.box.connection import by_ssh, channel_for
from dockwright.box.inside.connections import on_each_use
from tests.unit.box.boxes import this_machine

STARTS = {
    "a program": lambda: subprocess.run(["true"], check=True),
    "a shell": lambda: os.system("true"),  # noqa: S605
    "a child": lambda: os.waitpid(os.posix_spawnp("true", ["true"], os.environ), 0),
}


@pytest.mark.parametrize("what", STARTS)
def test_a_program_of_this_machine_may_be_an_ssh_to_a_box(what: str) -> None:
    mark = begun.mark()
    assert mark is not None and mark.holds()
    with begun.harmless():
        STARTS[what]()
    assert mark.holds()
    STARTS[what]()
    assert not mark.holds()


def test_what_one_greenlet_knows_to_be_harmless_is_not_so_in_another() -> None:
    mark = begun.mark()
    assert mark is not None
    with begun.harmless():
        gevent.spawn(begun.begins).join()
    assert not mark.holds()


def test_there_is_no_mark_while_something_is_under_way_and_its_end_counts_too() -> None:
    before = begun.mark()
    with begun.under_way(), begun.under_way():
        assert begun.mark() is None
    after = begun.mark()
    assert before is not None and not before.holds()
    assert after is not None and after.holds()
    with begun.harmless(), begun.under_way():
        assert begun.mark() is not None
    assert after.holds()


def test_what_pyinfra_does_over_ssh_counts_and_what_we_ask_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with this_machine(tmp_path, monkeypatch) as here:
        # that server runs no program of this machine
        host = here.unreached(ssh_port=here.server(answer=b""))
        host.connect(raise_exceptions=True)
        here.ends.callback(host.disconnect)
        connector = by_ssh(host)
        assert connector is not None and connector.client is not None
        assert budget_of(connector) is not None
        on_each_use(connector, begun.under_way)
        mark = begun.mark()
        assert mark is not None
        channel_for(connector, "true", "a question").close()
        assert mark.holds()
        connector.client.exec_command("true")
        assert not mark.holds()
        seen: list[object] = []
        monkeypatch.setattr(connector.client, "exec_command", lambda *_, **__: seen.append(
            begun.mark()))  # fmt: skip
        with pytest.raises(TypeError):  # it is told nothing
            host.run_shell_command("true")
        assert seen == [None]  # it is under way


def test_one_that_raises_has_ended() -> None:
    with pytest.raises(ValueError, match="no"), begun.under_way():
        raise ValueError("no")
    assert begun.mark() is not None


def test_under_pyinfra_s_own_command_programs_are_seen_too() -> None:
    script = (
        "from gevent import monkey; monkey.patch_all()\n"
        "import subprocess\nfrom dockwright.box import begun\n"
        "mark = begun.mark()\nsubprocess.run(['true'])\nprint(mark.holds())\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr
