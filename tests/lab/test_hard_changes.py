"""What is hard to change, each by one change of data or one command, as docs/how-to/hard-changes.md
has it: nothing else restarts, and the pulls of others go on meanwhile.

A registry that moves, a box that is away and one that is lost have files of their own.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.lab.labs import hard_lab
from tests.lab.labs.cut_off import cut_off
from tests.lab.labs.hard_lab import CA, LAB, SERVED, Hard
from tests.lab.labs.own_site import COPY, server

TIMER = "renew-dockwright.timer"
# the last one of a run of it
RENEW = "systemctl start renew-dockwright.service"
# one that ends tomorrow, by the CA of the box; the registry shows it
SHORT = f"""
cd {SERVED.rpartition("/")[0]}
openssl req -new -key tls.key -subj /CN=x -out /run/x.csr
openssl x509 -in tls.crt -noout -ext subjectAltName |
  sed -n "2s|IP Address|IP|g; 2s|^ *|subjectAltName=|p" >/run/x.ext
openssl x509 -req -in /run/x.csr -CA {CA}/ca.crt -CAkey {CA}/ca.key -set_serial 7 -days 1 \
  -extfile /run/x.ext -out tls.crt 2>/dev/null
docker exec registry.web.1 nginx -s reload -c /etc/docker/registry/nginx.conf 2>/dev/null
"""


@pytest.fixture(scope="module")
def stood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hard]:
    state = tmp_path_factory.mktemp("hard")
    with LAB.up(state):
        made = hard_lab.stand_up(state)
        with made.one_connection_a_box():
            yield made


@pytest.fixture
def site(stood: Hard) -> Iterator[Hard]:
    """The site as it was first, before and after."""
    yield stood
    stood.declare()
    done = stood.apply()
    assert done.returncode == 0, done.stdout + done.stderr


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def test_a_certificate_near_its_end_is_renewed_by_a_timer_on_the_box(stood: Hard) -> None:
    assert stood.root("hub", f"systemctl is-active {TIMER}") == "active"
    stood.root("hub", SHORT)
    assert stood.days() < 1.1
    rows = {
        row["box"]: row for row in json.loads(stood.dockwright("status", "--json").stdout)["boxes"]
    }
    assert rows["hub"]["certificate_days"] < 1.1
    with stood.goes_on():
        stood.root("hub", RENEW)
        assert stood.days() > 800
    shown = stood.served()
    # it is good now: looked at again, it stays, and a run finds all as declared
    stood.root("hub", RENEW)
    assert stood.served() == shown
    assert stood.differs() == []


@pytest.mark.long
def test_a_ca_is_followed_by_another_one_and_nothing_restarts(site: Hard) -> None:
    before, shown = site.authority(), site.served()
    site.declare(dockwright_registry_ca_since=_now())
    with site.goes_on():
        plan, _ = site.as_planned()
    said = str([one for box in plan["boxes"] for one in box["operations"]])
    assert "the registry's next CA" in said
    after = site.authority()
    assert after != before
    assert site.served() != shown
    assert {box: site.trusted(box) for box in site.boxes} == {box: [after] for box in site.boxes}
    assert site.root("hub", f"ls {CA}").split() == ["ca.crt", "ca.key", "server.cnf"]


@pytest.mark.long
def test_a_box_that_is_away_is_waited_for_and_follows_later(site: Hard) -> None:
    before, shown = site.authority(), site.served()
    since = _now()
    site.declare(dockwright_registry_ca_since=since)
    with site.goes_on(), cut_off(LAB, site.state, "app"):
        done = site.apply("--skip", "app")
        assert done.returncode == 0, done.stdout + done.stderr
        assert site.authority() == before
        assert len(site.trusted("far")) == 2
        plan = site.plan("--skip", "app", statuses=(0,))
        [told] = site.reminders(plan, "the next CA")
        assert "box app (left out by --skip)" in told, told
    assert site.served() == shown
    with site.goes_on():
        site.as_planned()
    assert {box: site.trusted(box) for box in site.boxes} == {
        box: [site.authority()] for box in site.boxes
    }
    assert site.authority() != before


@pytest.mark.long
@pytest.mark.parametrize(
    "left",
    [
        pytest.param("", id="after_the_next_one_was_made"),
        pytest.param(
            f"cd {CA}; cp ca.crt former.crt; mv next.key ca.key", id="in_the_midst_of_the_switch"
        ),
        pytest.param(
            f"cd {CA}; cp ca.crt former.crt; mv next.key ca.key; mv next.crt ca.crt",
            id="before_the_registry_shows_one_of_it",
        ),
    ],
)
def test_a_run_that_is_cut_off_goes_on_with_the_next(site: Hard, left: str) -> None:
    before = site.authority()
    site.declare(dockwright_registry_ca_since=_now())
    # as far as a run comes without a box that it waits for
    assert site.apply("--skip", "app").returncode == 0
    site.root("hub", f"true; {left}")
    if left:
        both = site.root("hub", f"cat {CA}/former.crt {CA}/*.crt")
        path = f"/etc/docker/certs.d/{site.place}/ca.crt"
        site.root("app", f"chmod u+w {path}; cat >{path} <<'END'\n{both}\nEND")
    with site.goes_on():
        site.as_planned()
    after = site.authority()
    assert after != before
    assert {box: site.trusted(box) for box in site.boxes} == {box: [after] for box in site.boxes}


# data of one box
_OF = "\nfor name, data in boxes:\n    if name == {box!r}:\n        data[{key!r}] = {value!r}\n"


@pytest.mark.long
def test_the_registry_s_passwords_are_made_anew_and_the_same_run_goes_by_them(site: Hard) -> None:
    files = [f"/etc/dockwright/registry{one}.password" for one in ("", ".reader")]
    before = [site.root("hub", f"cat {path}") for path in files]
    site.declare(_OF.format(box="hub", key="dockwright_passwords_since", value=_now()))
    site.leaf("web", hard_lab.WEB, *COPY, server(8000), page="two")
    with site.goes_on("web", pulls=False):
        site.as_planned()
    after = [site.root("hub", f"cat {path}") for path in files]
    assert not {*before} & {*after}
    assert site.page(f"http://{site.boxes['app']}:8000/")[1].strip() == "two"
    users = ("dockwright", "dockwright-reader")
    for passwords, wanted in ((before, "401"), (after, "200")):
        for user, password in zip(users, passwords, strict=True):
            ask = f"curl -ksu {user}:{password} -o /dev/null -w %{{http_code}}"
            assert site.root("app", f"{ask} https://{site.place}/v2/") == wanted, user
    assert not [one for one in before + after if one in str(site.record("hub"))]


@pytest.mark.long
def test_the_password_of_a_leaf_is_made_anew_and_that_leaf_alone_restarts(site: Hard) -> None:
    ask = "docker inspect -f '{{.Config.Env}}' desk.web.1 | grep -o 'DOCKWRIGHT_PASSWORD=[^] ]*'"
    before, began = site.root("far", ask), site.started("far")
    site.declare(_OF.format(box="far", key="dockwright_passwords_since", value=_now()))
    with site.goes_on("desk"):
        site.as_planned()
    after = site.root("far", ask)
    kept = site.root("far", "cat /etc/dockwright/leaves/desk.password")
    assert after == f"DOCKWRIGHT_PASSWORD={kept}"
    assert after != before
    assert site.started("far")["desk.web.1"] != began["desk.web.1"]


@pytest.mark.long
def test_a_box_has_another_address_and_another_name_and_others_learn_them(site: Hard) -> None:
    moved = f"{LAB.net}.77"
    site.root("far", f"ip address add {moved}/24 dev host0")
    site.declare(_OF.format(box="far", key="dockwright_address", value=moved))
    with site.goes_on("desk"):
        site.as_planned()
    assert site.root("far", "docker port desk.web.1") == f"8001/tcp -> {moved}:8001"
    for box in site.boxes:
        assert site.root(box, "getent hosts far.vagrant").split()[0] == moved
    site.declare(
        _OF.format(box="far", key="dockwright_address", value=moved)
        + _OF.format(box="far", key="dockwright_hostname", value="away.corp.test")
    )
    with site.goes_on():
        site.as_planned()
    for box in ("app", "hub"):
        assert site.root(box, "getent hosts away.corp.test").split()[0] == moved
        assert site.root(box, "getent hosts far.vagrant || echo none") == "none"


# as docs/how-to/hard-changes.md has it
ARCHIVE = """
apt-get -qq update
apt-get -qq -y upgrade >/dev/null 2>&1
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  [ -f "$file" ] || continue
  case $file in
    */next.*) ;;
    *.sources) sed 's/bookworm/trixie/g' "$file" >/etc/apt/sources.list.d/next.sources ;;
    *) sed 's/bookworm/trixie/g' "$file" >/etc/apt/sources.list.d/next.list ;;
  esac
done
cat >/etc/apt/preferences.d/engine <<'END'
Package: *
Pin: release n=trixie*
Pin-Priority: 100

Package: docker.io docker-cli docker-buildx
Pin: release n=trixie*
Pin-Priority: 600
END
apt-get -qq update
"""


# the last one: the box keeps that engine
@pytest.mark.long
def test_an_engine_of_20_10_becomes_one_of_26_and_other_boxes_go_on(site: Hard) -> None:
    version = "docker version --format '{{.Server.Version}} {{.Client.Version}}'"
    (site.folder / "updates.py").write_text("from dockwright.deploys import updates\n\nupdates()\n")
    assert site.root("far", version).startswith("20.10.")
    site.declare(dockwright_updates="all", dockwright_update_engine=True)
    site.root("far", ARCHIVE)
    updates = ("inventory.py", "updates.py", "--limit", "far")
    plan = json.loads(site.dockwright("plan", *updates, "--json").stdout)
    assert [
        f"{one['sign']} {one['thing']}"
        for box in plan["boxes"]
        for operation in box["operations"]
        for one in operation["changes"]
    ] == ["~ docker.io", "+ docker-cli"]
    with site.goes_on("clock", "desk", pulls=False):
        done = site.dockwright("apply", *updates, "--yes")
        assert done.returncode == 0, done.stdout + done.stderr
    assert [one.split(".")[0] for one in site.root("far", version).split()] == ["26", "26"]
    assert {"clock.clock.1", "desk.web.1"} <= site.started("far").keys()
    assert site.page(f"http://{site.boxes['far']}:8001/")[1].strip() == "desk"
    # all as declared, and nothing restarts for that
    with site.goes_on():
        assert site.apply().returncode == 0
        assert site.differs() == []
