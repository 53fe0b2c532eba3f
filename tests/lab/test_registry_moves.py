"""A registry that moves: its box has another address, it has another port, name, path or box.

No leaf restarts where its image's digest is the same, each run does what the plan before it named,
and what the former registry left on a box goes, but for what others put there.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab.labs import made_anew
from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import COPY, LOOP, OwnSite, server

LAB = OwnLab("regmoves", "192.168.83.0/24", ("app", "far", "hub"), packages=WITH_ENGINE)
WEB = "web: docker run --stop-timeout 1 -p 8000:8000 web"
CLOCK = "clock: docker run --stop-timeout 1 clock"
# other hands' trust in a registry
OTHERS = "/etc/docker/certs.d/others.corp.test"
RECORD = "/var/lib/dockwright/registries"
MOVED = f"{LAB.net}.77"  # a second address of a registry's box

_OTHERS = f"sudo mkdir -p {OTHERS}; echo other | sudo tee {OTHERS}/ca.crt"


class Moving(OwnSite):
    """The site: two leaves on two boxes, one of which builds, and the registry's box."""

    def __init__(self, state: Path) -> None:
        super().__init__(LAB, state, ("hub",))

    def declare(
        self, further: str = "", registries: tuple[str, ...] = ("hub",), **keys: Any
    ) -> None:
        """The site with the registry as told; the leaves are always the same."""
        self.registries = registries
        self.write({"app": ["web"], "far": ["clock"], "hub": []}, further)
        self.data(dockwright_base_source="bootstrap", dockwright_wait_seconds=30, **keys)

    def place(self, box: str = "hub") -> str:
        return f"{self.boxes[box]}:5000"

    def jobs(self) -> dict[str, str]:
        """Of each leaf what its job names as its image."""
        line = "grep -ohE '[^ ]*sha256:[0-9a-f]+' /etc/systemd/system/dockwright-{}.*.service"
        boxes = {"web": "app", "clock": "far"}
        return {leaf: self.ssh(self.boxes[box], line.format(leaf)) for leaf, box in boxes.items()}

    def left_of(self, place: str) -> dict[str, list[str]]:
        """By box what is still called by ``place``: names of images, trust, records, jobs."""
        lines = (
            f"sudo docker image ls -a --digests | grep -F '{place}/'",
            f"sudo find /etc/docker/certs.d -path '*/{place.partition('/')[0]}/*'",
            f"sudo grep -xE '(ca|images) {place}' {RECORD}",
            f"sudo grep -rlF '{place}/' /etc/systemd/system /var/lib/dockwright/former",
        )
        line = f"({'; '.join(lines)}) 2>/dev/null; true"
        return {
            box: found
            for box, at in self.boxes.items()
            if (found := self.ssh(at, line).splitlines())
        }

    def starts(self) -> dict[str, str]:
        """When the containers of leaves were started, without the registry's."""
        found = self.started()
        return {name: found[name] for name in found if not name.startswith("registry.")}


def told(plan: dict[str, Any], box: str, name: str) -> str:
    """What a plan says of an operation: its status, changes and reasons."""
    return " ".join(
        str(one)
        for at in plan["boxes"]
        if at["box"] == box
        for one in at["operations"]
        if one["name"].endswith(name)
    )


@pytest.fixture(scope="module")
def stood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moving]:
    state = tmp_path_factory.mktemp("moves")
    with LAB.up(state):
        made = Moving(state)
        made.furnish("app")
        made.leaf("web", WEB, *COPY, server(8000))
        made.leaf("clock", CLOCK, *COPY, f"CMD {LOOP}")
        # an image upon the site's base, so that a builder needs that
        plain = made.folder / "images/plain"
        plain.mkdir()
        (plain / "Dockerfile").write_text("FROM debian:bookworm\nLABEL plain=1\n")
        made.declare()
        with made.one_connection_a_box():
            made.as_planned()
            for box in made.boxes.values():
                made.ssh(box, _OTHERS)
            yield made


@pytest.fixture
def site(stood: Moving) -> Iterator[Moving]:
    """Whichever registry the last test left, with all up; other hands' trust stays."""
    before, places = stood.starts(), stood.jobs()
    yield stood
    # whatever it was: no leaf of the site had a part in it
    assert stood.starts() == before
    assert {leaf: job.rpartition("@")[2] for leaf, job in stood.jobs().items()} == {
        leaf: job.rpartition("@")[2] for leaf, job in places.items()
    }
    for box in stood.boxes.values():
        assert stood.ssh(box, f"cat {OTHERS}/ca.crt") == "other"


@pytest.mark.long
def test_only_who_builds_has_a_base(stood: Moving) -> None:
    line = "sudo docker image ls -q debian"
    assert stood.ssh(stood.boxes["far"], line) == ""
    ids = {stood.ssh(stood.boxes[box], line) for box in ("app", "hub")}
    assert len(ids) == 1


@pytest.mark.long
def test_a_registrys_box_that_has_another_address(site: Moving) -> None:
    former = site.place()
    hub = site.boxes["hub"]
    site.ssh(hub, f"sudo ip address add {MOVED}/24 dev host0")
    site.declare(f"\nfor name, data in boxes:\n    if name == 'hub':\n"
                 f"        data['dockwright_address'] = {MOVED!r}\n")  # fmt: skip
    began = site.started("hub")
    site.as_planned()
    after = site.started("hub")
    # once, with its new job
    assert after["registry.web.1"] != began["registry.web.1"]
    listed = site.ssh(hub, "sudo docker port registry.web.1")
    assert listed == f"5000/tcp -> {MOVED}:5000"
    assert site.ssh(hub, "sudo journalctl -q -o cat -u dockwright-registry.web.1 "
                    "| grep -c 'cannot assign'; true") == "0"  # fmt: skip
    assert all(job.startswith(f"{MOVED}:5000/") for job in site.jobs().values())
    assert site.left_of(former) == {}


@pytest.mark.long
def test_a_registry_on_another_port(site: Moving) -> None:
    [former] = {job.partition("/")[0] for job in site.jobs().values()}
    place = f"{site.boxes['hub']}:5443"
    site.declare(dockwright_registry=place)
    plan, _ = site.as_planned()
    job = told(plan, "hub", "registry: boot job")
    assert "5443→5000" in job or "settings" in job, job
    assert site.ssh(site.boxes["hub"], "sudo docker port registry.web.1").endswith(":5443")
    assert all(job.startswith(f"{place}/") for job in site.jobs().values())
    assert site.left_of(former) == {}


@pytest.mark.long
def test_a_builder_that_is_made_anew_builds_nothing(stood: Moving) -> None:
    clock, places = stood.starts()["clock.clock.1"], stood.jobs()
    app = stood.boxes["app"]
    stood.ssh(app, "sudo sh -s", stdin=made_anew.SCRIPT)
    stood.ssh(app, _OTHERS)
    _, done = stood.as_planned()
    said = done.stdout + done.stderr
    assert "images to build" not in said and "bootstrap" not in said, said
    assert stood.jobs() == places
    assert stood.starts()["clock.clock.1"] == clock
    assert stood.page(f"http://{app}:8000/")[1].strip() == "web"


@pytest.mark.long
def test_a_registry_of_another_name_and_the_way_back_past_it(stood: Moving) -> None:
    stood.leaf("web", WEB, *COPY, server(8000), page="two")
    stood.as_planned()
    before, [former] = stood.starts(), {job.partition("/")[0] for job in stood.jobs().values()}
    stood.declare(
        "\nfor name, data in boxes:\n    if name == 'hub':\n"
        "        data['dockwright_hostname'] = 'images.corp.test'\n",
        dockwright_registry="images.corp.test:5443",
    )
    stood.as_planned()
    assert stood.starts() == before
    assert all(job.startswith("images.corp.test:5443/") for job in stood.jobs().values())
    assert stood.left_of(former) == {}
    app = f"http://{stood.boxes['app']}:8000/"
    assert stood.dockwright("rollback", "web").returncode == 0
    assert stood.page(app)[1].strip() == "web"
    # a start of the machine's own takes the job as it is written now
    stood.ssh(stood.boxes["app"], "sudo systemctl restart dockwright-web.target")
    assert stood.page(app)[1].strip() == "web"
    assert stood.apply().returncode == 0
    assert stood.page(app)[1].strip() == "two"


@pytest.mark.long
def test_a_registry_with_a_path(site: Moving) -> None:
    [former] = {job.partition("/")[0] for job in site.jobs().values()}
    place = f"{site.boxes['hub']}:5000/team/one"
    site.declare(dockwright_registry=place)
    site.as_planned()
    assert all(job.startswith(f"{place}/") for job in site.jobs().values())
    assert site.left_of(former) == {}
    # the path goes again, and the trust in its host stays
    site.declare(dockwright_registry=site.place())
    site.as_planned()
    assert all(job.startswith(f"{site.place()}/") for job in site.jobs().values())
    trust = f"/etc/docker/certs.d/{site.place()}/ca.crt"
    assert site.left_of(place) == {box: [trust] for box in site.boxes}
    assert site.ssh(site.boxes["app"], f"sudo grep -c '^ca {site.place()}$' {RECORD}") == "1"


@pytest.mark.long
def test_a_registry_on_another_box(site: Moving) -> None:
    [former] = {job.partition("/")[0] for job in site.jobs().values()}
    # the former one's box goes on as one that runs no leaf
    site.hubs_run_leaves = True
    site.declare(registries=("far",))
    site.as_planned()
    assert site.started("hub") == {}
    assert all(job.startswith(f"{site.place('far')}/") for job in site.jobs().values())
    assert site.left_of(former) == {}
