"""1,000 units with hostile values through a box's own systemd, 200 a reload.

The box has no engine: its /usr/bin/docker is a recorder, which says what systemd started it with,
and the units are those that we render, to the letter. A drop-in for all of them takes the sandbox
and the cleaning up away: they cost 0.2 s of each start and hold no value.
"""

import base64
import io
import subprocess
import tarfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from dockwright.boot.job import Group, Job
from dockwright.inits import systemd
from tests import hostile
from tests.lab.labs.own_lab import OwnLab

LAB = OwnLab("units", "192.168.55.0/24")
ADDRESS = LAB.address("docker")
JOBS, A_RELOAD = 1000, 200
# Absolute paths: a job's own PATH is hostile. The kernel tells arguments and environment.
RECORDER = """#!/bin/sh
[ "$1" = run ] || exit 0
echo "recorded $(/usr/bin/base64 -w0 /proc/$$/cmdline) $(/usr/bin/base64 -w0 /proc/$$/environ)"
exec /bin/sleep 3600
"""
ENGINE = "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n"
WITHOUT_SANDBOX = """[Service]
ExecStartPre=
ExecStop=
ExecStopPost=
CapabilityBoundingSet=~
DevicePolicy=auto
IPAddressDeny=
SystemCallFilter=
SystemCallArchitectures=
RestrictAddressFamilies=
ProcSubset=all
ProtectProc=default
LockPersonality=no
MemoryDenyWriteExecute=no
NoNewPrivileges=no
PrivateDevices=no
PrivateNetwork=no
PrivateTmp=no
ProtectClock=no
ProtectControlGroups=no
ProtectHome=no
ProtectHostname=no
ProtectKernelLogs=no
ProtectKernelModules=no
ProtectKernelTunables=no
ProtectSystem=no
RestrictNamespaces=no
RestrictRealtime=no
RestrictSUIDSGID=no
"""


class Box:
    def __init__(self, state: Path) -> None:
        self.ssh = state / LAB.name / "ssh"

    def run(self, line: str, stdin: bytes = b"") -> str:
        done = subprocess.run(
            ["ssh", "-F", "/dev/null", "-o", f"UserKnownHostsFile={self.ssh}/known_hosts",
             "-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes",
             "-i", self.ssh / "id_ed25519", f"vagrant@{ADDRESS}", f"sudo sh -c '{line}'"],
            input=stdin, capture_output=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, f"{line}: {done.stdout!r} {done.stderr!r}"
        return done.stdout.decode()

    def put(self, files: Sequence[tuple[str, str, int]]) -> None:
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for path, text, mode in files:
                member = tarfile.TarInfo(path.lstrip("/"))
                member.size, member.mode = len(text.encode()), mode
                archive.addfile(member, io.BytesIO(text.encode()))
        self.run("tar -x -p -C /", packed.getvalue())


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    state = tmp_path_factory.mktemp("unitslab")
    with LAB.up(state):
        made = Box(state)
        made.put(
            [("/usr/bin/docker", RECORDER, 0o755),
             ("/etc/systemd/system/docker.service", ENGINE, 0o644),
             ("/etc/systemd/system/dockwright-.service.d/light.conf", WITHOUT_SANDBOX, 0o644)],
        )  # fmt: skip
        yield made


def _jobs() -> list[Job]:
    """Of names that differ: the instance's number makes them so."""
    found: list[Job] = []

    @settings(
        max_examples=JOBS, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(made=hostile.GROUPS)
    def collect(made: Group) -> None:
        job = replace(made.jobs[0], number=len(found) + 1)
        found.append(replace(job, argv=(*job.argv[:3], job.name, *job.argv[4:])))

    collect()
    return found


def test_systemd_starts_every_hostile_job_with_the_very_words_and_values(box: Box) -> None:
    jobs = _jobs()
    assert len(jobs) == JOBS
    began = time.monotonic()
    for at in range(0, JOBS, A_RELOAD):
        batch = {job.name: job for job in jobs[at : at + A_RELOAD]}
        files = [file for job in batch.values() for file in systemd.files(_alone(job), "absent")]
        services = [systemd.service_name(name) for name in batch]
        box.put([(file.path, file.text, file.mode) for file in files])
        box.run("systemctl daemon-reload")
        box.run("xargs systemctl start", "\n".join(services).encode())
        box.run("journalctl --sync")
        said = box.run("journalctl --output=cat --boot --no-pager | grep ^recorded || true")
        _compare(said, batch)
        box.run("xargs systemctl stop", "\n".join(services).encode())
        print(f"{at + len(batch)} jobs after {time.monotonic() - began:.0f} s")
    # systemd itself warns of a line that it cannot read
    assert box.run("journalctl --boot --output=cat --priority=warning _PID=1 || true") == ""


def _alone(job: Job) -> Group:
    return Group(job.leaf, (job,), ())


def _compare(said: str, batch: dict[str, Job]) -> None:
    started = {}
    for line in said.splitlines():
        _, words, environment = line.split(" ")
        # /bin/sh, /usr/bin/docker, and its arguments
        argv = base64.b64decode(words).decode().split("\0")[2:-1]
        pairs = base64.b64decode(environment).decode().split("\0")[:-1]
        started[argv[4]] = (argv, dict(pair.split("=", 1) for pair in pairs))
    assert started.keys() >= batch.keys()
    for name, job in batch.items():
        argv, found = started[name]
        assert argv == list(job.run(pull_never=True))
        assert {key: found.get(key) for key, _ in job.env} == dict(job.env)
