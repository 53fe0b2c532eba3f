"""Who we are on a box, and how we become root there."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dockwright.box import privilege
from dockwright.box.privilege import UID, as_root, needs_sudo
from dockwright.errors import BoxError
from tests.ssh_server import Server
from tests.unit.box.boxes import KEY, Here, local, this_machine


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    with this_machine(tmp_path, monkeypatch) as made:
        yield made


@pytest.mark.parametrize(("uid", "sudo"), [(0, False), (1000, True)])
def test_on_this_machine_our_own_number_counts(
    uid: int, sudo: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privilege.os, "geteuid", lambda: uid)
    with local() as host:
        assert needs_sudo(host) is sudo


@pytest.mark.parametrize(("user", "sudo"), [("root", False), ("toor", True)])
def test_over_ssh_the_user_of_the_inventory_counts_and_nothing_is_asked(
    here: Here, user: str, sudo: bool
) -> None:
    host = here.unreached(ssh_user=user)  # not even connected
    assert needs_sudo(host) is sudo


@pytest.mark.parametrize(("uid", "sudo"), [(b"0", False), (b"1000", True)])
def test_where_the_inventory_names_no_user_the_box_is_asked_once(
    here: Here, uid: bytes, sudo: bool
) -> None:
    host = here.over_ssh(Server(keys=(KEY,)), ssh_user=None)
    # this machine's own number, as its server is this machine
    assert host.connector_data[UID] == str(os.geteuid()).encode()
    host.connector_data[UID] = uid
    assert needs_sudo(host) is sudo
    del host.connector_data[UID]
    host.connector.client.get_transport().close()
    with pytest.raises(BoxError, match=r"^box docker: the connection to it broke"):
        needs_sudo(host)


def test_a_password_is_taken_for_sudo_alone_and_what_an_operation_said_is_overridden(
    here: Here,
) -> None:
    host = here.unreached(ssh_user="app", _sudo_password="s3cret", _su_user="other",
                          _chdir="/srv", _env={"A": "1"}, _sudo_user="third")  # fmt: skip
    assert as_root(host) == {
        "_sudo": True, "_sudo_password": "s3cret", "_sudo_user": "", "_su_user": "",
        "_chdir": "", "_env": {},
    }  # fmt: skip
    root = as_root(here.unreached(ssh_user="root", _sudo_password="s3cret"))
    assert (root["_sudo"], root["_sudo_password"]) == (False, "")
