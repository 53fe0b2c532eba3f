"""What a run leaves on its boxes: its record, and while it goes on its lock."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.lab.labs.plans import WHAT, drift
from tests.lab.labs.site_lab import DOCKER, REGISTRY, ROOT, SiteLab


def test_a_run_is_remembered_on_each_box_of_it(site: SiteLab) -> None:
    site.ssh(DOCKER, "sudo sed -i '/registry.vagrant/d' /etc/hosts")
    commit = site.run("git", "rev-parse", "--short=12", "HEAD").stdout.strip()
    assert site.run("dockwright", "apply", *WHAT, "--yes").returncode == 0
    raw = site.ssh(DOCKER, "sudo tail -n 1 /var/log/dockwright/runs.jsonl")
    record = json.loads(raw)
    assert record["changed"] == ["Docker server | /etc/hosts knows the boxes"]
    assert record["result"] == "ok"
    assert record["commit"].rstrip("+") == commit
    assert record["deploy"] == "deploy/site.py"
    assert "@" in record["who"]
    assert site.ssh(DOCKER, "sudo stat -c %a:%U /var/log/dockwright/runs.jsonl") == "640:root"
    done = site.run("dockwright", "history", "--box", "docker")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith(f"{record['began']}  ok  ")
    other = site.run("dockwright", "history", "--box", "registry", "--json", "-n", "1")
    assert json.loads(other.stdout)["runs"][0]["changed"] == []


def test_a_run_of_pyinfras_own_command_is_remembered_too(site: SiteLab, tmp_path: Path) -> None:
    def lines() -> list[dict[str, Any]]:
        said = site.ssh(DOCKER, "sudo cat /var/log/dockwright/runs.jsonl")
        return [json.loads(line) for line in said.splitlines()]

    spoil = "sudo sed -i '/registry.vagrant/d' /etc/hosts"
    site.ssh(DOCKER, spoil)
    before = lines()
    dry = site.run("pyinfra", "--dry", "-y", WHAT[0], "deploy/docker_host.py")
    assert (dry.returncode, lines()) == (0, before)
    assert site.pyinfra("deploy/docker_host.py")["changes"] == 1
    *former, record = lines()
    assert former == before
    assert record["changed"] == ["Docker server | /etc/hosts knows the boxes"]
    assert (record["result"], record["deploy"]) == ("ok", "deploy/docker_host.py")
    assert record.keys() == before[-1].keys()

    site.ssh(DOCKER, spoil)
    failing = tmp_path / "failing.py"
    failing.write_text(
        "from dockwright.deploys import docker_host\nfrom pyinfra.operations import server\n"
        "docker_host()\nserver.shell(name='it fails', commands=['false'])\n"
        "server.shell(name='not reached', commands=['true'])\n"
    )
    assert site.pyinfra(str(failing), "--limit", "docker")["status"] == 1
    record = lines()[-1]
    assert (record["result"], record["failed"]) == ("failed", ["it fails"])
    assert record["changed"] == ["Docker server | /etc/hosts knows the boxes"]


def test_the_record_does_not_grow_without_end(site: SiteLab) -> None:
    log = "/var/log/dockwright/runs.jsonl"
    site.ssh(DOCKER, f"sudo sh -c 'yes {{}} | head -c 1100000 >>{log}'")
    for _ in range(2):
        done = site.run("dockwright", "apply", *WHAT, "--yes", "--only", "/etc/hosts")
        assert done.returncode == 0, done.stderr
    sizes = site.ssh(DOCKER, f"sudo stat -c %s {log} {log}.1").split()
    assert int(sizes[0]) < 2000
    assert int(sizes[1]) > 1100000


def _waiting(site: SiteLab, folder: Path) -> subprocess.Popen[str]:
    """An apply that has the locks, and sits in the midst of its deploy."""
    deploy = folder / "slow.py"
    deploy.write_text(
        "from pyinfra.operations import server\nserver.shell(commands=['sleep 60'])\n"
    )
    held = subprocess.Popen(
        [Path(sys.executable).with_name("dockwright"), "apply", WHAT[0], str(deploy), "--yes"],
        cwd=ROOT, env=site.environment, text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    for _ in range(100):
        if site.ssh(DOCKER, "pgrep -cf '^sleep 60'", check=False) == "1":
            return held
        time.sleep(0.2)
    held.kill()
    raise AssertionError("the slow deploy did not begin")


def test_a_second_run_is_told_who_is_at_it_and_a_dead_ones_lock_is_free(
    site: SiteLab, tmp_path: Path
) -> None:
    first = _waiting(site, tmp_path)
    try:
        second = site.run("dockwright", "apply", *WHAT, "--yes")
        assert second.returncode == 1
        assert second.stderr.startswith("error: box docker: locked by ")
        assert f"(process {first.pid}) since 20" in second.stderr
        by_pyinfra = site.pyinfra("deploy/docker_host.py")
        assert by_pyinfra["status"] == 1
        assert f"(process {first.pid}) since 20" in by_pyinfra["said"]
        # who only looks waits for nobody
        assert drift(site) == {}
    finally:
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    third = site.run("dockwright", "apply", *WHAT, "--yes")
    assert third.returncode == 0, third.stderr
    site.ssh(DOCKER, "pkill -f '^sleep 60'", check=False)
    site.ssh(REGISTRY, "pkill -f '^sleep 60'", check=False)


def test_a_failure_is_told_recorded_and_status_1(site: SiteLab, tmp_path: Path) -> None:
    deploy = tmp_path / "failing.py"
    deploy.write_text(
        "from pyinfra.operations import server\n"
        "server.shell(name='it fails', commands=['echo no luck >&2; false'])\n"
    )
    done = site.run("dockwright", "apply", WHAT[0], str(deploy), "--yes", "--limit", "docker")
    assert done.returncode == 1
    assert "no luck" in done.stderr
    assert "it fails: failed on docker, " in done.stderr
    assert "it fails: no luck" in done.stdout
    told: dict[str, Any] = json.loads(
        site.ssh(DOCKER, "sudo tail -n 1 /var/log/dockwright/runs.jsonl")
    )
    assert (told["result"], told["failed"]) == ("failed", ["it fails"])


def test_a_run_that_breaks_off_is_a_failure_and_its_record_says_where(
    site: SiteLab, tmp_path: Path
) -> None:
    deploy = tmp_path / "breaking.py"
    deploy.write_text(
        "from pyinfra.operations import files, server\n"
        "server.shell(name='a folder', commands=['mkdir -p /tmp/folder'])\n"
        "files.file(name='is no file', path='/tmp/folder')\n"
        "server.shell(name='not reached', commands=['touch /tmp/reached'])\n"
    )
    site.ssh(DOCKER, "rm -rf /tmp/folder /tmp/reached")
    done = site.run("dockwright", "apply", WHAT[0], str(deploy), "--yes", "--limit", "docker")
    assert done.returncode == 1
    assert re.search(r"is no file: .*/tmp/folder", " ".join(done.stdout.split()))
    told = json.loads(site.ssh(DOCKER, "sudo tail -n 1 /var/log/dockwright/runs.jsonl"))
    assert (told["result"], told["changed"], told["failed"]) == (
        "failed", ["a folder"], ["is no file"],
    )  # fmt: skip
    assert site.ssh(DOCKER, "ls /tmp/reached", check=False) == ""


def test_a_run_that_is_told_to_end_says_so_in_its_record(site: SiteLab, tmp_path: Path) -> None:
    running = _waiting(site, tmp_path)
    running.terminate()
    assert running.wait(60) == 130
    told = json.loads(site.ssh(DOCKER, "sudo tail -n 1 /var/log/dockwright/runs.jsonl"))
    assert told["result"] == "interrupted"
    assert f"(process {running.pid})" in told["who"]
    for box in (DOCKER, REGISTRY):
        site.ssh(box, "pkill -f '^sleep 60'", check=False)
