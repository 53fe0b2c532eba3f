"""docs/coming-from.md: what each of its rows says is written here is written, and does it.

One site has them all: ``app`` builds and runs ``web``, whose Procfile has the most of them; ``far``
runs ``db``, an image of others with a volume, and ``side``; ``hub`` keeps the registry, which has a
path and a password that a command prints.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.lab.labs.coming_lab import DATA, PASSWORD, WEB, Comer, stood_up
from tests.lab.labs.own_site import COPY, server
from tests.tables import rows_of

PAGE = Path(__file__).resolve().parents[2] / "docs/coming-from.md"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Comer]:
    with stood_up(tmp_path_factory.mktemp("coming")) as made:
        yield made


def _restarts(site: Comer) -> bool:
    before = site.of("app", "web.worker.1", ".State.StartedAt")
    site.as_root("app", "docker kill web.worker.1")
    until = time.monotonic() + 60
    while site.as_root("app", "docker inspect -f '{{.State.StartedAt}}' web.worker.1 || :") in (
        before,
        "",
    ):
        assert time.monotonic() < until
        time.sleep(1)
    return True


def _goes_and_leaves_its_volume(site: Comer) -> bool:
    site.declare()
    site.applied()
    there = site.as_root("far", "docker ps -a --format '{{.Names}}'; docker volume ls -q").split()
    return "old.work.1" not in there and "old" in there


def _goes_back(site: Comer) -> bool:
    first = site.of("app", "web.web.1", ".Config.Image").partition("@")[2]
    site.leaf("web", WEB, *COPY, server(8000), page="two")
    site.applied()
    assert site.shown() == "two"
    site.says("rollback", "web")
    assert site.shown() == "web"
    site.applied()
    assert site.shown() == "two"
    site.says("rollback", "web", "--to", first)
    assert site.shown() == "web"
    site.leaf("web", WEB, *COPY, server(8000))
    return site.applied()


def _takes_turns(site: Comer) -> bool:
    at = [
        int(site.as_root(box, f"date -d {site.of(box, 'both.work.1', '.State.StartedAt')} +%s"))
        for box in ("app", "far")
    ]
    return abs(at[0] - at[1]) >= 2


def _locks(site: Comer) -> bool:
    site.declare("locked")
    with ThreadPoolExecutor() as at_once:
        done = list(at_once.map(lambda _: site.apply(), range(2)))
    first, second = sorted(done, key=lambda one: one.returncode)
    assert first.returncode == 0, first.stdout + first.stderr
    return second.returncode == 1 and "locked by" in second.stderr


def _reads_it_anew(site: Comer) -> bool:
    site.declare("by a handler")
    site.applied()
    return "GREETING=by a handler" in site.environment_of("app", "web.web.1")


def _is_put_back(site: Comer) -> bool:
    site.leaf("web", WEB, *COPY, 'CMD ["sh", "-c", "exit 3"]')
    assert site.apply().returncode == 1
    assert site.shown() == "web"
    site.leaf("web", WEB, *COPY, server(8000))
    return site.applied()


def _of_git(site: Comer) -> bool:
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "all of it")):
        named = ("-c", "user.name=a", "-c", "user.email=a@example")
        assert site.run("git", *named, *words).returncode == 0
    return site.applied()


def _is_let_in(site: Comer) -> bool:
    kept = site.as_root("hub", "cat /etc/dockwright/registry.password")
    return kept == PASSWORD and "GREETING" in str(site.environment_of("app", "web.web.1"))


def _health(site: Comer) -> bool:
    found = [
        site.of(*one, ".State.Health.Status")
        for one in (("app", "web.web.1"), ("far", "side.web.1"))
    ]
    return found == ["healthy", "healthy"]


def _ports(site: Comer) -> bool:
    return site.as_root(
        "app", "docker port web.web.1"
    ) == f"8000/tcp -> {site.boxes['app']}:8000" and "8100/tcp -> 0.0.0.0:8100" in site.as_root(
        "far", "docker port side.web.1"
    )


def _two_of_them(site: Comer) -> bool:
    far = site.boxes["far"]
    return [site.page(f"http://{far}:{port}/")[0] for port in (8100, 8101)] == [200, 200]


def _rights(site: Comer) -> bool:
    return (
        site.of(
            "app",
            "web.web.1",
            ".HostConfig.ReadonlyRootfs}} {{.HostConfig.CapAdd}} {{.HostConfig.CapDrop",
        )
        == "true [NET_RAW] [ALL]"
    )


def _bounds(site: Comer) -> bool:
    what = ".HostConfig.Memory}} {{.HostConfig.NanoCpus"
    return site.of("app", "web.web.1", what) == f"{512 << 20} {10**9}"


def _is_up(box: str, container: str) -> Callable[[Comer], bool]:
    return lambda site: site.of(box, container, ".State.Running") == "true"


def _has(box: str, container: str, *pairs: str) -> Callable[[Comer], bool]:
    return lambda site: {*pairs} <= {*site.environment_of(box, container)}


def _is_fine(*words: str) -> Callable[[Comer], bool]:
    return lambda site: site.says(*words) is not None


def _mounts(box: str, container: str, what: str) -> Callable[[Comer], bool]:
    return lambda site: what in site.of(box, container, "json .Mounts")


def _in_one_off(site: Comer) -> bool:
    return site.says("run", "web", "--", "busybox", "echo", "from one").strip().endswith("from one")


def _in_it(site: Comer) -> bool:
    return "web" in site.says("exec", "web", "--", "cat", "/www/index.html")


def _in_a_shell(site: Comer) -> bool:
    return "sum 3" in site.says("exec", "web", stdin="echo sum $((1 + 2))\n")


def _timer(site: Comer) -> bool:
    return "dockwright-web.nightly.1" in site.as_root(
        "app", "systemctl list-timers --all --no-pager"
    )


def _migrated(site: Comer) -> bool:
    return "migrated" in site.as_root("app", "cat /srv/web/log")


# by the row's heading and first cell
CHECKS: dict[str, Callable[[Comer], bool]] = {
    "A compose file: a service `web:`": _is_up("app", "web.web.1"),
    "A compose file: `build: ./web`": lambda site: (
        site.as_root("app", "docker image ls -q web") != ""
    ),
    "A compose file: `image: postgres:16`": lambda site: site.of(
        "far", "db.db.1", ".Config.Image"
    ).startswith(f"{DATA['dockwright_registry']}/extern@sha256:"),
    'A compose file: `ports: ["8000:80"]`': _ports,
    "A compose file: `environment:`": _has("app", "web.web.1", "GREETING=hello", "TONE=low"),
    "A compose file: `env_file: web.env`": _has("far", "side.web.1", "FROM_FILE=yes"),
    'A compose file: `volumes: ["dbdata:/data"]`': _mounts("far", "db.db.1", "dbdata"),
    'A compose file: `command: ["serve"]`': lambda site: (
        "trap exit" in site.of("far", "db.db.1", "json .Args")
    ),
    "A compose file: `entrypoint:`": lambda site: (
        site.of("far", "side.web.1", ".Path") == "/bin/busybox"
    ),
    "A compose file: `depends_on: [db]`": lambda site: (
        site.of("app", "web.web.1", ".State.StartedAt")
        > site.of("far", "db.db.1", ".State.StartedAt")
    ),
    "A compose file: `healthcheck:`": _health,
    "A compose file: `restart: always`": _restarts,
    "A compose file: `deploy: replicas: 2`": _two_of_them,
    "A compose file: `mem_limit: 512m`, `cpus: 2`": _bounds,
    "A compose file: `read_only: true`, `cap_add:`": _rights,
    "A compose file: `docker compose up -d`": Comer.applied,
    "A compose file: `docker compose up --dry-run`": _is_fine("plan", "inventory.py", "site.py"),
    "A compose file: `docker compose logs -f web`": lambda site: site.follows("web"),
    "A compose file: `docker compose exec web sh`": _in_a_shell,
    "A compose file: `docker compose run --rm web CMD`": _in_one_off,
    "A compose file: a service taken out of the file": _goes_and_leaves_its_volume,
    "Kamal: `servers: web: [192.0.2.1]`": lambda site: (
        "web.web.1" not in site.started("far", "hub")
    ),
    "Kamal: `kamal setup`, `kamal deploy`": Comer.applied,
    "Kamal: `kamal rollback VERSION`": _goes_back,
    "Kamal: `kamal app logs`": lambda site: site.says("logs", "web") != "",
    "Kamal: `kamal app exec CMD`": lambda site: _in_it(site) and _in_one_off(site),
    "Kamal: `env: clear:`": _has("app", "web.web.1", "GREETING=hello"),
    "Kamal: `accessories: db:`": _is_up("far", "db.db.1"),
    "Kamal: `boot: limit: 1`": _takes_turns,
    "Kamal: a `pre-deploy` hook that migrates": _migrated,
    "Kamal: `kamal lock`": _locks,
    "Kamal: `kamal audit`": lambda site: "site.py" in site.says("history"),
    "Kamal: `registry: server:`": lambda site: site.of(
        "app", "web.web.1", ".Config.Image"
    ).startswith(f"{DATA['dockwright_registry']}/web@"),
    "Ansible: an inventory with groups": lambda site: (
        {box["box"] for box in site.plan()["boxes"]} == {"app", "far", "hub"}
    ),
    "Ansible: `group_vars/all.yml`, `host_vars`": lambda site: "both.work.1" in site.started("far"),
    "Ansible: `--check --diff`": _is_fine("plan", "inventory.py", "site.py", "--diff"),
    "Ansible: `--limit app1`": lambda site: (
        [box["box"] for box in site.plan("--limit", "app")["boxes"]] == ["app"]
    ),
    "Ansible: `--tags web`": _is_fine("plan", "inventory.py", "site.py", "--only", "web"),
    "Ansible: `serial: 1`": _takes_turns,
    "Ansible: `community.docker.docker_container`": _is_up("app", "web.web.1"),
    "Ansible: a handler that restarts": _reads_it_anew,
    "Ansible: `ansible-vault`": _is_let_in,
    "Ansible: `ansible all -a CMD`": lambda site: (
        site.run("pyinfra", "-y", "inventory.py", "exec", "--", "true").returncode == 0
    ),
    "Dokku: `git push dokku main`": _of_git,
    "Dokku: `web:` and `worker:` in a Procfile": _is_up("app", "web.worker.1"),
    "Dokku: `release:` in a Procfile": _migrated,
    "Dokku: `dokku config:set web KEY=VALUE`": _has("app", "web.web.1", "GREETING=by a handler"),
    "Dokku: `dokku ps:scale web=2`": _two_of_them,
    "Dokku: `dokku ports:set web http:80:5000`": _ports,
    "Dokku: `dokku storage:mount`": _mounts("app", "web.web.1", "/srv/web"),
    "Dokku: `cron` in app.json": _timer,
    "Dokku: `dokku run web CMD`": _in_one_off,
    "Dokku: `dokku enter web`": _in_a_shell,
    "Dokku: `dokku logs web -t`": lambda site: site.follows("web"),
    "Dokku: `dokku checks`": _is_put_back,
    "Dokku: `dokku apps:destroy web`": lambda site: (
        site.as_root("far", "docker volume rm old") == "old"
    ),
}


def test_each_row_has_its_check() -> None:
    assert [row.name for row in rows_of(PAGE)] == list(CHECKS)


@pytest.mark.long
@pytest.mark.parametrize("row", CHECKS)
def test_what_a_row_says_is_so(site: Comer, row: str) -> None:
    assert CHECKS[row](site)
