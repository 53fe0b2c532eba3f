"""A registry that lost all, given what boxes hold: each job finds its digest again, and goes on.

``hub`` keeps the registry, builds, and runs ``front``; ``run`` runs ``web``, which hub has no more.
"""

import json
import re
from collections.abc import Iterator

import pytest

from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import COPY, OwnSite, server

pytestmark = pytest.mark.long
LAB = OwnLab("frombox", "192.168.107.0/24", ("hub", "run"), packages=WITH_ENGINE)
REGISTRY = f"{LAB.address('hub')}:5000"
KEPT = "/srv/registry/docker/registry/v2/repositories"
WEB = "web: docker run --stop-timeout 1 -p 8001:8001 web"
FRONT = "web: docker run --stop-timeout 1 -p 8000:8000 front"
_LOGIN = "dockwright:$(cat /etc/dockwright/registry.password)"
_ASK = f'curl -ks -u "{_LOGIN}" https://{REGISTRY}/v2/'
_TYPES = ", ".join(
    ("application/vnd.docker.distribution.manifest.v2+json",
     "application/vnd.oci.image.manifest.v1+json")
)  # fmt: skip
_STATUS = f"curl -ks -o /dev/null -w %{{http_code}} https://{REGISTRY}/v2/"
LOSE = f"""
systemctl stop dockwright-registry.target
rm -rf /srv/registry/docker
systemctl start dockwright-registry.target
timeout 60 sh -c 'until [ "$({_STATUS})" = 401 ]; do sleep 0.5; done'
docker image ls -q --no-trunc --filter label=dockwright.image=web | sort -u |
  xargs -r docker rmi -f >/dev/null
"""
# an image that no engine packs so, which a container of somebody's has
ODD = f"""
cd /root; rm -rf odd; mkdir odd; cd odd
head -c 300K /dev/urandom >f; tar -cf - f | gzip -1 >layer
raw=$(gunzip <layer | sha256sum | cut -d ' ' -f 1)
printf '{{"architecture":"amd64","os":"linux","config":{{}},"rootfs":' >config
printf '{{"type":"layers","diff_ids":["sha256:%s"]}}}}' "$raw" >>config
of() {{ printf '{{"mediaType":"%s","size":%s,"digest":"sha256:%s"}}' "$1" "$(stat -c %s $2)" \
  "$(sha256sum <$2 | cut -d ' ' -f 1)"; }}
t=application/vnd.oci.image
printf '{{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}}' $t.manifest.v1+json \
  "$(of $t.config.v1+json config)" "$(of $t.layer.v1.tar+gzip layer)" >manifest
user="{_LOGIN}"
base=https://{REGISTRY}/v2/odd
for blob in config layer; do
  place=$(curl -fsk -u "$user" -X POST -D - -o /dev/null $base/blobs/uploads/ |
    sed -n 's/^[Ll]ocation: *//p' | tr -d '\\r')
  curl -fsk -u "$user" -T $blob "$place&digest=sha256:$(sha256sum <$blob | cut -d ' ' -f 1)"
done
curl -fsk -u "$user" -X PUT -H "Content-Type: $t.manifest.v1+json" --data-binary @manifest \
  $base/manifests/1
docker login -u dockwright --password-stdin {REGISTRY} </etc/dockwright/registry.password \
  >/dev/null 2>&1
its={REGISTRY}/odd@sha256:$(sha256sum <manifest | cut -d ' ' -f 1)
docker pull -q $its >/dev/null
docker logout {REGISTRY} >/dev/null
docker create --name theirs $its none >/dev/null
"""


# what an engine has, by all names; of odd it may keep another one, as it has no tag of it
IMAGES = (
    "docker image ls --digests --no-trunc --format '{{.Repository}} {{.Tag}} {{.Digest}} {{.ID}}' "
    "| grep -v /odd | sort"
)


class Emptied(OwnSite):
    def root(self, box: str, script: str) -> str:
        return self.ssh(self.boxes[box], "sudo sh -eu", stdin=script)

    def build(self, page: str) -> None:
        self.leaf("web", WEB, *COPY, server(8001), page=page)
        done = self.apply()
        assert done.returncode == 0, done.stdout + done.stderr

    def fill(self, *options: str, status: int = 0) -> str:
        done = self.dockwright("registry", "fill", "--from-boxes", *options)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def jobs(self) -> dict[str, str]:
        """The image that each job names, by its unit, as it stands in that file."""
        line = (
            "grep -oE '[^ /]+@sha256:[0-9a-f]{64}' /etc/systemd/system/dockwright-*.service "
            "/dev/null || :"
        )
        said = "\n".join(self.root(box, line) for box in self.boxes)
        return dict(one.split(":", 1) for one in said.splitlines())

    def way_back(self) -> str:
        """The former build that ``run`` goes back to."""
        line = "grep -rhoE 'web@sha256:[0-9a-f]{64}' /var/lib/dockwright/former | sort -u"
        [only] = self.root("run", line).split()
        return only

    def has(self, image: str) -> bool:
        """Whether the registry gives ``name@digest``."""
        name, _, digest = image.partition("@")
        what = f"-o /dev/null -w '%{{http_code}}' -H 'Accept: {_TYPES}' --head"
        said = self.root("hub", f"{_ASK}{name}/manifests/{digest} {what}")
        assert said in ("200", "404"), said
        return said == "200"

    def tags(self, name: str) -> dict[str, str]:
        """The tags of an image as the registry's own files have them, but for those beside it."""
        listed = json.loads(self.root("hub", f"{_ASK}{name}/tags/list")).get("tags") or ()
        return {
            tag: self.root("hub", f"cat {KEPT}/{name}/_manifests/tags/{tag}/current/link")
            for tag in listed
            if not tag.endswith((".sig", ".sbom"))
        }


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emptied]:
    state = tmp_path_factory.mktemp("frombox")
    with LAB.up(state):
        made = Emptied(LAB, state, ("hub",), hubs_run_leaves=True)
        made.furnish("hub")
        made.write({"hub": ["front"], "run": ["web"]})
        made.data(
            dockwright_base_source="bootstrap",
            dockwright_wait_seconds=30,
            dockwright_steady_seconds=1,
        )
        made.leaf("front", FRONT, *COPY, server(8000))
        made.build("one")
        made.build("two")
        yield made


def test_each_job_finds_its_digest_again_and_no_container_is_restarted(site: Emptied) -> None:
    site.root("hub", ODD)
    jobs, former = site.jobs(), site.way_back()
    web = jobs["/etc/systemd/system/dockwright-web.web.1.service"]
    front = jobs["/etc/systemd/system/dockwright-front.web.1.service"]
    assert web.startswith("web@")
    assert former != web
    tags = {name: site.tags(name) for name in ("web", "front")}
    held = site.root("run", IMAGES)
    assert former.partition("@")[2] in held, held
    site.root("hub", LOSE)
    assert not any(map(site.has, (web, former, front)))
    assert "web@" not in site.root("hub", "docker image inspect $(docker image ls -aq) || :")
    before, room = site.started(), site.root("hub", IMAGES)

    said = site.fill("--dry-run", status=2)
    assert "on box run" in said
    assert not any(map(site.has, (web, former, front)))

    # what comes out with another digest is the only thing that fails
    said = site.fill(status=1)
    assert [line.split()[1] for line in said.splitlines() if line.startswith("! ")] == ["odd"]
    assert all(map(site.has, (web, former, front)))
    # under its own tags, and nothing under those that an engine pushed by
    assert site.tags("web") == tags["web"]
    assert site.tags("front") == tags["front"]
    left = site.root("hub", f"find {KEPT}/odd/_manifests -name link")
    assert left == ""
    # the engine that pushed has what it had before
    assert site.root("hub", IMAGES) == room
    assert site.root("run", IMAGES) == held
    # and the box that gave an image was not told the login that writes
    password = site.root("hub", "cat /etc/dockwright/registry.password")
    folders = "/etc /root /home /var/lib/dockwright /var/log"
    assert site.root("run", f"grep -rlF -e '{password}' {folders} || :") == ""

    # nothing was signed: an admin does that
    names = re.findall(r"dockwright images sign (\S+)", said)
    assert {web, former, front} <= {*names}
    assert not site.root("hub", f"find {KEPT} -path '*/tags/*.sig/current/link'")
    done = site.dockwright("images", "sign", *names)
    assert done.returncode == 0, done.stdout + done.stderr

    # a second time there is nothing to do
    odd = f"docker image ls -q --filter reference={REGISTRY}/odd | sort -u | xargs -r docker rmi -f"
    site.root("hub", f"docker rm theirs >/dev/null; {odd}")
    assert "was given 0 of 0 images" in site.fill()
    assert site.fill("--dry-run")

    _, done = site.as_planned()
    assert "images to build" not in done.stdout + done.stderr
    assert site.jobs() == jobs
    assert site.started() == before
    # the builder has it again, as it was
    site.root("hub", f"docker image inspect {REGISTRY}/{web}")
    assert site.page(f"http://{site.boxes['run']}:8001/")[1].strip() == "two"


def test_what_is_not_signed_is_taken_by_no_run(site: Emptied) -> None:
    site.root("hub", LOSE)
    jobs = site.jobs()
    said = site.fill()
    assert "taken by no run until they are" in " ".join(said.split())
    # the builder has lost it: it builds another one rather than take what a box held
    done = site.apply()
    assert done.returncode == 0, done.stdout + done.stderr
    unit = "/etc/systemd/system/dockwright-web.web.1.service"
    assert site.jobs()[unit] != jobs[unit]
    assert site.page(f"http://{site.boxes['run']}:8001/")[1].strip() == "two"
