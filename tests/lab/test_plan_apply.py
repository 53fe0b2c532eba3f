"""plan, apply and history on the standing site: drift is named, put right, and remembered."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.lab.site_lab import ABSENT, DOCKER, REGISTRY, ROOT, ZENWEB, SiteLab

SCHEMA = json.loads((ROOT / "docs/plan.schema.json").read_text())
WHAT = ("inventories/lab.py", "deploy/site.py")
UNIT = "/etc/systemd/system/dockwright-zenweb.web.1.service"


def drift(site: SiteLab, *options: str) -> dict[str, list[str]]:
    """What the plan names by status, as ``BOX: DEPLOY | OPERATION``."""
    done = site.run("dockwright", "plan", *WHAT, "--json", *options)
    assert done.returncode in (0, 2), done.stderr
    told = json.loads(done.stdout)
    jsonschema.validate(told, SCHEMA)
    found: dict[str, list[str]] = {}
    for box in told["boxes"]:
        for op in box["operations"]:
            if op["status"] != "current":
                found.setdefault(op["status"], []).append(f"{box['box']}: {op['name']}")
    assert done.returncode == (2 if found else 0)
    assert told["drift"] == bool(found)
    return found


def secrets(site: SiteLab) -> list[str]:
    """Every secret that the boxes keep, line by line, as their files have it."""
    found = []
    for box in (DOCKER, REGISTRY):
        files = "find /etc/dockwright -type f ! -perm -004 ! -path '*/ca/*' ! -name config.yml"
        text = site.ssh(box, f"sudo sh -c '{files}' | xargs -r sudo cat")
        found += [line.partition("=")[2] or line for line in text.splitlines() if len(line) > 15]
    assert len(found) > 3
    return found


def test_the_standing_site_is_as_declared_and_planning_it_changes_nothing(site: SiteLab) -> None:
    site.run("dockwright", "apply", *WHAT, "--yes")  # other tests may have left it otherwise
    since = {box: site.ssh(box, "touch /tmp/before; date +%s") for box in (DOCKER, REGISTRY)}
    time.sleep(1.1)
    began = time.monotonic()
    done = site.run("dockwright", "plan", *WHAT)
    print(f"plan of the standing site: {time.monotonic() - began:.1f} s")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("2 boxes, ")
    assert done.stdout.endswith(" operations: as declared\n")
    assert done.stdout.count("\n") == 1
    time.sleep(1.1)
    for box in (DOCKER, REGISTRY):
        newer = "sudo find /etc /usr /opt /srv /root /home /var/lib/dockwright /var/log/dockwright "
        newer += "/run/dockwright.lock /var/lib/dpkg /var/lib/apt -newer /tmp/before ! -type d "
        assert site.ssh(box, f"{newer} 2>/dev/null; true") == ""
        events = (
            f"docker events --since {since[box]} --until $(date +%s) --format '{{{{.Action}}}}'"
        )
        happened = set(site.ssh(box, events).splitlines())
        # the health checks of the leaves run meanwhile
        assert {what for what in happened if not what.startswith("exec_")} == set()


def test_drift_is_named_exactly_put_right_and_gone(site: SiteLab) -> None:
    assert drift(site) == {}
    started = site.ssh(DOCKER, "docker inspect -f '{{.State.StartedAt}}' stash.web.1")
    site.ssh(DOCKER, f"sudo rm {UNIT}")
    site.ssh(REGISTRY, "sudo sed -i '/docker.vagrant/d' /etc/hosts")
    expected = [
        "registry: Docker server | /etc/hosts knows the boxes",
        "docker: Leaves | zenweb: boot job",
    ]
    # a registry host is a Docker server twice over: each of the deploys has the operation
    again = "registry: Registry host | /etc/hosts knows the boxes"
    assert set(drift(site)["change"]) == {*expected, again}
    assert drift(site, "--limit", "docker") == {"change": [expected[1]]}
    assert drift(site, "--only", "zenweb") == {"change": [expected[1]]}
    shown = site.run("dockwright", "plan", *WHAT)
    assert shown.returncode == 2
    assert f"zenweb: {UNIT} is not there" in shown.stdout
    assert f"+++ {UNIT} (declared)" in shown.stdout
    assert "zenweb: boot job" in shown.stdout.splitlines()[-1]
    assert "\033[" not in shown.stdout
    refused = site.run("dockwright", "apply", *WHAT, stdin="n\n")
    assert refused.returncode == 1
    assert "nothing was changed" in refused.stderr
    assert len(drift(site)["change"]) == 3
    done = site.run("dockwright", "apply", *WHAT, stdin="y\n")
    assert done.returncode == 0, done.stderr
    assert "changed on docker: Leaves | zenweb: boot job" in done.stdout
    assert drift(site) == {}
    assert site.ssh(DOCKER, f"systemctl is-enabled {UNIT.rpartition('/')[2]}") == "enabled"
    assert "docker.vagrant" in site.ssh(REGISTRY, "cat /etc/hosts")
    assert site.page(ZENWEB)[0] == 200
    assert site.ssh(DOCKER, "docker inspect -f '{{.State.StartedAt}}' stash.web.1") == started


def test_no_secret_is_ever_shown(site: SiteLab) -> None:
    known = secrets(site)
    site.ssh(
        DOCKER,
        "sudo sed -i 's/=/=x/' /etc/dockwright/env/stash.web.1.env; "
        "sudo chmod 644 /etc/dockwright/leaves/projectwiki.password",
    )
    site.ssh(REGISTRY, "sudo sed -i s/dockwright/d0ckwright/ /etc/dockwright/registry/htpasswd")
    outputs = [
        site.run("dockwright", "plan", *WHAT),
        site.run("dockwright", "plan", *WHAT, "--json"),
        site.run("dockwright", "apply", *WHAT, "--yes"),
        site.run("dockwright", "history", "--box", "docker"),
    ]
    assert [done.returncode for done in outputs] == [2, 2, 0, 0], outputs[2].stderr
    assert "(secret) differs" in outputs[0].stdout
    assert "mode 644 -> 600" in outputs[0].stdout
    for done in outputs:
        for secret in known:
            assert secret not in done.stdout + done.stderr
    assert drift(site) == {}


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


def test_a_box_that_is_down_is_one_line_and_status_1(site: SiteLab, tmp_path: Path) -> None:
    inventory = tmp_path / "inventory.py"
    inventory.write_text(f"docker_hosts = [('gone', {{'ssh_hostname': '{ABSENT}'}})]\n")
    done = site.run("dockwright", "plan", str(inventory), WHAT[1])
    assert (done.returncode, done.stdout) == (1, "")
    # pyinfra may say before that this machine knows no hosts yet
    assert done.stderr.splitlines()[-1].startswith("error: box gone: cannot be reached: ")
    assert done.stderr.count("error: ") == 1


def test_a_failure_is_told_recorded_and_status_1(site: SiteLab, tmp_path: Path) -> None:
    deploy = tmp_path / "failing.py"
    deploy.write_text(
        "from pyinfra.operations import server\n"
        "server.shell(name='it fails', commands=['echo no luck >&2; false'])\n"
    )
    done = site.run("dockwright", "apply", WHAT[0], str(deploy), "--yes", "--limit", "docker")
    assert done.returncode == 1
    assert "no luck" in done.stderr
    assert "failed on docker: it fails" in done.stdout
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
    assert "failed on docker: is no file" in done.stdout
    told = json.loads(site.ssh(DOCKER, "sudo tail -n 1 /var/log/dockwright/runs.jsonl"))
    assert (told["result"], told["changed"], told["failed"]) == (
        "failed", ["a folder"], ["is no file"],
    )  # fmt: skip
    assert site.ssh(DOCKER, "ls /tmp/reached", check=False) == ""


def test_a_box_whose_facts_fail_is_an_error_and_not_an_empty_one(
    site: SiteLab, tmp_path: Path
) -> None:
    deploy = tmp_path / "facts.py"
    deploy.write_text(
        "from pyinfra import host\nfrom pyinfra.facts.server import Command\n"
        "from pyinfra.operations import server\n"
        "if host.name == 'registry':\n    host.get_fact(Command, 'exit 3')\n"
        "server.shell(name='a change', commands=['true'])\n"
    )
    for words in (("plan",), ("apply", "--yes")):
        done = site.run("dockwright", words[0], WHAT[0], str(deploy), *words[1:])
        assert (done.returncode, done.stdout) == (1, "")
        assert "error: box registry: a fact of it could not be read" in done.stderr


def test_a_file_that_not_everybody_may_read_is_not_shown_whoever_declares_it(
    site: SiteLab, tmp_path: Path
) -> None:
    deploy = tmp_path / "secret.py"
    deploy.write_text(
        "from io import StringIO\nfrom pyinfra.operations import files\n"
        "files.put(src=StringIO('TOP-SECRET'), dest='/tmp/secret', mode='600')\n"
        "files.put(src=StringIO('for everybody'), dest='/tmp/open', mode='644')\n"
    )
    for options in ((), ("--json",)):
        done = site.run("dockwright", "plan", WHAT[0], str(deploy), "--limit", "docker", *options)
        assert done.returncode == 2, done.stderr
        assert "TOP-SECRET" not in done.stdout + done.stderr
        assert "(secret) is not there" in done.stdout
        assert "+for everybody" in done.stdout


def test_a_run_that_is_told_to_end_says_so_in_its_record(site: SiteLab, tmp_path: Path) -> None:
    running = _waiting(site, tmp_path)
    running.terminate()
    assert running.wait(60) == 1
    told = json.loads(site.ssh(DOCKER, "sudo tail -n 1 /var/log/dockwright/runs.jsonl"))
    assert told["result"] == "interrupted"
    assert f"(process {running.pid})" in told["who"]
    for box in (DOCKER, REGISTRY):
        site.ssh(box, "pkill -f '^sleep 60'", check=False)


@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}])
def test_a_terminal_gets_colours_unless_it_wants_none(
    site: SiteLab, variables: dict[str, str]
) -> None:
    site.ssh(DOCKER, "sudo chmod 755 /srv/stash")
    try:
        plan = shlex.join(["dockwright", "plan", *WHAT, "--limit", "docker"])
        done = site.run("script", "-qec", plan, "/dev/null", **variables)
    finally:
        site.ssh(DOCKER, "sudo chmod 700 /srv/stash")
    assert done.returncode == 2, done.stdout
    assert "user stash" in done.stdout
    assert ("\x1b[" in done.stdout) == (not variables)


def test_what_waits_for_a_registry_that_is_down_is_known_after_apply(site: SiteLab) -> None:
    site.ssh(REGISTRY, "sudo systemctl stop dockwright-registry.web.1.service")
    found = drift(site)
    assert found["change"] == ["registry: Registry host | registry: boot job"]
    assert "docker: Images | push to" in " ".join(found["unknown"])
    done = site.run("dockwright", "apply", *WHAT, "--yes")
    assert done.returncode == 0, done.stderr
    assert drift(site) == {}
