"""A leaf as services of Swarm, on a swarm of one: made, changed, drifted, put back, and moved."""

import json
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from dockwright.boot.group import group
from dockwright.service.difference import differences
from dockwright.service.environment import ImageProgram
from dockwright.service.spec import Service, Terms, services
from tests.lab.labs import service_lab
from tests.lab.labs.every_run import rows
from tests.lab.labs.run_lines import procfile
from tests.lab.labs.service_lab import RUN, WEB, ServiceLab

SERVED = ["app: services on box"]
FREE = f"web: {RUN} app\n"  # without a port and data: a new task begins beside the former one
DATA = WEB.replace("-p 8080", "-v appstate:/state -p 8080")


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceLab]:
    state = tmp_path_factory.mktemp("services")
    with service_lab.LAB.up(state):
        made = service_lab.furnish(state)
        with made.one_connection_a_box():
            yield made


@pytest.fixture
def box(furnished: ServiceLab) -> ServiceLab:
    furnished.fresh()
    return furnished


def _read_back(box: ServiceLab, seeds: range) -> dict[int, tuple[Service, dict[str, Any]]]:
    """By seed, a service of random options, and what the engine has of it once it was made."""
    lines, made, free = [], {}, count(10000)
    secret = box.root("echo x | docker secret create -l dockwright.leaf=app ours -")
    box.root("docker network create -d overlay --internal closed >/dev/null")
    for seed in seeds:
        text = procfile(seed)
        env = {"SECRET": "s"} if "SECRET" in text else {}
        its = group("app", text, "P", log_driver=None, env=env, scale={"web": 1 + seed % 3})
        (one,) = services(its, "P", Terms(mesh=seed % 2 == 0), ImageProgram(("/e",)))
        spec = json.loads(json.dumps(one.spec).replace("dockwright-app_web", "closed"))
        # no two may have one port, and none is to run
        spec["Name"] = f"made{seed}"
        spec["TaskTemplate"]["Placement"]["Constraints"].append("node.labels.never == here")
        for port in spec["EndpointSpec"].get("Ports", ()):
            if "PublishedPort" in port:
                port["PublishedPort"] = next(free)
        for its_secret in spec["TaskTemplate"]["ContainerSpec"].get("Secrets", ()):
            its_secret |= {"SecretName": "ours", "SecretID": secret}
        made[seed] = (one, spec)
        lines.append(
            "curl -sS --unix-socket /var/run/docker.sock -H 'Content-Type: application/json' -d @- "
            f"http://engine/v1.41/services/create <<'END'\n{json.dumps(spec)}\nEND\n"
        )
    said = box.root("".join(lines)).splitlines()
    assert [line for line in said if '"ID"' not in line] == []
    targets = "{{range .Spec.TaskTemplate.Networks}}{{.Target}} {{end}}"
    names = dict(
        line.split()
        for line in box.root(
            "ids=$(docker service ls -q); docker network inspect --format '{{.ID}} {{.Name}}' "
            f"$(docker service inspect --format '{targets}' $ids)"
        ).splitlines()
    )
    text = box.root("docker service inspect --format '{{json .Spec}}' $(docker service ls -q)")
    for net, name in names.items():
        text = text.replace(net, name)
    has = {spec["Name"]: spec for spec in map(json.loads, text.splitlines())}
    box.root(
        "docker service rm $(docker service ls -q); docker secret rm ours; sleep 1;"
        "docker network rm closed"
    )
    return {seed: (spec, has[f"made{seed}"]) for seed, (_, spec) in made.items()}


def test_what_the_engine_has_of_a_service_differs_in_nothing_from_what_was_asked(
    box: ServiceLab,
) -> None:
    for seed, (wanted, has) in _read_back(box, range(25)).items():
        assert differences(wanted, has) == (), procfile(seed)


@pytest.mark.long
def test_the_same_of_many(box: ServiceLab) -> None:
    for seed, (wanted, has) in _read_back(box, range(25, 200)).items():
        assert differences(wanted, has) == (), procfile(seed)


def test_a_leaf_is_made_changed_and_taken_away(box: ServiceLab) -> None:
    made = box.deploy("one", scale=1)
    assert made["status"] == 0, made["said"]
    assert made["changed"] == SERVED
    assert box.deploy("one")["changed"] == []
    assert box.serves() == "one"
    spec = box.spec("app_web")
    assert spec["TaskTemplate"]["Resources"]["Limits"]["MemoryBytes"] == 64 * 2**20
    assert spec["TaskTemplate"]["ContainerSpec"]["Env"] == ["KIND=plain"]
    # what the site gives arrives, and stands in nothing that anybody may ask for
    told = "docker service inspect app_web; docker inspect $(docker ps -q); docker secret inspect "
    assert "from' the site" not in box.root(f"{told} $(docker secret ls -q); ps axww -o args")
    inside = box.root("cat /proc/$(pgrep -xo busybox)/environ | tr '\\0' '\\n'")
    assert "GREETING=hello 'from' the site" in inside.splitlines()
    assert "KIND=plain" in inside.splitlines()

    before = box.root("docker secret ls -q")
    other = box.deploy("two", greeting="another")
    assert other["changed"] == SERVED, other["said"]
    assert box.serves() == "two"
    # the former one stays for the way back, and goes with the next
    assert before in box.root("docker secret ls -q")
    assert box.deploy("two", greeting="a third")["status"] == 0
    assert before not in box.root("docker secret ls -q")
    assert len(box.root("docker secret ls -q").split()) == 2

    assert box.deploy("two", where="none")["changed"] == ["no other services on box"]
    assert box.root("docker service ls -q; docker secret ls -q; docker ps -q") == ""


def _secret_replaced(box: ServiceLab) -> None:
    box.root(
        "echo export A=1 | docker secret create other - >/dev/null;"
        "was=$(docker service inspect app_web --format "
        "'{{range .Spec.TaskTemplate.ContainerSpec.Secrets}}{{.SecretName}}{{end}}');"
        "docker service update -d --secret-rm $was --secret-add "
        "source=other,target=dockwright-environment app_web"
    )


def _update(words: str) -> Callable[[ServiceLab], None]:
    line = f"docker service update -d --no-resolve-image {words} app_web"

    def updated(box: ServiceLab) -> None:
        box.root(line)

    return updated


def _foreign_but_ours(box: ServiceLab) -> None:
    box.root(
        "docker service create -d --no-resolve-image --name gone_web --label dockwright.leaf=gone "
        "--label dockwright.process=web app:one"
    )


DRIFT: dict[str, tuple[Callable[[ServiceLab], object], str]] = {
    "scaled": (_update("--replicas 2"), "replicas 2→1"),
    "of another image": (_update("--image app:two"), "image app:two→sha256:"),
    "edited by hand": (_update("--env-add HAND=1"), "env HAND"),
    "with a limit less": (_update("--limit-memory 32m"), "limit MemoryBytes"),
    "missing": (lambda box: box.root("docker service rm app_web"), "+ service app_web  1 task"),
    "a secret replaced": (_secret_replaced, "secret other"),
    "another's by label": (_foreign_but_ours, "not declared any more: gone_web"),
    "moved to other nodes": (
        _update("--constraint-add node.labels.x==y"),
        "placement node.labels.x==y→none",
    ),
    "failing otherwise": (
        _update("--update-failure-action continue"),
        "update FailureAction",
    ),
    "without its check": (_update("--no-healthcheck"), "health Test"),
}


@pytest.mark.parametrize("drift", rows(DRIFT, ["scaled"]))
def test_drift_is_seen_named_and_put_right(box: ServiceLab, drift: str) -> None:
    make, named = DRIFT[drift]
    assert box.deploy("one", FREE)["status"] == 0
    declared = box.spec("app_web")
    make(box)
    inventory = str(box.folder / "inventory.py")
    plan = box.run("dockwright", "plan", inventory, str(box.folder / "deploy.py"))
    assert plan.returncode == 2, plan.stdout + plan.stderr
    righted = box.deploy("one", FREE)
    assert righted["status"] == 0, righted["said"]
    assert named in righted["said"] or named in plan.stdout, (righted["said"], plan.stdout)
    assert differences(declared, box.spec("app_web")) == ()
    assert box.deploy("one", FREE)["changed"] == []
    # a task that goes is counted while it ends
    until = time.monotonic() + 20
    while box.services() != ["app_web 1/1"]:
        assert time.monotonic() < until, box.services()
        time.sleep(0.5)
    box.root("docker secret rm other >/dev/null 2>&1 || :")


@pytest.mark.long
@pytest.mark.parametrize("text", [FREE, WEB])
def test_a_broken_image_is_put_back_by_swarm_and_told_with_its_last_lines(
    box: ServiceLab, text: str
) -> None:
    assert box.deploy("one", text)["status"] == 0
    failed = box.deploy("exits", text)
    assert failed["status"] == 1
    _, _, why = failed["said"].partition("service app_web: task on ")
    assert why.partition(" ")[2].startswith("failed: task: non-zero exit (3); its last lines:")
    assert "its last lines:\n    the disk of app is full\n" in failed["said"]
    assert "app: Swarm has put back what ran before, and it is up" in failed["said"]
    assert box.services() == ["app_web 1/1"]
    assert box.deploy("one", text)["status"] == 0


@pytest.mark.long
def test_rollback_puts_a_service_back(box: ServiceLab) -> None:
    assert box.deploy("one")["status"] == 0
    none = box.run("dockwright", "rollback", "app")
    assert none.returncode == 1
    assert "its services were never updated" in none.stderr
    assert box.deploy("two", greeting="another")["status"] == 0
    back = box.run("dockwright", "rollback", "app")
    assert back.returncode == 0, back.stderr
    assert box.serves() == "one"
    assert box.services() == ["app_web 1/1"]
    assert box.deploy("two", greeting="another")["changed"] == SERVED


@pytest.mark.long
def test_a_new_one_that_is_broken_is_taken_away(box: ServiceLab) -> None:
    failed = box.deploy("exits")
    assert failed["status"] == 1
    assert "the disk of app is full" in failed["said"]
    assert box.root("docker service ls -q; docker secret ls -q; docker ps -q") == ""


def test_what_swarm_cant_do_is_refused_before_anything(box: ServiceLab) -> None:
    refused = box.deploy("one", f"web: {RUN} --device /dev/null app\n")
    assert refused["status"] == 1
    assert "--device /dev/null: not on Swarm: Swarm gives no devices" in refused["said"]
    box.root("docker service create -d --no-resolve-image --name app_web app:one")
    refused = box.deploy("one")
    assert "service app_web: is somebody else's" in refused["said"]
    box.root("docker service rm app_web")


def test_it_moves_from_boot_jobs_to_the_swarm_and_back_with_its_data(box: ServiceLab) -> None:
    assert box.deploy("one", DATA, where="boot")["status"] == 0
    box.root("echo kept >/var/lib/docker/volumes/appstate/_data/record")
    there = box.deploy("one", DATA)
    assert there["status"] == 0, there["said"]
    assert "its boot jobs on box stop first" in there["said"]
    assert box.deploy("one", DATA)["changed"] == []
    assert box.root("ls /etc/systemd/system/ | grep dockwright-app || :") == ""
    assert box.serves() == "one"
    inside = "docker exec $(docker ps -q -f name=app_web) /bin/busybox cat /state/record"
    assert box.root(inside) == "kept"
    label = "docker node inspect self --format '{{json .Spec.Labels}}'"
    assert json.loads(box.root(label))["dockwright.data.app"] == "here"

    back = box.deploy("one", DATA, where="boot")
    assert back["status"] == 0, back["said"]
    assert box.root("docker service ls -q; docker secret ls -q") == ""
    assert box.serves() == "one"
    assert box.root(inside.replace("app_web", "app.web")) == "kept"


@pytest.mark.long
def test_a_move_that_fails_leaves_what_ran(box: ServiceLab) -> None:
    assert box.deploy("one", DATA, where="boot")["status"] == 0
    failed = box.deploy("exits", DATA)
    assert failed["status"] == 1
    assert "its service is taken away, and its boot jobs run again" in failed["said"]
    assert box.serves() == "one", failed["said"]
    assert box.root("docker ps --format '{{.Names}}'") == "app.web.1"

    assert box.deploy("one", DATA)["status"] == 0
    failed = box.deploy("exits", DATA, where="boot")
    assert failed["status"] == 1
    assert box.serves() == "one", failed["said"]
    assert box.services() == ["app_web 1/1"]
