"""Upgrades of a leaf on three boxes: gated by health, one box after the other, and back again."""

import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.labs import rolling_lab
from tests.lab.labs.every_run import rows
from tests.lab.labs.figures import figure
from tests.lab.labs.rolling_lab import BOXES, WAIT, Boxes
from tests.lab.labs.site_lab import BIN, ROOT

# a box as a controller leaves it that is killed behind a switch and before its wait ends
BROKEN_OFF = """
kept=/var/lib/dockwright/former/app.pending/etc/systemd/system
mkdir -p $kept
cp -a /etc/systemd/system/dockwright-app.* $kept
new=$(docker inspect -f '{{.Id}}' app:sick)
old=$(docker inspect -f '{{.Id}}' app:one)
sed -i s/$old/$new/ /etc/systemd/system/dockwright-app.web.1.service
systemctl daemon-reload
systemctl restart dockwright-app.web.1
sleep 5
"""


@pytest.fixture(scope="module")
def boxes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Boxes]:
    state = tmp_path_factory.mktemp("roll")
    with rolling_lab.LAB.up(state):
        made = rolling_lab.furnish(state)
        with made.one_connection_a_box():
            yield made


@pytest.fixture
def at_one(boxes: Boxes) -> Boxes:
    """The boxes as declared with the image that works."""
    done = boxes.deploy("one", at_once="3")
    assert done["status"] == 0, done["said"]
    return boxes


def test_a_second_run_changes_nothing_and_there_is_nothing_to_go_back_to(at_one: Boxes) -> None:
    assert at_one.deploy("one")["changed"] == []
    assert at_one.dockwright("rollback", "app") == (
        1,
        "error: box first: app: no former image: it was not upgraded here, or has gone back as "
        "far as it can; see `docker image ls` there, `dockwright rollback --to DIGEST`, and "
        "deploy/leaves.py for the one that is declared\n",
    )


def test_what_three_boxes_are_to_change_is_one_line_of_a_plan(
    at_one: Boxes, tmp_path: Path
) -> None:
    deploy = tmp_path / "hosts.py"
    deploy.write_text(
        "from dockwright.operations import hosts\n"
        "hosts.entries({'10.9.9.9': ['printer']}, name='the printer', _sudo=True)\n"
    )
    done = at_one.run("dockwright", "plan", str(at_one.folder / "inventory.py"), str(deploy))
    assert done.returncode == 2, done.stderr
    assert done.stdout.splitlines() == [
        "first, second, third",
        "  ~ /etc/hosts  +10.9.9.9 printer",
        "",
        "box                   would change",
        "first, second, third             1",
    ]


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(("second",), marks=pytest.mark.long, id="1"),
        pytest.param(("first", "second", "third"), id="3"),
    ],
)
def test_the_logs_of_boxes_are_followed_together(at_one: Boxes, names: tuple[str, ...]) -> None:
    box = ["--box", *names] if len(names) == 1 else []
    inventory = {"DOCKWRIGHT_INVENTORY": str(at_one.folder / "inventory.py")}
    speak = "docker exec app.web.1 /bin/busybox sh -c 'echo here-is-{} >/proc/1/fd/1'"
    words: list[Path | str] = [
        BIN / "dockwright",
        "logs",
        "app",
        "--follow",
        "--since",
        "1h",
        "--process",
        "web",
    ]
    words += box
    followed = subprocess.Popen(
        words,
        cwd=ROOT,
        env={**at_one.environment, **inventory},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        for name in names:
            at_one.ssh(BOXES[name], f"sudo {speak.format(name)}")
        assert followed.stdout is not None
        seen: set[str] = set()
        for line in followed.stdout:
            seen |= {name for name in names if f"here-is-{name}" in line}
            # of one box they are as they are
            assert line.startswith(tuple(f"{name:6} | " for name in BOXES)) == (not box)
            if seen == set(names):
                break
        followed.send_signal(signal.SIGINT)
        followed.communicate(timeout=20)
    finally:
        followed.kill()
    assert followed.returncode == 0
    status, said = at_one.dockwright("logs", "app", "--box", "second", "--since", "10m")
    assert (status, "here-is-second" in said) == (0, True)
    assert at_one.dockwright("logs", "app", "--process", "worker") == (
        1,
        "error: leaf app: no logs of a process worker on first, second, third; its processes: "
        "web\n",
    )


@pytest.mark.parametrize(
    ("version", "why", "last_line"),
    rows(
        [
            ("exits", "ended 3 times, the last time with status 3", "the disk of app is full"),
            ("unwatched-exits", "ended 3 times, the last time with status 3", "not today"),
            ("sick", "running, unhealthy", "cannot reach the database"),
        ],
        # one that is sick is what the next test upgrades to
        [("exits", "ended 3 times, the last time with status 3", "the disk of app is full")],
    ),
)
def test_a_broken_image_stops_at_the_first_box_and_the_former_one_serves_again(
    at_one: Boxes, version: str, why: str, last_line: str
) -> None:
    before, units = at_one.started(), at_one.units()
    done = at_one.deploy(version)
    assert done["status"] != 0
    [failed] = re.findall(r"box (\w+): app: image sha256:", done["said"])
    assert why in done["said"], done["said"]
    assert last_line in done["said"], done["said"]
    assert "app: its former jobs were put back, and are up" in done["said"]
    assert done["said"].count(f"its roll-out stopped when box {failed} failed") == 2
    after = at_one.started()
    assert [box for box in BOXES if after[box] != before[box]] == [failed]
    assert at_one.serves() == ["one"] * 3
    assert at_one.units() == units
    for address in BOXES.values():
        assert at_one.ssh(address, "sudo ls /var/lib/dockwright/former", check=False) == ""


@pytest.mark.long
def test_a_broken_image_is_out_for_no_longer_than_the_wait(at_one: Boxes) -> None:
    done, seen = at_one.watched("sick")
    assert done["status"] != 0
    out = sorted(_gap(answers) for answers in seen.values())
    figure(f"a broken image: seconds without an answer, by box: {out}")
    assert out[:2] == [0.0, 0.0]
    # the wait, and the time that a container takes to end and to begin
    assert 0 < out[2] < WAIT + 8


@pytest.mark.long
def test_what_an_upgrade_under_load_loses(at_one: Boxes) -> None:
    done, seen = at_one.watched("two")
    assert done["status"] == 0
    for address, answers in seen.items():
        lost = sum(1 for _, ok in answers if not ok)
        figure(
            f"an upgrade under load: {address}: {lost} of {len(answers)} requests lost, "
            f"for {_gap(answers):.2f} s"
        )
        assert 0 < _gap(answers) < WAIT
    assert at_one.serves() == ["two"] * 3


def _gap(answers: list[tuple[float, bool]]) -> float:
    """Seconds from the first request that was lost to the last."""
    bad = [when for when, ok in answers if not ok]
    return max(bad) - min(bad) if bad else 0.0


def test_an_image_that_is_not_there_touches_no_box(at_one: Boxes) -> None:
    before = at_one.started()
    done = at_one.deploy("absent")
    assert done["status"] != 0
    assert "image app:absent: not on box" in done["said"]
    assert at_one.started() == before


def test_each_rollback_goes_one_version_further_back(at_one: Boxes) -> None:
    for address in BOXES.values():
        at_one.ssh(address, "sudo rm -rf /var/lib/dockwright/former")
    assert at_one.deploy("two", at_once="3")["status"] == 0
    assert at_one.deploy("three", at_once="3")["status"] == 0
    assert at_one.serves() == ["three"] * 3
    code, said = at_one.dockwright("rollback", "app", "--box", "second")
    assert (code, said.count("app: back at image sha256:")) == (0, 1), said
    assert at_one.serves() == ["three", "two", "three"]
    code, said = at_one.dockwright("rollback", "app")
    assert (code, said.count("app: back at image sha256:")) == (0, 3), said
    assert at_one.serves() == ["two", "one", "two"]
    code, said = at_one.dockwright("history", "--box", "first", "-n", "1")
    assert code == 0
    assert "rollback of app" in said and "  ok  " in said
    # none is touched where one has nothing to go back to
    code, said = at_one.dockwright("rollback", "app")
    assert code == 1
    assert "box second: app: no former image: it was not upgraded here, or has gone back" in said
    assert at_one.serves() == ["two", "one", "two"]
    # what is declared is what a run brings
    assert at_one.deploy("one")["status"] == 0
    assert at_one.serves() == ["one"] * 3
    code, said = at_one.dockwright("rollback", "ap")
    assert (code, said) == (1, "error: leaf ap: runs on none of the boxes; leaves: app\n")


@pytest.mark.long
def test_a_rollback_to_a_digest_goes_there_kept_or_not(at_one: Boxes) -> None:
    ids = {
        box: at_one.ssh(address, "sudo docker inspect -f '{{.Id}}' app:three")
        for box, address in BOXES.items()
    }
    first = ids["first"].removeprefix("sha256:")
    # one that never ran here: today's jobs, with that image
    code, said = at_one.dockwright("rollback", "app", "--box", "first", "--to", first[:12])
    assert (code, said) == (0, f"first: app: back at image sha256:{first[:12]}\n")
    assert at_one.serves() == ["three", "one", "one"]
    one = at_one.ssh(BOXES["first"], "sudo docker inspect -f '{{.Id}}' app:one")
    code, said = at_one.dockwright("rollback", "app", "--box", "first", "--to", one)
    assert (code, said) == (0, f"first: app: back at image {one[:19]}\n")
    assert at_one.serves() == ["one"] * 3
    for wrong, why in (("12345", "no digest; give 6 or more"), ("feedbeef", "no image there")):
        code, said = at_one.dockwright("rollback", "app", "--box", "first", "--to", wrong)
        assert code == 1 and why in said, said
        assert said.count("\n") == 1
    assert at_one.deploy("one")["changed"] == []


@pytest.mark.long
def test_settings_alone_are_no_former_image(at_one: Boxes) -> None:
    assert at_one.deploy("two", at_once="3")["status"] == 0
    assert at_one.deploy("two", scale="2", at_once="3")["status"] == 0
    assert at_one.page(f"http://{BOXES['first']}:8081/")[1].strip() == "two"
    assert at_one.dockwright("rollback", "app", "--box", "first")[0] == 0
    assert at_one.page(f"http://{BOXES['first']}:8080/")[1].strip() == "one"
    # the second instance was not part of it
    names = at_one.ssh(BOXES["first"], "sudo docker ps --format '{{.Names}}'")
    assert names == "app.web.1"


@pytest.mark.long
def test_an_interrupted_switch_goes_back_to_what_worked_before_it(at_one: Boxes) -> None:
    first = BOXES["first"]
    at_one.ssh(first, "sudo sh -eu", stdin=BROKEN_OFF)
    done = at_one.deploy("sick", "--limit", "first")
    assert done["status"] != 0
    assert "app: its former jobs were put back, and are up" in done["said"]
    assert at_one.serves()[0] == "one"


@pytest.mark.long
def test_a_rollback_after_a_broken_off_upgrade_is_to_what_ran_before_it(at_one: Boxes) -> None:
    first = BOXES["first"]
    at_one.ssh(first, "sudo sh -eu", stdin=BROKEN_OFF)
    code, said = at_one.dockwright("rollback", "app", "--box", "first")
    assert (code, said.count("app: back at image sha256:")) == (0, 1), said
    assert at_one.serves()[0] == "one"
    assert "app.pending" not in at_one.ssh(first, "sudo ls /var/lib/dockwright/former")


@pytest.mark.long
def test_no_box_is_rolled_back_where_one_lacks_the_image(at_one: Boxes) -> None:
    assert at_one.deploy("two", at_once="3")["status"] == 0
    before = at_one.started()
    # as if an image of that ID had been removed from the box
    at_one.ssh(
        BOXES["third"],
        "sudo sed -i s/sha256:[0-9a-f]*/sha256:$(printf '%064d' 0)/ "
        "/var/lib/dockwright/former/app/etc/systemd/system/dockwright-app.web.1.service",
    )
    code, said = at_one.dockwright("rollback", "app")
    assert code == 1
    assert f"box third: app: its former image sha256:{'0' * 64} is not there any more" in said
    assert at_one.started() == before


@pytest.mark.long
def test_a_process_more_whose_port_is_taken_is_refused_before_anything_stops(
    at_one: Boxes,
) -> None:
    first = BOXES["first"]
    at_one.ssh(first, "sudo docker run -d --name taken -p 8081:8080 app:one")
    try:
        before = at_one.started()["first"]
        done = at_one.deploy("one", scale="2", at_once="3")
        assert done["status"] != 0
        assert f"box first: app.web.2: port {first}:8081: held by container taken" in done["said"]
        assert "web.2" not in at_one.ssh(first, "ls -R /etc/systemd/system")
        assert at_one.started()["first"] == before
    finally:
        at_one.ssh(first, "sudo docker rm -f taken")


@pytest.mark.long
def test_several_boxes_switch_at_once_where_the_site_says_so(at_one: Boxes) -> None:
    done = at_one.deploy("two", at_once="3")
    assert done["status"] == 0, done["said"]
    assert at_one.serves() == ["two"] * 3


@pytest.mark.long
def test_removing_the_leaf_takes_what_is_kept_of_it(at_one: Boxes, tmp_path: Path) -> None:
    assert at_one.deploy("two", at_once="3")["status"] == 0
    deploy = tmp_path / "remove.py"
    deploy.write_text(
        "from dockwright.operations import boot\nboot.job('app', present=False, _sudo=True)\n"
    )
    done = at_one.pyinfra(str(deploy), inventory=str(at_one.folder / "inventory.py"))
    assert done["status"] == 0, done["said"]
    for address in BOXES.values():
        assert at_one.ssh(address, "sudo ls /var/lib/dockwright/former; sudo docker ps -aq") == ""
    assert at_one.dockwright("logs", "app") == (
        1,
        "error: leaf app: runs on none of first, second, third; it left logs on first, second, "
        "third: --all shows them\n",
    )
    status, said = at_one.dockwright("logs", "app", "--all", "-n", "3")
    assert (status, len(said.splitlines())) == (0, 9)
