"""Who needs an image on a box, in words."""

from dockwright.facts.boot import Boot, Container, Installed
from dockwright.facts.pins import pins

ONE, TWO, THREE = (f"sha256:{number * 64}" for number in "123")


def test_a_job_a_container_of_others_and_a_way_back_each_need_theirs() -> None:
    boot = Boot(
        containers={
            "web.web.1": Container(ONE, True),
            "theirs": Container(TWO, False),
            "app-worker.web.1": Container(THREE, True),
        },
        files={
            "/etc/systemd/system/dockwright-web.clean.1.service": Installed(
                "644:root:root", f"ExecStart=docker run reg:5000/web@{ONE}\n"
            ),
            "/etc/systemd/system/dockwright-web.target": Installed("644:root:root", "[Unit]"),
            "/etc/dockwright/env/web.web.1.env": Installed("600:root:root", ONE[7:]),
        },
        former={"web": {TWO}, "web.2": {THREE}, "web.pending": {ONE}},
    )
    assert pins("web1", boot) == {
        ONE: ("web1: job web.web.1", "web1: job web.clean.1", "web1: way back of web"),
        TWO: ("web1: container theirs", "web1: way back of web"),
        THREE: ("web1: job app-worker.web.1", "web1: way back of web"),
    }
