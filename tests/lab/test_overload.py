"""One visitor who asks for too much, or too slowly, and what all others notice of it: nothing."""

import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.lab.labs.figures import figure
from tests.lab.labs.notes import RAILS, Browser
from tests.lab.labs.site_lab import DOCKER, SiteLab
from tests.lab.labs.wiki import Wiki

WIKI = f"http://{DOCKER}:10001"


@pytest.fixture
def browser(site: SiteLab, tmp_path: Path) -> Browser:
    return Browser(site, tmp_path)


@pytest.fixture
def wiki(site: SiteLab) -> Wiki:
    return Wiki(site)


def started(site: SiteLab) -> str:
    line = "docker inspect -f '{{.Name}} {{.State.StartedAt}} {{.State.OOMKilled}}'"
    return site.ssh(DOCKER, f"{line} rails.web.1 projectwiki.web.1")


def seconds(site: SiteLab, url: str) -> float:
    """How long an ordinary visitor waits for a page."""
    began = time.monotonic()
    assert site.page(url, "-o", "/dev/null")[0] == 200
    return time.monotonic() - began


@contextmanager
def connections(number: int, port: int, said: bytes, window: int) -> Iterator[None]:
    """Visitors who say that and do not read what is answered."""
    with ExitStack() as stack:
        for _ in range(number):
            one = stack.enter_context(socket.socket())
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
            one.settimeout(10)
            one.connect((DOCKER, port))
            one.sendall(said)
        time.sleep(1)
        yield


def test_notes_of_megabytes_are_refused_and_the_list_costs_what_it_did(
    site: SiteLab, browser: Browser, tmp_path: Path
) -> None:
    before, token = started(site), browser.form()
    large = tmp_path / "large"
    # the form comes again, with what is wrong
    for size, statuses in ((12_000_000, {413}), (12_000_000, {413}), (200_000, {200, 422})):
        large.write_text("x" * size)
        fields = (
            *("--data-urlencode", "note[title]=large"),
            *("--data-urlencode", f"note[text]@{large}"),
            *("--data-urlencode", f"authenticity_token={token}"),
        )
        assert browser.get("/notes", *fields)[0] in statuses
    text = site.page(f"{RAILS}/")[1]
    assert len(text) < 100_000
    assert ">large<" not in text
    assert started(site) == before


def test_a_page_of_seventy_megabytes_is_refused_and_the_next_edit_is_kept(
    wiki: Wiki, site: SiteLab, tmp_path: Path
) -> None:
    before = started(site)
    large = tmp_path / "large"
    large.write_bytes(b"text=" + b"x" * 70_000_000)
    code, _ = site.page(f"{WIKI}/edit/Large", "--data-binary", f"@{large}")
    assert code == 413
    name = f"After-{secrets.token_hex(4)}"
    assert wiki.save(name, "kept")[0] == 303
    assert "kept" in wiki.page(f"/wiki/{name}")[1]
    assert started(site) == before


def test_slow_readers_stop_nobody(wiki: Wiki, site: SiteLab) -> None:
    name = f"Long-{secrets.token_hex(4)}"
    assert wiki.save(name, "word " * 20_000)[0] == 303
    at_rest = seconds(site, f"{WIKI}/pages")
    asked = f"GET /wiki/{name} HTTP/1.1\r\nHost: {DOCKER}:10001\r\n\r\n".encode()
    with connections(8, 10001, asked, 2048):
        time.sleep(5)  # rendered, and taken by nginx
        waited = seconds(site, f"{WIKI}/pages")
    figure(f"a page of the wiki beside 8 slow readers: {waited:.2f} s, {at_rest:.2f} at rest")
    assert waited < at_rest + 3


def test_those_who_ask_a_hundred_things_at_once_stop_nobody(site: SiteLab) -> None:
    at_rest = seconds(site, f"{RAILS}/")
    asked = f"GET / HTTP/1.1\r\nHost: {DOCKER}:12001\r\n\r\n".encode() * 100
    with connections(6, 12001, asked, 2048):
        waited = seconds(site, f"{RAILS}/")
    figure(f"a page of rails beside 6 pipelines of 100: {waited:.2f} s, {at_rest:.2f} at rest")
    assert waited < at_rest + 3


def test_one_visitor_has_so_many_connections_and_others_theirs(site: SiteLab) -> None:
    half = f"GET / HTTP/1.1\r\nHost: {DOCKER}:12001\r\nX-Slow: ".encode()
    with connections(30, 12001, half, 2048):
        # from the box itself: another address
        line = "curl -s -m 5 -o /dev/null -w '%{http_code}' " + f"{RAILS}/up"
        assert site.ssh(DOCKER, line) == "200"
