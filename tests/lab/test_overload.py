"""One visitor who asks for too much, or too slowly, and what all others notice of it: nothing."""

import gzip
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.lab.labs.figures import figure
from tests.lab.labs.git_host import STASH, Git, history
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


@pytest.fixture
def git(site: SiteLab, tmp_path: Path) -> Git:
    password = site.ssh(DOCKER, "sudo cat /etc/dockwright/leaves/stash.password")
    return Git(tmp_path, "dockwright", password)


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


def fetch_of(repository: str, site: SiteLab, path: Path, *options: str) -> tuple[int, str, float]:
    """Status, answer and seconds of a fetch whose body is in ``path``."""
    began = time.monotonic()
    code, _ = site.page(
        f"{STASH}/{repository}.git/git-upload-pack",
        *("--data-binary", f"@{path}", "--output", f"{path}.answer"),
        *("--header", "Content-Type: application/x-git-upload-pack-request", *options),
    )
    took = time.monotonic() - began
    return code, Path(f"{path}.answer").read_bytes().decode("latin-1"), took


def packet(line: str) -> bytes:
    return f"{len(line) + 5:04x}{line}\n".encode()


def test_who_wants_a_thousand_commits_of_the_git_host_costs_it_nothing(
    site: SiteLab, git: Git, tmp_path: Path
) -> None:
    name = f"r{secrets.token_hex(5)}"
    folder = history(git, 30_000)
    done = git("-C", folder, "push", "-q", f"{STASH}/{name}", "main")
    assert done.returncode == 0, done.stderr
    commits = git("-C", folder, "rev-list", "main").stdout.split()
    wants = [packet(f"want {commit}") for commit in commits[1:1321]]
    wants[0] = packet(f"want {commits[1]} multi_ack_detailed side-band-64k")
    body = tmp_path / "wants"
    body.write_bytes(b"".join([*wants, b"0000", packet(f"have {commits[-1]}"), packet("done")]))
    code, text, took = fetch_of(name, site, body)
    figure(f"{len(wants)} wants of 30,000 commits: status {code}, {took:.2f} s")
    assert code == 200
    assert "ERR 1320 wanted commits are at no branch or tag" in text
    assert took < 1
    # a few that were taken away between a client's two requests are handed out
    body.write_bytes(b"".join([*wants[:8], b"0000", packet(f"have {commits[-1]}"), packet("done")]))
    code, text, _ = fetch_of(name, site, body)
    assert code == 200
    assert "ERR" not in text
    cloned = git("clone", "-q", f"{STASH}/{name}", "cloned")
    assert cloned.returncode == 0, cloned.stderr


def test_a_fetch_of_megabytes_is_refused_packed_or_not(
    site: SiteLab, git: Git, tmp_path: Path
) -> None:
    name = f"r{secrets.token_hex(5)}"
    assert git("-C", git.work("x"), "push", "-q", f"{STASH}/{name}", "main").returncode == 0
    body, packed = tmp_path / "body", tmp_path / "packed"
    body.write_bytes(b"0" * 30_000_000)
    packed.write_bytes(gzip.compress(body.read_bytes()))
    for path, options in ((body, ()), (packed, ("--header", "Content-Encoding: gzip"))):
        code, text, took = fetch_of(name, site, path, *options)
        assert (code, took < 3) == (413, True), text
    body.write_bytes(b"no gzip")
    assert fetch_of(name, site, body, "--header", "Content-Encoding: gzip")[0] == 400
    assert git("clone", "-q", f"{STASH}/{name}", "cloned").returncode == 0


def test_one_address_has_so_many_fetches_and_others_theirs(site: SiteLab, git: Git) -> None:
    name = f"r{secrets.token_hex(5)}"
    assert git("-C", git.work("x"), "push", "-q", f"{STASH}/{name}", "main").returncode == 0
    head = (
        f"POST /{name}.git/git-upload-pack HTTP/1.1\r\nHost: {DOCKER}:7990\r\n"
        "Content-Type: application/x-git-upload-pack-request\r\nContent-Length: 1000\r\n\r\n00"
    )
    refs = f"{STASH}/{name}.git/info/refs?service=git-upload-pack"
    with connections(32, 7990, head.encode(), 2048):
        assert site.page(refs, "--retry", "0")[0] == 503
        assert site.ssh(DOCKER, f"curl -s -m 5 -o /dev/null -w '%{{http_code}}' '{refs}'") == "200"
    time.sleep(1)
    assert site.page(refs)[0] == 200


def test_the_git_host_says_nobody_what_they_sent(site: SiteLab, git: Git) -> None:
    name = f"r{secrets.token_hex(5)}"
    assert git("-C", git.work("x"), "push", "-q", f"{STASH}/{name}", "main").returncode == 0
    for path in ("/", f"/{name}.git/info/refs"):
        code, text = site.page(f"{STASH}{path}", "-X", "TRACE", "-H", "X-Secret: hidden")
        assert code == 405
        assert "hidden" not in text


@pytest.mark.parametrize("place", [RAILS, WIKI, STASH])
def test_a_page_of_elsewhere_whose_name_leads_here_reads_nothing(site: SiteLab, place: str) -> None:
    for name, status in (
        *(("rebound.example", 421), (f"{DOCKER}.rebound.example", 421), ("REBOUND.example.", 421)),
        *((DOCKER, 200), ("docker", 200), ("docker.vagrant:1234", 200)),
    ):
        code, text = site.page(f"{place}/", "-H", f"Host: {name}")
        assert (name, code) == (name, status), text
        assert code == 200 or "NAMES" in text
