"""Signatures of a registry's images: put there, found again, and believed by the key alone."""

import socket
from collections.abc import Iterator
from threading import Thread

import pytest
from pyinfra.api import Config, Inventory, State
from pyinfra.api.host import Host
from pyinfra.connectors.local import LocalConnector
from pyinfra.context import ctx_state

from dockwright.errors import NotReady
from dockwright.facts import beside as room
from dockwright.facts import digests as digests_room
from dockwright.facts import manifests as manifests_room
from dockwright.facts.digests import digest_in, foresee
from dockwright.facts.sboms import keep_sboms
from dockwright.facts.signatures import (
    accept,
    accept_instead,
    is_signed,
    sboms,
    sign,
    unsigned,
)
from dockwright.registry.beside import tag_of_sbom, tag_of_signatures
from dockwright.registry.login import Login
from dockwright.registry.signature import new_key, public_key
from tests.bench.proxy import Proxy
from tests.ssh_server import closed_port
from tests.unit.facts.loopback import Registry, box, serving

ONE, OTHER = "sha256:" + "a" * 64, "sha256:" + "b" * 64
LOGIN = Login("me", "s3cret")
MINE, THEIRS = new_key(), new_key()
PUBLIC = {key: public_key(key, "") for key in (MINE, THEIRS)}


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    with serving(monkeypatch, room, manifests_room, digests_room) as made:
        yield made


@pytest.fixture
def host() -> Host:
    return box()


def test_what_is_signed_is_found_signed_and_nothing_else_is(registry: Registry, host: Host) -> None:
    images = [("web", ONE), ("web", OTHER), ("api", ONE)]
    sign(host, registry.place, images[:1], LOGIN, MINE)
    assert unsigned(host, registry.place, images, LOGIN, [PUBLIC[MINE]]) == images[1:]
    assert registry.logins == {LOGIN.basic()}


def test_another_key_s_word_counts_for_nothing(registry: Registry, host: Host) -> None:
    sign(host, registry.place, [("web", ONE)], None, THEIRS)
    asked = (host, registry.place, [("web", ONE)], None)
    assert unsigned(*asked, [PUBLIC[MINE]]) == [("web", ONE)]
    assert unsigned(*asked, [PUBLIC[MINE], PUBLIC[THEIRS]]) == []


def test_signatures_of_others_stay_beside_ours_and_ours_is_there_once(
    registry: Registry, host: Host
) -> None:
    for key in (THEIRS, MINE, MINE):
        sign(host, registry.place, [("web", ONE)], None, key)
    for key in (MINE, THEIRS):
        assert unsigned(box(), registry.place, [("web", ONE)], None, [PUBLIC[key]]) == []
    manifest = registry.manifests["web"][tag_of_signatures(ONE)]
    assert manifest.count(b"dev.cosignproject.cosign/signature") == 2


def test_a_signature_that_was_copied_to_another_image_signs_nothing(
    registry: Registry, host: Host
) -> None:
    sign(host, registry.place, [("web", ONE)], None, MINE)
    copied = registry.manifests["web"][tag_of_signatures(ONE)]
    registry.manifests["web"][tag_of_signatures(OTHER)] = copied
    registry.manifests["api"] = {tag_of_signatures(ONE): copied}
    others = [("web", OTHER), ("api", ONE)]
    assert unsigned(host, registry.place, others, None, [PUBLIC[MINE]]) == others


def test_what_was_found_signed_is_not_asked_again_in_a_run(registry: Registry, host: Host) -> None:
    sign(host, registry.place, [("web", ONE)], None, MINE)
    for _ in range(2):
        assert unsigned(host, registry.place, [("web", ONE)], None, [PUBLIC[MINE]]) == []
    assert sum(one.startswith("GET") for one in registry.requests) == 2  # once to sign, and once
    assert unsigned(host, registry.place, [("web", OTHER)], None, [PUBLIC[MINE]])
    assert unsigned(host, registry.place, [("web", OTHER)], None, [PUBLIC[MINE]])


def test_only_where_keys_are_accepted_is_a_signature_asked_for(
    registry: Registry, host: Host
) -> None:
    assert is_signed(host, registry.place, "web", ONE, None)
    assert registry.requests == []
    accept(host.state, registry.place, [PUBLIC[MINE]])
    assert not is_signed(host, registry.place, "web", ONE, None)
    sign(host, registry.place, [("web", ONE)], None, THEIRS)
    assert not is_signed(host, registry.place, "web", ONE, None)
    accept_instead(host.state, [PUBLIC[MINE]], [PUBLIC[THEIRS]])
    assert is_signed(host, registry.place, "web", ONE, None)


def test_what_is_foreseen_is_looked_at_with_the_first_over_one_connection(
    registry: Registry, host: Host
) -> None:
    images = [(f"leaf{number}", ONE) for number in range(20)]
    accept(host.state, registry.place, [PUBLIC[MINE]])
    sign(host, registry.place, images[1:], LOGIN, MINE)
    foresee(host.state, registry.place, [f"{name}:latest" for name, _ in images])
    for name, _ in images:
        registry.manifests[name] = {**registry.manifests.get(name, {}), "latest": b"{}"}
    assert digest_in(host, registry.place, "leaf0:latest", LOGIN) == ONE
    registry.requests.clear()
    registry.connections.clear()
    for name, digest in images[1:]:
        assert is_signed(host, registry.place, name, digest, LOGIN)
    assert sorted(registry.requests) == sorted(
        f"GET /v2/{name}/manifests/{tag_of_signatures(ONE)}" for name, _ in images
    )
    assert len(registry.connections) == 1
    # and that which nobody signed is none, whatever was foreseen
    assert not is_signed(host, registry.place, "leaf0", ONE, LOGIN)


def test_what_is_wrong_with_a_foreseen_one_is_no_word_about_another(
    registry: Registry, host: Host
) -> None:
    accept(host.state, registry.place, [PUBLIC[MINE]])
    sign(host, registry.place, [("web", ONE)], LOGIN, MINE)
    foresee(host.state, registry.place, ["api:latest", "web:latest"])
    for name in ("api", "web"):
        registry.manifests[name] = {**registry.manifests.get(name, {}), "latest": b"{}"}
    assert digest_in(host, registry.place, "web:latest", LOGIN) == ONE
    registry.instead = lambda path: 500 if "/api/" in path else None
    assert is_signed(host, registry.place, "web", ONE, LOGIN)
    with pytest.raises(NotReady, match="by 500"):
        is_signed(host, registry.place, "api", ONE, LOGIN)


def test_an_sbom_that_is_named_is_also_to_be_kept(registry: Registry, host: Host) -> None:
    images = [("web", ONE), ("api", ONE), ("db", ONE), ("job", ONE)]
    kept = keep_sboms(host, registry.place, dict.fromkeys(images[:3], b"{}"), LOGIN)
    sign(host, registry.place, images, LOGIN, MINE, kept)
    asked = (host, registry.place, images, LOGIN, [PUBLIC[MINE]])
    assert sboms(*asked, is_kept=True) == {**kept, images[3]: None}
    tag = tag_of_sbom(ONE)
    registry.manifests["api"][tag] = b"{}"
    del registry.manifests["db"][tag]
    # what was found before in the run is no answer to that
    gone = {images[1]: None, images[2]: None}
    assert sboms(*asked, is_kept=True) == {**kept, images[3]: None, **gone}
    # what it names is what it has signed all the same
    assert sboms(*asked) == {**kept, images[3]: None}


def test_rubbish_in_a_signature_s_place_is_none(registry: Registry, host: Host) -> None:
    for body in (b"", b"[]", b"x" * 5_000_000, b'{"layers": [{"digest": "sha256:1"}]}'):
        registry.manifests["web"] = {tag_of_signatures(ONE): body}
        assert unsigned(host, registry.place, [("web", ONE)], None, [PUBLIC[MINE]])


@pytest.mark.parametrize("status", [401, 500])
def test_a_registry_that_does_not_say_is_no_unsigned_image(
    registry: Registry, host: Host, status: int
) -> None:
    registry.instead = lambda path: status
    with pytest.raises(NotReady, match=rf"^registry .*: answered GET .* by {status}; see its log"):
        unsigned(host, registry.place, [("web", ONE)], None, [PUBLIC[MINE]])


def test_one_that_is_down_is_told_and_the_box_s_engine_not_blamed(
    registry: Registry, host: Host
) -> None:
    registry.server.shutdown()
    registry.server.server_close()
    said = rf"^registry {registry.place}: its signatures can't be asked through box web1 \("
    with pytest.raises(NotReady, match=said):
        unsigned(host, registry.place, [("web", ONE)], None, [PUBLIC[MINE]])


@pytest.fixture
def two(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    """A box from which no way leads to the registry, whose own box answers for it."""
    state = State(Inventory((["web1", "@local"], {})), Config())
    for one in state.inventory:
        state.activate_host(one)
    found: Host = state.inventory.get_host("web1")
    found.connector = LocalConnector(state, found)
    closed = closed_port()

    def way(host: Host, _: str) -> tuple[tuple[str, int], None, bool]:
        return ("127.0.0.1", registry.port if host.name == "@local" else closed), None, False

    monkeypatch.setattr(room, "way", way)
    with ctx_state.use(state):
        yield found
    state.inventory.get_host("@local").disconnect()


def test_where_no_way_leads_to_it_its_own_box_asks(registry: Registry, two: Host) -> None:
    with pytest.raises(NotReady, match="can't be asked through box web1"):
        sign(two, registry.place, [("web", ONE)], LOGIN, MINE)
    accept(two.state, registry.place, [PUBLIC[MINE]], keeper="@local")
    assert not is_signed(two, registry.place, "web", ONE, LOGIN)
    sign(two, registry.place, [("web", ONE)], LOGIN, MINE)
    assert is_signed(two, registry.place, "web", ONE, LOGIN)
    assert registry.logins == {LOGIN.basic()}


def test_signatures_of_several_are_asked_in_one_round_trip(
    registry: Registry, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = [(name, ONE) for name in ("web", "api", "db")]
    sign(host, registry.place, images[:2], None, MINE)
    registry.requests.clear()
    with Proxy(("127.0.0.1", registry.port), 0.02) as proxy:
        monkeypatch.setattr(room, "way", lambda *_: (("127.0.0.1", proxy.port), None, False))
        assert unsigned(host, registry.place, images, None, [PUBLIC[MINE]]) == images[2:]
        assert proxy.round_trips == 1
    assert len(registry.requests) == 3


def test_one_that_is_not_answered_so_is_asked_by_itself(registry: Registry, host: Host) -> None:
    images = [(name, ONE) for name in ("web", "api", "db")]
    sign(host, registry.place, images, None, MINE)
    registry.requests.clear()
    # what fails once, such as a tag that is just being put on another image
    registry.instead = lambda path: 503 if registry.requests == ["GET " + path] else None
    assert unsigned(host, registry.place, images, None, [PUBLIC[MINE]]) == []
    assert len(registry.requests) == 4


def test_a_registry_that_takes_no_two_questions_at_once_is_asked_one_by_one(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = server.getsockname()
        monkeypatch.setattr(room, "way", lambda *_: (place, None, False))

        def serve() -> None:
            while True:
                try:
                    side, _ = server.accept()
                except OSError:
                    return
                with side:
                    if side.recv(1 << 16).count(b"\r\n\r\n") == 1:
                        side.sendall(b"HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n")

        Thread(target=serve, daemon=True).start()
        images = [("web", ONE), ("api", ONE)]
        assert unsigned(host, f"127.0.0.1:{place[1]}", images, None, [PUBLIC[MINE]]) == images
        server.shutdown(socket.SHUT_RDWR)
