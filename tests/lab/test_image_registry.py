"""Plan, push, pull and prune on real boxes, read by curl, skopeo, podman and the registry's log."""

import json
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from dockwright.chain.graph import order
from dockwright.chain.read import read
from tests.lab.labs.figures import figure
from tests.lab.labs.site_lab import DOCKER, REGISTRY, ROOT, ZENWEB, SiteLab, inventory_with

pytestmark = pytest.mark.usefixtures("one_connection")

CHAIN = tuple(image.name for image in order(read(ROOT / "images")))
REQUEST = re.compile(r'"(HEAD|GET|PUT|POST|PATCH|DELETE) /v2/(\S+) HTTP')


def requests_since(site: SiteLab, moment: str) -> list[tuple[str, str]]:
    """What was asked of the registry, as its own access log has it."""
    log = site.ssh(REGISTRY, f"sudo journalctl -o cat -t registry.web.1 --since @{moment}")
    return [(found[1], found[2]) for line in log.splitlines() if (found := REQUEST.search(line))]


def now(site: SiteLab) -> str:
    return site.ssh(REGISTRY, "sleep 1; date +%s")


def plan(site: SiteLab, *options: str) -> tuple[int, dict[str, tuple[str, str]]]:
    done = site.run("dockwright", "images", "plan", "--json", *options)
    assert done.returncode in (0, 2), done.stderr
    found = json.loads(done.stdout)["images"]
    return done.returncode, {image["name"]: (image["action"], image["reason"]) for image in found}


@pytest.fixture
def copied(site: SiteLab, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A copy of the images that may be edited, and an inventory that means it."""
    images = tmp_path / "images"
    shutil.copytree(ROOT / "images", images)
    yield images, inventory_with(tmp_path, str({"dockwright_images": str(images)}))
    for deploy in ("images", "leaves"):
        assert site.pyinfra(f"deploy/{deploy}.py")["status"] == 0


def test_a_push_of_an_unchanged_chain_asks_once_a_tag_and_transfers_nothing(site: SiteLab) -> None:
    site.pyinfra("deploy/images.py")  # builds that other tests broke off may be left to prune
    since = now(site)
    done = site.pyinfra("deploy/images.py")
    assert (done["status"], done["changed"]) == (0, []), done["said"]
    asked = requests_since(site, since)
    assert {method for method, _ in asked} <= {"HEAD", "GET"}
    assert not [path for _, path in asked if "/blobs/" in path]
    manifests = Counter(
        path for _, path in asked if "/manifests/" in path and "dockwright-access" not in path
    )
    assert set(manifests.values()) == {1}
    assert {path.partition("/")[0] for path in manifests} == {*CHAIN, "debian"}
    assert sum(path.endswith("/latest") for path in manifests) == len(CHAIN)
    assert sum("/r-" in path for path in manifests) == len(CHAIN)


def test_the_plan_of_a_box_says_what_a_run_would_do(
    site: SiteLab, copied: tuple[Path, str]
) -> None:
    assert plan(site, "--box", "docker") == (0, dict.fromkeys(CHAIN, ("none", "current")))
    status, registry = plan(site, "--box", "registry")
    assert (status, list(registry)) == (0, ["my-ubuntu", "registry"])
    images, inventory = copied
    with (images / "nginx" / "nginx.conf").open("a") as file:
        file.write("# touched\n")
    status, found = plan(site, "--box", "docker", "-i", inventory)
    assert status == 2
    assert found == {
        **dict.fromkeys(CHAIN, ("none", "current")),
        "nginx": ("build", "context file nginx.conf changed"),
        "ruby": ("build", "parent nginx rebuilt"),
        **dict.fromkeys(("gollum", "rails", "zenweb"), ("build", "parent ruby rebuilt")),
        "projectwiki": ("build", "parent gollum rebuilt"),
    }
    gone = site.run("dockwright", "images", "plan", "--box", "dokcer")
    assert (gone.returncode, gone.stdout) == (1, "")
    assert "did you mean docker?" in gone.stderr


def test_an_image_that_is_lost_is_to_be_pulled_where_the_registry_has_its_recipe(
    site: SiteLab,
) -> None:
    kept = site.ssh(DOCKER, "docker image inspect -f '{{.Id}}' ruby:latest")
    site.ssh(DOCKER, "docker rmi ruby:latest")
    try:
        status, found = plan(site, "--box", "docker", "--only", "ruby")
        assert (status, found["ruby"]) == (2, ("pull", "the registry has its recipe"))
    finally:
        site.ssh(DOCKER, f"docker tag {kept} ruby:latest")


@pytest.mark.long
def test_a_touched_file_of_ruby_rebuilds_and_pushes_what_is_built_upon_it_and_nothing_else(
    site: SiteLab, copied: tuple[Path, str]
) -> None:
    images, inventory = copied
    above = {"ruby", "gollum", "projectwiki", "rails", "zenweb"}
    ids = "for image in {}; do docker image inspect -f '{{{{.Id}}}}' $image; done"

    def built() -> dict[str, str]:
        there = site.ssh(DOCKER, ids.format(" ".join(CHAIN))).split()
        return dict(zip(CHAIN, there, strict=True))

    before, since = built(), now(site)
    (images / "ruby" / "touched").write_text("a file of its context\n")
    done = site.pyinfra("deploy/images.py", inventory=inventory)
    assert done["status"] == 0, done["said"]
    after = built()
    assert {image for image in CHAIN if after[image] != before[image]} == above
    puts = [path for method, path in requests_since(site, since) if method == "PUT"]
    assert {path.partition("/")[0] for path in puts if "/manifests/" in path} == above
    began = time.monotonic()
    again = site.pyinfra("deploy/images.py", inventory=inventory)
    figure(f"a second run of deploy/images.py: {time.monotonic() - began:.1f} s")
    assert again["changed"] == []


@pytest.mark.long
def test_a_builder_that_lost_its_images_pulls_them_back_and_builds_nothing(site: SiteLab) -> None:
    ids = "docker image inspect -f '{{.Id}}' " + " ".join(CHAIN)
    before = site.ssh(DOCKER, ids).split()
    # an image that others were built upon goes after them only, whatever their order in the list
    site.ssh(DOCKER, "sudo systemctl stop 'dockwright-*.target' 'dockwright-*.service'; "
        "docker ps -aq | xargs -r docker rm -f; for turn in $(seq 20); do docker image ls -aq | "
        "sort -u | xargs -r docker rmi -f >/dev/null 2>&1 && break; done; "
        "docker builder prune -af >/dev/null; sudo systemctl start dockwright-cgroups")  # fmt: skip
    assert site.ssh(DOCKER, "docker image ls -aq") == ""
    done = site.pyinfra("deploy/images.py")
    assert done["status"] == 0, done["said"]
    assert " built " not in done["said"]
    assert done["said"].count(" pulled ") >= len(CHAIN)
    assert site.ssh(DOCKER, ids).split() == before
    assert site.pyinfra("deploy/leaves.py")["status"] == 0
    assert site.pyinfra("deploy/site.py")["changed"] == []


def test_former_builds_go_and_one_to_go_back_to_stays(
    site: SiteLab, copied: tuple[Path, str]
) -> None:
    images, inventory = copied
    listed = "docker image ls --no-trunc --format '{{.ID}}' --filter label=dockwright.image=zenweb"
    current = "docker image inspect -f '{{.Id}}' zenweb:latest"
    builds = [site.ssh(DOCKER, current)]
    # its container is a need of its own, though it does not run
    site.ssh(DOCKER, "docker create --name keeps zenweb:latest")
    try:
        for number in range(4):
            with (images / "zenweb" / "site" / "index.md").open("a") as file:
                file.write(f"\nedit {number}\n")
            for deploy in ("images", "leaves"):
                done = site.pyinfra(f"deploy/{deploy}.py", inventory=inventory)
                assert done["status"] == 0, done["said"]
            builds.append(site.ssh(DOCKER, current))
        assert site.page(ZENWEB)[0] == 200
        assert set(site.ssh(DOCKER, listed).split()) == {*builds}
        site.ssh(DOCKER, "docker rm keeps")
        done = site.pyinfra("deploy/leaves.py", inventory=inventory)
        assert done["changed"] == ["Leaves | former builds on docker"]
        # three to go back to, and the one that runs
        assert set(site.ssh(DOCKER, listed).split()) == set(builds[-4:])
        assert site.pyinfra("deploy/leaves.py", inventory=inventory)["changed"] == []
        # what was built by hand upon an image of the chain is nobody's former build
        site.ssh(DOCKER, "printf 'FROM zenweb\\nLABEL a=b' | docker build -q -t byhand -")
        assert site.pyinfra("deploy/leaves.py", inventory=inventory)["changed"] == []
        assert site.ssh(DOCKER, "docker image ls -q byhand")
    finally:
        site.ssh(DOCKER, "docker rm -f keeps; docker rmi -f byhand", check=False)


@pytest.mark.long
def test_refresh_makes_the_base_and_all_upon_it_anew(site: SiteLab, tmp_path: Path) -> None:
    # of the chain what two of its branches begin with: the rest would be a minute more
    few = ("my-ubuntu", "registry")
    for image in few:
        shutil.copytree(ROOT / "images" / image, tmp_path / "images" / image)
    inventory = inventory_with(tmp_path, str({"dockwright_images": str(tmp_path / "images")}))
    ids = "docker image inspect -f '{{.Id}}' debian:bookworm " + " ".join(few)
    tags = "docker image inspect -f '{{range .RepoTags}}{{.}} {{end}}' debian:bookworm "
    before = site.ssh(DOCKER, ids).split()
    names = [line.split() for line in site.ssh(DOCKER, tags + " ".join(few)).splitlines()]
    try:
        done = site.run("dockwright", "images", "refresh", "-i", inventory)
        assert done.returncode == 0, done.stderr + done.stdout
        after = site.ssh(DOCKER, ids).split()
        assert not set(before) & set(after)
        assert plan(site, "--box", "docker", "-i", inventory)[0] == 0
        again = site.pyinfra("deploy/images.py", inventory=inventory)
        assert (again["status"], again["changes"]) == (0, 0), again["said"]
        # what stands upon the former ones is out of date
        status, found = plan(site, "--box", "docker")
        assert (status, found["buildessential"][0]) == (2, "build")
    finally:
        for image, own in zip(before, names, strict=True):
            site.ssh(DOCKER, "; ".join(f"docker tag {image} {tag}" for tag in own))
        assert site.pyinfra("deploy/images.py")["status"] == 0
    assert plan(site, "--box", "docker")[0] == 0
    assert site.pyinfra("deploy/site.py")["changed"] == []
