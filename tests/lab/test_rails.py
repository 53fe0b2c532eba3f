"""The leaf rails: notes made by curl as a browser would, and what docker says of its container."""

import json
import re
import time
from html import unescape
from pathlib import Path

import pytest

from tests.lab.labs.notes import RAILS, Browser
from tests.lab.labs.site_lab import DOCKER, PLACE, SiteLab

JOB = "rails.web.1"
UNIT = f"dockwright-{JOB}.service"


@pytest.fixture
def browser(site: SiteLab, tmp_path: Path) -> Browser:
    return Browser(site, tmp_path)


def titles(site: SiteLab) -> list[str]:
    """The notes that the first page lists."""
    code, text = site.page(f"{RAILS}/")
    assert code == 200
    return [unescape(row) for row in re.findall(r"<tr>\s*<td>(.*?)</td>", text)]


def test_a_note_is_created_by_the_form_and_listed(site: SiteLab, browser: Browser) -> None:
    assert browser.post("first <b>", browser.form()) == 302
    assert "first <b>" in titles(site)


def test_a_note_without_the_forms_token_is_refused(site: SiteLab, browser: Browser) -> None:
    browser.form()
    assert browser.post("forged", None) == 422
    assert browser.post("forged", "x" * 86) == 422
    assert site.page(f"{RAILS}/notes/1", "-X", "DELETE")[0] == 422
    assert "forged" not in titles(site)


def test_what_is_not_there_is_a_plain_404(site: SiteLab) -> None:
    for path in ("/notes/999999", "/no/such/page"):
        code, text = site.page(RAILS + path)
        assert code == 404
        assert "doesn't exist (404)" in text
        assert not re.search(r"Error|Rails|\.rb", re.sub("rails-default", "", text))


def test_notes_sessions_and_secret_outlive_the_container(site: SiteLab, browser: Browser) -> None:
    def secret() -> str:
        return site.ssh(
            DOCKER,
            f"docker exec {JOB} sh -c 'cd /var/lib/rails && "
            "stat -c %a:%u secret_key_base && sha256sum secret_key_base'",
        )

    def container() -> str:
        return site.ssh(DOCKER, f"docker inspect -f '{{{{.Id}}}}' {JOB}", check=False)

    token, before = browser.form(), secret()
    assert before.startswith("600:12001\n")
    assert browser.post("kept", token) == 302
    former, since = container(), site.ssh(DOCKER, "date +%s")
    began = time.monotonic()
    site.ssh(DOCKER, f"sudo systemctl stop {UNIT}")
    assert time.monotonic() - began < 10
    site.ssh(DOCKER, f"sudo systemctl start {UNIT}")
    assert "kept" in titles(site)
    assert container() not in ("", former)
    assert secret() == before
    # the form was opened before: its token and its session still count
    assert browser.post("from an old form", token) == 302
    assert {"kept", "from an old form"} <= set(titles(site))
    # SIGTERM is no failure
    died = site.ssh(
        DOCKER,
        f"docker events --since {since} --until $(date +%s) --filter container={former} "
        "--filter event=die --format '{{.Actor.Attributes.exitCode}}'",
    )
    assert died == "0"


def test_it_runs_with_little(site: SiteLab) -> None:
    raw = json.loads(site.ssh(DOCKER, f"docker inspect {JOB}"))[0]
    assert raw["Config"]["Image"].startswith(f"{PLACE}/rails@sha256:")
    assert raw["Config"]["User"] == "12001:12001"
    assert raw["HostConfig"]["CapDrop"] == ["ALL"]
    assert raw["HostConfig"]["SecurityOpt"] == ["no-new-privileges"]
    assert [binding["HostIp"] for binding in raw["HostConfig"]["PortBindings"]["12001/tcp"]] == [
        DOCKER
    ]
    [mount] = raw["Mounts"]
    assert (mount["Type"], mount["Name"]) == ("volume", "rails-data")
    table = site.ssh(DOCKER, f"docker top {JOB} -o pid,uid,comm").splitlines()[1:]
    assert {line.split()[1] for line in table} == {"12001"}
    assert {line.split()[2] for line in table} == {"behind-nginx", "nginx", "puma"}


def test_it_logs_what_is_asked_from_outside(site: SiteLab) -> None:
    site.page(f"{RAILS}/notes/new?seen=1")
    log = site.ssh(DOCKER, f"sudo journalctl -o cat -t {JOB}")
    assert 'Started GET "/notes/new?seen=1" for ' in log
    assert "Environment: production" in log
    assert "for 127.0.0.1 at" not in log
    assert "secret_key_base" not in log


def test_a_second_process_copies_the_notes_and_says_when_it_does_not(
    site: SiteLab, browser: Browser
) -> None:
    assert browser.post("to be copied", browser.form()) == 302
    copies, unit = "rails.copies.1", "dockwright-rails.copies.1.service"
    site.ssh(DOCKER, f"sudo systemctl restart {unit}")
    healthy = f"docker inspect -f '{{{{.State.Health.Status}}}}' {copies} 2>&1"
    up = f"for i in $(seq 60); do {healthy} | grep -x healthy && break; sleep 1; done"
    assert site.ssh(DOCKER, up) == "healthy"
    # what runs before it is up finds the copy of the container before it: the log has its own
    last = f"sudo journalctl -o cat -t {copies} | tail -n 1 | grep ."
    made = f"for i in $(seq 60); do {last} && break; sleep 1; done"
    name = site.ssh(DOCKER, made).removeprefix("copy-notes: ")
    assert re.fullmatch(r"/var/lib/rails/copies/[0-2][0-9]\.sqlite3", name)
    read = "puts SQLite3::Database.new(ARGV[0]).execute(%(select title from notes)).flatten"
    within = f"docker exec {copies} bundle exec ruby -rsqlite3 -e '{read}' {name}"
    assert "to be copied" in site.ssh(DOCKER, within).splitlines()
    raw = json.loads(site.ssh(DOCKER, f"docker inspect {copies}"))[0]
    assert (raw["HostConfig"]["NetworkMode"], raw["NetworkSettings"]["Ports"]) == ("none", {})
    # a copy that is too old is not healthy
    old = f"docker exec {copies} sh -c 'touch -d -2hours /var/lib/rails/copies/*; copy-notes check'"
    assert site.ssh(DOCKER, f"{old}; echo $?") == "1"
    before = time.monotonic()
    site.ssh(DOCKER, f"sudo systemctl restart {unit}")
    assert time.monotonic() - before < 8  # it ends when it is asked to
    assert site.ssh(DOCKER, up) == "healthy"


def test_no_image_has_a_secret_or_a_table_of_its_own(site: SiteLab) -> None:
    alone = f"docker run --rm --pull=never --network none {PLACE}/rails sh -c"
    found = site.ssh(
        DOCKER, f"{alone} 'find /opt /var/lib/rails -name \"*.key\" -o -name \"*secret*\" "
        "-o -name \"*.enc\" -o -name \"*.sqlite3\"'",
    )  # fmt: skip
    assert found == ""
    # an image that is built again must find the table of the one before: no date in its number
    assert site.ssh(DOCKER, f"{alone} 'ls db/migrate'") == "001_create_notes.rb"


def test_containers_that_start_at_once_on_an_empty_volume_agree(site: SiteLab) -> None:
    run = "docker run -d --rm --pull=never --cap-drop ALL --security-opt no-new-privileges " \
        "--read-only --tmpfs /tmp -v rails-test:/var/lib/rails --name rails-test"  # fmt: skip
    try:
        for number in (1, 2):
            site.ssh(DOCKER, f"{run}-{number} {PLACE}/rails")
        for number in (1, 2):
            healthy = (
                f"for i in $(seq 60); do docker inspect -f '{{{{.State.Health.Status}}}}' "
                f"rails-test-{number} | grep -x healthy && break; sleep 1; done"
            )
            assert site.ssh(DOCKER, healthy) == "healthy"
        secrets = {
            site.ssh(DOCKER, f"docker exec rails-test-{number} sh -c "
            "\"tr '\\0' '\\n' </proc/1/environ | grep ^SECRET_KEY_BASE= | sha256sum\"")
            for number in (1, 2)
        }  # fmt: skip
        assert len(secrets) == 1
    finally:
        site.ssh(
            DOCKER,
            "docker rm -f rails-test-1 rails-test-2; docker volume rm rails-test",
            check=False,
        )
