"""A small site on boxes of each suite of Debian, from bare to an upgrade that was put back.

The tests of a row are one story, in their order. `script/test suites` runs all rows, and writes
down what they were tried on and what came of it (tests/suites/tried.json).
"""

import json
import re
from collections.abc import Iterator
from hashlib import sha256

import pytest

from tests.lab.labs.suites_lab import BOXES, ROWS, SuiteSite, stand_up

_UNIT = "/etc/systemd/system/dockwright-front.web.1.service"


@pytest.fixture(scope="module", params=ROWS)
def bare(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SuiteSite]:
    row = ROWS[request.param]
    state = tmp_path_factory.mktemp("suite")
    with row.boxes.up(state):
        made = stand_up(row, state)
        with made.one_connection_a_box():
            yield made


@pytest.fixture(scope="module")
def site(bare: SuiteSite) -> SuiteSite:
    """The boxes as declared, after the first run of all."""
    done = bare.apply()
    assert done.returncode == 0, done.stdout + done.stderr
    return bare


def test_a_leaf_is_up_from_bare_boxes(site: SuiteSite) -> None:
    assert site.shown() == "first"
    line = "sudo docker inspect --format '{{.State.Health.Status}}' front.web.1"
    assert site.ssh(site.boxes["app"], line) == "healthy"


def test_jobs_are_pinned_by_the_digest_that_the_registry_has(site: SuiteSite) -> None:
    hub = site.boxes["hub"]
    password = site.ssh(hub, "sudo cat /etc/dockwright/registry.password")
    authority = site.folder / "ca.crt"
    authority.write_text(site.ssh(hub, "sudo cat /etc/dockwright/ca/ca.crt") + "\n")
    kinds = ("docker.distribution.manifest.v2", "oci.image.manifest.v1", "oci.image.index.v1")
    _, text = site.page(
        f"https://{hub}:5000/v2/front/manifests/latest", "--head",
        "--cacert", str(authority), "--user", f"dockwright:{password}",
        *(word for kind in kinds for word in ("-H", f"Accept: application/vnd.{kind}+json")),
    )  # fmt: skip
    [digest] = re.findall(r"docker-content-digest: (sha256:\w+)", text, re.IGNORECASE)
    unit = site.ssh(site.boxes["app"], f"cat {_UNIT}")
    assert f"{hub}:5000/front@{digest}" in unit


def test_a_picture_has_each_layer_of_each_image(site: SuiteSite) -> None:
    for box in BOXES:
        done = site.dockwright("graph", "layers", "--box", box)
        assert done.returncode == 0, done.stderr
        lines = site.ssh(
            site.boxes[box],
            "sudo docker image ls -q --no-trunc | sort -u | "
            "xargs sudo docker image inspect --format '{{json .RootFS.Layers}}'",
        )
        for line in lines.splitlines():
            chain = ""
            for layer in json.loads(line):
                text = f"{chain} {layer}"
                chain = "sha256:" + sha256(text.encode()).hexdigest() if chain else layer
                node = rf'^\t"?{chain.removeprefix("sha256:")}"? \[label='
                assert len(re.findall(node, done.stdout, re.MULTILINE)) == 1
        assert "front:latest" in done.stdout
        # a layer's bytes, as the client has them: of busybox two MB at least
        assert max(map(int, re.findall(r"\((\d+) bytes\)", done.stdout))) > 1_000_000


def test_a_second_run_changes_nothing(site: SuiteSite) -> None:
    site.current()


def test_a_leaf_is_upgraded(site: SuiteSite) -> None:
    site.declare("second")
    site.as_planned()
    assert site.shown() == "second"


def test_a_leaf_is_rolled_back(site: SuiteSite) -> None:
    assert site.dockwright("rollback", "front").returncode == 0
    assert site.shown() == "first"
    site.as_planned()
    assert site.shown() == "second"


def test_an_upgrade_that_is_broken_is_put_back(site: SuiteSite) -> None:
    site.declare("third", 'CMD ["sh", "-c", "echo no disk for it; exit 3"]')
    done = site.apply()
    assert done.returncode == 1
    assert "no disk for it" in done.stdout + done.stderr
    assert site.shown() == "second"
    site.declare("second")
    site.as_planned()


def test_what_the_builder_lost_is_recalled_from_the_registry(site: SuiteSite) -> None:
    line = "sudo docker image ls --format '{{.Repository}}:{{.Tag}}' | grep -E '(^|/)front:'"
    hub = site.boxes["hub"]
    before = site.ids("hub", "front")
    site.ssh(hub, f"sudo docker image rm -f $({line}) >/dev/null")
    # of some engines a digest is a name of its own
    every = "sudo docker image ls --digests --format '{{.Repository}}@{{.Digest}}'"
    rm = "grep -E '(^|/)front@sha256' | xargs -r sudo docker image rm -f >/dev/null"
    site.ssh(hub, f"{every} | {rm}")
    assert site.ssh(hub, line, check=False) == ""
    done = site.apply()
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"front +pulled", done.stdout + done.stderr)
    assert site.ids("hub", "front") & before
    site.current()


def test_what_is_built_upon_an_image_is_stale_with_it(site: SuiteSite) -> None:
    before = site.ids("app", "front:latest")
    site.upon("STALE=1")
    site.as_planned()
    assert site.ids("app", "front:latest").isdisjoint(before)
    line = "sudo docker inspect --format '{{json .Config.Env}}' front.web.1"
    assert "STALE=1" in site.ssh(site.boxes["app"], line)
    assert site.shown() == "second"


def test_builds_that_nothing_needs_go(site: SuiteSite) -> None:
    old = {box: site.ids(box, "front") for box in BOXES}
    for page in ("fourth", "fifth", "sixth", "seventh"):
        site.declare(page)
        site.as_planned()
        assert site.shown() == page
    left = {box: site.ids(box, "front") for box in BOXES}
    assert {box: left[box] & old[box] for box in BOXES} == {box: set() for box in BOXES}
    # of the leaf's box the three versions that it may go back to
    assert {box: len(left[box]) for box in BOXES} == {"hub": 2, "app": 4}


def test_a_leaf_comes_up_with_its_box(site: SuiteSite) -> None:
    shown = site.shown()
    site.reboot("app")
    assert site.shown() == shown
    site.current()


def test_a_store_switched_by_hand_has_its_images_pulled_back(site: SuiteSite) -> None:
    if site.told()["store"] != "overlay2" or site.row.boxes.suite == "bookworm":
        pytest.skip("its engine has one store, or begins with containerd's")
    shown = site.shown()
    site.switch_store("app")
    done = site.apply()
    assert done.returncode == 0, done.stdout + done.stderr
    assert site.shown() == shown
    site.current()


def test_a_store_switched_by_the_site_has_its_images_pulled_back(site: SuiteSite) -> None:
    if "dockwright_daemon" not in site.row.data:
        pytest.skip("the site says nothing of the store")
    shown = site.shown()
    site.declare(shown, dockwright_daemon={})
    plan = site.plan()
    lines = [line for box in plan["boxes"] for one in box["operations"] for line in one["changes"]]
    assert any("without its images" in str(line) for line in lines)
    site.as_planned()
    assert site.told()["store"] == "overlay2"
    assert site.shown() == shown
    site.current()
