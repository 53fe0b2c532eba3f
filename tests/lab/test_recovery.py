"""Every leaf answers again by itself, whatever of it is killed; the seconds are printed."""

import json
import re
import time
from typing import NamedTuple

import pytest

from dockwright import lab
from tests.lab.labs.every_run import rows
from tests.lab.labs.figures import figure
from tests.lab.labs.site_lab import DOCKER, NAME, PLACE, REGISTRY, SiteLab

BOUND = 90  # seconds; the table says what it took
ADDRESSES = {"docker": DOCKER, "registry": REGISTRY}


class Job(NamedTuple):
    """A running container of the site: its box, its name, and where it answers, if anywhere."""

    box: str
    name: str
    url: str | None


def _jobs(site: SiteLab) -> list[Job]:
    found = []
    for box, address in ADDRESSES.items():
        listing = site.ssh(address, "docker ps --format '{{.Names}} {{.Ports}}'")
        for line in listing.splitlines():
            name, _, ports = line.partition(" ")
            numbers = [int(port) for port in re.findall(rf"{re.escape(address)}:(\d+)->", ports)]
            scheme = "https" if name.startswith("registry.") else "http"
            # the lowest port is the one that a browser is pointed at
            url = f"{scheme}://{address}:{min(numbers)}/" if numbers else None
            found.append(Job(box, name, url))
    return found


def _answers(site: SiteLab, job: Job) -> bool:
    """Whether it does its work: its page is shown, or its own check finds it healthy."""
    if job.url is None:
        line = f"docker inspect -f '{{{{.State.Health.Status}}}}' {job.name} 2>/dev/null"
        return site.ssh(ADDRESSES[job.box], line, check=False) == "healthy"
    done = site.run(
        "curl", "--silent", "--noproxy", "*", "--insecure", "--max-time", "2",
        "--output", "/dev/null", "--write-out", "%{http_code}", job.url,
    )  # fmt: skip
    return done.stdout == "200"


def _started(site: SiteLab, job: Job) -> str:
    line = f"docker inspect -f '{{{{.Id}}}} {{{{.State.StartedAt}}}}' {job.name} 2>/dev/null"
    return site.ssh(ADDRESSES[job.box], line, check=False)


def _recovered(site: SiteLab, jobs: list[Job], before: dict[str, str], began: float) -> list[str]:
    """The seconds until each has a new container that answers."""
    took: dict[str, float] = {}
    while len(took) < len(jobs):
        assert time.monotonic() - began < BOUND, f"only {sorted(took)} are back"
        for job in jobs:
            if job.name in took:
                continue
            now = _started(site, job)
            if now and now != before[job.name] and _answers(site, job):
                took[job.name] = time.monotonic() - began
        time.sleep(0.1)
    return [f"{job.name} {took[job.name]:.1f} s" for job in jobs]


KILLS = {
    "kill -9 of the container's process": (
        "sudo kill -9 $(docker inspect -f '{{{{.State.Pid}}}}' {name})"
    ),
    "kill -9 of the docker client": (
        "sudo kill -9 $(systemctl show -p MainPID --value dockwright-{name})"
    ),
    "docker rm -f": "docker rm -f {name}",
}


@pytest.mark.parametrize("how", rows(KILLS, ["kill -9 of the docker client"]))
def test_each_leaf_is_back_after(site: SiteLab, how: str) -> None:
    jobs = _jobs(site)
    leaves = {job.name.partition(".")[0] for job in jobs}
    assert leaves == {"projectwiki", "rails", "registry", "stash", "zenweb"}
    assert [job.name for job in jobs if job.url is None] == ["rails.copies.1"]
    assert all(_answers(site, job) for job in jobs)
    before = {job.name: _started(site, job) for job in jobs}
    began = time.monotonic()
    for job in jobs:
        site.ssh(ADDRESSES[job.box], KILLS[how].format(name=job.name))
    for row in _recovered(site, jobs, before, began):
        figure(f"{how}: {row}")


@pytest.mark.long
def test_all_leaves_are_back_after_a_restart_of_the_engine(site: SiteLab) -> None:
    for box, address in ADDRESSES.items():
        jobs = [job for job in _jobs(site) if job.box == box]
        before = {job.name: _started(site, job) for job in jobs}
        began = time.monotonic()
        site.ssh(address, "sudo systemctl restart docker")
        rows = _recovered(site, jobs, before, began)
        for row in rows:
            figure(f"systemctl restart docker: {row}")


def test_all_leaves_are_back_after_a_reboot(site: SiteLab) -> None:
    for box in ADDRESSES:
        jobs = [job for job in _jobs(site) if job.box == box]
        before = {job.name: _started(site, job) for job in jobs}
        began = time.monotonic()
        lab.reboot(NAME, box, site.state)
        for row in _recovered(site, jobs, before, began):
            figure(f"reboot: {row}")
    code, text = site.page(
        f"https://{PLACE}/v2/_catalog",
        "--cacert", f"{site.authority()}/ca.crt", "--user", site.credentials(),
    )  # fmt: skip
    assert code == 200
    assert "zenweb" in json.loads(text)["repositories"]
    assert site.pyinfra("deploy/site.py")["changed"] == []
