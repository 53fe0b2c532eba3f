"""A registry that never answers, and a box through whose sshd none can be reached."""

import pytest

from tests.lab.labs.every_run import rows
from tests.lab.labs.odd_lab import GATEWAY, SECONDS, OddLab
from tests.lab.labs.odd_words import TAG
from tests.lab.labs.silent_registry import listening

pytestmark = pytest.mark.usefixtures("odd_engine")
MANNERS = ("silent", "a byte each second", "headers without end", "HTTP that is none")
PULL = TAG.replace("image.tag(", "image.pull(").replace(
    'source="app:one", target="app:two"', 'image="app", registry="PLACE"'
)


@pytest.mark.parametrize(
    ("manner", "way"),
    rows(
        [(manner, way) for manner in MANNERS for way in ("pyinfra", "dockwright")],
        [("silent", "pyinfra"), ("headers without end", "dockwright")],
    ),
)
def test_a_registry_that_never_answers_fails_its_box_alone_and_soon(
    odd: OddLab, manner: str, way: str
) -> None:
    with odd.odd("two", "true", "/etc/hosts"), odd.odd("one", "true", "/etc/hosts"):
        with listening(GATEWAY, manner) as place:
            words = odd.write(PULL.replace("PLACE", place), dockwright_answer_seconds=SECONDS)
            said = odd.apply(way, words, most=90)
        assert said.seconds < 60
        assert said.memory < 200
        assert said.status == 1
        assert "Traceback" not in said.all
        # behind the box's name, as pyinfra writes it before each line about a box
        told = {
            line.strip() for line in said.all.splitlines() if "[one] " in line and place in line
        }
        assert len(told) == 1, said.all
        assert "odd.example" in odd.root("two", "cat /etc/hosts")
        assert odd.lock_is_free("one")


def test_a_sshd_that_forbids_forwarding_is_no_hindrance(odd: OddLab) -> None:
    at = "/etc/ssh/sshd_config.d/05-odd.conf"
    make = f"echo 'AllowTcpForwarding no' >{at}; systemctl reload ssh"
    undo = f"rm {at}; systemctl reload ssh; rm /etc/docker/daemon.json; systemctl restart docker"
    insecure = f'echo \'{{"insecure-registries":["{GATEWAY}/32"]}}\' >/etc/docker/daemon.json'
    with odd.odd("one", f"{make}; {insecure}; systemctl restart docker", "/etc/hosts", undo=undo):
        with listening(GATEWAY, "a registry") as place:
            words = odd.write(PULL.replace("PLACE", place))
            said = odd.say("dockwright", "plan", *words, "--limit", "one", "--diff")
        assert "Traceback" not in said.all
        assert said.status == 2
        assert "sha256:" + "a" * 12 in said.out
