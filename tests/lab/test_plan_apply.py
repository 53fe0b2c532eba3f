"""plan, apply and history on the standing site: drift is named, put right, and remembered."""

import re
import shlex
import time
from pathlib import Path

import pytest

from tests.lab.labs.plans import WHAT, drift, secrets
from tests.lab.labs.site_lab import ABSENT, DOCKER, REGISTRY, ZENWEB, SiteLab

UNIT = "/etc/systemd/system/dockwright-zenweb.web.1.service"


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
    # a line a thing, and which box of the two it is of
    lines = shown.stdout.splitlines()
    assert lines[:2] == [
        "registry: Docker server",
        f"  ~ /etc/hosts  +{DOCKER} docker.vagrant docker",
    ]
    assert lines[3:5] == ["docker: Leaves", "  ~ zenweb.web.1  its file is not there"]
    assert lines[6].split() == ["box", "would", "change", "as", "declared"]
    assert [line.split()[:2] for line in lines[7:]] == [["docker", "1"], ["registry", "2"]]
    assert "\033[" not in shown.stdout
    whole = site.run("dockwright", "plan", *WHAT, "--diff")
    assert f"zenweb: {UNIT} is not there" in whole.stdout
    assert f"+++ {UNIT} (declared)" in whole.stdout
    refused = site.run("dockwright", "apply", *WHAT, stdin="n\n")
    assert refused.returncode == 1
    assert "nothing was changed" in refused.stderr
    assert len(drift(site)["change"]) == 3
    page = site.state / "run.html"
    done = site.run("dockwright", "apply", *WHAT, "--timeline", str(page), stdin="y\n")
    assert done.returncode == 0, done.stderr
    drawn = page.read_text()
    assert re.search(
        r'class="operation done"[^>]*><title>docker: Leaves \| zenweb: boot job: ', drawn
    )
    assert re.search(r'class="switch done"[^>]*><title>docker: zenweb: ', drawn)
    assert "Leaves | zenweb: boot job: changed on docker, " in done.stderr
    assert "No changes" not in done.stderr
    assert "executed" not in done.stderr
    [box, *rows, total] = done.stdout.splitlines()[-4:]
    assert box.split() == ["box", "changed", "as", "declared", "seconds"]
    # of the two operations that declare the same of the registry the second one finds it right
    assert [row.split()[:2] for row in rows] == [["docker", "1"], ["registry", "1"]]
    assert total.startswith("2 changed, ")
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
        site.run("dockwright", "plan", *WHAT, "--diff"),
        site.run("dockwright", "plan", *WHAT),
        site.run("dockwright", "plan", *WHAT, "--json"),
        site.run("dockwright", "apply", *WHAT, "--yes", "--diff", "--verbose"),
        site.run("dockwright", "history", "--box", "docker"),
    ]
    assert [done.returncode for done in outputs] == [2, 2, 2, 0, 0], outputs[3].stderr
    assert "(secret) differs" in outputs[0].stdout
    assert "mode 644 -> 600" in outputs[0].stdout
    for done in outputs:
        for secret in known:
            assert secret not in done.stdout + done.stderr
    assert drift(site) == {}


def test_a_box_that_is_down_is_one_line_and_status_1(site: SiteLab, tmp_path: Path) -> None:
    inventory = tmp_path / "inventory.py"
    inventory.write_text(f"docker_hosts = [('gone', {{'ssh_hostname': '{ABSENT}'}})]\n")
    done = site.run("dockwright", "plan", str(inventory), WHAT[1])
    assert (done.returncode, done.stdout) == (1, "")
    # pyinfra may say before that this machine knows no hosts yet
    assert done.stderr.splitlines()[-1].startswith(f"error: box gone: no route to it ({ABSENT}:22")
    assert done.stderr.count("error: ") == 1


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
        assert done.returncode == 1
        assert done.stderr.count("box registry: a fact of it could not be read") == 1
        # the other one is planned, and done
        assert re.search(r"^registry +no answer", done.stdout, re.MULTILINE)
        assert ("a change: changed on docker, " in done.stderr) == (words[0] == "apply")


def test_a_file_that_not_everybody_may_read_is_not_shown_whoever_declares_it(
    site: SiteLab, tmp_path: Path
) -> None:
    deploy = tmp_path / "secret.py"
    deploy.write_text(
        "from io import StringIO\nfrom pyinfra.operations import files\n"
        "files.put(src=StringIO('TOP-SECRET'), dest='/tmp/secret', mode='600')\n"
        "files.put(src=StringIO('for everybody'), dest='/tmp/open', mode='644')\n"
    )
    for options in ((), ("--diff",), ("--json",)):
        done = site.run("dockwright", "plan", WHAT[0], str(deploy), "--limit", "docker", *options)
        assert done.returncode == 2, done.stderr
        assert "TOP-SECRET" not in done.stdout + done.stderr
        if not options:
            assert "  + /tmp/secret  secret\n  + /tmp/open\n" in done.stdout
            continue
        assert "(secret) is not there" in done.stdout
        assert "+for everybody" in done.stdout


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
    assert "/srv/stash" in done.stdout
    assert ("\x1b[" in done.stdout) == (not variables)


def test_an_engine_that_is_stopped_is_not_started_by_a_question_nor_taken_for_an_empty_one(
    site: SiteLab,
) -> None:
    # a leaf's own client would start it
    site.ssh(DOCKER, "sudo systemctl stop 'dockwright-*.service' docker.service 2>&1")
    states = "systemctl is-active docker.service docker.socket || :"
    assert site.ssh(DOCKER, states).split() == ["inactive", "active"]
    found = drift(site, "--limit", "docker")
    assert site.ssh(DOCKER, states).split() == ["inactive", "active"]
    runs = "docker: Docker server | Docker Engine runs, and comes up with the machine"
    assert runs in found["change"]
    # a deploy that does not start it builds no chain anew
    done = site.pyinfra("deploy/images.py")
    assert done["status"] == 1
    assert "box docker: its engine does not run; start it with deploy/" in done["said"]
    assert site.ssh(DOCKER, states).split() == ["inactive", "active"]
    assert site.run("dockwright", "apply", *WHAT, "--yes").returncode == 0
    assert drift(site) == {}


def test_what_waits_for_a_registry_that_is_down_is_known_after_apply(site: SiteLab) -> None:
    site.ssh(REGISTRY, "sudo systemctl stop dockwright-registry.web.1.service")
    found = drift(site)
    assert found["change"] == ["registry: Registry host | registry: boot job"]
    # who is to build and pull nothing needs no registry
    assert {name.partition(":")[0] for name in found["unknown"]} == {"registry"}
    done = site.run("dockwright", "apply", *WHAT, "--yes")
    assert done.returncode == 0, done.stderr
    assert drift(site) == {}
