"""A chain built on real boxes: side by side, pulled, broken off, failed; images of its own."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from dockwright.chain.graph import order
from dockwright.chain.read import read
from dockwright.facts.image import moment
from tests.lab.labs import newer_lab
from tests.lab.labs.built_chain import BUILDERS, FILES, Chain, Hidden
from tests.lab.labs.every_run import rows
from tests.lab.labs.site_lab import DOCKER, PLACE, SiteLab
from tests.lab.labs.stand_up import StandUp, standing_up

ENGINES = ("Docker 20.10", "Docker 26")


@pytest.fixture
def chain(site: SiteLab, tmp_path: Path) -> Iterator[Chain]:
    made = Chain(site, tmp_path, DOCKER, site.credentials())
    yield made
    made.forget()


@pytest.fixture(scope="module", autouse=True)
def newer_standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandUp | str]:
    """The box of Docker 26 while it is being stood up; where that can't be, why."""
    with standing_up("newer", tmp_path_factory.mktemp("newer")) as made:
        yield made


@pytest.fixture(scope="module")
def newer(newer_standing: StandUp | str) -> Iterator[SiteLab]:
    if isinstance(newer_standing, str):
        pytest.skip(newer_standing)
    newer_standing.wait()
    made = SiteLab(newer_standing.state, newer_lab.LAB.name)
    with made.one_connection_a_box():
        yield made


@pytest.fixture(params=ENGINES)
def each(request: pytest.FixtureRequest, tmp_path: Path, newer: SiteLab) -> Iterator[Chain]:
    """The chain on a box of each Docker that is tried."""
    if request.param == "Docker 20.10":
        yield request.getfixturevalue("chain")
        return
    made = Chain(newer, tmp_path, newer_lab.BOX, "nobody:none")
    yield made
    made.forget()


def test_a_touched_file_rebuilds_and_pushes_its_image_and_what_is_built_upon_it(
    chain: Chain,
) -> None:
    status, rows, said = chain.run(push=True)
    assert (status, sorted(rows)) == (
        0,
        ["tc-base built", "tc-leaf built", "tc-mid built", "tc-side built"],
    ), said
    before, pushed = chain.latest(), {image: chain.digest(image) for image in chain.latest()}
    chain.write({"tc-mid/file": "two\n"})
    status, rows, said = chain.run(push=True)
    assert (status, rows) == (0, ["tc-mid built", "tc-leaf built"]), said
    assert "context file file changed" in said
    after = chain.latest()
    changed = {image for image in after if after[image] != before[image]}
    assert changed == {"tc-mid", "tc-leaf"}
    assert {i for i in after if chain.digest(i) != pushed[i]} == changed
    assert chain.docker("run --rm --pull=never tc-leaf cat /leaf") == "two"
    status, rows, said = chain.run(push=True)
    assert (status, rows) == (0, [])
    assert chain.latest() == after


def test_a_builder_that_lost_its_images_pulls_them_and_builds_nothing(chain: Chain) -> None:
    chain.run(push=True)
    before = chain.ids()
    chain.forget()
    assert chain.ids() == {}
    given = {"registry": PLACE, "login": "LOGIN"}
    status, rows, said = chain.run(push=True, **given)
    assert (status, sorted(rows)) == (
        0,
        ["tc-base pulled", "tc-leaf pulled", "tc-mid pulled", "tc-side pulled"],
    ), said
    assert chain.ids() == before
    status, rows, said = chain.run(push=True, **given)
    assert (status, rows) == (0, [])
    # a lost parent comes back, with what stands upon it
    chain.docker(f"rmi -f tc-mid:latest {PLACE}/tc-mid:latest")
    assert sorted(chain.run(**given)[1]) == ["tc-leaf pulled", "tc-mid pulled"]


def test_a_registry_that_is_down_does_not_stop_a_build(chain: Chain) -> None:
    status, rows, said = chain.run(registry="127.0.0.1:9", login="LOGIN")
    assert (status, len(rows)) == (0, 4), said
    assert "nothing is pulled: registry 127.0.0.1:9" in said


@pytest.mark.long
def test_siblings_are_built_at_the_same_time(chain: Chain) -> None:
    timed = "date +%s >/began && sleep 4 && date +%s >/ended"
    chain.write({f"tc-par{n}/Dockerfile": f"FROM tc-base\nRUN {timed}\n" for n in (1, 2, 3)})
    for builder in BUILDERS:
        status, _, said = chain.run(builder=builder, parallel=3, force=True)
        assert status == 0, said
        times = [
            chain.docker(f"run --rm --pull=never tc-par{n} cat /began /ended").split()
            for n in (1, 2, 3)
        ]
        assert max(int(began) for began, _ in times) < min(int(ended) for _, ended in times)
    status, _, said = chain.run(builder="classic", parallel=1, force=["tc-par1", "tc-par2"])
    assert status == 0, said
    times = [
        chain.docker(f"run --rm --pull=never tc-par{n} cat /began /ended").split() for n in (1, 2)
    ]
    (_, first_ended), (second_began, _) = sorted(times)
    assert int(second_began) >= int(first_ended)


@pytest.mark.parametrize(
    ("each", "builder"),
    rows(
        [(engine, builder) for engine in ENGINES for builder in BUILDERS],
        [("Docker 20.10", "classic"), ("Docker 26", "buildkit")],
    ),
    indirect=["each"],
)
def test_one_image_that_fails_stops_only_its_descendants(each: Chain, builder: str) -> None:
    chain = each
    assert chain.run(builder=builder)[0] == 0
    before = chain.latest()
    broken = "FROM tc-base\n# a comment\nCOPY file /file\nRUN echo last words; false\n"
    chain.write({"tc-mid/Dockerfile": broken})
    chain.write({"tc-side/Dockerfile": "FROM tc-base\nRUN sleep 2; echo new >/side\n"})
    status, rows, said = chain.run(builder=builder)
    assert status == 1
    assert sorted(rows) == ["tc-leaf not built", "tc-mid failed", "tc-side built"]
    where = f"image tc-mid: {chain.folder}/tc-mid/Dockerfile:4: RUN echo last words; false: "
    assert where in said
    assert "its former tag stays; its last lines:\n    last words" in said
    assert "failed: tc-mid, and so not tc-leaf; their former tags stay" in said
    after = chain.latest()
    assert {image for image in after if after[image] != before[image]} == {"tc-side"}
    chain.write({"tc-mid/Dockerfile": FILES["tc-mid/Dockerfile"]})
    assert chain.run(builder=builder)[1] == []


BREAKS = {
    "the engine is killed": "sudo systemctl kill --signal=KILL docker.service",
    "the connection is cut": (
        'for pid in $(pgrep -u vagrant -x sshd); do [ "$pid" = "$PPID" ] || sudo kill -KILL "$pid";'
        " done"
    ),
    "somebody presses Ctrl-C": None,
}


@pytest.mark.parametrize(
    ("what", "builder"),
    rows(
        [(what, builder) for what in BREAKS for builder in BUILDERS],
        [
            ("the engine is killed", "buildkit"),
            ("the connection is cut", "classic"),
            ("somebody presses Ctrl-C", "buildkit"),
        ],
    ),
)
def test_a_build_broken_off_leaves_the_former_tags_and_the_next_run_goes_on(
    chain: Chain, builder: str, what: str
) -> None:
    assert chain.run(builder=builder)[0] == 0
    before = chain.ids()
    chain.write({"tc-base/Dockerfile": "FROM debian:bookworm\nRUN echo newer >/base\n"})
    chain.write({"tc-mid/Dockerfile": "FROM tc-base\nCOPY file /file\nRUN sleep 1234; true\n"})
    running = chain.start(builder=builder)
    try:
        chain.wait_for("sleep 1234")
        until = time.monotonic() + 60
        while len(new := {t for t, i in chain.latest().items() if before[f"{t}:latest"] != i}) < 2:
            assert time.monotonic() < until, new
            time.sleep(0.5)
        line = BREAKS[what]
        if line is None:
            running.send_signal(signal.SIGINT)
        else:
            chain.site.ssh(chain.address, line)
        output = running.communicate(timeout=60)[0].decode()
    finally:
        running.kill()
    assert running.returncode != 0 or line is None, output
    assert "Traceback" not in output
    # the build is over on the box too, and nothing of it is left
    if what == "the engine is killed":
        # what an engine that is killed leaves behind, no client can end
        chain.site.ssh(chain.address, "sudo pkill -KILL -f '[s]leep 1234'", check=False)
    chain.wait_for("sleep 1234", there=False)
    chain.wait_for("docker build", there=False)
    assert chain.site.ssh(chain.address, "ls -d /run/dockwright-build.*", check=False) == ""
    until = time.monotonic() + 60
    while "Server Version" not in chain.docker("info 2>&1", check=False):
        assert time.monotonic() < until, "no engine after 60 s"
        time.sleep(0.5)
    # what was finished has its new tags, the others their former ones
    now = chain.latest()
    assert {tag for tag in now if now[tag] != before[f"{tag}:latest"]} == {"tc-base", "tc-side"}
    chain.write({"tc-mid/Dockerfile": "FROM tc-base\nCOPY file /file\n"})
    status, rows, said = chain.run(builder=builder)
    assert (status, rows) == (0, ["tc-mid built", "tc-leaf built"]), said


@pytest.mark.parametrize("each", rows(ENGINES, ["Docker 20.10"]), indirect=True)
def test_secrets_reach_a_build_and_nothing_else(each: Chain) -> None:
    chain = each
    words = (f"tok-{uuid4().hex}", f"second-{uuid4().hex}")
    secret = f'{words[0]} \'b "c" $d\n{words[1]} line\n'
    mounted = "RUN --mount=type=secret,id=token"
    chain.write(
        {
            "tc-secret/Dockerfile": (
                f"FROM tc-base\n{mounted} sha256sum </run/secrets/token >/sum && sleep 3\n"
            )
        }
    )
    chain.site.ssh(chain.address, "sudo rm -rf /root/.docker")
    running = chain.start(secrets=Hidden(token=secret))
    seen = ""
    while running.poll() is None:
        seen += chain.site.ssh(
            chain.address,
            "sudo sh -c 'cat /proc/[0-9]*/cmdline' 2>/dev/null | tr '\\0' ' '",
            check=False,
        )
    said = (running.stdout.read() if running.stdout else b"").decode()
    assert running.returncode == 0, said
    assert "--progress plain" in seen, "no build was seen"
    left = "sudo find /root/.docker /run/dockwright-build.* 2>/dev/null"
    assert chain.site.ssh(chain.address, left, check=False) == ""
    wanted = subprocess.run(["sha256sum"], input=secret.encode(), capture_output=True, check=True)
    assert (
        chain.docker("run --rm --pull=never tc-secret cat /sum") == wanted.stdout.decode().strip()
    )
    places = {
        "argument lists": seen,
        "the run's output": said,
        "the image's history": chain.docker("history --no-trunc tc-secret"),
        "the image's settings": chain.docker("inspect tc-secret"),
    }
    for place, text in places.items():
        assert not [word for word in words if word in text], place
    for word in words:
        found = chain.site.ssh(
            chain.address,
            f"sudo docker save tc-secret | tar -xO --wildcards '*' | grep -ac '{word}'; "
            f"sudo journalctl --since=-10min -o cat | grep -v COMMAND= | grep -c '{word}'; "
            f"sudo grep -rl '{word}' /run /tmp /root /etc /var/lib/docker 2>/dev/null",
            check=False,
        )
        assert found.split() == ["0", "0"], found
    status, _, said = chain.run(secrets=Hidden(token="x"), builder="classic", force=True)
    assert status == 1
    assert "secrets (token) take BuildKit" in said
    status, _, said = chain.run(secrets={"token": "x"}, force=True)
    assert status == 1
    assert "secret token: not hidden; give HiddenValue" in said


@pytest.mark.long
def test_a_platform_is_part_of_the_recipe_for_both_builders(chain: Chain) -> None:
    machine = chain.docker("version --format '{{.Server.Arch}}'")
    assert chain.run()[0] == 0
    status, rows, said = chain.run(platform=f"linux/{machine}")
    assert (status, len(rows)) == (0, 4), said
    assert "argument --platform changed" in said
    assert chain.run(platform=f"linux/{machine}", builder="classic")[1] == []
    status, rows, said = chain.run(
        platform=f"linux/{machine}", builder="classic", force=["tc-base"]
    )
    assert (status, len(rows)) == (0, 4), said


def test_a_parent_called_by_its_name_in_the_registry_is_the_one_just_built(chain: Chain) -> None:
    chain.write({"tc-leaf/Dockerfile": f"FROM {PLACE}/tc-mid:latest\nRUN cp /file /leaf\n"})
    given = {"registries": [PLACE]}
    assert chain.run(**given)[0] == 0
    chain.write({"tc-mid/file": "three\n"})
    assert chain.run(**given)[1] == ["tc-mid built", "tc-leaf built"]
    assert chain.docker("run --rm --pull=never tc-leaf cat /leaf") == "three"
    assert chain.run(**given)[1] == []


@pytest.mark.parametrize("each", rows(ENGINES, ["Docker 26"]), indirect=True)
def test_both_builders_give_the_same_labels_and_find_the_others_images_current(
    each: Chain,
) -> None:
    wanted = {image.name: image.labels() for image in order(read(each.folder))}
    for builder, other in (BUILDERS, BUILDERS[::-1]):
        each.forget()
        status, rows, said = each.run(builder=builder)
        assert (status, len(rows)) == (0, 4), said
        line = "inspect -f '{{json .Config.Labels}}' "
        for image in each.latest():
            # the base's own labels are there too
            labels = json.loads(each.docker(line + image))
            assert wanted[image].items() <= labels.items()
            age = datetime.now(UTC) - moment(labels["dockwright.built"])
            assert age < timedelta(minutes=10)
        assert each.run(builder=other)[1] == []
