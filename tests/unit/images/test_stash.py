"""Image stash: its Procfile, and the script that fetches flavour upstream, run for real."""

import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from dockwright.boot.group import group
from dockwright.chain.graph import Source
from dockwright.chain.read import read

IMAGES = Path(__file__).parents[3] / "images"
FOLDER = IMAGES / "stash"
URL, SHA256 = "STASH_URL", "STASH_SHA256"


def source() -> Source:
    [found] = [source for source in read(IMAGES) if source.name == "stash"]
    return found


def archive(path: Path, member: str = "atlassian-stash-2.7.0/bin/start-stash.sh") -> str:
    """A .tar.gz with one executable; its SHA-256."""
    content = b"#!/bin/sh\necho started\n"
    with tarfile.open(path, "w:gz") as tar:
        file = tarfile.TarInfo(member)
        file.size, file.mode = len(content), 0o755
        tar.addfile(file, io.BytesIO(content))
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch(folder: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """Run fetch-stash for ``folder``/stash; its temporary files go below ``folder``."""
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    done = subprocess.run(
        ["sh", str(FOLDER / "fetch-stash"), str(folder / "stash")],
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(scratch), "no_proxy": "*", **given},
        capture_output=True,
        text=True,
        check=False,
    )
    assert list(scratch.iterdir()) == []
    return done


@pytest.mark.parametrize("script", ["build-stash", "fetch-stash", "run-stash"])
def test_its_scripts_are_clean(script: str) -> None:
    tool = shutil.which("shellcheck", path=str(Path(sys.executable).parent)) or "shellcheck"
    found = subprocess.run(
        [tool, str(FOLDER / script)], capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stdout) == (0, "")


def test_an_archive_with_the_right_checksum_is_unpacked(tmp_path: Path) -> None:
    sha256 = archive(tmp_path / "stash.tar.gz")
    # written in capitals, as some pages do
    given = {URL: f"file://{tmp_path}/stash.tar.gz", SHA256: sha256.upper()}
    done = fetch(tmp_path, **given)
    assert (done.returncode, done.stderr) == (0, "")
    start = tmp_path / "stash/bin/start-stash.sh"
    assert subprocess.run([start], capture_output=True, check=False).stdout == b"started\n"


def test_an_archive_is_fetched_over_http(tmp_path: Path) -> None:
    served = tmp_path / "served"
    served.mkdir()
    sha256 = archive(served / "stash.tar.gz")
    handler = partial(SimpleHTTPRequestHandler, directory=str(served))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        done = fetch(tmp_path, **{URL: f"{url}/stash.tar.gz", SHA256: sha256})
        absent = fetch(tmp_path / "served", **{URL: f"{url}/none.tar.gz", SHA256: sha256})
        server.shutdown()
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "stash/bin/start-stash.sh").is_file()
    assert absent.returncode == 1
    assert absent.stderr.endswith("/none.tar.gz: not fetched; mend STASH_URL\n")


def test_another_checksum_is_refused_in_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    sha256 = archive(tmp_path / "stash.tar.gz")
    wrong = hashlib.sha256(b"another").hexdigest()
    url = f"file://{tmp_path}/stash.tar.gz"
    done = fetch(tmp_path, **{URL: url, SHA256: wrong})
    assert done.returncode == 1
    assert done.stderr == (
        f"fetch-stash: {url}: SHA-256 is {sha256}, not {wrong}; "
        "mend STASH_SHA256, or distrust the archive\n"
    )
    assert not (tmp_path / "stash").exists()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "STASH_URL: not given"),
        ({URL: "", SHA256: "a" * 64}, "STASH_URL: not given"),
        ({URL: "file:///x.tar.gz"}, "STASH_SHA256: not given"),
        ({URL: "file:///x.tar.gz", SHA256: "abc"}, "STASH_SHA256: abc: not a SHA-256"),
    ],
)
def test_a_missing_or_wrong_argument_is_one_line(
    tmp_path: Path, given: dict[str, str], message: str
) -> None:
    done = fetch(tmp_path, **given)
    assert done.returncode == 1
    assert done.stderr.startswith(f"fetch-stash: {message}")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "stash").exists()


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    sha256 = archive(tmp_path / "other.tar.gz", "other-1.0/bin/other.sh")
    done = fetch(tmp_path, **{URL: f"file://{tmp_path}/other.tar.gz", SHA256: sha256})
    assert done.returncode == 1
    assert "no bin/start-stash.sh in it" in done.stderr
    assert not (tmp_path / "stash").exists()


def test_a_folder_that_is_there_already_is_kept(tmp_path: Path) -> None:
    sha256 = archive(tmp_path / "stash.tar.gz")
    (tmp_path / "stash").mkdir()
    done = fetch(tmp_path, **{URL: f"file://{tmp_path}/stash.tar.gz", SHA256: sha256})
    assert done.returncode == 1
    assert "is there already" in done.stderr
    assert list((tmp_path / "stash").iterdir()) == []


def test_what_upstream_needs_is_what_its_dockerfile_takes() -> None:
    stash = source()
    assert stash.upstream_args == (URL, SHA256)
    for argument in stash.upstream_args:
        assert f'ARG {argument}=""\n' in stash.text
    assert stash.version == "2.7.0"


def test_its_job_has_hostname_ports_and_data_and_no_password_in_its_arguments() -> None:
    stash = source()
    given = {"DOCKWRIGHT_USER": "me", "DOCKWRIGHT_PASSWORD": "a secret"}
    [job] = group("stash", stash.procfile or "", "Procfile", address="10.0.0.5", env=given).jobs
    assert [str(port) for port in job.ports] == ["10.0.0.5:7990:7990", "10.0.0.5:7999:7999"]
    line = " ".join(job.argv)
    assert "--hostname stash" in line
    assert "--volume /srv/stash:/opt/stash-home" in line
    assert "a secret" not in line
