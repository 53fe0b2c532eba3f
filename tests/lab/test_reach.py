"""What a leaf that was broken into can reach: asked from within its container, as root there.

`app` runs a leaf whose folder bounds it, and two that nothing bounds; `hub` has the registry, and
runs a leaf that the bounded one may reach. `sup` runs the bounded one by supervisord, in the tier
`long` alone.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest

from dockwright import lab
from tests.lab.labs.every_run import IS_LONG, rows
from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import COPY, OwnSite, server

BOXES = ("app", "hub", "sup") if IS_LONG else ("app", "hub")
LAB = OwnLab("reach", "192.168.100.0/24", BOXES, packages=(*WITH_ENGINE, "supervisor"))
ID = sha256(b"inside").hexdigest()[:12]
BRIDGE, CHAIN = f"dw-{ID}", f"DW-{ID}"
BY_SUPERVISORD = """
    if name == "sup":
        data["dockwright_init"] = "supervisord"
"""
# each start of the bounded leaf tries a door before it serves: that it was open shows in its log
TRIES = (
    'CMD ["/bin/busybox", "sh", "-c", "nc -w 3 {hub} 22 </dev/null && echo IT WAS OPEN; '
    'exec /bin/busybox httpd -f -p 9000 -h /www"]'
)
CHECK = 'HEALTHCHECK --interval=2s --retries=3 CMD ["wget", "-qO-", "http://127.0.0.1:9000/"]'


class Reach(OwnSite):
    def root(self, line: str, box: str = "app") -> str:
        return self.ssh(self.boxes[box], "sudo sh -s", stdin=line, check=False)

    def bounds(self, text: str | None) -> None:
        path = self.folder / "images/inside/reaches"
        if text is None:
            path.unlink()
        else:
            path.write_text(text)

    def address(self, container: str) -> str:
        """Of a container, in its own network."""
        networks = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        return self.root(f"docker inspect -f '{networks}' {container}")

    def doors(self) -> dict[str, tuple[str, int]]:
        """What is none of the bounded leaf's business, by what it is."""
        app, hub = self.boxes["app"], self.boxes["hub"]
        gateway = self.root(f"ip -4 -o addr show dev {BRIDGE} | awk '{{print $4}}' | cut -d/ -f1")
        return {
            "another leaf's container": (self.address("open.web.1"), 8000),
            "another leaf's published port": (app, 8000),
            "the same by its bridge's address": (gateway, 8000) if gateway else (app, 8000),
            "sshd of its box": (app, 22),
            "the same by its bridge": (gateway or app, 22),
            "the same by the engine's own bridge": ("172.17.0.1", 22),
            "sshd of another box": (hub, 22),
            "the registry": (hub, 5000),
            "a machine beyond the site": (f"{self.lab.net}.1", 22),
        }

    def opened(
        self, container: str, doors: dict[str, tuple[str, int]], box: str = "app"
    ) -> set[str]:
        """Those of ``doors`` that a root of the container can connect to."""

        def tried(door: tuple[str, int]) -> bool:
            at, port = door
            run = f"docker exec -u 0 {container} busybox nc -w 3 {at} {port}"
            line = f"timeout 8 {run} </dev/null >/dev/null 2>&1; echo $?"
            # what stays open is ended by timeout
            return self.root(line, box) in ("0", "124", "137", "143")

        with ThreadPoolExecutor(4) as at_once:
            said = dict(zip(doors, at_once.map(tried, doors.values()), strict=True))
        return {what for what, is_open in said.items() if is_open}

    def is_bounded(self) -> None:
        """Nothing is open but what is allowed, and it answers who asks it from outside."""
        until = time.monotonic() + 60
        while self.page() != "inside" and time.monotonic() < until:
            time.sleep(1)
        assert self.page() == "inside"
        assert self.opened("inside.web.1", self.doors()) == set()
        allowed = {"far": (self.boxes["hub"], 8100)}
        assert self.opened("inside.web.1", allowed) == {"far"}

    def page(self) -> str:
        line = f"curl -s -m 5 http://{self.boxes['app']}:9000/"
        return self.ssh(self.boxes["hub"], line, check=False)

    def told(self) -> list[str]:
        return [
            f"{one['thing']} {' '.join(one['details'])}"
            for box in self.plan(statuses=(2,))["boxes"]
            for operation in box["operations"]
            for one in operation["changes"]
        ]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reach]:
    state = tmp_path_factory.mktemp("reach")
    with LAB.up(state):
        made = Reach(LAB, state, ("hub",), hubs_run_leaves=True)
        made.furnish("app")
        made.write(
            {"app": ["inside", "open", "other"], "hub": ["far"], "sup": ["inside"]}, BY_SUPERVISORD
        )
        made.data(
            dockwright_base_source="bootstrap", dockwright_steady_seconds=1,
            dockwright_wait_seconds=60,
        )  # fmt: skip
        run = "web: docker run --stop-timeout 1"
        made.leaf("open", f"{run} -p 8000:8000 open", *COPY, server(8000))
        made.leaf("other", f"{run} other", *COPY, server(8000))
        made.leaf("far", f"{run} -p 8100:8100 far", *COPY, server(8100))
        tries = TRIES.format(hub=made.boxes["hub"])
        made.leaf("inside", f"{run} -p 9000:9000 inside", *COPY, CHECK, tries)
        made.bounds("# the only one that it asks\nleaf far\n")
        done = made.apply()
        assert done.returncode == 0, done.stdout + done.stderr
        yield made


def test_from_a_bounded_leaf_no_door_of_the_site_is_open(site: Reach) -> None:
    site.is_bounded()
    # the doors are there: who is not bounded finds them
    assert site.opened("open.web.1", site.doors()) >= {
        "another leaf's published port", "sshd of its box", "sshd of another box", "the registry",
    }  # fmt: skip
    assert site.plan(statuses=(0,))["drift"] is False
    # and nothing of IPv6 is at its bridge
    assert site.root(f"ip -6 addr show dev {BRIDGE}") == ""


def test_leaves_without_bounds_do_not_reach_each_others_containers(site: Reach) -> None:
    beside = {"beside": (site.address("open.web.1"), 8000)}
    assert site.opened("other.web.1", beside) == set()
    assert '"icc": false' in site.root("cat /etc/docker/daemon.json")


@pytest.mark.parametrize(
    ("by_hand", "told"),
    rows([
        (f"iptables -F {CHAIN}", "rules put right"),
        (f"iptables -I {CHAIN} 1 -j RETURN", "rules put right"),
        (f"iptables -D INPUT -i {BRIDGE} -j {CHAIN}", "jumps put right"),
        ("iptables -F", "jumps put right"),
        ("sed -i 's/-j REJECT/-j RETURN/' /etc/dockwright/reach/inside.reach", "other bounds"),
        ("rm /etc/dockwright/reach/inside.reach", "its own network, bounded"),
    ], [(f"iptables -F {CHAIN}", "rules put right")]),
)  # fmt: skip
def test_bounds_that_were_changed_by_hand_are_named_and_put_right(
    site: Reach, by_hand: str, told: str
) -> None:
    before = site.started()
    site.root(by_hand)
    assert any(one.startswith("inside reach") and told in one for one in site.told())
    site.as_planned()
    assert site.started() == before
    site.is_bounded()


@pytest.mark.parametrize(
    "by_hand",
    rows([
        "docker network disconnect -f dockwright-inside inside.web.1; "
        "docker network rm dockwright-inside",
        "docker network connect bridge inside.web.1",
    ], ["docker network connect bridge inside.web.1"]),
)  # fmt: skip
def test_a_container_in_another_network_starts_in_its_own(site: Reach, by_hand: str) -> None:
    site.root(by_hand)
    assert any(one.startswith("inside.web.1") for one in site.told())
    site.as_planned()
    site.is_bounded()


@pytest.mark.long
def test_bounds_hold_when_the_engine_or_the_box_starts_again(site: Reach) -> None:
    site.root("systemctl restart docker")
    site.is_bounded()
    lab.reboot(LAB.name, "app", site.state)
    site.is_bounded()
    assert site.plan(statuses=(0,))["drift"] is False
    # nor was there a moment
    log = site.root("journalctl -u dockwright-inside.web.1.service")
    assert "IT WAS OPEN" not in log
    assert "can't connect" in log, log


@pytest.mark.long
def test_supervisord_starts_it_within_its_bounds_too(site: Reach) -> None:
    boxes = site.boxes
    doors = {
        **{f"sshd of {box}": (at, 22) for box, at in boxes.items()},
        "the registry": (boxes["hub"], 5000),
        "another leaf": (boxes["app"], 8000),
    }
    for by_hand in ("true", f"iptables -F {CHAIN}; systemctl restart docker"):
        site.root(by_hand, "sup")
        allowed, until = {"far": (boxes["hub"], 8100)}, time.monotonic() + 60
        while site.opened("inside.web.1", allowed, "sup") != {"far"}:
            assert time.monotonic() < until
            time.sleep(1)
        assert site.opened("inside.web.1", doors, "sup") == set()
    log = site.root("cat /var/log/supervisor/dockwright-inside.web.1.log", "sup")
    assert "IT WAS OPEN" not in log
    assert "can't connect" in log, log


@pytest.mark.long
def test_names_are_looked_up_where_the_folder_allows_it(site: Reach) -> None:
    hub = site.boxes["hub"]
    site.root(f"cp /etc/resolv.conf /tmp/was; echo nameserver {hub} >/etc/resolv.conf")
    # as the engine reads it when a container starts
    site.root("systemctl restart dockwright-inside.web.1")
    asked = {}
    for words in ("leaf far\n", "leaf far\nnames\n"):
        site.bounds(words)
        assert site.apply().returncode == 0
        listens = "(sleep 25 | timeout 25 busybox nc -u -l -p 53 >/tmp/asked 2>/dev/null) &"
        site.root(f"rm -f /tmp/asked; {listens} sleep 1", "hub")
        site.root("timeout 15 docker exec inside.web.1 busybox nslookup app.test; true")
        asked[words] = site.root("[ ! -s /tmp/asked ] || echo some", "hub")
        time.sleep(25)
    site.root("cp /tmp/was /etc/resolv.conf")
    site.bounds("leaf far\n")
    assert site.apply().returncode == 0
    assert [*asked.values()] == ["", "some"]


@pytest.mark.long
def test_what_the_folder_allows_further_is_open_without_a_restart(site: Reach) -> None:
    before = site.started()
    site.bounds(f"leaf far\nregistry\n{site.boxes['app']}:8000\n{site.lab.net}.1\n")
    site.as_planned()
    allowed = {"the registry", "another leaf's published port", "a machine beyond the site"}
    assert site.opened("inside.web.1", site.doors()) >= allowed - {"a machine beyond the site"}
    assert site.opened("inside.web.1", site.doors()) <= allowed
    assert site.started() == before
    site.bounds("anywhere\n")
    site.as_planned()
    assert site.opened("inside.web.1", site.doors()) <= {"a machine beyond the site"}


@pytest.mark.long
def test_bounds_that_go_take_all_of_theirs_along(site: Reach) -> None:
    site.bounds(None)
    site.as_planned()
    assert site.page() == "inside"
    left = f"docker network ls | grep inside; iptables -S | grep {CHAIN}; ls /etc/dockwright/reach"
    assert site.root(left) == ""
    site.bounds("leaf far\n")
    site.as_planned()
    site.is_bounded()
    # and so does a leaf
    site.write({"app": ["open", "other"], "hub": ["far"], "sup": []}, BY_SUPERVISORD)
    site.as_planned()
    assert site.root(left) == ""
    assert site.root(left, "sup") == ""
