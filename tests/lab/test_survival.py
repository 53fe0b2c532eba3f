"""Faults while a site is deployed: one clear error, the next run ends as declared, nothing is lost.

Each strikes at a random moment of a run that has something to do: a package is missing, and a
leaf's image, so its job too, is out of date. Meanwhile people push commits, save pages and push
images; what was acknowledged must be there afterwards. DOCKWRIGHT_SOAK repeats each ten times.
"""

import json
import os
import random
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

import pytest

from tests.lab.labs.acknowledged import Writer
from tests.lab.labs.faults import CUT, FAULTS, KILL_DPKG, LOCK, STRUCK, Fault
from tests.lab.labs.figures import figure
from tests.lab.labs.site_lab import BIN, DOCKER, PLACE, ROOT, SiteLab, inventory_with

TIMES = 10 if os.environ.get("DOCKWRIGHT_SOAK") else 1
SEED = int(os.environ.get("DOCKWRIGHT_FAULTS_SEED") or random.SystemRandom().randrange(10**6))
# Of each kind that shares a mechanism one; the soak has all of them, ten times.
EVERY = (
    "box rebooted",  # the connection and the engine go
    "controller killed",
)
OF_THIS_RUN = [
    pytest.param(fault, marks=() if fault.kind in EVERY or TIMES > 1 else pytest.mark.long)
    for fault in FAULTS
]
PAGES = [
    *(f"http://{DOCKER}:{port}/" for port in (7990, 10001, 11001, 12001)),
    f"https://{PLACE}/",
]


@dataclass(frozen=True)
class Trial:
    """Images that may be edited, an inventory that means them, and what is not to be lost."""

    images: Path
    inventory: str
    tags: dict[tuple[str, str], str]  # image and tag of the registry, and its digest

    def make_work(self, site: SiteLab, number: int) -> None:
        """Leave a package out, and a leaf's image, so its job too, out of date."""
        # what a run before did not meet must not strike the next one
        left = f"pkill -f 'touch {STRUCK}'; rm -f {STRUCK}"
        _root(site, DOCKER, f"{left}; dpkg --remove --force-depends mmdebstrap 2>&1")
        with (self.images / "projectwiki/Dockerfile").open("a") as file:
            file.write(f"LABEL turn={number}\n")

    def is_done(self, site: SiteLab, number: int) -> None:
        """As dpkg and docker have it: a plan would be the same eyes as the run's."""
        installed = "dpkg-query -W -f '${Status}' mmdebstrap; sudo dpkg --audit"
        assert site.ssh(DOCKER, installed) == "install ok installed"
        label = "docker inspect -f '{{.Config.Labels.turn}}' projectwiki.web.1"
        assert site.ssh(DOCKER, label) == str(number)


@pytest.fixture(scope="module")
def trial(site: SiteLab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    figure(f"faults: DOCKWRIGHT_FAULTS_SEED={SEED}")
    folder = tmp_path_factory.mktemp("faults")
    images = folder / "images"
    shutil.copytree(ROOT / "images", images)
    assert site.pyinfra("deploy/site.py")["status"] == 0
    tags = _tags(site, Writer(site, folder))
    del tags["projectwiki", "latest"]  # the one that these tests move
    yield Trial(images, inventory_with(folder, str({"dockwright_images": str(images)})), tags)
    assert site.pyinfra("deploy/site.py")["status"] == 0


def _tags(site: SiteLab, writer: Writer) -> dict[tuple[str, str], str]:
    """Every tag of the registry, and its digest."""
    code, listed = site.page(
        f"https://{PLACE}/v2/_catalog?n=100", "--insecure", "--user", site.credentials()
    )
    assert code == 200
    names = json.loads(listed)["repositories"]
    return {(name, tag): writer.digest(name, tag) for name in names for tag in writer.tags(name)}


def _root(site: SiteLab, box: str, line: str) -> str:
    return site.ssh(box, "sudo sh -s", stdin=line)


def _answers(site: SiteLab, url: str) -> bool:
    return site.page(url, "--insecure")[0] == 200


@pytest.mark.parametrize("turn", range(TIMES))
@pytest.mark.parametrize("fault", OF_THIS_RUN, ids=lambda fault: fault.kind)
def test_a_fault_in_mid_deploy_is_one_error_and_the_next_run_ends_as_declared(
    site: SiteLab, trial: Trial, tmp_path: Path, fault: Fault, turn: int
) -> None:
    chance = random.Random(f"{SEED} {fault.kind} {turn}")  # noqa: S311 - a moment, no secret
    number = chance.randrange(10**9)
    writer = Writer(site, tmp_path)
    # people go on writing while it is put right too
    with writer:
        try:
            # both of the ways to deploy a site
            by = chance.choice([(BIN / "pyinfra", "-y"), (BIN / "dockwright", "apply", "--yes")])
            run = _struck(site, trial, fault, number, chance, by)
        finally:
            if fault.undo:
                _root(site, fault.box, fault.undo)
        (tmp_path / "said").write_text(run.said)
        began = time.monotonic()
        again = site.pyinfra("deploy/site.py", inventory=trial.inventory)
        took = time.monotonic() - began
    assert again["status"] == 0, again["said"]
    planned = site.run("dockwright", "plan", trial.inventory, "deploy/site.py")
    assert planned.returncode == 0, planned.stdout + planned.stderr
    trial.is_done(site, number)
    assert all(_answers(site, url) for url in PAGES)
    writer.check()
    trial.tags.update({("written", tag): digest for tag, digest in writer.images.items()})
    errors = _errors(run.said)
    figure(
        f"fault | {fault.kind} | {by[0].name} | at {run.moment:.1f} s | status {run.status}: "
        f"{errors[0][:160] if errors else 'nothing'} | next run {took:.1f} s, "
        f"{again['changes']} changes | {len(writer.commits)} commits, {len(writer.pages)} pages, "
        f"{len(writer.images)} images of {writer.asked} writes acknowledged, none lost"
    )
    assert "Traceback" not in run.said
    if fault.said:
        assert run.status == 1 and fault.said in run.said
    if fault.waits:
        assert run.status == 0, run.said
    if run.status == 0:
        # what it called done was done
        redone = [line for line in again["changed"] if re.search("chain of|push to", line)]
        assert not redone, run.said
    elif not fault.kills:
        assert errors, run.said


@dataclass(frozen=True)
class Run:
    """A deploy that was struck: its exit status, what it said, and the second it was struck."""

    status: int
    said: str
    moment: float


def _errors(said: str) -> list[str]:
    """The lines that say what is wrong, ours first; not pyinfra's word that something is."""
    plain = re.sub(r"\x1b\[[0-9;]*m|https?://\S+/", "", said)
    lines = [line.strip() for line in plain.splitlines() if "Error: executed" not in line]
    ours = re.compile(r"(box|chain|image|packages|push|registry) \S+: .*; ")
    theirs = re.compile(r"^(\[\w+\] +)?E: |No space left|rror: |rror \(|Could not ")
    return [line for kind in (ours, theirs) for line in lines if kind.search(line)]


def _struck(
    site: SiteLab,
    trial: Trial,
    fault: Fault,
    number: int,
    chance: random.Random,
    command: tuple[Path | str, ...],
) -> Run:
    """Run the deploy into the fault; again, and earlier, where it was over before."""
    for latest in (12, 6, 3):
        trial.make_work(site, number)
        moment = 0.0 if fault.at_once else chance.uniform(1, latest)
        if (run := _run_into(site, trial, fault, moment, command)) is not None:
            return run
    raise AssertionError(f"{fault.kind}: each run was over before it")


def _run_into(
    site: SiteLab, trial: Trial, fault: Fault, moment: float, command: tuple[Path | str, ...]
) -> Run | None:
    """One run into the fault; None where the fault found nothing to strike."""

    def strike() -> None:
        if callable(fault.strike):
            fault.strike(site)
        elif beside:
            # what goes on while the run does must not keep the connection
            later = quote(f"sleep 0.5; {fault.strike} && touch {STRUCK}")
            _root(site, fault.box, f"setsid sh -c {later} </dev/null >/dev/null 2>&1 &")
        else:
            _root(site, fault.box, fault.strike)

    beside = fault.strike in (LOCK, KILL_DPKG, CUT)
    if fault.at_once:
        strike()
    running = subprocess.Popen(
        [*command, trial.inventory, "deploy/site.py"],
        cwd=ROOT,
        env=site.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    struck = fault.at_once
    try:
        try:
            said = running.communicate(timeout=moment or 180)[0]
        except subprocess.TimeoutExpired:
            struck = True
            if fault.kills:
                running.kill()
            else:
                strike()
            said = running.communicate(timeout=180)[0]
    finally:
        running.kill()
    if struck and beside:
        time.sleep(1)
        struck = site.ssh(fault.box, f"ls {STRUCK}", check=False) == STRUCK
    return Run(running.returncode, said.decode(), moment) if struck else None


def test_every_tag_of_the_registry_still_pulls_with_its_digest(
    site: SiteLab, trial: Trial, tmp_path: Path
) -> None:
    writer = Writer(site, tmp_path)
    now = _tags(site, writer)
    assert trial.tags.items() <= now.items()
    manifests = {digest: name for (name, _), digest in now.items()}
    for digest, name in manifests.items():
        writer.pull(name, digest)
    figure(f"faults: {len(now)} tags of the registry have their digests, and pull whole")
