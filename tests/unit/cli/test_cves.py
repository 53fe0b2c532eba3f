"""`dockwright images cves` and `sbom`, as a user runs them where no box is asked."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dockwright.sbom.document import Described, document

SAMPLE = Path(__file__).parents[1] / "sbom/samples/bookworm.status"
RELEASE = b"ID=debian\nVERSION_CODENAME=bookworm\n"
FIXED = "3.0.20-1~deb12u1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the SBOM of an image, web.json, and a database, tracker.json."""
    files = {"var/lib/dpkg/status": SAMPLE.read_bytes(), "usr/lib/os-release": RELEASE}
    (tmp_path / "web.json").write_bytes(document(files, Described("sha256:1", None, "amd64")))
    database(tmp_path, openssl={"status": "resolved", "fixed_version": FIXED, "urgency": "medium"})
    return tmp_path


def database(folder: Path, **said: dict[str, Any]) -> None:
    whole = {
        source: {"CVE-2026-1": {"releases": {"bookworm": one}}} for source, one in said.items()
    }
    (folder / "tracker.json").write_text(json.dumps(whole))


def images(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("dockwright")
    return subprocess.run(
        [str(program), "images", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_status_is_2_where_something_has_a_fix_and_else_0(folder: Path) -> None:
    told = ("cves", "--sbom", "web.json", "--database", "tracker.json")
    done = images(folder, *told)
    assert (done.returncode, done.stderr) == (2, "")
    first, image, line = done.stdout.splitlines()
    assert first.startswith("tracker.json: written 20")
    assert first.endswith(", 0 days ago")
    assert image == "web.json: bookworm, 13 packages: 1 to fix, 0 open"
    assert line == f"  fix     CVE-2026-1 openssl 3.0.19-1~deb12u2 -> {FIXED} (medium)"

    database(folder, openssl={"status": "open"}, nosuch={"status": "open"})
    done = images(folder, *told, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    whole = json.loads(done.stdout)
    (one,) = whole["images"]
    assert (one["image"], one["suite"], one["looked_up"]) == ("web.json", "bookworm", 13)
    assert [(found["cve"], found["state"]) for found in one["findings"]] == [("CVE-2026-1", "open")]


def test_one_image_in_error_leaves_the_others_theirs(folder: Path) -> None:
    (folder / "odd.json").write_text("{}")
    told = ("cves", "--sbom", "odd.json", "--sbom", "web.json", "--sbom", "nosuch.json")
    done = images(folder, *told, "--database", "tracker.json")
    assert done.returncode == 1
    assert "web.json: bookworm, 13 packages: 1 to fix, 0 open" in done.stdout.splitlines()
    assert done.stderr.splitlines() == [
        "error: odd.json: no SBOM of Dockwright's (KeyError('bomFormat')); give one that "
        "`dockwright images sbom` printed",
        "error: nosuch.json: No such file or directory; give what `images sbom` printed",
    ]


def test_a_database_that_is_none_is_one_line(folder: Path) -> None:
    (folder / "tracker.json.gz").write_bytes(gzip.compress(b'{"a": {')[:-3])
    for name, why in {
        "tracker.json.gz": "no whole file of Debian's security tracker (",
        "web.json": "no whole file of Debian's security tracker (",
        "nosuch": "No such file or directory; bring data/json of Debian's security tracker",
    }.items():
        done = images(folder, "cves", "--sbom", "web.json", "--database", name)
        assert (done.returncode, done.stdout) == (1, ""), name
        assert done.stderr.startswith(f"error: {name}: {why}")
        assert len(done.stderr.splitlines()) == 1


def test_the_site_s_data_names_the_database_or_nobody_does(folder: Path) -> None:
    (folder / "inventory.py").write_text(
        "docker_hosts = [('web', {'dockwright_address': '192.0.2.1'})]\n"
        "registry_hosts = [('hub', {'dockwright_address': '192.0.2.2'})]\n"
    )
    done = images(folder, "cves", "--sbom", "web.json", "-i", "inventory.py")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "error: no database of CVEs; give one: --database FILE, or dockwright_cve_database\n"
    )
    (folder / "group_data").mkdir()
    (folder / "group_data/all.py").write_text("dockwright_cve_database = 'tracker.json'\n")
    assert images(folder, "cves", "--sbom", "web.json", "-i", "inventory.py").returncode == 2


def test_another_suite_may_be_named(folder: Path) -> None:
    told = ("cves", "--sbom", "web.json", "--database", "tracker.json", "--suite")
    done = images(folder, *told, "trixie")
    assert done.returncode == 1
    assert "nothing in it about suite trixie, but about bookworm; name one with --suite" in (
        done.stderr
    )
    assert images(folder, *told, "bookworm").returncode == 2
