"""Bad input: one error with the thing, the value and the way out, and nothing changed."""

import shutil
from pathlib import Path

import pytest

from tests.lab.labs.every_run import rows
from tests.lab.labs.site_lab import ABSENT, DOCKER, ROOT, SiteLab, inventory_with

SITE = ("inventories/lab.py", "deploy/site.py")


def _images(folder: Path) -> Path:
    return Path(shutil.copytree(ROOT / "images", folder / "images"))


def _state(site: SiteLab) -> str:
    """What a run could have changed: images, containers, units, files of ours."""
    return site.ssh(
        DOCKER,
        "docker images --no-trunc --format '{{.Repository}}:{{.Tag}} {{.ID}}' | sort; "
        "docker ps --no-trunc --format '{{.ID}} {{.Names}}'; "
        "sudo find /etc/dockwright /etc/docker /etc/systemd/system -type f -printf '%p %T@\\n'"
        " | sort",
        check=False,
    )


CASES = {
    "an unknown data key": (
        "images", {"data": "{'dockwright_regstry': '1'}"},
        "dockwright_regstry: no such key; did you mean dockwright_registry?",
    ),
    "a data value that is not allowed": (
        "docker_host", {"data": "{'dockwright_max_age_days': 0}"},
        "dockwright_max_age_days = 0: not allowed",
    ),
    "an inventory without the groups": (
        "docker_host", {"data": "{}", "groups": "\ndel docker_hosts\n"},
        "inventory: no group docker_hosts",
    ),
    "wrong registry credentials": (
        "images", {"data": "{}", "password": "wrong"}, "refused as user dockwright",
    ),
    "a missing parent": (
        "images", {"file": "zenweb/Dockerfile", "text": "FROM rubi\n"},
        "zenweb/Dockerfile:1: rubi: no image folder of that name",
    ),
    "a cycle": ("images", {"file": "my-ubuntu/Dockerfile", "text": "FROM zenweb\n"}, "a cycle"),
    "a Dockerfile line that does not parse": (
        "images", {"file": "ruby/Dockerfile", "text": "FROM nginx\nRUNN true\n"},
        "ruby/Dockerfile:2: RUNN: no such instruction",
    ),
    "a Procfile line that does not parse": (
        "leaves", {"file": "zenweb/Procfile", "text": "web docker run zenweb\n"},
        "zenweb/Procfile:1",
    ),
    "a process scaled of a leaf that is not there": (
        "leaves", {"data": "{'dockwright_scale': {'zenwbe': {'web': 2}}}"},
        "dockwright_scale: zenwbe: no image folder of that name with a Procfile in images; "
        "did you mean zenweb?",
    ),
    "two leaves on one port of a box": (
        "leaves", {"file": "second/Procfile", "text": "web: docker run -p 11001:80 second\n",
                   "also": "second/Dockerfile"},
        "11001",
    ),
}  # fmt: skip


# what a reader of files refuses is tried by tests/unit too
EVERY = (
    "an unknown data key",
    "wrong registry credentials",
    "a missing parent",
    "a Procfile line that does not parse",
    "two leaves on one port of a box",
)


@pytest.mark.parametrize("case", rows(CASES, EVERY))
def test_is_one_error_and_changes_nothing(site: SiteLab, tmp_path: Path, case: str) -> None:
    deploy, given, expected = CASES[case]
    data = given.get("data", "{}")
    if "file" in given:
        images = _images(tmp_path)
        path = images / given["file"]
        path.parent.mkdir(exist_ok=True)
        path.write_text(given["text"])
        if "also" in given:
            (images / given["also"]).write_text("FROM my-ubuntu\n")
        data = str({"dockwright_images": str(images)})
    environment = {}
    if "password" in given:
        environment["DOCKWRIGHT_REGISTRY_PASSWORD"] = given["password"]
    before = _state(site)
    done = site.pyinfra(
        f"deploy/{deploy}.py",
        inventory=inventory_with(tmp_path, data, given.get("groups", "")),
        **environment,
    )
    assert done["status"] == 1, done["said"]
    assert expected in done["said"]
    assert "Traceback" not in done["said"]
    assert _state(site) == before


def test_an_unreachable_box_fails_alone_and_the_others_are_as_declared(
    site: SiteLab, tmp_path: Path
) -> None:
    # an address of the lab's own subnet that no box has
    groups = (
        "\ndocker_hosts = [*docker_hosts, ('absent', {**_boxes[0][1], "
        f"'ssh_hostname': '{ABSENT}', 'dockwright_address': '{ABSENT}'}})]\n"
    )
    inventory = inventory_with(tmp_path, "{}", groups)
    done = site.pyinfra("deploy/docker_host.py", inventory=inventory)
    assert done["status"] == 1
    assert "[absent] " in done["said"]
    assert '"failed_hosts": ["absent"]' in done["said"]
    # the other boxes know its address now
    assert f"{ABSENT} docker.vagrant" in site.ssh(DOCKER, "cat /etc/hosts")
    assert site.run("dockwright", "apply", *SITE, "--yes").returncode == 0
    assert "no answer" not in site.run("dockwright", "plan", *SITE).stdout


def test_a_build_that_fails_says_where_and_keeps_the_former_tag(
    site: SiteLab, tmp_path: Path
) -> None:
    images = _images(tmp_path)
    with (images / "zenweb/Dockerfile").open("a") as file:
        file.write("USER root\nRUN echo said-before-failing; exit 7\n")
    line = len((images / "zenweb/Dockerfile").read_text().splitlines())
    former = site.ssh(DOCKER, "docker image inspect -f '{{.Id}}' zenweb:latest")
    data = str({"dockwright_images": str(images)})
    done = site.pyinfra("deploy/images.py", inventory=inventory_with(tmp_path, data))
    assert done["status"] == 1
    assert f"image zenweb: {images}/zenweb/Dockerfile:{line}: RUN echo said-before" in done["said"]
    assert "\n    said-before-failing\n" in done["said"]
    assert "Traceback" not in done["said"]
    assert site.ssh(DOCKER, "docker image inspect -f '{{.Id}}' zenweb:latest") == former
