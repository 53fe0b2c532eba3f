"""What loads the bounds of a leaf: held against iptables itself, in a network of its own."""

import os
import shutil
import subprocess
from itertools import combinations
from pathlib import Path

import pytest

from dockwright.boot.group import group
from dockwright.boot.reach import Destination, Reach
from dockwright.inits.init import INITS
from dockwright.inits.reach_file import bridge, chain, owned, path_of, reach_file
from dockwright.scripts import text

ALL = Reach(
    targets=(
        Destination("192.0.2.7"),
        Destination("192.0.2.0/24"),
        Destination("192.0.2.7", (443, 443), "tcp"),
        Destination("10.0.0.0/8", (8000, 8100), "udp"),
        Destination("192.0.2.9", (1, 65535), "sctp"),
    ),
)
REACHES = {
    "nothing": Reach(),
    "all sorts": ALL,
    "names": Reach(names=True),
    "anywhere": Reach(anywhere=True, site=("192.0.2.10", "192.0.2.11")),
}
# docker's client of a box with the network as it is to be: what is asked here are the rules
DOCKER = """#!/bin/sh
case "$1 $2" in
  "network inspect") cat "$NETWORK" 2>/dev/null ;;
  "network rm") rm "$NETWORK" ;;
  "network create") echo "$*" >>"$LOG"; for word; do case $word in
    com.docker.network.bridge.name=*) echo "${word#*=}" >"$NETWORK" ;; esac; done ;;
esac
"""
needs_root = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("iptables-restore") is None or not shutil.which("unshare"),
    reason="needs root and iptables, for a network of its own",
)


def _file(reach: Reach, leaf: str = "web") -> str:
    [file] = reach_file(group(leaf, f"web: docker run {leaf}", "Procfile", reach=reach))
    return file.text


class Box:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "bin").mkdir()
        (folder / "bin/docker").write_text(DOCKER)
        (folder / "bin/docker").chmod(0o755)
        (folder / "resolv.conf").write_text(
            "nameserver 127.0.0.53\nnameserver 192.0.2.53\nnameserver fd00::53\nsearch a.test\n"
        )

    def _here(self, script: str) -> str:
        """With the paths of this folder in the place of a box's."""
        for path in ("/etc/dockwright/reach", "/run", "/etc"):
            script = script.replace(f"{path}/", f"{self.folder}/")
        return script.replace("\nPATH=", f"\nPATH={self.folder}/bin:", 1)

    def said(self, reach: Reach, *lines: str) -> str:
        """What a shell says that has a network of its own, and ``load`` of the leaf's file."""
        path = self.folder / "web.reach"
        path.write_text(self._here(_file(reach)))
        asks, away = (
            text("reach/functions") + text(name) for name in ("facts/reach", "reach/away")
        )
        (self.folder / "asks").write_text(self._here(f"file() {{ :; }}\nstate=ready\n{asks}"))
        (self.folder / "away").write_text(self._here(away))
        its = f"{path} dockwright-web {bridge('web')} {chain('web')} web"
        begin = [
            "set -e", f"load() {{ sh {path}; }}; PATH={self.folder}/bin:$PATH",
            f"asked() {{ sh {self.folder}/asks; }}; away() {{ sh {self.folder}/away {its}; }}",
            "iptables -N DOCKER-USER; iptables -A FORWARD -j DOCKER-USER",
        ]  # fmt: skip
        done = subprocess.run(
            ["unshare", "-n", "sh"], input="\n".join([*begin, *lines]), text=True,
            capture_output=True, timeout=60, check=False,
            env={**os.environ, "NETWORK": f"{self.folder}/net", "LOG": f"{self.folder}/log"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


@needs_root
@pytest.mark.parametrize("what", REACHES)
def test_iptables_takes_the_rules_and_prints_them_as_they_are_written(box: Box, what: str) -> None:
    said = box.said(REACHES[what], "load", f"iptables -S {chain('web')}").splitlines()
    rules = [line for line in _file(REACHES[what]).splitlines() if line.startswith("-A")]
    printed = [line.removesuffix(" --reject-with icmp-port-unreachable") for line in said[1:]]
    names = [line for line in printed if "--ctorigdstport 53" in line]
    assert [line for line in printed if line not in names] == rules
    # of the name servers those beyond the box
    assert len(names) == (2 if REACHES[what].names or REACHES[what].anywhere else 0)
    assert all("--ctorigdst 192.0.2.53 " in line for line in names)
    # whatever no line allows is refused
    if not REACHES[what].anywhere:
        assert printed[-1] == f"-A {chain('web')} -j REJECT"


@needs_root
def test_loading_again_changes_nothing(box: Box) -> None:
    once, twice = box.said(
        ALL, "load", "iptables -S", "echo =", "load", "load", "iptables -S"
    ).split("=\n")
    assert once == twice
    jump = f"-i {bridge('web')} -j {chain('web')}"
    assert once.splitlines().count(f"-A DOCKER-USER {jump}") == 1
    assert once.splitlines().count(f"-A INPUT {jump}") == 1
    assert (box.folder / "log").read_text().count("network create") == 1


@needs_root
def test_rules_of_others_come_behind_and_stay(box: Box) -> None:
    theirs = ["-A INPUT -p tcp --dport 22 -j ACCEPT", "-A DOCKER-USER -j RETURN"]
    said = box.said(ALL, *(f"iptables {rule}" for rule in theirs), "load", "iptables -S")
    lines = said.splitlines()
    for name in ("INPUT", "DOCKER-USER"):
        first = next(line for line in lines if line.startswith(f"-A {name} "))
        assert first == f"-A {name} -i {bridge('web')} -j {chain('web')}"
    assert "-A DOCKER-USER -j RETURN" in lines


@needs_root
def test_where_nothing_comes_to_the_engines_chain_the_jump_is_before_it(box: Box) -> None:
    said = box.said(ALL, "load", "iptables -F", "load", "iptables -S FORWARD")
    assert f"-A FORWARD -i {bridge('web')} -j {chain('web')}" in said


@needs_root
@pytest.mark.parametrize(
    ("by_hand", "wrong"),
    [
        ("true", ""),
        (f"iptables -F {chain('web')}", " rules"),
        (f"iptables -I {chain('web')} 1 -j RETURN", " rules"),
        (f"iptables -D {chain('web')} 1", " rules"),
        (f"iptables -D INPUT -i {bridge('web')} -j {chain('web')}", " jumps"),
        (f"iptables -D DOCKER-USER -i {bridge('web')} -j {chain('web')}", " jumps"),
        ("iptables -F", " rules jumps"),
        ("iptables -D FORWARD -j DOCKER-USER", " jumps"),
        ("iptables -I INPUT -j ACCEPT -p tcp --dport 22; iptables -D INPUT 1", ""),
        ('rm "$NETWORK"', " network"),
        ('echo br-1 >"$NETWORK"', " network"),
        ("rm -r {folder}/dockwright-reach", " rules"),
        ("sed -i s/192.0.2.7/192.0.2.8/ {folder}/web.reach", " rules"),
        ("sed -i s/192.0.2.53/192.0.2.54/ {folder}/resolv.conf", " rules"),
    ],
)
def test_what_was_changed_by_hand_is_seen_and_loading_puts_it_right(
    box: Box, by_hand: str, wrong: str
) -> None:
    reach = Reach(ALL.targets, names=True)
    line = by_hand.format(folder=box.folder)
    said = box.said(reach, "load", line, "asked", "load", "asked").splitlines()
    assert said == [f"reach web{wrong}", "reach web"]


@needs_root
def test_what_goes_leaves_nothing_of_its_own_and_all_of_others(box: Box) -> None:
    before, after = box.said(
        ALL, "iptables -A INPUT -p tcp --dport 22 -j ACCEPT", "iptables -S", "echo =",
        "load", "away", "iptables -S", "away",
    ).split("=\n")  # fmt: skip
    assert before == after
    assert not (box.folder / "net").exists()
    assert not (box.folder / "web.reach").exists()
    assert not (box.folder / "dockwright-reach/web").exists()


def test_two_leaves_never_share_a_bridge_and_names_are_short_enough() -> None:
    leaves = ["app", "app-worker", "app_worker", "a" * 150, "a" * 151, "zenweb"]
    for one, other in combinations(leaves, 2):
        assert bridge(one) != bridge(other)
        assert not owned(one, Path(path_of(other)).name)
    for leaf in leaves:
        assert len(bridge(leaf)) <= 15
        assert len(chain(leaf)) <= 28


@pytest.mark.parametrize("init", INITS)
def test_the_file_is_the_leafs_whatever_runs_it(init: str) -> None:
    files = INITS[init].files(group("web", "web: docker run web", "P", reach=Reach()))
    assert files[0].path == path_of("web")
    assert INITS[init].owned("web", path_of("web"))
    assert not INITS[init].owned("web", path_of("web-b"))
    unbounded = INITS[init].files(group("web", "web: docker run web", "P"))
    assert path_of("web") not in {file.path for file in unbounded}
    assert not any("/reach/" in file.text for file in unbounded)


@pytest.mark.parametrize("init", ["systemd", "upstart"])
def test_every_job_loads_it_before_its_container_starts(init: str) -> None:
    lines = "release: docker run web m\nweb: docker run web\nclean: @daily docker run web c"
    for file in INITS[init].files(group("web", lines, "P", reach=Reach())):
        if "docker run" in file.text.replace("/usr/bin/", "") or 'docker)" run' in file.text:
            start = max(file.text.find("ExecStart=/usr/bin/docker"), file.text.find("set -- "))
            assert 0 < file.text.index(path_of("web")) < start
