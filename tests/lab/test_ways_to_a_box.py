"""A box reached as people reach theirs: each way works for plan, run and status, or is one line.

The site stands already. Another way is written into the inventory, the box drifts by hand, and by
that way the drift is named and put right, by our command and by pyinfra's own.
"""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import OwnSite

LAB = OwnLab("ways", "192.168.138.0/24", ("hub", "base"), packages=(*WITH_ENGINE, "fish"))
DATA = {
    "dockwright_base_source": "bootstrap",
    "dockwright_steady_seconds": 1,
    "dockwright_admin_user": "vagrant",
}
WORD = "a 'word' of mary's"
# mary, whose sudo asks, and fred, whose shell is fish, have vagrant's key; carl's is signed
PEOPLE = f"""
set -e
for name in mary fred; do
  useradd --create-home --shell /bin/bash $name
  install -d -m 700 -o $name -g $name /home/$name/.ssh
  install -m 600 -o $name -g $name ~vagrant/.ssh/authorized_keys /home/$name/.ssh/
done
echo {shlex.quote(f"mary:{WORD}")} | chpasswd
echo 'mary ALL=(ALL) ALL' >/etc/sudoers.d/mary
echo 'fred ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/fred
chsh -s /usr/bin/fish fred
useradd --create-home --shell /bin/bash carl
echo 'carl ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/carl
echo 'TrustedUserCAKeys /etc/ssh/ways.pub' >/etc/ssh/sshd_config.d/signed.conf
echo 'A banner of several
lines, "quoted" $HOME' >/etc/issue.net
printf 'Banner /etc/issue.net\\nPort 22\\nPort 2222\\nPermitRootLogin no\\n' \\
  >/etc/ssh/sshd_config.d/ways.conf
systemctl restart ssh
"""
DRIFT = (
    "sed -i /hub/d /etc/hosts; gpasswd -d vagrant docker >/dev/null; "
    "docker rmi -f watch:latest >/dev/null"
)
DRIFTED = {"/etc/hosts knows the boxes", "vagrant may use docker", "chain of images"}


@dataclass(frozen=True)
class Way:
    """What the inventory says of the box ``base``, and what is so on it and here meanwhile."""

    data: Mapping[str, Any]
    there: str = ""
    undo: str = ""
    here: Mapping[str, str] = field(default_factory=dict)


class Ways(OwnSite):
    def take(self, way: Way) -> None:
        data = {key: self.filled(value) for key, value in way.data.items()}
        self.write({}, f"\nfor name, data in boxes:\n    if name == 'base':\n        "
                       f"data.update({data!r})\n        "
                       "[data.pop(key) for key in list(data) if data[key] is None]\n")  # fmt: skip

    def filled(self, value: Any) -> Any:
        """With the addresses and files of this lab in place of their names."""
        if not isinstance(value, str):
            return value
        return value.format(
            base=self.boxes["base"], hub=self.boxes["hub"], key=self.key, folder=self.folder,
            v6=V6,
        )  # fmt: skip

    @property
    def key(self) -> Path:
        return self.state / self.lab.name / "ssh/id_ed25519"


V6 = "fd00:138::10"
_MARY = {"ssh_user": "mary", "_sudo_password": WORD}
WAYS = {
    "a sudo that asks": Way(_MARY),
    "a name of ssh's own configuration behind a jump host, at another port": Way(
        {
            "ssh_hostname": "far-box",
            "ssh_user": None,
            "ssh_key": None,
            "ssh_config_file": "{folder}/ssh_config",
        }
    ),
    "an agent's key": Way(
        {"ssh_key": None, "ssh_allow_agent": True, "ssh_user": "vagrant"},
        here={"SSH_AUTH_SOCK": "{folder}/agent"},
    ),
    "a fish with a banner": Way({"ssh_user": "fred", "ssh_port": 2222}),
    "a key that an authority signed": Way({"ssh_key": "{folder}/signed", "ssh_user": "carl"}),
    "an address of IPv6": Way(
        {"ssh_hostname": "{v6}"},
        there=f"ip -6 addr replace {V6}/64 dev host0 nodad",
        undo=f"ip -6 addr del {V6}/64 dev host0",
    ),
    "/tmp where nothing is executed": Way(
        {},
        there="mount -t tmpfs -o noexec,nosuid,mode=1777 tmpfs /tmp",
        undo="umount -l /tmp",
    ),
    "/tmp where nothing is executed, and a sudo that asks": Way(
        _MARY,
        there="mount -t tmpfs -o noexec,nosuid,mode=1777 tmpfs /tmp",
        undo="umount -l /tmp",
    ),
    "a language without UTF-8": Way(
        {},
        there="echo 'LANG=de_DE.ISO-8859-1' >/etc/default/locale; "
        "echo 'export LC_ALL=C' >>~vagrant/.bashrc",
        undo="rm /etc/default/locale; sed -i /LC_ALL/d ~vagrant/.bashrc",
    ),
}
ONE_OF_EACH_RUN = ("a sudo that asks",)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ways]:
    state = tmp_path_factory.mktemp("ways")
    with LAB.up(state) as settings:
        made = Ways(LAB, state, ("hub",))
        made.environment["XDG_CACHE_HOME"] = f"{state}/cache"
        made.furnish("base")
        made.write({})
        made.data(**DATA)
        made.loops("clock", "watch")
        done = made.apply()
        assert done.returncode == 0, done.stdout + done.stderr
        _sign(made)
        made.ssh(made.boxes["base"], "sudo bash -s", stdin=PEOPLE)
        # as the bridge's other address it goes with the lab
        bridge = settings.bridge
        subprocess.run(
            ["ip", "-6", "addr", "add", "fd00:138::1/64", "dev", bridge, "nodad"], check=True
        )
        with _keys(made):
            yield made


def _sign(site: Ways) -> None:
    """A key of carl's that the box knows by its authority alone."""
    for line in (
        "ssh-keygen -q -t ed25519 -N '' -f authority",
        "ssh-keygen -q -t ed25519 -N '' -f signed",
        "ssh-keygen -q -s authority -I carl -n carl -V +1h signed.pub",
    ):
        subprocess.run(shlex.split(line), cwd=site.folder, check=True, capture_output=True)
    authority = (site.folder / "authority.pub").read_text()
    site.ssh(site.boxes["base"], "sudo tee /etc/ssh/ways.pub", stdin=authority)


@contextmanager
def _keys(site: Ways) -> Iterator[None]:
    """A configuration of ssh's own, with what known boxes are known by, and an agent."""
    known = site.state / site.lab.name / "ssh/known_hosts"
    lines = [line.split(" ", 1) for line in known.read_text().splitlines()]
    of_base = [rest for name, rest in lines if name.startswith(site.boxes["base"])]
    more = "".join(
        f"{name} {rest}\n"
        for rest in of_base
        for name in ("far-box", f"[{site.boxes['base']}]:2222", V6, "[far-box]:2222")
    )
    known.write_text(known.read_text() + more)
    (site.folder / "ssh_config").write_text(
        f"Host far-box\n  HostName {site.boxes['base']}\n  Port 2222\n  User vagrant\n"
        f"  IdentityFile {site.key}\n  ProxyJump gate\n"
        f"Host gate\n  HostName {site.boxes['hub']}\n  User vagrant\n  IdentityFile {site.key}\n"
        f"Host *\n  UserKnownHostsFile {known}\n  StrictHostKeyChecking yes\n"
    )
    agent = subprocess.Popen(
        ["ssh-agent", "-D", "-a", str(site.folder / "agent")], stdout=subprocess.DEVNULL
    )
    try:
        added = subprocess.run(
            ["ssh-add", "-q", str(site.key)], check=False, capture_output=True,
            env={**os.environ, "SSH_AUTH_SOCK": str(site.folder / "agent")},
        )  # fmt: skip
        for _ in range(50):
            if added.returncode == 0:
                break
            added = subprocess.run(
                ["sh", "-c", 'sleep 0.1; exec ssh-add -q "$0"', str(site.key)], check=False,
                capture_output=True,
                env={**os.environ, "SSH_AUTH_SOCK": str(site.folder / "agent")},
            )  # fmt: skip
        assert added.returncode == 0, added.stderr
        yield
    finally:
        agent.terminate()
        agent.wait(10)


@pytest.mark.parametrize(
    "way",
    [
        pytest.param(name, marks=() if name in ONE_OF_EACH_RUN else pytest.mark.long)
        for name in WAYS
    ],
)
def test_what_drifted_is_named_and_put_right_by_that_way(site: Ways, way: str) -> None:
    one, base = WAYS[way], site.boxes["base"]
    site.take(one)
    here = {key: site.filled(value) for key, value in one.here.items()}
    site.environment.update(here)
    if one.there:
        site.ssh(base, f"sudo sh -c {shlex.quote(one.there)}")
    try:
        for command in (
            ("dockwright", "apply", "inventory.py", "site.py", "--yes"),
            ("pyinfra", "-y", "inventory.py", "site.py"),
        ):
            site.ssh(base, f"sudo sh -c {shlex.quote(DRIFT)}")
            named = {
                one["name"].rpartition(" | ")[2]
                for box in site.plan(statuses=(2,))["boxes"]
                for one in box["operations"]
                if box["box"] == "base" and one["status"] == "change"
            }
            assert named >= DRIFTED, named
            done = site.run(*command)
            assert done.returncode == 0, done.stdout + done.stderr
            assert WORD not in done.stdout + done.stderr
            assert site.plan(statuses=(0,))["drift"] is False
        status = site.run("dockwright", "status", "inventory.py", "--json")
        assert status.returncode in (0, 2), status.stdout + status.stderr
        assert WORD not in site.ssh(base, "sudo cat /var/log/dockwright/runs.jsonl")
    finally:
        if one.undo:
            site.ssh(base, f"sudo sh -c {shlex.quote(one.undo)}")
        for key in here:
            site.environment.pop(key)
        site.write({})


REFUSED = {
    "a sudo that asks, and nobody told": (
        {"ssh_user": "mary"},
        r"box base: sudo asks mary for a password; .* give it as _sudo_password",
    ),
    "a sudo that is told a wrong word": (
        {"ssh_user": "mary", "_sudo_password": "another"},
        r"box base: sudo refuses the password of mary; correct _sudo_password",
    ),
    "root, who may not log in": (
        {"ssh_user": "root"},
        # ours, and pyinfra's own
        r"\bbase\b.*(the login as root is refused|Authentication error \(username.root)",
    ),
}


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(
            row, marks=() if row == "a sudo that asks, and nobody told" else pytest.mark.long
        )
        for row in REFUSED
    ],
)
def test_what_does_not_work_is_one_line_and_nothing_is_changed(site: Ways, row: str) -> None:
    data, said = REFUSED[row]
    base = site.boxes["base"]
    before = site.ssh(base, "sudo sha256sum /etc/hosts /var/log/dockwright/runs.jsonl")
    site.take(Way(data))
    site.ssh(base, "sudo gpasswd -d vagrant docker", check=False)  # it says that on its errors
    try:
        planned = site.run("dockwright", "plan", "inventory.py", "site.py")
        assert planned.returncode == 1
        [line] = [one for one in planned.stderr.splitlines() if re.search(said, one)]
        for command in (
            ("dockwright", "apply", "inventory.py", "site.py", "--yes"),
            ("pyinfra", "-y", "inventory.py", "site.py"),
        ):
            done = site.run(*command)
            assert done.returncode == 1, done.stdout + done.stderr
            assert re.search(said, done.stdout + done.stderr), (line, done.stdout, done.stderr)
            assert "Traceback" not in done.stdout + done.stderr
    finally:
        site.write({})
        site.ssh(base, "sudo gpasswd -a vagrant docker")
    assert site.ssh(base, "sudo sha256sum /etc/hosts /var/log/dockwright/runs.jsonl") == before
