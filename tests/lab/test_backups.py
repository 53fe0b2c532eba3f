"""Backups by SFTP: what they hold, what breaks them off, and a leaf that is restored."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from dockwright.backup.target import password
from tests.lab.labs import backup_lab, sampler
from tests.lab.labs.backup_lab import LAB, TARGET, VOLUME, BackedUp
from tests.lab.labs.figures import figure

_PAUSED = "docker inspect -f '{{.State.Paused}}' wiki.web.1"
# says so once the leaf is held
_WAITS = (
    f"timeout 90 sh -c 'until [ \"$(sudo {_PAUSED})\" = true ]; do sleep 0.02; done; echo held'"
)


@pytest.fixture(scope="module")
def stood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackedUp]:
    state = tmp_path_factory.mktemp("backup")
    with LAB.up(state):
        made = backup_lab.furnish(state)
        with made.one_connection_a_box():
            yield made


def _key(stood: BackedUp) -> str:
    return (stood.state / "config/dockwright/backup.key").read_text().strip()


def _restic(stood: BackedUp, words: str, part: str = "app1/wiki", **how: bool) -> str:
    """restic as a person uses it, where the backups are."""
    word = password(_key(stood), part)
    line = f"RESTIC_PASSWORD={word} restic --no-cache -q -r {TARGET}/{part} {words}"
    return stood.root("hub", line, **how)


def _size(stood: BackedUp) -> int:
    return int(stood.root("hub", f"du -sb {TARGET} | cut -f1"))


def _is_as_ever(stood: BackedUp) -> None:
    """Nothing is held on, or left of a backup, by the time that a box takes note of it."""
    until = time.monotonic() + 15
    while (
        stood.root("app1", f"{_PAUSED}; ls -d /run/dockwright-backup* 2>/dev/null || :") != "false"
    ):
        assert time.monotonic() < until
        time.sleep(0.2)
    assert stood.page()


def test_a_first_backup_has_all_and_a_second_what_is_new(stood: BackedUp) -> None:
    stood.says("a page that is nowhere else to be seen")
    stood.root(
        "app1", f"head -c 3M /dev/urandom >{VOLUME}/big\nhead -c 1M /dev/urandom >/srv/wiki/b\n"
    )
    with subprocess.Popen(
        [sys.executable, sampler.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as watching:
        assert watching.stdin is not None and watching.stdout is not None
        config = stood.state / "config/dockwright"
        config.mkdir(parents=True, exist_ok=True)
        (config / "backup.key").write_text("f00d" * 16 + "\n")
        (config / "backup.key").chmod(0o600)
        words = [
            _key(stood),
            password(_key(stood), "app1/wiki"),
            password(_key(stood), "hub/_secrets"),
        ]
        words.append((stood.state / "bak").read_text().splitlines()[3])
        watching.stdin.write("".join(f"{word}\n" for word in words) + "\n")
        watching.stdin.flush()
        assert "watching" in watching.stdout.readline()
        first = stood.does("backup")
        seen, _ = watching.communicate("\n", timeout=60)
    assert "looks" in seen.splitlines()[0], f"a secret in the arguments of a process: {seen}"
    assert "app1/wiki: 3 files, 4 MiB" in first
    assert "hub/registry: " in first and "hub/_secrets: " in first
    size = _size(stood)
    stood.root("app1", f"echo more >{VOLUME}/more\n")
    second = stood.does("backup", "wiki")
    added = _size(stood) - size
    figure(f"second backup, of a file of 5 B more: {added} B more at the target; {second}")
    assert 0 < added < 100_000
    assert "app1/wiki: 4 files" in second and "; held for " in second
    # on no disk but this one is a key, nor on the target a word of what was backed up
    for box, places in (
        ("hub", TARGET),
        ("app1", "/etc /run /root /var/cache /var/lib/dockwright"),
    ):
        for word in (*words, "nowhere else to be seen"):
            found = f"grep -rlF -e '{word}' {places} 2>/dev/null | grep -v '^/var/lib/docker' || :"
            assert stood.root(box, found) == "", word
    _is_as_ever(stood)
    said = json.loads(_restic(stood, "snapshots --json --tag dockwright"))
    assert len(said) == 2
    rows = stood.rows()
    assert rows["app1/wiki"]["files"] == 4 and rows["app1/wiki"]["seconds"] < 300
    assert {"hub/registry", "hub/_secrets", "app1/_secrets", "app1/wiki"} == set(rows)


def test_a_controller_that_is_killed_leaves_no_leaf_held_and_the_former_backup_good(
    stood: BackedUp,
) -> None:
    stood.does("backup", "wiki")
    before = json.loads(_restic(stood, "snapshots --json --tag dockwright"))
    with stood.start_ssh(stood.boxes["app1"], _WAITS) as waiting:
        running = subprocess.Popen(
            ["dockwright", "backup", "wiki"],
            cwd=stood.folder,
            env={**stood.environment, "DOCKWRIGHT_INVENTORY": "inventory.py"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert waiting.stdout is not None and "held" in waiting.stdout.read()
        running.send_signal(signal.SIGKILL)
        began = time.monotonic()
        running.wait()
    _is_as_ever(stood)
    took = time.monotonic() - began
    figure(f"controller killed in a backup: the leaf was let go within {took:.1f} s")
    after = json.loads(_restic(stood, "snapshots --json --tag dockwright"))
    assert {one["id"] for one in before} <= {one["id"] for one in after}
    _restic(stood, "check")
    stood.does("backup", "wiki")


@pytest.mark.long
def test_a_script_that_is_killed_on_the_box_leaves_no_leaf_held(stood: BackedUp) -> None:
    with stood.start_ssh(
        stood.boxes["app1"],
        f"{_WAITS}; sudo pkill -KILL -f '^sh -c .*RESTIC_REPOSITORY'",
    ) as waiting:
        done = stood.dockwright("backup", "wiki")
        assert waiting.stdout is not None and "held" in waiting.stdout.read()
    assert done.returncode == 1 and "app1/wiki: " in done.stderr
    _is_as_ever(stood)
    stood.does("backup", "wiki")


def test_what_fails_is_named_in_a_line_and_the_others_go_on(stood: BackedUp) -> None:
    stood.declare(leaves={"wiki": {"before": ["sh", "-c", "echo no dump; false"]}})
    said = stood.does("backup", status=1)
    assert "error: app1/wiki: wiki: the command before its backup failed: no dump" in said
    assert "hub/registry: " in said and said.count("error: ") == 1
    _is_as_ever(stood)
    stood.declare()
    other = {"DOCKWRIGHT_BACKUP_KEY": "another", "DOCKWRIGHT_INVENTORY": "inventory.py"}
    done = stood.run("dockwright", "backup", "wiki", **other)
    assert done.returncode == 1
    assert "another key than that of the backups there" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    stood.declare(to=f"sftp://bak@{stood.boxes['hub']}:9/{TARGET}")
    said = stood.does("backup", "wiki", status=1)
    assert "the target does not answer" in said and said.count("error: ") == 1
    stood.declare()


@pytest.mark.long
def test_commands_before_and_after_run_in_the_leaf(stood: BackedUp) -> None:
    stood.declare(
        leaves={
            "wiki": {
                "before": ["sh", "-c", "echo dumped >/data/dump"],
                "after": ["sh", "-c", "echo done >/data/after"],
            }
        }
    )
    stood.does("backup", "wiki")
    assert stood.root("app1", f"cat {VOLUME}/dump {VOLUME}/after") == "dumped\ndone"
    assert "/_data/dump" in _restic(stood, "ls latest")
    stood.declare()


@pytest.mark.long
def test_a_target_that_is_full_locked_or_gone_is_told_in_a_line(stood: BackedUp) -> None:
    stood.root(
        "hub",
        "mkdir -p /srv/small\nmount -t tmpfs -o size=1m tmpfs /srv/small\nchown bak /srv/small",
    )
    stood.declare(to=f"sftp:bak@{stood.boxes['hub']}:/srv/small")
    said = stood.does("backup", "wiki", status=1)
    assert "it may be full" in said and said.count("error: ") == 1
    stood.root("hub", "umount -l /srv/small")
    _is_as_ever(stood)
    stood.declare()
    word = password(_key(stood), "app1/wiki")
    line = f"sleep 60 | sudo RESTIC_PASSWORD={word} restic -q -r {TARGET}/app1/wiki backup --stdin"
    with stood.start_ssh(stood.boxes["hub"], line) as holding:
        time.sleep(8)
        said = stood.does("backup", "wiki", status=1)
        holding.terminate()
        stood.root("hub", "pkill -INT restic || :")
    assert "is backed up, and former ones stay: " in said and "locked by PID " in said
    stood.does("backup", "wiki")


@pytest.mark.long
def test_a_leaf_is_held_no_longer_than_the_site_says(stood: BackedUp) -> None:
    slow = "/etc/ssh/sshd_config.d/slow.conf"
    command = 'sh -c "sleep 5; exec /usr/lib/openssh/sftp-server"'
    lines = f"Match User bak\n  ForceCommand {command}\n"
    stood.root("hub", f"cat >{slow} <<'END'\n{lines}END\nsystemctl reload ssh")
    try:
        stood.declare(pause_seconds=1)
        said = stood.does("backup", "wiki", status=1)
        assert "was held for 1 s, and is let go" in said
        _is_as_ever(stood)
    finally:
        stood.root("hub", f"rm {slow}\nsystemctl reload ssh")
        stood.declare()
    stood.does("backup", "wiki")


def test_an_old_backup_is_wrong_in_status(stood: BackedUp) -> None:
    stood.root(
        "app1", "sed -i 's/^[^ ]*/2026-01-01T00:00:00Z/' /var/lib/dockwright/backups/backup.wiki"
    )
    row = stood.rows()["app1/wiki"]
    assert row["severity"] == "wrong" and row["at"] == "2026-01-01T00:00:00Z"
    assert "`dockwright backup app1`" in row["remarks"][0]["text"]
    stood.does("backup", "app1")
    assert stood.rows()["app1/wiki"]["severity"] == "due", "it was never tried"


def _former(stood: BackedUp, box: str = "app1") -> str:
    """What a restore lays beside data, where it is left."""
    return stood.root(
        box, "find /srv /var/lib/docker/volumes /etc -maxdepth 3 -name '*.dockwright-*'"
    )


def test_a_restore_brings_back_what_was_and_a_backup_with_which_it_is_not_well_does_not_stay(
    stood: BackedUp,
) -> None:
    stood.says("sick, in the end")
    stood.does("backup", "wiki")
    sick = stood.rows()["app1/wiki"]["at"]
    stood.says("as it was")
    own = f"{VOLUME}/own"
    stood.root("app1", f"mkdir {own}\nchown 77:78 {own}\nchmod 711 {own}")
    stood.root("app1", "echo of the folder >/srv/wiki/file")
    looks = f"stat -c '%u:%g %a' {VOLUME} {own}; cat /srv/wiki/file; ls {VOLUME} /srv/wiki"
    before = stood.root("app1", looks)
    assert "77:78 711" in before
    stood.does("backup", "wiki")
    good = stood.rows()["app1/wiki"]["at"]
    stood.says("lost")
    stood.root("app1", f"rm -rf {own} /srv/wiki/*; echo new >{VOLUME}/newer")
    said = stood.does("restore", "wiki")
    assert f"app1: app1/wiki of {good} is restored; wiki is up" in said
    assert (stood.page(), stood.root("app1", looks)) == ("as it was", before)
    assert _former(stood) == ""
    failed = stood.does("restore", "wiki", "--at", sick, status=1)
    assert f"wiki did not come up with the backup of {sick}" in failed
    assert "its former data are put back" in failed
    assert (stood.page(), stood.root("app1", looks)) == ("as it was", before)
    assert _former(stood) == ""
    for at, why in (
        ("2020-01-01T00:00:00Z", "no backup of it at 2020-01-01T00:00:00Z: the first is of "),
        ("yesterday", "--at yesterday: no moment"),
    ):
        assert why in stood.does("restore", "wiki", "--at", at, status=1)
