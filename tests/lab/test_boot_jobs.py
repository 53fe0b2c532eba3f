"""The boot jobs of a provisioned site, as systemd and docker see them, and their logs."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.docker_help import differences
from tests.lab.labs.site_lab import BIN, DOCKER, REGISTRY, ROOT, ZENWEB, SiteLab

UNITS = "/etc/systemd/system/dockwright-*.service /etc/systemd/system/dockwright-*.target"
BOXES = {"docker": DOCKER, "registry": REGISTRY}
HIGHEST = 1.0


def _logs(site: SiteLab, *options: str) -> subprocess.CompletedProcess[str]:
    return site.run("dockwright", "logs", *options, timeout=60)


@pytest.mark.parametrize("box", BOXES)
def test_systemd_analyze_says_nothing_of_any_unit(site: SiteLab, box: str) -> None:
    said = site.ssh(BOXES[box], f"ls {UNITS} | wc -l; sudo systemd-analyze verify {UNITS} 2>&1")
    count, *rest = said.splitlines()
    assert int(count) >= 2
    assert rest == []


@pytest.mark.parametrize("box", BOXES)
def test_the_exposure_of_every_job_is_low(site: SiteLab, box: str) -> None:
    jobs = site.ssh(BOXES[box], "cd /etc/systemd/system; ls dockwright-*.*.[0-9]*.service").split()
    assert jobs
    for job in jobs:
        said = site.ssh(BOXES[box], f"sudo systemd-analyze security --no-pager {job} | tail -n 1")
        exposure = float(said.partition(": ")[2].split()[0])
        print(f"{box}: {job}: {exposure}")
        assert exposure <= HIGHEST, said


def test_our_table_of_flags_is_that_of_the_boxs_client(site: SiteLab) -> None:
    assert differences(site.ssh(DOCKER, "docker run --help")) == []


def test_logs_show_what_a_container_said_after_it_is_gone(site: SiteLab) -> None:
    site.page(f"{ZENWEB}before-it-is-gone")
    site.ssh(DOCKER, "sudo docker rm --force zenweb.web.1")
    assert site.page(ZENWEB)[0] == 200
    done = _logs(site, "zenweb", "--lines", "1000")
    assert done.returncode == 0
    assert "zenweb.web.1[" in done.stdout
    assert "before-it-is-gone" in done.stdout
    assert done.stderr == ""


def test_logs_are_of_the_leaf_and_box_that_are_asked_for(site: SiteLab) -> None:
    site.run("curl", "--silent", "--insecure", "--noproxy", "*", f"https://{REGISTRY}:5000/v2/")
    done = _logs(site, "registry", "--box", "registry", "-n", "5")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 5
    assert "registry.web.1[" in done.stdout
    # what was asked of the registry may well be zenweb's image
    assert "zenweb.web.1[" not in done.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["zenwb"], "leaf zenwb: no logs of it on docker, registry; did you mean zenweb?"),
        (["zenweb", "--box", "registry"], "leaf zenweb: no logs of it on registry; leaves: regis"),
        (["zenweb", "--box", "dockr"], "box dockr: not in the inventory; did you mean docker?"),
    ],
)
def test_a_leaf_or_box_that_is_not_there_is_told_with_the_nearest(
    site: SiteLab, options: list[str], said: str
) -> None:
    done = _logs(site, *options)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"error: {said}")


def test_the_facts_of_the_boxes_are_printed_by_pyinfra(site: SiteLab) -> None:
    facts = ["boot.BootJobs", "image.Images", "engine.Engine", "runs.Runs"]
    words = ["pyinfra", "-y", "--sudo", "--json", "inventories/lab.py", "fact"]
    done = site.run(*words, *(f"dockwright.facts.{fact}" for fact in facts))
    assert done.returncode == 0, done.stderr
    found = {name.rpartition(".")[2]: by for name, by in json.loads(done.stdout).items()}
    assert "zenweb.web.1" in found["BootJobs"]["docker"]["containers"]
    assert found["Images"]["registry"]["registry:latest"]["tags"]
    assert found["Engine"]["docker"]["active"]
    assert found["Runs"]["docker"][-1]["result"] in ("ok", "failed", "interrupted")


def test_followed_logs_come_as_they_are_said_and_end_with_an_interrupt(site: SiteLab) -> None:
    followed = subprocess.Popen(
        [BIN / "dockwright", "logs", "zenweb", "--follow", "--lines", "1"],
        cwd=ROOT, env=site.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert followed.stdout is not None
        followed.stdout.readline()
        asked = time.monotonic()
        site.page(f"{ZENWEB}while-followed")
        for line in followed.stdout:
            if "while-followed" in line:
                break
        took = time.monotonic() - asked
        assert took < 10
        followed.send_signal(signal.SIGINT)
        _, said = followed.communicate(timeout=20)
    finally:
        followed.kill()
    assert (followed.returncode, said) == (0, "")
    # nobody follows on the box any more
    assert site.ssh(DOCKER, "pgrep --count journalctl || true") == "0"


def test_the_boxs_jobs_are_what_an_export_writes(site: SiteLab, tmp_path: Path) -> None:
    digest = json.loads(
        site.ssh(DOCKER, "sudo docker inspect --format '{{json .Config.Image}}' zenweb.web.1")
    )
    done = site.run(
        "dockwright", "boot", "export", "images/zenweb", "--init", "systemd", "--image", digest,
        "--address", DOCKER, "--out", str(tmp_path),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for line in done.stdout.splitlines():
        path, place, _ = line.split("\t")
        assert site.ssh(DOCKER, f"cat {place}") == Path(path).read_text("utf-8").strip()
