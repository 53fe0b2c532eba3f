"""Writes that a site acknowledged while something broke, and whether it still has each of them."""

import base64
import gzip
import hashlib
import json
import os
import subprocess
import tarfile
import threading
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from uuid import uuid4

from tests.lab.labs.git_host import STASH, Git
from tests.lab.labs.site_lab import DOCKER, PLACE, SiteLab
from tests.lab.labs.wiki import URL, Wiki, hidden, sent

REPOSITORY = "/srv/stash/repositories"


class Writer:
    """Pushes commits, saves pages and pushes images until told to stop; notes what was accepted.

    ``commits``, ``pages`` (name and text) and ``images`` (tag and digest) hold what was.
    """

    def __init__(self, site: SiteLab, folder: Path) -> None:
        self.site, self.folder = site, folder
        self.git = Git(folder, "dockwright", _kept(site, "stash"))
        self.wiki = Wiki(site)
        self.name = f"written-{uuid4().hex[:8]}"
        self.work = self.git.work("the first")
        login = {"auths": {PLACE: {"auth": _base64(site.credentials())}}}
        self.login = folder / "auth.json"
        self.login.touch(mode=0o600)
        self.login.write_text(json.dumps(login))
        self.certificates = site.authority()
        self.commits: list[str] = []
        self.pages: dict[str, str] = {}
        self.images: dict[str, str] = {}
        self.asked = 0
        self.broken: list[Exception] = []

    def __enter__(self) -> "Writer":
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._again, args=(write,))
            for write in (self._commit, self._page, self._image)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _again(self, write: Callable[[int], None]) -> None:
        for number in range(1000):
            if self._stop.wait(1):
                return
            self.asked += 1
            try:
                write(number)
            except subprocess.TimeoutExpired:
                continue  # nobody said that it was accepted
            except Exception as error:  # noqa: BLE001 - the test's own; `check` tells it
                self.broken.append(error)
                return

    def _commit(self, number: int) -> None:
        (self.folder / self.work / "page").write_text(f"{number} {uuid4().hex}")
        self.git(
            "-C", self.work, "-c", "user.name=A", "-c", "user.email=a@b", "commit", "-qam", "x"
        )
        head = self.git("-C", self.work, "rev-parse", "HEAD").stdout.strip()
        if self.git("-C", self.work, "push", "-q", f"{STASH}/{self.name}", "main").returncode == 0:
            self.commits.append(head)

    def _page(self, number: int) -> None:
        name, text = f"{self.name}-{number}", uuid4().hex
        form = self._ask(f"/edit/{name}")[1]
        if "<form" not in form:
            return
        fields = hidden(form)
        if self._ask(f"/edit/{name}", fields={**fields, "text": text})[0] == "303":
            self.pages[name] = text

    def _ask(self, path: str, fields: dict[str, str] | None = None) -> tuple[str, str]:
        done = self.site.run(
            "curl", "--silent", "--noproxy", "*", "--max-time", "5",
            "--write-out", "\n%{http_code}", *self.wiki.login, *sent(fields or {}),
            f"{URL}{path}",
        )  # fmt: skip
        text, _, code = done.stdout.rpartition("\n")
        return code, text

    def _image(self, number: int) -> None:
        layout = self.folder / f"image-{number % 2}"
        digest = _lay_out(layout)
        tag = f"{self.name}-{number}"
        done = self.site.run(
            "skopeo", "--command-timeout", "10s", "copy", "--preserve-digests",
            "--authfile", str(self.login),
            "--dest-cert-dir", str(self.certificates), f"oci:{layout}:it",
            f"docker://{PLACE}/written:{tag}",
        )  # fmt: skip
        if done.returncode == 0:
            self.images[tag] = digest

    def check(self) -> None:
        """All that was acknowledged is there, and both kinds of repositories are whole."""
        assert not self.broken, self.broken
        assert self.commits and self.pages and self.images, "nothing of a kind was acknowledged"
        listed = self.site.ssh(DOCKER, f"{_GIT} {REPOSITORY}/{self.name}.git rev-list --all")
        assert set(self.commits) <= set(listed.split())
        fsck = f"for at in $(sudo find {REPOSITORY} -name '*.git' -prune) /srv/projectwiki; do "
        self.site.ssh(DOCKER, f"{fsck} {_GIT} $at fsck --full --strict || exit 1; done")
        wiki = self.site.ssh(
            DOCKER, f"{_GIT} /srv/projectwiki grep -h . HEAD -- '{self.name}-*'", check=False
        )
        assert set(self.pages.values()) <= set(wiki.split())
        for tag, digest in self.images.items():
            assert self.digest("written", tag) == digest

    def digest(self, image: str, tag: str) -> str:
        done = self.site.run(
            "skopeo", "inspect", "--format", "{{.Digest}}", "--authfile", str(self.login),
            "--cert-dir", str(self.certificates), f"docker://{PLACE}/{image}:{tag}",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def tags(self, image: str) -> list[str]:
        done = self.site.run(
            "skopeo", "list-tags", "--authfile", str(self.login),
            "--cert-dir", str(self.certificates), f"docker://{PLACE}/{image}",
        )  # fmt: skip
        if "name unknown" in done.stderr:  # its last tag was deleted
            return []
        assert done.returncode == 0, done.stderr
        return list(json.loads(done.stdout)["Tags"] or ())

    def pull(self, image: str, digest: str) -> None:
        """The whole image by its digest, each layer of it held against its own by skopeo."""
        done = self.site.run(
            "skopeo", "copy", "--preserve-digests", "--authfile", str(self.login),
            "--src-cert-dir", str(self.certificates), f"docker://{PLACE}/{image}@{digest}",
            f"oci:{self.folder}/pulled:{digest.partition(':')[2][:12]}",
        )  # fmt: skip
        assert done.returncode == 0, f"{image}@{digest}: {done.stderr}"


_GIT = "sudo git -c safe.directory='*' --git-dir"


def _kept(site: SiteLab, leaf: str) -> str:
    return site.ssh(DOCKER, f"sudo cat /etc/dockwright/leaves/{leaf}.password")


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _lay_out(folder: Path) -> str:
    """An image of one layer with a text of its own, as an OCI layout; its digest."""
    blobs = folder / "blobs/sha256"
    blobs.mkdir(parents=True, exist_ok=True)
    tar = BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        member = tarfile.TarInfo("text")
        content = os.urandom(20000)
        member.size = len(content)
        archive.addfile(member, BytesIO(content))
    kind = "application/vnd.oci.image"

    def blob(data: bytes, media: str) -> dict[str, object]:
        digest = hashlib.sha256(data).hexdigest()
        (blobs / digest).write_bytes(data)
        return {"mediaType": f"{kind}.{media}", "digest": f"sha256:{digest}", "size": len(data)}

    # compressed already, so that skopeo leaves it as it is
    layer = blob(gzip.compress(tar.getvalue(), mtime=0), "layer.v1.tar+gzip")
    own = f"sha256:{hashlib.sha256(tar.getvalue()).hexdigest()}"
    config = {
        "architecture": "amd64",
        "os": "linux",
        "rootfs": {"type": "layers", "diff_ids": [own]},
    }
    manifest = {
        "schemaVersion": 2,
        "config": blob(json.dumps(config).encode(), "config.v1+json"),
        "layers": [layer],
    }
    told = blob(json.dumps(manifest).encode(), "manifest.v1+json")
    named = {**told, "annotations": {"org.opencontainers.image.ref.name": "it"}}
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [named]}))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    return str(told["digest"])
