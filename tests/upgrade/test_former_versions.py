"""A site that a former version stood up, written to while this one takes it over."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from dockwright.registry.places import READER_PASSWORD
from tests.lab.labs.acknowledged import Writer
from tests.lab.labs.figures import figure
from tests.lab.labs.notes import Browser
from tests.lab.labs.plans import WHAT, drift
from tests.lab.labs.site_lab import DOCKER, LAB, REGISTRY, ROOT, SiteLab, fetch_wheels

# By commit, what that version had otherwise.
FORMER = {
    "e56f727a": "one login, nothing signed, and leaves with numbers of a box's services",
    "19d939b4": "two logins and signatures, and leaves with numbers of a box's services",
}


class Former:
    """The checkout of a former version, with an environment of its own."""

    def __init__(self, folder: Path, commit: str) -> None:
        self.folder = folder
        for argv in (
            ("git", "clone", "--quiet", "--no-checkout", str(ROOT), str(folder)),
            ("git", "-C", str(folder), "checkout", "--quiet", commit),
            (str(folder / "script/install"), "--lab"),
        ):
            done = subprocess.run(argv, capture_output=True, text=True, timeout=600, check=False)
            assert done.returncode == 0, done.stdout + done.stderr

    def apply(self, site: SiteLab) -> None:
        for argv in (
            ("wheelhouse", "images/chef-client/wheelhouse"),
            ("apply", *WHAT, "--yes"),
        ):
            done = subprocess.run(
                [str(self.folder / ".venv/bin/dockwright"), *argv], cwd=self.folder,
                env=site.environment, capture_output=True, text=True, timeout=1800, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(params=FORMER, ids=[text.partition(",")[0] for text in FORMER.values()])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SiteLab]:
    former = Former(tmp_path / "former", request.param)
    state = tmp_path / "lab"
    with LAB.up(state):
        made = SiteLab(state)
        former.apply(made)
        fetch_wheels(made)
        yield made


def test_the_first_run_ends_as_declared_and_nothing_that_was_acknowledged_is_lost(
    site: SiteLab, tmp_path: Path
) -> None:
    browser = Browser(site, tmp_path)
    assert browser.post("before the upgrade", browser.form()) in (302, 303)
    (tmp_path / "written").mkdir()
    with Writer(site, tmp_path / "written") as writer:
        planned = site.run("dockwright", "plan", *WHAT)
        assert planned.returncode == 2, planned.stdout + planned.stderr
        done = site.run("dockwright", "apply", *WHAT, "--yes", timeout=1800)
    print(planned.stdout, done.stdout, done.stderr)
    assert done.returncode == 0, done.stdout + done.stderr
    figure(done.stdout.splitlines()[-1])
    figure(
        f"{len(writer.commits)} commits, {len(writer.pages)} pages and {len(writer.images)} images "
        f"acknowledged in {writer.asked} writes"
    )
    assert drift(site) == {}
    writer.check()
    assert "before the upgrade" in browser.get("/notes")[1]
    made = site.ssh(REGISTRY, f"sudo test -s {READER_PASSWORD} && echo kept")
    assert made == "kept"
    assert site.ssh(DOCKER, "id -u stash; id -u projectwiki").split() == ["60801", "60802"]
