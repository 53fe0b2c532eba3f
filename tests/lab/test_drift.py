"""The drift matrix: each sort of drift made by hand, named by the plan, and put right by apply.

Every row ends with an empty plan, and with the containers that had no part in it as they were.
Its line in the table at the run's end: kind, what the plan said, whether it was put right, what
else was touched.
"""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.lab.labs.drift_rows import ADDRESS, DAEMON, Row, rows_of_this_run
from tests.lab.labs.figures import figure
from tests.lab.labs.plans import WHAT, drift
from tests.lab.labs.site_lab import DOCKER, SiteLab, inventory_with

pytestmark = pytest.mark.usefixtures("one_connection")


@contextmanager
def told(kind: str) -> Iterator[list[str]]:
    """Tell the row's line of the table, however far it got."""
    line: list[str] = []
    try:
        yield line
    finally:
        figure(" | ".join(["drift", kind, *line]))


def _root(site: SiteLab, row: Row, line: str) -> str:
    return site.ssh(ADDRESS[row.box], "sudo sh -s", stdin=line)


def _started(site: SiteLab) -> dict[str, str]:
    look = "docker inspect -f '{{.Name}} {{.Id}} {{.State.StartedAt}}' $(docker ps -q)"
    with ThreadPoolExecutor() as at_once:
        found = at_once.map(lambda box: site.ssh(box, look).splitlines(), ADDRESS.values())
        return {line.split(".")[0].strip("/"): line for lines in found for line in lines}


def _shown(said: str) -> dict[str, set[str]]:
    """The operations that the plan within ``said`` names, without their deploys, by their sign."""
    lines = re.findall(r"^  ([~?>]) (?:.* \| )?(.*): [a-z ]+$", said, re.MULTILINE)
    return {sign: {name for of, name in lines if of == sign} for sign in "~?>"}


@pytest.mark.parametrize("row", rows_of_this_run(), ids=lambda row: row.kind)
def test_drift_is_named_put_right_and_nothing_else_is_touched(site: SiteLab, row: Row) -> None:
    with told(row.kind) as line:
        try:
            _check(site, row, line)
        except AssertionError:
            # a row that failed is to be no other row's drift
            _root(site, row, row.look)
            site.run("dockwright", "apply", *WHAT, "--limit", row.box, "--yes")
            raise


def _check(site: SiteLab, row: Row, line: list[str]) -> None:
    limit = ("--limit", row.box)
    before = _started(site)
    _root(site, row, row.make)
    done = site.run("dockwright", "apply", *WHAT, *limit, "--yes", "--diff")
    assert done.returncode == 0, done.stdout + done.stderr
    # it begins with the plan, as `dockwright plan --diff` shows it
    found = _shown(done.stdout)
    # whether the registry has its own image is known where it answers
    named, waiting = found["~"], found["?"] - {"registry: its own image in it"}
    line.append(", ".join(sorted(named)) or "as declared")
    # a registry's name is part of its operations' names
    assert {next((w for w in row.plan if name.startswith(w)), name) for name in named} == set(
        row.plan
    ), done.stdout
    assert bool(waiting) == row.waits, done.stdout
    # two deploys may declare the same file: the second one finds it right
    told = rf"^.* \| (.*): changed on {row.box}, [0-9.]+ s$"
    changed = set(re.findall(told, done.stderr, re.MULTILINE))
    assert named <= changed <= named | found["?"], done.stdout
    assert _root(site, row, row.look).strip() == row.right
    assert drift(site, *limit) == {}
    line.append("put right" if row.plan else "left as it is")
    after = _started(site)
    assert after.keys() == before.keys()
    touched = {leaf for leaf in after if after[leaf] != before[leaf]}
    line.append(f"restarted: {', '.join(sorted(touched)) or 'nothing'}")
    assert touched == set(row.restarted), touched


@pytest.mark.parametrize(
    ("kind", "make", "said", "undo"),
    [
        pytest.param("daemon.json is no JSON",
         f"cp -p {DAEMON} /tmp/d; echo '{{' >{DAEMON}", DAEMON,
         f"mv /tmp/d {DAEMON}", marks=pytest.mark.long),
        ("a user became somebody else's", "cp -p /etc/passwd /tmp/p; "
         "sed -i -E 's|^stash:x:60801:(.*):[^:]*$|stash:x:1997:\\1:/bin/bash|' /etc/passwd",
         "user stash: has number 1997, not 60801", "mv /tmp/p /etc/passwd"),
        pytest.param("something else is in a repository's place",
         "mv /srv/projectwiki /srv/aside; mkdir /srv/projectwiki; touch /srv/projectwiki/x",
         "/srv/projectwiki: there, and no git repository",
         "rm -r /srv/projectwiki; mv /srv/aside /srv/projectwiki", marks=pytest.mark.long),
    ],
)  # fmt: skip
def test_what_is_not_ours_to_put_right_is_refused_in_one_line(
    site: SiteLab, kind: str, make: str, said: str, undo: str
) -> None:
    site.ssh(DOCKER, "sudo sh -s", stdin=make)
    before = _started(site)
    try:
        with told(kind) as line:
            for words in (("plan", *WHAT), ("apply", *WHAT, "--yes")):
                done = site.run("dockwright", *words, "--limit", "docker")
                assert done.returncode == 1, kind
                assert done.stderr.startswith("error: "), done.stderr
                assert said in done.stderr
                assert done.stderr.count("\n") == 1
            line += ["refused", said, "restarted: nothing"]
    finally:
        site.ssh(DOCKER, "sudo sh -s", stdin=undo)
    assert drift(site, "--limit", "docker") == {}
    assert _started(site) == before


def test_a_file_system_that_cannot_be_written_is_one_error_and_no_mess(site: SiteLab) -> None:
    before = _started(site)
    make = "chmod 755 /srv/stash; mount --bind /srv /srv; mount -o remount,bind,ro /srv"
    site.ssh(DOCKER, "sudo sh -s", stdin=make)
    try:
        with told("/srv read-only") as line:
            [named] = drift(site, "--limit", "docker")["change"]
            assert named == "docker: Leaves | stash/box.py | user stash"
            done = site.run("dockwright", "apply", *WHAT, "--limit", "docker", "--yes")
            assert done.returncode == 1
            assert "/srv/stash" in done.stderr
            assert "Read-only file system" in done.stderr
            assert "Traceback" not in done.stderr + done.stdout
            assert _started(site) == before
            line += ["user stash", "refused: Read-only file system", "restarted: nothing"]
    finally:
        site.ssh(DOCKER, "sudo umount /srv")
    assert site.run("dockwright", "apply", *WHAT, "--limit", "docker", "--yes").returncode == 0
    assert drift(site, "--limit", "docker") == {}
    assert _started(site) == before


def test_a_leaf_that_is_not_declared_any_more_goes_and_comes_back_with_what_it_kept(
    site: SiteLab, tmp_path: Path
) -> None:
    before = _started(site)
    data = str({"dockwright_leaves": ["projectwiki", "stash", "zenweb"]})
    fewer = (inventory_with(tmp_path, data), "deploy/site.py", "--limit", "docker")
    with told("leaf not declared any more") as line:
        planned = site.run("dockwright", "plan", *fewer)
        assert planned.returncode == 2, planned.stderr
        assert "- rails.web.1  volume rails-data stays here" in planned.stdout
        line.append("no leaves but those declared")
        assert site.run("dockwright", "apply", *fewer, "--yes").returncode == 0
        assert site.run("dockwright", "plan", *fewer).returncode == 0
        assert _started(site) == {leaf: at for leaf, at in before.items() if leaf != "rails"}
        line.append("put right")
        assert site.ssh(DOCKER, "ls /etc/systemd/system | grep -c rails; true") == "0"
        assert site.ssh(DOCKER, "docker volume ls -q | grep rails-data")
        assert site.run("dockwright", "apply", *WHAT, "--yes").returncode == 0
        assert drift(site) == {}
        after = _started(site)
        assert {leaf for leaf in after if after[leaf] != before[leaf]} == {"rails"}
        line.append("restarted: nothing")
