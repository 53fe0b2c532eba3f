"""A small site for what is hard to change: ``app`` builds and runs ``web``, ``far`` runs ``clock``
and ``desk``, which has a password, ``hub`` keeps the registry. What the others run goes on whatever
is changed, and so do pulls.
"""

import base64
import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import COPY, LOOP, OwnSite, server

LAB = OwnLab("hardchg", "192.168.128.0/24", ("app", "far", "hub"), packages=WITH_ENGINE)
WEB = "web: docker run --stop-timeout 1 -p 8000:8000 web"
CLOCK = "clock: docker run --stop-timeout 1 --network none clock"
DESK = "web: docker run --stop-timeout 1 -p 8001:8001 --env DOCKWRIGHT_PASSWORD desk"
LEAVES = {"app": ["web"], "far": ["clock", "desk"], "hub": []}
CA = "/etc/dockwright/ca"
SERVED = "/etc/dockwright/registry/tls.crt"


class Hard(OwnSite):
    def __init__(self, state: Path, lab: OwnLab = LAB) -> None:
        super().__init__(lab, state, ("hub",))

    def declare(self, further: str = "", **keys: Any) -> None:
        """The site, with ``keys`` in the place of, or beside, what it always has."""
        self.write(LEAVES, further)
        self.data(
            **{
                "dockwright_base_source": "bootstrap",
                "dockwright_wait_seconds": 30,
                "dockwright_steady_seconds": 1,
                "dockwright_answer_seconds": 180,  # apt's own simulation, on a busy machine
                **keys,
            }
        )

    def root(self, box: str, script: str, check: bool = True) -> str:
        return self.ssh(self.boxes[box], "sudo sh -eu", stdin=script, check=check)

    @property
    def place(self) -> str:
        return f"{self.boxes['hub']}:5000"

    def trusted(self, box: str) -> list[str]:
        """Fingerprints of the CAs that a box's engine takes the registry by."""
        return self._prints(box, f"/etc/docker/certs.d/{self.place}/ca.crt")

    def authority(self) -> str:
        """That of the CA which the registry's box signs with."""
        [its] = self._prints("hub", f"{CA}/ca.crt")
        return its

    def served(self) -> str:
        """What the registry shows by now: the fingerprint of its certificate."""
        line = f"openssl s_client -connect {self.place} </dev/null 2>/dev/null | {_PRINT}"
        return self.root("app", line).partition("=")[2]

    def days(self) -> float:
        """For how long what the registry shows is good."""
        shown = f"openssl s_client -connect {self.place} </dev/null 2>/dev/null"
        end = self.root("app", f"{shown} | openssl x509 -noout -enddate")
        at = self.root("app", f"date -d '{end.partition('=')[2]}' +%s")
        return (int(at) - time.time()) / 86400

    def _prints(self, box: str, path: str) -> list[str]:
        text = self.root(box, f"cat {path}")
        pems = re.findall(r"-----BEGIN.*?END CERTIFICATE-----", text, re.DOTALL)
        said = [self.root(box, f"{_PRINT} <<'END'\n{pem}\nEND") for pem in pems]
        return [one.partition("=")[2] for one in said]

    def differs(self) -> list[str]:
        """What the next run would change."""
        plan = self.plan(statuses=(0, 2))
        return [
            f"{box['box']}: {one['name']}: {one['reasons']} {one['changes']} {one['missing']}"
            for box in plan["boxes"]
            for one in box["operations"]
            if one["status"] not in ("current", "action")
        ]

    def reminders(self, plan: dict[str, Any], word: str) -> list[str]:
        return [one for one in plan["reminders"] if word in one]

    @contextmanager
    def goes_on(self, *but: str, pulls: bool = True) -> Iterator[None]:
        """No container of another leaf than ``but`` is started anew, and no pull of ``far`` fails.

        The pulls are of a manifest alone: they ask by the engine, its trust, and a login that is
        the same all the while.
        """
        before = self.started()
        if pulls:
            self._begin_pulls("far")
        yield
        said = self.root("far", "touch /run/pulls.end; sleep 1; cat /run/pulls") if pulls else ""
        after = self.started()
        other = {name for name in before if after.get(name) != before[name]}
        assert {name for name in other if name.partition(".")[0] not in but} == set(), other
        tried = said.splitlines()
        assert not pulls or len(tried) > 1, said
        assert [line for line in tried if line != "pulled"] == [], said

    def _begin_pulls(self, box: str) -> None:
        password = self.root("hub", "cat /etc/dockwright/registry.reader.password")
        login = base64.b64encode(f"dockwright-reader:{password}".encode()).decode()
        kept = json.dumps({"auths": {self.place: {"auth": login}}})
        self.root(box, f"umask 077; mkdir -p /run/pulls.home/.docker\n{_KEEP}\n{kept}\nEND\n")
        self.root(box, _PULLS.format(place=self.place))


_KEEP = "cat >/run/pulls.home/.docker/config.json <<'END'"
_PRINT = "openssl x509 -noout -fingerprint -sha256"
# with the login that reads, as the site hands it to each box, in a file that only root reads
_PULLS = """
rm -f /run/pulls /run/pulls.end
image=$(docker image ls --format '{{{{.Repository}}}}' | grep -m 1 '^{place}/')
export HOME=/run/pulls.home
nohup sh -c '
  while [ ! -e /run/pulls.end ]; do
    docker pull -q '$image' >/dev/null 2>/run/pulls.err && echo pulled || cat /run/pulls.err
    sleep 0.5
  done' >/run/pulls 2>&1 </dev/null &
sleep 1.5
"""


def stand_up(state: Path) -> Hard:
    """The boxes, which are up, with the first run of the site behind it."""
    made = Hard(state)
    made.furnish("app")
    made.leaf("web", WEB, *COPY, server(8000))
    made.leaf("desk", DESK, *COPY, server(8001))
    made.leaf("clock", CLOCK, "FROM tools", f"CMD {LOOP}")
    made.declare()
    done = made.apply()
    assert done.returncode == 0, done.stdout + done.stderr
    return made
