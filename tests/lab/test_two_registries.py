"""Two registries: the first is down, or empty, or behind, or both are away; each catches up.

Both are the distribution's own registry on a box of their own, which the site's inventory names as
its registries' hosts: what is tried is how the site gets along with them.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import COPY, LOOP, OwnSite, server

LAB = OwnLab("tworegs", "192.168.85.0/24", ("app", "hub", "spare"), packages=WITH_ENGINE)
HUBS = ("hub", "spare")
HUB, SPARE = f"{LAB.address('hub')}:5000", f"{LAB.address('spare')}:5000"
SITE = """
from dockwright.deploys import docker_host, images, leaves

docker_host()
images()
leaves()
"""
# the builder runs web and job, a box that builds nothing runs side
LEAVES = {"app": ["web", "job"], "hub": [], "spare": ["side"]}
REGISTRY = """
set -eu
apt-get -qq update >/dev/null
DEBIAN_FRONTEND=noninteractive apt-get -qq -y install docker-registry >/dev/null 2>&1
systemctl disable -q --now docker-registry
mkdir -p /etc/hub /srv/hub
cat >/etc/hub/config.yml <<'END'
version: 0.1
storage: {filesystem: {rootdirectory: /srv/hub}, delete: {enabled: true}}
http: {addr: ":5000"}
END
cat >/etc/systemd/system/hub.service <<'END'
[Service]
ExecStart=/usr/bin/docker-registry serve /etc/hub/config.yml
END
systemctl start hub
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnSite]:
    state = tmp_path_factory.mktemp("tworegs")
    with LAB.up(state):
        made = OwnSite(LAB, state, HUBS, hubs_run_leaves=True)
        made.environment["DOCKWRIGHT_REGISTRY_PASSWORD"] = "pass"
        made.furnish("app", SITE)
        with ThreadPoolExecutor() as at_once:
            [*at_once.map(lambda box: made.ssh(made.boxes[box], "sudo sh", stdin=REGISTRY), HUBS)]
        (made.folder / "leaves.py").write_text(SITE.replace("images()\n", ""))
        made.write(LEAVES)
        with made.one_connection_a_box():
            declare(made)
            made.as_planned()
            yield made


def declare(site: OwnSite, pages: str = "one", env: str = "one", **data: Any) -> None:
    """The site: ``pages`` are what web and side show, ``env`` is the environment of web."""
    listen = "docker run --stop-timeout 1"
    site.leaf("web", f"web: {listen} -p 8080:8080 web", *COPY, server(8080), page=f"web {pages}")
    site.leaf("side", f"web: {listen} -p 8081:8081 side", *COPY, server(8081), page=f"side {pages}")
    site.leaf("job", f"job: {listen} job", "FROM tools", f"CMD {LOOP}")
    env_of = {"web": {"GREETING": env}}
    site.data(dockwright_registry_tls=False, dockwright_env=env_of, **data)


@pytest.fixture
def whole(site: OwnSite) -> Iterator[OwnSite]:
    """The site as it is declared, both registries up, before each test and after it."""
    yield site
    for box in HUBS:
        registry(site, box, "start")


def registry(site: OwnSite, box: str, word: str) -> None:
    site.ssh(site.boxes[box], f"sudo systemctl {word} hub")
    if word != "stop":
        tags(site, box, "tools")


def tags(site: OwnSite, box: str, image: str) -> list[str]:
    """The tags that the registry of ``box`` has of ``image``."""
    code, text = site.page(f"http://{site.boxes[box]}:5000/v2/{image}/tags/list")
    assert code in (200, 404), text
    return sorted(json.loads(text).get("tags") or ())


def digest(site: OwnSite, box: str, image: str) -> str:
    line = (
        "curl -sI -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' "
        f"http://127.0.0.1:5000/v2/{image}/manifests/latest | tr -d '\\r' | "
        "sed -n 's/^[Dd]ocker-[Cc]ontent-[Dd]igest: //p'"
    )
    return site.ssh(site.boxes[box], line)


def serves(site: OwnSite, box: str, port: int) -> str:
    return site.page(f"http://{site.boxes[box]}:{port}/")[1].strip()


def apply(site: OwnSite, status: int = 0) -> str:
    """What a run said that builds: it may find former builds to remove, which no plan foresees."""
    done = site.apply()
    assert done.returncode == status, done.stdout + done.stderr
    assert status or site.plan()["drift"] is False
    return " ".join(done.stdout.split())


def pages(site: OwnSite) -> str:
    """What web and side show now."""
    return serves(site, "app", 8080).removeprefix("web ")


def words(plan: dict[str, Any]) -> str:
    """All that a plan tells."""
    return json.dumps(plan)


@pytest.mark.long
def test_the_first_is_down_and_what_is_built_goes_to_the_second_and_on_to_the_boxes(
    whole: OwnSite,
) -> None:
    site, before = whole, whole.started()
    registry(site, "hub", "stop")
    declare(site, "two")
    plan = site.plan(statuses=(2,))
    done = site.apply()
    assert done.returncode == 0, done.stdout + done.stderr
    behind = f"registry {HUB}: could not be asked"
    assert behind in words(plan)
    assert f"note: {behind}" in done.stdout
    assert "it is behind, and lacks side, web; the next run that finds it up" in done.stdout
    assert (serves(site, "app", 8080), serves(site, "spare", 8081)) == ("web two", "side two")
    after = site.started()
    assert after["job.job.1"] == before["job.job.1"]
    # the plan goes on saying so, and a run changes nothing more
    assert "it is behind, and lacks" in words(site.plan(statuses=(2,)))
    assert site.apply().returncode == 0
    assert site.started() == after
    # it is up again, and boxes do not go back to what it has before it has caught up
    registry(site, "hub", "start")
    assert digest(site, "hub", "side") != digest(site, "spare", "side")
    alone = site.plan("--only", "side: image", statuses=(0,))
    assert f"registry {HUB}: is behind: its side:latest is older" in words(alone)
    # and catches up in the next run by itself
    plan, done = site.as_planned()
    assert site.names(plan, "Images")["app"] == [f"push to {HUB}"]
    assert digest(site, "hub", "side") == digest(site, "spare", "side")
    assert site.started() == after


@pytest.mark.long
def test_the_second_is_down_and_is_behind(whole: OwnSite) -> None:
    site = whole
    registry(site, "spare", "stop")
    declare(site, "three")
    assert site.apply().returncode == 0
    assert serves(site, "spare", 8081) == "side three"
    assert f"registry {SPARE}: could not be asked" in words(site.plan(statuses=(2,)))
    registry(site, "spare", "start")
    before = site.started()
    apply(site)
    assert digest(site, "hub", "web") == digest(site, "spare", "web")
    assert site.started() == before


@pytest.mark.long
def test_the_first_is_empty_and_the_second_is_asked_and_the_first_is_filled(
    whole: OwnSite,
) -> None:
    site, before = whole, whole.started()
    registry(site, "hub", "stop")
    site.ssh(site.boxes["hub"], "sudo rm -rf /srv/hub/docker")
    registry(site, "hub", "start")
    # a box that has not had the leaf yet, by leaves.py alone, and a builder that lost an image
    site.write({**LEAVES, "hub": ["side"]})
    done = site.dockwright("apply", "inventory.py", "leaves.py", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert serves(site, "hub", 8081) == serves(site, "spare", 8081)
    assert tags(site, "hub", "side") == []
    site.ssh(site.boxes["app"], "sudo docker image ls -q side | sort -u | xargs sudo docker rmi -f")
    plan, done = site.as_planned()
    assert f"push to {HUB}" in site.names(plan, "Images")["app"]
    assert "pulled" in done.stdout + done.stderr
    # not with what is a former build's
    assert {"latest"} < {*tags(site, "hub", "side")} < {*tags(site, "spare", "side")}
    for image in ("tools", "web", "side", "job"):
        assert digest(site, "hub", image) == digest(site, "spare", image)
    after = site.started("app", "spare")
    assert after == {name: before[name] for name in after}
    site.write(LEAVES)
    site.as_planned()


@pytest.mark.long
def test_what_was_pushed_by_hand_is_in_both_where_the_site_says_so(whole: OwnSite) -> None:
    site, before = whole, whole.started()
    push = f"sudo docker tag tools {SPARE}/hand/made:1; sudo docker push -q {SPARE}/hand/made:1"
    site.ssh(site.boxes["app"], f"{push}; sudo docker rmi {SPARE}/hand/made:1")
    declare(site, pages(site), dockwright_registries_alike=True)
    plan, _ = site.as_planned()
    assert site.names(plan, "Images")["app"] == ["each registry has what the others have"]
    assert tags(site, "hub", "hand/made") == ["1"]
    names = site.ssh(site.boxes["app"], "sudo docker image ls --format '{{.Repository}}'")
    assert "hand/made" not in names
    assert site.started() == before
    declare(site, pages(site))


@pytest.mark.parametrize(
    "away",
    [pytest.param(("hub",), id="the first", marks=pytest.mark.long), pytest.param(HUBS, id="both")],
)
@pytest.mark.long
def test_no_registry_is_needed_where_only_an_environment_changes(
    whole: OwnSite, away: tuple[str, ...]
) -> None:
    site, before = whole, whole.started()
    for box in away:
        registry(site, box, "stop")
    declare(site, pages(site), env=f"changed, {len(away)} away")
    plan, done = site.as_planned()
    assert f"registry {HUB}: could not be asked" in words(plan)
    assert f"note: registry {HUB}: could not be asked" in done.stdout
    # beside it only what became a former build in runs before
    assert {*site.names(plan)["app"]} - {"former builds"} == {"web: boot job"}
    said = site.ssh(site.boxes["app"], "sudo docker exec web.web.1 sh -c 'echo $GREETING'")
    assert said == f"changed, {len(away)} away"
    after = site.started()
    assert after.pop("web.web.1") != before.pop("web.web.1")
    assert after == before


@pytest.mark.long
def test_with_both_away_what_is_built_stays_on_the_builder_and_fails_by_that(
    whole: OwnSite,
) -> None:
    site, before, shown = whole, whole.started(), serves(whole, "app", 8080)
    for box in HUBS:
        registry(site, box, "stop")
    declare(site, "four", env="four")
    assert "it is behind, and lacks side, web" in apply(site, status=1)
    # the leaf's environment needs no registry
    said = site.ssh(site.boxes["app"], "sudo docker exec web.web.1 sh -c 'echo $GREETING'")
    assert (said, serves(site, "app", 8080)) == ("four", shown)
    after = site.started()
    assert {name for name in after if after[name] != before[name]} == {"web.web.1"}
    for box in HUBS:
        registry(site, box, "start")
    apply(site)
    assert (serves(site, "app", 8080), serves(site, "spare", 8081)) == ("web four", "side four")


@pytest.mark.long
def test_an_image_that_does_not_build_fails_its_leaf_and_nothing_else(whole: OwnSite) -> None:
    site, before, shown = whole, whole.started(), serves(whole, "app", 8080)
    declare(site, "five", env="five")
    site.leaf("web", "web: docker run -p 8080:8080 web", *COPY, 'RUN ["/bin/busybox", "false"]')
    (site.folder / "images/job/Dockerfile").write_text(f"FROM tools\nENV A=b\nCMD {LOOP}\n")
    told = apply(site, status=1)
    assert "chain images: failed: web; their former tags stay, the others are done" in told
    assert "web: images/web/Dockerfile:3: RUN" in told
    assert "web: image: image web: not built: images/web/Dockerfile:3" in told
    # what does not hang on it is built, pushed and switched: on the builder too
    assert serves(site, "spare", 8081) == "side five"
    assert serves(site, "app", 8080) == shown
    after = site.started()
    assert after["web.web.1"] == before["web.web.1"]
    assert after["job.job.1"] != before["job.job.1"]
    assert digest(site, "hub", "job") == digest(site, "spare", "job")
    failed = site.record("app")["failed"]
    assert "Images | chain of images" in failed
    assert "Leaves | web: image" in failed
    # so says pyinfra's own command, which knows of failed boxes
    assert site.pyinfra("site.py", inventory="inventory.py")["status"] != 0
    only_images = SITE.replace("leaves()\n", "").replace(", leaves", "")
    (site.folder / "images.py").write_text(only_images)
    assert site.pyinfra("images.py", inventory="inventory.py")["status"] != 0
    declare(site, "five", env="five")
    apply(site)
    assert serves(site, "app", 8080) == "web five"
