"""A Procfile run once more: with other ports of the host and other data than its lines say."""

import pytest

from dockwright.boot.data import data_of
from dockwright.boot.group import group
from dockwright.boot.moved import Moved, check_moved
from dockwright.errors import DockwrightError

WEB = "web: docker run -p 8000:80 -p 127.0.0.1:9000-9001:90-91 -v data:/data web"


def _made(procfile: str, moved: Moved, scale: int = 1) -> list[tuple[list[str], set[str]]]:
    made = group(
        "web-old", procfile, "Procfile", runs="web", moved=moved, scale={"web": scale},
        address="192.0.2.1",
    )  # fmt: skip
    return [([str(port) for port in job.ports], {*data_of(job.argv)}) for job in made.jobs]


def test_ports_and_data_take_the_place_of_those_of_the_procfile() -> None:
    moved = Moved({8000: 8100, 9000: 9100}, {"data": "olddata"})
    ports = ["192.0.2.1:8100:80", "127.0.0.1:9100-9101:90-91"]
    assert _made(WEB, moved) == [(ports, {"olddata"})]


def test_further_instances_lie_above_them() -> None:
    line = "web: docker run -p 8000:80 web"
    made = _made(line, Moved({8000: 8100}), scale=2)
    assert [ports for ports, _ in made] == [["192.0.2.1:8100:80"], ["192.0.2.1:8101:80"]]


def test_a_mount_keeps_its_other_fields() -> None:
    line = "web: docker run --mount type=volume,src=data,dst=/data web"
    moved = Moved(data={"data": "olddata"})
    [job] = group("web-old", line, "Procfile", runs="web", moved=moved).jobs
    assert "type=volume,src=olddata,dst=/data" in job.argv


@pytest.mark.parametrize(
    ("moved", "why"),
    [
        (Moved({80: 81}), "port 80: published by no line; has 8000, 9000"),
        (Moved(data={"dta": "x"}), "data dta: written by no line; has data"),
    ],
)
def test_what_the_procfile_has_not_is_refused(moved: Moved, why: str) -> None:
    with pytest.raises(DockwrightError, match=f"Procfile: {why}"):
        check_moved(moved, WEB, "Procfile")
