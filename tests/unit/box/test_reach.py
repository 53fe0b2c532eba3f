"""A box connected, or one line of ours that says why not."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from dockwright.box.absent import leave_out
from dockwright.box.privilege import UID
from dockwright.box.reach import NotReached, reach
from tests.ssh_server import Server
from tests.unit.box.boxes import DOCKER, KEY, Here, this_machine


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    with this_machine(tmp_path, monkeypatch) as made:
        yield made


def test_a_container_that_is_not_there_is_told_with_its_connector(here: Here) -> None:
    here.program("docker", DOCKER)
    with pytest.raises(NotReached, match="box @docker/db: cannot be reached by @docker "):
        here.box("@docker/db")


def test_a_box_that_is_connected_is_not_connected_again(here: Here) -> None:
    server = Server(keys=(KEY,))
    host = here.over_ssh(server)
    reach(host)
    assert len(server.transports) == 1


def test_the_user_s_number_is_known_from_then_on(here: Here) -> None:
    host = here.over_ssh(Server(keys=(KEY,)))
    assert host.connector_data[UID].isdigit()


def test_the_folder_of_host_keys_is_made_as_openssh_makes_it(here: Here) -> None:
    (here.folder / ".ssh").rmdir()
    here.over_ssh(Server(keys=(KEY,)), ssh_known_hosts_file=None)
    folder = here.folder / ".ssh"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "known_hosts").exists()


def test_an_account_that_runs_nothing_is_left_disconnected(here: Here) -> None:
    port = here.server(answer=b"This account is currently not available.\n")
    host = here.unreached(ssh_port=port)
    with pytest.raises(NotReached, match="box docker: its user has no shell"):
        reach(host)
    assert not host.connected


def test_where_nobody_answers_the_way_out_is_the_one_that_was_given(here: Here) -> None:
    for absent, said in (("", "see that it is up, its address"), ("start it", "start it")):
        with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
            waiting = [socket.socket() for _ in range(4)]
            for one in waiting:
                one.setblocking(False)
                one.connect_ex(full.getsockname())
            host = here.unreached(ssh_port=full.getsockname()[1])
            host.state.config.CONNECT_TIMEOUT = 1
            with pytest.raises(NotReached, match=f"^box docker: no answer .*; {said}"):
                reach(host, absent)
            for one in waiting:
                one.close()


def test_one_that_is_left_out_is_not_asked(here: Here) -> None:
    host = here.unreached(ssh_port=1)
    leave_out(host.state, {host: "left out by --skip"})
    with pytest.raises(NotReached, match=r"^box docker: left out by --skip; nothing is asked of"):
        reach(host)
