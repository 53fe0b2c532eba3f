"""What a leaf may reach, as its site has it: leaves, registries and name servers by address."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pyinfra.api.config import Config
from pyinfra.api.inventory import Inventory
from pyinfra.api.state import State
from pyinfra.context import ctx_host, ctx_inventory, ctx_state

from dockwright.boot.reach import Destination, Reach
from dockwright.deploys.box import this_box
from dockwright.deploys.leaf.declared import leaves_of
from dockwright.deploys.leaf.reach import written
from dockwright.errors import DockwrightError

LEAVES = {
    "web": "web: docker run -p 80:8000 web",
    "db": "db: docker run -p 5432:5432 -p 9000:9000/udp db",
    "quiet": "web: docker run quiet",
    "inner": "web: docker run -p 127.0.0.1:80:80 inner",
    "any": "web: docker run -p 8000 any",
}


@pytest.fixture
def images(tmp_path: Path) -> Path:
    for leaf, line in LEAVES.items():
        folder = tmp_path / "images" / leaf
        folder.mkdir(parents=True)
        (folder / "Procfile").write_text(f"{line}\n")
        (folder / "Dockerfile").write_text("FROM debian:bookworm\n")
    return tmp_path / "images"


@pytest.fixture
def reached(images: Path) -> Iterator[Any]:
    """What leaf web of box one may reach, by its file and the data of both boxes."""

    def ask(text: str | None, one: Mapping[str, Any] = {}, two: Mapping[str, Any] = {}) -> Any:
        if text is not None:
            (images / "web/reaches").write_text(text)
        data: dict[str, Any] = {"dockwright_images": str(images)}
        boxes = [
            ("one", {**data, "dockwright_address": "192.0.2.1",
                     "dockwright_leaves": ["web", "any"], **one}),
            ("two", {**data, "dockwright_address": "192.0.2.2",
                     "dockwright_leaves": ["db", "quiet", "inner"], **two}),
        ]  # fmt: skip
        keeper = [("hub", {**data, "dockwright_address": "192.0.2.3"})]
        inventory = Inventory(
            ([*boxes, *keeper], {}),
            docker_hosts=(["one", "two"], {}),
            registry_hosts=(["hub"], {}),
        )
        state = State(inventory, Config())
        with (
            ctx_state.use(state),
            ctx_inventory.use(inventory),
            ctx_host.use(inventory.get_host("one")),
        ):
            return leaves_of(this_box())["web"].reach

    yield ask


def test_a_leaf_without_the_file_is_bounded_by_nothing(reached: Any) -> None:
    assert reached(None) is None


def test_an_empty_file_is_nothing(reached: Any) -> None:
    assert reached("") == Reach()


def test_a_leaf_is_what_it_publishes_on_each_box_that_runs_it(reached: Any) -> None:
    udp = (9000, 9000), "udp"
    assert reached("leaf db\n").targets == (
        Destination("192.0.2.2", (5432, 5432), "tcp"), Destination("192.0.2.2", *udp),
    )  # fmt: skip
    further = {"dockwright_leaves": ["web", "db"], "dockwright_scale": {"db": {"db": 2}}}
    found = reached("leaf db\n", one=further).targets
    assert Destination("192.0.2.1", (5433, 5433), "tcp") in found
    assert Destination("192.0.2.2", (5432, 5432), "tcp") in found
    assert Destination("192.0.2.2", (5433, 5433), "tcp") not in found
    both = {"dockwright_further_addresses": ["192.0.2.22", "fd00::2"]}
    found = reached("leaf db\n", two=both).targets
    assert {one.network for one in found} == {"192.0.2.2", "192.0.2.22"}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("leaf wob", "leaf wob: no box of the site runs it; did you mean web?"),
        ("leaf zzzzz", "no box of the site runs it; name one"),
        ("leaf quiet", "publishes no port"),
        ("leaf inner", "publishes no port"),
        ("leaf any", "of the engine's choice"),
        ("leaf registry", "write registry, without leaf"),
        ("nonsense", "nothing that can be reached"),
    ],
)
def test_a_line_that_says_no_address_is_refused_by_its_number(
    reached: Any, line: str, says: str
) -> None:
    with pytest.raises(DockwrightError, match=rf"web/reaches:2: .*{says}"):
        reached(f"# first\n{line}\n")


def test_the_registry_is_its_address_and_port(reached: Any) -> None:
    assert reached("registry\n").targets == (Destination("192.0.2.3", (5000, 5000), "tcp"),)
    named = {
        "dockwright_registry": "hub.test",
        "dockwright_hosts": {"198.51.100.9": ["hub.test"]},
        "dockwright_registry_ca": "/nowhere.pem",
    }
    found = reached("registry\n", one=named).targets
    assert Destination("198.51.100.9", (443, 443), "tcp") in found


def test_a_registry_whose_address_nobody_knows_is_refused(reached: Any) -> None:
    named = {"dockwright_registry": "hub.test", "dockwright_registry_ca": "/nowhere.pem"}
    with pytest.raises(DockwrightError, match=r"reaches:1: registry hub.test: .*ADDRESS:443"):
        reached("registry\n", one=named)


def test_names_are_the_engines_servers_too(reached: Any) -> None:
    dns = {"dockwright_daemon": {"dns": ["192.0.2.53", "fd00::53"]}}
    found = reached("names\n", one=dns)
    assert found.names
    assert found.targets == tuple(
        Destination("192.0.2.53", (53, 53), how) for how in ("udp", "tcp")
    )


def test_anywhere_is_not_the_site(reached: Any) -> None:
    found = reached("anywhere\n", two={"dockwright_further_addresses": ["192.0.2.22"]})
    assert found.anywhere
    assert set(found.site) == {"192.0.2.1", "192.0.2.2", "192.0.2.22", "192.0.2.3"}


def test_a_leaf_run_once_more_is_bounded_as_the_first(reached: Any, images: Path) -> None:
    (images / "web/reaches").write_text("192.0.2.7\n")
    more = {
        "dockwright_runs": {"web-old": {"leaf": "web", "version": "1", "ports": {80: 81}}},
        "dockwright_leaves": ["web", "web-old"],
    }
    assert reached(None, one=more).targets == (Destination("192.0.2.7"),)


def test_a_file_that_is_no_text_or_no_file_is_one_line_and_none_is_none(tmp_path: Path) -> None:
    procfile = tmp_path / "Procfile"
    assert written(procfile) is None
    (tmp_path / "reaches").write_text("names\n")
    assert written(procfile) is not None
    (tmp_path / "reaches").write_bytes(b"\xff\n")
    with pytest.raises(DockwrightError, match=r"reaches: .*; write it as UTF-8"):
        written(procfile)
    (tmp_path / "reaches").unlink()
    (tmp_path / "reaches").mkdir()
    with pytest.raises(DockwrightError, match=r"reaches: .*; write it as UTF-8"):
        written(procfile)
