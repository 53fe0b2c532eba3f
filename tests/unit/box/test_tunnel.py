"""HTTP to a registry as a box reaches it."""

from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest
import urllib3

from dockwright.box.tunnel import _trusting, pool
from tests.ssh_server import Server
from tests.unit.box.boxes import KEY, Here, local, this_machine
from tests.unit.box.registries import certificate, registry


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    with this_machine(tmp_path, monkeypatch) as made:
        yield made


def test_a_registry_is_not_reached_from_a_container(here: Here) -> None:
    connections = pool(here.in_a_container(), ("127.0.0.1", 1), None, tls=False)
    said = "reached by @docker; a registry can be reached over SSH"
    with pytest.raises(urllib3.exceptions.HTTPError, match=said):
        connections.request("HEAD", "/v2/")


def test_from_this_machine_a_registry_is_asked_over_one_connection() -> None:
    with local() as host, registry() as place:
        connections = pool(host, place, None, tls=False)
        asked = [connections.request("GET", path).data.split() for path in ("/v2/", "/v2/web")]
        assert [path for path, *_ in asked] == [b"/v2/", b"/v2/web"]
        assert asked[0][2] == asked[1][2]
        connections.close()


def test_over_ssh_it_is_asked_by_the_box_s_connection(here: Here) -> None:
    server = Server(keys=(KEY,), forwards=paramiko.OPEN_SUCCEEDED)
    host = here.over_ssh(server)
    with registry() as place:
        connections = pool(host, place, None, tls=False)
        assert connections.request("GET", "/x").data.startswith(b"/x by ")
        # nothing but that connection leads from us to the registry
        for transport in server.transports:
            transport.close()
        with pytest.raises(
            (urllib3.exceptions.HTTPError, paramiko.SSHException, OSError, EOFError)
        ):
            pool(host, place, None, tls=False).request("GET", "/x")
        connections.close()


def test_a_box_whose_sshd_forbids_it_says_so(here: Here) -> None:
    forbidden = paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED
    host = here.over_ssh(Server(keys=(KEY,), forwards=forbidden))
    with pytest.raises(paramiko.ChannelException):
        pool(host, ("127.0.0.1", 1), None, tls=False).request("GET", "/")


@pytest.mark.parametrize("by", ["@local", "ssh"])
def test_with_tls_only_what_its_ca_vouches_for_is_asked(here: Here, by: str) -> None:
    pem, context = certificate(here.folder)
    with local() as this, registry(context) as place:
        host = this
        if by == "ssh":
            host = here.over_ssh(Server(keys=(KEY,), forwards=paramiko.OPEN_SUCCEEDED))
        connections = pool(host, place, pem, tls=True)
        for _ in range(2):
            assert connections.request("GET", "/v2/").data.startswith(b"/v2/ by ")
        connections.close()
        with pytest.raises((urllib3.exceptions.HTTPError, OSError), match="certificate"):
            pool(host, place, None, tls=True).request("GET", "/v2/")


def test_what_the_machines_own_ca_vouches_for_is_asked_though_the_site_has_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [tmp_path / "own", tmp_path / "site"]
    for folder in folders:
        folder.mkdir()
    (own, context), (pem, _) = map(certificate, folders)
    monkeypatch.setenv("SSL_CERT_FILE", str(folders[0] / "crt"))
    with local() as host, registry(context) as place:
        for authority in (pem, own):
            connections = pool(host, place, authority, tls=True)
            assert connections.request("GET", "/v2/").data.startswith(b"/v2/ by ")
            connections.close()
    monkeypatch.delenv("SSL_CERT_FILE")
    _trusting.cache_clear()
    # of another run, as a connection is kept within one
    with (
        local() as host,
        registry(context) as place,
        pytest.raises((urllib3.exceptions.HTTPError, OSError), match="certificate"),
    ):
        pool(host, place, pem, tls=True).request("GET", "/v2/")
