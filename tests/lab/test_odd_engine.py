"""An engine that root's own client would not ask, is called otherwise, or stands still."""

import pytest

from tests.lab.labs.every_run import rows
from tests.lab.labs.odd_lab import SECONDS, OddLab
from tests.lab.labs.odd_run import one_failed
from tests.lab.labs.odd_words import DEPLOY, ENGINE, ENGINE_PATHS, TAG

ENV = "echo {} >>/etc/environment"
CONFIG = "mkdir -p /root/.docker; echo '{}' >/root/.docker/config.json"
CONTEXT = (
    "docker context create odd --docker host=tcp://127.0.0.1:9 >/dev/null; "
    "docker context use odd >/dev/null"
)
ELSEWHERE = {
    "DOCKER_HOST of all logins": ENV.format("DOCKER_HOST=tcp://127.0.0.1:9"),
    "root's docker context": CONTEXT,
    # of our own finding
    "a docker context of all logins that is not there": ENV.format("DOCKER_CONTEXT=odd"),
    "TLS is wanted, and there are no keys": ENV.format("DOCKER_TLS_VERIFY=1"),
    "a version of the API that is too old": ENV.format("DOCKER_API_VERSION=1.12"),
    "root's config.json is no JSON": CONFIG.format("{{"),
    "root's config.json names a helper that is not there":
        CONFIG.format('{{"credsStore":"odd","credHelpers":{{"x":"odd"}}}}'),
}  # fmt: skip


pytestmark = pytest.mark.usefixtures("odd_engine")
UNDO = (
    "rm -f /etc/docker/daemon.json; systemctl reset-failed docker; systemctl restart docker; "
    f"{ENGINE} rmi app:two"
)


@pytest.mark.parametrize(
    ("row", "way"),
    rows(
        [(row, "pyinfra") for row in ELSEWHERE] + [("DOCKER_HOST of all logins", "dockwright")],
        [
            ("DOCKER_HOST of all logins", "dockwright"),
            ("root's docker context", "pyinfra"),
            ("root's config.json is no JSON", "pyinfra"),
        ],
    ),
)
def test_the_engine_is_asked_at_its_own_socket(odd: OddLab, row: str, way: str) -> None:
    words = odd.write(DEPLOY)
    with (
        odd.odd("two", "true", "/etc/hosts"),
        odd.odd("one", ELSEWHERE[row], *ENGINE_PATHS, undo=UNDO),
    ):
        said = odd.apply(way, words)
        assert "Traceback" not in said.all
        assert said.status == 0
        odd.root("one", f"{ENGINE} image inspect app:two")
        assert "1400" in odd.root("one", "cat /etc/docker/daemon.json")
        again = odd.apply("pyinfra", words)
        assert (again.status, again.changes()) == (0, [])
        assert odd.say("dockwright", "plan", *words).status == 0


@pytest.mark.long
def test_a_root_login_whose_docker_is_pointed_elsewhere_is_asked_at_the_socket(
    odd: OddLab,
) -> None:
    at = "/etc/ssh/sshd_config.d/05-odd.conf"
    make = (
        f"echo 'PermitRootLogin prohibit-password' >{at}; systemctl reload ssh; "
        "mkdir -p -m 700 /root/.ssh; cp /home/vagrant/.ssh/authorized_keys /root/.ssh/; "
        f"{CONTEXT}; {ENV.format('DOCKER_HOST=tcp://127.0.0.1:9')}"
    )
    undo = f"{UNDO}; rm {at}; systemctl reload ssh; rm -r /root/.ssh"
    words = odd.write(DEPLOY.replace("_sudo=True", "_sudo=False"), {"one": {"ssh_user": "root"}})
    with odd.odd("one", make, *ENGINE_PATHS, undo=undo):
        said = odd.say("pyinfra", "--json", "-y", "--limit", "one", *words)
        assert "Traceback" not in said.all
        assert said.status == 0
        odd.root("one", f"{ENGINE} image inspect app:two")
        assert odd.say("pyinfra", "--json", "-y", "--limit", "one", *words).changes() == []


def test_an_engine_whose_unit_has_another_name_is_told_and_let_alone(odd: OddLab) -> None:
    unit = "/etc/systemd/system/engine.service"
    make = (
        "systemctl stop docker.socket docker.service; "
        f"sed 's/^Requires=.*//; s|fd://|unix:///var/run/docker.sock|' "
        f"/lib/systemd/system/docker.service >{unit}; "
        "systemctl mask -q docker.service docker.socket; systemctl daemon-reload; "
        "systemctl start engine"
    )
    undo = (
        f"systemctl stop engine; rm {unit}; systemctl unmask -q docker.service docker.socket; "
        f"systemctl daemon-reload; systemctl start docker; {ENGINE} rmi app:two"
    )
    with odd.odd("two", "true", "/etc/hosts"), odd.odd("one", make, *ENGINE_PATHS, undo=undo):
        started = odd.root("one", "systemctl show -p MainPID engine")
        said = odd.apply("pyinfra", odd.write(TAG))
        assert said.status == 0
        odd.root("one", f"{ENGINE} image inspect app:two")
        whole = odd.apply("pyinfra", odd.write(DEPLOY))
        assert "Traceback" not in whole.all
        lines = {line for line in whole.all.splitlines() if "docker.service" in line}
        assert len(lines) == 1
        assert "box one: " in lines.pop()
        assert "odd.example" in odd.root("two", "cat /etc/hosts")
        assert odd.root("one", "systemctl show -p MainPID engine") == started
        assert odd.root("one", "systemctl is-enabled docker.service", False) == "masked"


@pytest.mark.parametrize("way", rows(["pyinfra", "dockwright"], ["pyinfra"]))
def test_an_engine_that_stands_still_fails_its_box_alone_and_soon(odd: OddLab, way: str) -> None:
    words = odd.write(TAG, dockwright_answer_seconds=SECONDS)
    daemon = "$(systemctl show -p MainPID --value docker)"
    stop = f"{ENGINE} version >/dev/null; kill -STOP {daemon}"
    with (
        odd.odd("two", "true", "/etc/hosts"),
        odd.odd("one", stop, "/etc/hosts", undo=f"kill -CONT {daemon}"),
    ):
        said = odd.apply(way, words, most=70)
        assert said.seconds < 50
        one_failed(said)
        assert "odd.example" in odd.root("two", "cat /etc/hosts")
        assert odd.lock_is_free("one")
