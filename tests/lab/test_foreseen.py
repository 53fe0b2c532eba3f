"""Questions foreseen on real boxes: how many round trips a run takes that has nothing to do, and
what is changed between two steps of a run, by whatever hand, is seen by the next step.
"""

import shlex
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.bench.proxy import Proxy
from tests.lab.labs.figures import figure
from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import OwnSite

LAB = OwnLab("foresee", "192.168.92.0/24", ("hub", "base"), packages=WITH_ENGINE)
DELAY = 0.05  # seconds of a round trip
DATA = {
    "dockwright_base_source": "bootstrap",
    "dockwright_steady_seconds": 1,
    "dockwright_admin_user": "vagrant",
}
# of a box, connecting included, over the proxy
MOST = {"plan": 12, "pyinfra": 14}
RUNS = 4  # the last two of which know what is asked

# Each step looks, and another hand changes in between; the looks say what they were told.
STEPS = """
import subprocess
from pathlib import Path
from pyinfra import host, state
from pyinfra.operations import python, server
from dockwright.commands.declare import operation
from dockwright.deploys.declare import deploy
from dockwright.facts.account import Member
from dockwright.facts.boot import BootJobs
from dockwright.facts.content import Content
from dockwright.facts.image import Images

SSH = {ssh!r}
FACTS = {{
    "file": lambda: str(host.get_fact(Content, "/etc/foreseen").text).strip(),
    "user": lambda: host.get_fact(Member, "foreseen").exists,
    "image": lambda: "foreseen:1" in host.get_fact(Images),
    "container": lambda: "foreseen" in host.get_fact(BootJobs).containers,
}}


@operation()
def look(what, step):
    with Path("told").open("a") as file:
        stage = "execute" if state.is_executing else "prepare"
        print(stage, host.name, step, what, FACTS[what](), file=file)
    yield from ()


def by_hand(line):
    subprocess.run([*SSH, line], check=True, capture_output=True)


@deploy("Steps")
def steps():
    for what in host.loop(list(FACTS)):
        look(name=f"{{what}} before", what=what, step="before")
    {between}
    for what in host.loop(list(FACTS)):
        look(name=f"{{what}} after", what=what, step="after")


steps()
"""
UNDO = (
    "sudo sh -c 'rm -f /etc/foreseen; userdel foreseen; docker rm -f foreseen; "
    "docker rmi foreseen:1' >/dev/null 2>&1; true"
)
DO = (
    "sudo sh -c 'echo changed >/etc/foreseen; useradd foreseen; "
    "docker tag $(docker images -q clock | head -n 1) foreseen:1; "
    "docker create --name foreseen foreseen:1'"
)
# What a plan of the site would have in order, and its run has to put right.
MEANWHILE = (
    "sed -i /hub/d /etc/hosts; gpasswd -d vagrant docker >/dev/null; "
    "docker rmi -f watch:latest >/dev/null"
)
CALL = "python.call(function=by_hand, line={do!r})"
# Whose hand it is: each is one statement of the deploy, on both boxes or on one of them.
HANDS = {
    "a command on the box itself": "server.shell(commands={do!r}, _if=lambda: {is_base})",
    "a function that comes by ssh": f"{CALL} if {{is_base}} else None",
    "a function on another box": f"{CALL} if {{is_hub}} else None",
}


class Foreseen(OwnSite):
    def through(self, proxies: dict[str, Proxy]) -> None:
        """Have boxes reached by proxies, which their host keys are known by too."""
        known = self.state / self.lab.name / "ssh/known_hosts"
        lines = []
        for box, proxy in proxies.items():
            its = (one for one in known.read_text().splitlines() if one.startswith(self.boxes[box]))
            lines += [f"[127.0.0.1]:{proxy.port} {one.split(' ', 1)[1]}" for one in its]
        far = self.folder / "known_hosts"
        far.write_text("\n".join(lines) + "\n")
        ports = {box: proxy.port for box, proxy in proxies.items()}
        way = f"dict(ssh_hostname='127.0.0.1', ssh_port={ports}[name], "
        self.write({}, f"\nfor name, data in boxes:\n    data.update({way}"
                       f"ssh_known_hosts_file={str(far)!r}))\n")  # fmt: skip

    def steps(self, between: str) -> list[str]:
        """What the looks of a run told."""
        ssh = self._ssh(self.boxes["base"], "")[:-1]
        (self.folder / "steps.py").write_text(STEPS.format(ssh=ssh, between=between))
        (self.folder / "told").write_text("")
        done = self.run("pyinfra", "-y", "inventory.py", "steps.py")
        assert done.returncode == 0, done.stdout + done.stderr
        return (self.folder / "told").read_text().splitlines()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Foreseen]:
    state = tmp_path_factory.mktemp("foresee")
    with LAB.up(state):
        made = Foreseen(LAB, state, ("hub",))
        made.environment["XDG_CACHE_HOME"] = f"{state}/cache"
        made.furnish("base")
        made.write({})
        made.data(**DATA)
        made.loops("clock", "watch")
        done = made.apply()
        assert done.returncode == 0, done.stdout + done.stderr
        yield made


@pytest.mark.long
def test_a_run_with_nothing_to_do_takes_few_round_trips(site: Foreseen) -> None:
    commands = {
        "plan": ("dockwright", "plan", "inventory.py", "site.py"),
        "pyinfra": ("pyinfra", "-y", "inventory.py", "site.py"),
    }
    with ExitStack() as ends:
        proxies = {
            box: ends.enter_context(Proxy((address, 22), DELAY))
            for box, address in site.boxes.items()
        }
        site.through(proxies)
        took: dict[str, list[dict[str, int]]] = {}
        for name, command in commands.items():
            seconds: list[float] = []
            for _ in range(RUNS):
                for proxy in proxies.values():
                    proxy.reset()
                began = time.monotonic()
                done = site.run(*command)
                seconds.append(round(time.monotonic() - began, 1))
                assert done.returncode == 0, done.stdout + done.stderr
                its = {box: proxy.round_trips for box, proxy in proxies.items()}
                took.setdefault(name, []).append(its)
            figure(f"{name}, nothing to do: round trips {took[name]}, seconds {seconds}")
    site.write({})
    for name, runs in took.items():
        # on a machine that is busy one word more may come in between
        fewest = min(max(run.values()) for run in runs[-2:])
        assert fewest <= MOST[name], took
        assert fewest < max(runs[0].values()), took


@pytest.mark.parametrize("hand", HANDS)
def test_what_is_changed_between_two_steps_is_seen_by_the_next(site: Foreseen, hand: str) -> None:
    is_base, is_hub = "host.name == 'base'", "host.name == 'hub'"
    between = HANDS[hand].format(do=DO, is_base=is_base, is_hub=is_hub)
    said: list[str] = []
    for _ in range(3):  # the first foresees nothing
        site.ssh(site.boxes["base"], UNDO)
        said = site.steps(between)
        of_base = [line.split()[3:] for line in said if line.startswith("execute base")]
        assert of_base == [
            ["file", "None"], ["user", "False"], ["image", "False"], ["container", "False"],
            ["file", "changed"], ["user", "True"], ["image", "True"], ["container", "True"],
        ]  # fmt: skip
    site.ssh(site.boxes["base"], UNDO)


def test_what_is_changed_while_a_person_is_asked_is_put_right(site: Foreseen) -> None:
    for _ in range(2):
        assert site.plan(statuses=(0,))["drift"] is False
    base = site.boxes["base"]
    # something to agree to, and behind it what the plan does not know of
    site.ssh(base, "sudo rm /etc/systemd/system/dockwright-clock.clock.1.service")
    by_hand = shlex.join(site._ssh(base, f"sudo sh -c {shlex.quote(MEANWHILE)}"))
    answer = f"until grep -q y/N said; do sleep 0.2; done; {by_hand} </dev/null >&2; echo y"
    line = f"touch said; ({answer}) | dockwright apply inventory.py site.py >said 2>&1"
    done = site.run("timeout", "300", "bash", "-c", f"set -o pipefail; {line}")
    assert done.returncode == 0, (site.folder / "said").read_text() + done.stderr
    assert "hub" in site.ssh(base, "cat /etc/hosts")
    assert "docker" in site.ssh(base, "id -Gn vagrant")
    assert site.ssh(base, "sudo docker images -q watch:latest")
    assert site.plan(statuses=(0,))["drift"] is False
