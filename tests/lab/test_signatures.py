"""What the site has not signed is run nowhere: a planted image, a planted base.

Who plants has the login that writes. What was planted has all tags and labels of what was there;
signatures are looked at by openssl and, in the tier `long`, by Debian's cosign.
"""

import base64
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab.labs.cosign import cosign
from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import COPY, OwnSite, server

LAB = OwnLab("signed", "192.168.90.0/24", ("app1", "app2", "hub"), packages=WITH_ENGINE)
OCI = "application/vnd.oci.image.manifest.v1+json"
PLANT = """
set -eu
docker login --username dockwright --password-stdin {place} >/dev/null 2>&1
made=$(docker create {image} none)
echo owned >owned; docker cp owned "$made:/owned" >/dev/null
docker commit "$made" planted >/dev/null; docker rm "$made" >/dev/null
for tag in {tags}; do
  docker tag planted {place}/{name}:$tag
  docker push -q {place}/{name}:$tag >/dev/null
done
docker image inspect -f '{{{{index .RepoDigests 0}}}}' planted
docker images -q --no-trunc planted | xargs docker image rm -f >/dev/null
docker logout {place} >/dev/null
"""


class Signed(OwnSite):
    """The site: app1 builds, app2 runs the leaf, hub keeps the registry."""

    def __init__(self, state: Path) -> None:
        super().__init__(LAB, state, ("hub",))
        self.place = f"{self.boxes['hub']}:5000"
        self.config = state / "config"
        self.is_rebuilt = False  # whether a test has built the leaf anew
        self.environment["XDG_CONFIG_HOME"] = str(self.config)

    @property
    def key(self) -> Path:
        return self.config / "dockwright/signing.key"

    def declare(self, **keys: Any) -> None:
        self.write({"app1": [], "app2": ["web"], "hub": []})
        self.data(dockwright_base_source="bootstrap", dockwright_wait_seconds=30, **keys)

    def root(self, box: str, script: str) -> str:
        return self.ssh(self.boxes[box], "sudo sh -s", stdin=script)

    def asked(self, path: str, *options: str) -> str:
        password = self.root("hub", "cat /etc/dockwright/registry.password")
        login = ("-sk", "-u", f"dockwright:{password}", *options)
        return self.run("curl", *login, f"https://{self.place}/v2/{path}").stdout

    def tags(self, name: str) -> list[str]:
        return sorted(json.loads(self.asked(f"{name}/tags/list"))["tags"] or [])

    def digest(self, name: str, tag: str = "") -> str:
        types = ("-H", f"Accept: application/vnd.docker.distribution.manifest.v2+json, {OCI}")
        tag = tag or ("bookworm" if name == "debian" else "latest")
        headers = self.asked(f"{name}/manifests/{tag}", "-I", *types).splitlines()
        (line,) = [line for line in headers if line.lower().startswith("docker-content-digest:")]
        return line.split()[1]

    def plant(self, name: str, image: str = "") -> str:
        """Another image in the place of ``name``, under all its tags; its digest."""
        tags = [tag for tag in self.tags(name) if not tag.startswith("sha256-")]
        password = self.root("hub", "cat /etc/dockwright/registry.password")
        image = image or f"{self.place}/{name}:latest"
        script = PLANT.format(place=self.place, name=name, tags=" ".join(tags), image=image)
        self.root("app2", f"exec <<'END'\n{password}\nEND\n{script}")
        return self.digest(name)

    def is_signed(self, name: str, public: Path) -> bool:
        """By openssl: whether the present ``name:latest`` has a signature by the key."""
        digest = self.digest(name)
        tag = f"{digest.replace(':', '-')}.sig"
        text = self.asked(f"{name}/manifests/{tag}", "-H", f"Accept: {OCI}")
        for layer in json.loads(text).get("layers", []):
            document = self.asked(f"{name}/blobs/{layer['digest']}")
            assert json.loads(document)["critical"]["image"]["docker-manifest-digest"] == digest
            (self.state / "document").write_text(document)
            made = base64.b64decode(layer["annotations"]["dev.cosignproject.cosign/signature"])
            (self.state / "signature").write_bytes(made)
            words = ("dgst", "-sha256", "-verify", str(public), "-signature")
            done = self.run("openssl", *words, f"{self.state}/signature", f"{self.state}/document")
            if done.returncode == 0:
                return True
        return False

    def public(self) -> Path:
        path = self.state / "public.pem"
        self.run("openssl", "pkey", "-in", str(self.key), "-pubout", "-out", str(path))
        return path

    def is_owned(self, box: str) -> bool:
        """Whether any image or container of the box has what was planted."""
        look = "docker create {0} none | xargs -I% sh -c 'docker export % | tar t; docker rm -f %'"
        lines = [
            f"for image in $(docker image ls -q); do {look.format('$image')}; done",
            "for one in $(docker ps -q); do docker export $one | tar t; done",
        ]
        return "owned" in self.root(box, "\n".join(lines)).split()


@pytest.fixture(scope="module")
def stood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signed]:
    state = tmp_path_factory.mktemp("signed")
    with LAB.up(state):
        made = Signed(state)
        made.furnish("app1")
        made.declare()
        made.leaf("web", "web: docker run --stop-timeout 1 -p 8000:8000 web", *COPY, server(8000))
        made.as_planned()
        yield made


@pytest.fixture
def site(stood: Signed) -> Iterator[Signed]:
    before = stood.started()
    yield stood
    stood.declare()
    stood.as_planned()
    # whatever was planted, or became of keys: nothing that runs had a part in it
    assert stood.started() == before or stood.is_rebuilt
    stood.is_rebuilt = False
    assert stood.page("http://" + stood.boxes["app2"] + ":8000/")[1].strip() == "web"
    assert not any(stood.is_owned(box) for box in stood.boxes)


def test_what_a_run_pushes_is_signed(site: Signed) -> None:
    assert site.key.stat().st_mode & 0o777 == 0o600
    names = set(json.loads(site.asked("_catalog"))["repositories"])
    assert {"web", "tools", "registry", "debian"} <= names
    assert [name for name in names if not site.is_signed(name, site.public())] == []
    # the key is on no box
    secret = site.key.read_text().splitlines()[1]
    for box in site.boxes:
        look = f"grep -rlsF '{secret}' /etc /root /home /srv /var/lib/dockwright /var/log; true"
        assert site.root(box, look) == ""


def test_a_planted_image_is_named_by_the_plan_and_run_nowhere(site: Signed) -> None:
    planted = site.plant("web")
    told = f"{site.place}/web:latest ({planted[:19]}) is not signed by this site"
    # the box that runs it alone: nobody builds
    done = site.dockwright("apply", "inventory.py", "site.py", "--yes", "--limit", "app2")
    assert done.returncode == 1
    assert told in done.stdout + done.stderr
    assert "dockwright images sign web:latest" in done.stdout + done.stderr
    assert not site.is_owned("app2")
    # the whole site: the plan names it, and the builder's own takes its place
    plan = site.dockwright("plan", "inventory.py", "site.py")
    assert told in plan.stdout + plan.stderr
    site.as_planned()
    assert site.digest("web") != planted
    assert site.is_signed("web", site.public())


@pytest.mark.long
def test_a_planted_recipe_is_built_and_not_recalled(site: Signed) -> None:
    before = site.digest("web")
    planted = site.plant("web")
    names = "docker image ls --format '{{.Repository}}:{{.Tag}}' | grep -E '(^|/)web:'"
    site.root("app1", f"{names} | xargs docker image rm -f")
    _, done = site.as_planned()
    assert "which this site has not signed; it is built instead of pulled" in (
        done.stdout + done.stderr
    )
    assert site.digest("web") not in (planted, before)
    site.is_rebuilt = True


@pytest.mark.long
def test_a_planted_base_is_not_built_upon(site: Signed) -> None:
    base = f"{site.place}/debian:bookworm"
    password = site.root("hub", "cat /etc/dockwright/registry.password")
    login = f"docker login --username dockwright --password-stdin {site.place}"
    site.root("hub", f"echo '{password}' | {login} >/dev/null 2>&1; docker pull -q {base}")
    planted = site.plant("debian", f"{site.place}/tools:latest")
    names = "docker image ls --format '{{.Repository}}:{{.Tag}}' | grep debian:"
    before = site.started("app1", "app2")
    site.root("hub", f"docker logout {site.place}; {names} | xargs docker image rm -f")
    plan = site.dockwright("plan", "inventory.py", "site.py")
    assert f"debian:bookworm ({planted[:19]}) is not signed by this site" in (
        plan.stdout + plan.stderr
    )
    assert site.apply().returncode == 0
    assert site.digest("debian", "bookworm") != planted
    # the registry's own image is upon the base; what is not goes on
    assert site.started("app1", "app2") == before
    site.is_rebuilt = True


@pytest.mark.long
def test_a_lost_key_is_made_anew_by_the_next_run(site: Signed) -> None:
    former = site.key.read_text()
    site.key.unlink()
    site.as_planned()
    assert site.key.read_text() != former
    assert site.is_signed("web", site.public())


@pytest.mark.long
def test_a_key_is_rotated_while_both_hold(site: Signed) -> None:
    old = site.public().rename(site.state / "old.pub")
    site.key.rename(site.state / "old.key")
    site.declare(dockwright_signing_keys=[str(old)])
    site.as_planned()
    site.declare()
    assert site.plan()["drift"] is False
    assert site.is_signed("web", site.public())
    assert site.is_signed("web", old), "what others signed stays"


@pytest.mark.long
def test_a_registry_of_before_signatures_is_signed_by_its_builder(site: Signed) -> None:
    for name in json.loads(site.asked("_catalog"))["repositories"]:
        for tag in site.tags(name):
            if tag.endswith(".sig"):
                site.asked(f"{name}/manifests/{site.digest(name, tag)}", "-X", "DELETE")
    assert not site.is_signed("web", site.public())
    site.as_planned()
    assert site.is_signed("web", site.public())


@pytest.mark.long
def test_another_s_image_is_taken_once_somebody_vouches_for_it(site: Signed) -> None:
    planted = site.plant("web")
    done = site.dockwright("images", "sign", "web:latest")
    assert done.returncode == 0
    assert f"web@{planted}: signed by {site.key}" in done.stdout + done.stderr
    site.declare(dockwright_signatures=True)
    plan = site.dockwright("plan", "inventory.py", "site.py", "--limit", "app2")
    assert "not signed" not in plan.stdout + plan.stderr
    done = site.dockwright("images", "sign", "nosuch")
    assert (done.returncode, done.stderr) == (
        1,
        "error: nosuch:latest: in no registry of the site; push it first\n",
    )


@pytest.mark.long
def test_cosign_verifies_ours_and_we_cosign_s(site: Signed, tmp_path: Path) -> None:
    program = cosign(tmp_path)
    login = f"dockwright:{site.root('hub', 'cat /etc/dockwright/registry.password')}"
    kept = {"auths": {site.place: {"auth": base64.b64encode(login.encode()).decode()}}}
    (tmp_path / "config.json").write_text(json.dumps(kept))
    how = ("--allow-insecure-registry", f"{site.place}/web:latest")
    environment = {"DOCKER_CONFIG": str(tmp_path), "COSIGN_PASSWORD": "", "HOME": str(tmp_path)}

    def say(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [program, *words], cwd=tmp_path, capture_output=True, text=True, timeout=120,
            check=False, env={**site.environment, **environment},
        )  # fmt: skip

    verify = ("verify", "--insecure-ignore-tlog=true", "--key")
    done = say(*verify, str(site.public()), *how)
    assert done.returncode == 0, done.stderr
    assert say("generate-key-pair").returncode == 0
    assert say(*verify, "cosign.pub", *how).returncode != 0

    site.plant("web")
    sign = ("sign", "--yes", "--tlog-upload=false", "--key", "cosign.key")
    done = say(*sign, *how)
    assert done.returncode == 0, done.stderr
    plan = site.dockwright("plan", "inventory.py", "site.py", "--limit", "app2")
    assert "is not signed by this site" in plan.stdout + plan.stderr
    site.declare(dockwright_signing_keys=[str(tmp_path / "cosign.pub")])
    plan = site.dockwright("plan", "inventory.py", "site.py", "--limit", "app2")
    assert "is not signed" not in plan.stdout + plan.stderr
