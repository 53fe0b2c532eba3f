"""`dockwright init`: a site that the other commands take as it is."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from pyinfra.context import ctx_host

from dockwright.deploys.box import check_site, this_box
from dockwright.run.inventory import load
from dockwright.site.settings import validated

DOCKWRIGHT = Path(sys.executable).with_name("dockwright")
OWN = ("--box", "app1=192.0.2.11", "--box", "app2=192.0.2.12", "--box", "hub=192.0.2.20")


def command(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [DOCKWRIGHT, *words], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site of three boxes of one's own, as the current folder."""
    done = command(tmp_path, "init", "site", "--user", "admin", *OWN)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "Next: cd site && dockwright plan\n"
    assert [tmp_path / line for line in done.stdout.splitlines()] == sorted(
        (path for path in (tmp_path / "site").rglob("*") if path.is_file()),
        key=lambda path: done.stdout.splitlines().index(str(path.relative_to(tmp_path))),
    )
    monkeypatch.chdir(tmp_path / "site")
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delenv("DOCKWRIGHT_INVENTORY", raising=False)
    return tmp_path / "site"


def test_its_inventory_is_found_and_its_data_is_allowed(site: Path) -> None:
    with load() as loaded:
        groups = {name: [host.name for host in loaded.get_group(name)]
                  for name in ("docker_hosts", "registry_hosts", "builders")}  # fmt: skip
        assert groups == {
            "docker_hosts": ["app1", "app2"], "registry_hosts": ["hub"], "builders": ["app1"],
        }  # fmt: skip
        host = loaded.get_host("app2")
        assert (host.data.ssh_user, host.data.ssh_hostname) == ("admin", "192.0.2.12")
        with ctx_host.use(host):
            check_site()
            assert this_box().registry == "192.0.2.20:5000"


def test_one_box_does_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert command(tmp_path, "init", "--box", "one=192.0.2.1").returncode == 0
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    # by its whole path: pyinfra keeps what it has compiled, by the name
    with load(str(tmp_path / "inventories/boxes.py")) as loaded:
        assert [host.name for host in loaded] == ["one"]
        for group in ("docker_hosts", "registry_hosts", "builders"):
            assert [host.name for host in loaded.get_group(group)] == ["one"]


def test_its_chain_and_its_boot_job_can_be_made(site: Path) -> None:
    planned = command(site, "images", "plan")
    assert planned.returncode == 0, planned.stderr
    assert planned.stdout.split("\t")[1:3] == ["hello", "leaf"]
    jobs = command(site, "boot", "export", "images/hello", "--init", "systemd", "--out", "jobs")
    assert jobs.returncode == 0, jobs.stderr
    assert "/etc/systemd/system/dockwright-hello.web.1.service" in jobs.stdout


def test_a_plan_finds_inventory_and_deploy_and_goes_to_the_boxes(site: Path) -> None:
    path = site / "inventories/boxes.py"
    path.write_text(path.read_text().replace('"192.0.2.11"', '"127.0.0.1", "ssh_port": 1'))
    done = command(site, "plan", "--limit", "app1")
    assert done.returncode == 1
    assert "error: box app1: connection refused (127.0.0.1:1); " in done.stderr


def test_what_its_comments_offer_is_allowed(site: Path) -> None:
    text = (site / "inventories/group_data/all.py").read_text()
    offered = re.sub(r"^# (dockwright_\w+ = )", r"\1", text, flags=re.MULTILINE)
    (site / "offered.py").write_text(offered)
    data = runpy.run_path("offered.py")
    keys = {key: value for key, value in data.items() if key.startswith("dockwright_")}
    assert len(keys) >= 8
    assert validated(keys)[1] == ()


def test_it_says_that_a_lab_is_to_be_brought_up(tmp_path: Path) -> None:
    done = command(tmp_path, "init")
    assert done.stderr == "Next: sudo dockwright lab up, then dockwright plan\n"
    assert (tmp_path / "inventories/lab.py").is_file()


def test_nothing_that_is_there_is_touched(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/site.py").write_text("mine\n")
    done = command(tmp_path, "init")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: deploy/site.py: is there already; name a folder of its own\n"
    assert [path.name for path in tmp_path.rglob("*")] == ["deploy", "site.py"]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--box", "app1"], "--box app1: write NAME=ADDRESS"),
        (["--box", "app1=there"], "--box app1=there: write NAME=ADDRESS"),
        (["--box", '"=192.0.2.1'], "write NAME=ADDRESS"),
        (["--user", "a b"], "--user a b: no name of a user"),
    ],
)
def test_a_box_that_is_none_is_refused(tmp_path: Path, words: list[str], line: str) -> None:
    done = command(tmp_path, "init", *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert line in done.stderr
    assert list(tmp_path.iterdir()) == []
