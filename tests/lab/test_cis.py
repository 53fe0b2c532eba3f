"""A site's boxes asked by the CIS Docker Benchmark; each look is tried on what it is to see."""

import os
import re
import time
from collections.abc import Collection, Iterator, Mapping

import pytest

from tests.lab.labs.cis.checks import CHECKS, table
from tests.lab.labs.cis.mutations import (
    CONTAINERS,
    ENGINE,
    NO_ENGINE,
    NO_SHARE,
    OF_THE_BOX,
    SOCKET,
    Mutation,
)
from tests.lab.labs.figures import figure
from tests.lab.labs.site_lab import DOCKER, REGISTRY, ROOT, SiteLab

BOXES = {"docker": DOCKER, "registry": REGISTRY}
LOOKS = {check.id: check.look for check in CHECKS if check.look}
_NAME = re.compile(r"mutant\.[0-9]+")


def _said(site: SiteLab, address: str, parts: Mapping[str, str]) -> dict[str, str]:
    """What each of the lines said, errors too; one that ended the script has no answer."""
    lines = [f"echo '=== {name}'; {{ {line}; }} 2>&1" for name, line in parts.items()]
    said = site.ssh(address, "sudo sh -s", stdin="\n".join([*lines, "echo '=== end'"]), check=False)
    found = {part.partition("\n")[0]: part.partition("\n")[2] for part in said.split("=== ")[1:]}
    assert found.keys() == {*parts, "end"}, said
    return {name: found[name].strip() for name in parts}


def _looked(site: SiteLab, address: str, ids: Collection[str]) -> dict[str, str]:
    return _said(site, address, {id_: LOOKS[id_] for id_ in ids})


def test_the_cis_benchmark_finds_what_is_met_or_says_why_not(site: SiteLab) -> None:
    wrong = {}
    for box, address in BOXES.items():
        said = _said(site, address, {**LOOKS, "running": "docker ps -q | wc -l",
            "images": "docker image ls -q --filter label=dockwright.image | wc -l"})  # fmt: skip
        # without a container or an image to look at, nothing would be found
        assert int(said.pop("running")) == {"docker": 5, "registry": 1}[box]
        assert int(said.pop("images")) > 1
        wrong.update({f"{box} {name}": found for name, found in said.items() if found})
    reasons = [check.id for check in CHECKS if check.reason]
    figure(
        f"CIS Docker Benchmark 1.6: {len(LOOKS)} checks looked at on {len(BOXES)} boxes, "
        f"{len(wrong)} not met; {len(reasons)} with a reason: {'; '.join(reasons)}"
    )
    assert wrong == {}


def test_each_look_sees_the_container_that_is_wrong_and_no_other(site: SiteLab) -> None:
    made = {
        f"mutant.{number}": (id_, one)
        for number, (id_, one) in enumerate((i, o) for i, its in CONTAINERS.items() for o in its)
    }
    began = time.monotonic()
    try:
        runs = _said(site, DOCKER, {name: one.run(name) for name, (_, one) in made.items()})
        assert [run for run in runs.values() if not re.search(r"[0-9a-f]{64}$", run)] == []
        said = _looked(site, DOCKER, CONTAINERS)
    finally:
        site.ssh(DOCKER, "docker ps -aq --filter name=mutant | xargs -r docker rm -f", check=False)
        site.ssh(DOCKER, f"sudo sh -c '{NO_SHARE}'", check=False)
    for id_ in CONTAINERS:
        named = {name for name, (its, one) in made.items() if id_ in (its, *one.also)}
        unnamed = {name: one.sees for name, (its, one) in made.items() if its == id_ and one.sees}
        assert all(word in said[id_] for word in unnamed.values()), (id_, said[id_])
        assert set(_NAME.findall(said[id_])) == named - unnamed.keys(), (id_, said[id_])
    assert {id_: found for id_, found in _looked(site, DOCKER, CONTAINERS).items() if found} == {}
    figure(
        f"CIS: {len(CONTAINERS)} looks at {len(made)} containers that are wrong in one way each, "
        f"in {time.monotonic() - began:.0f} s"
    )


@pytest.fixture
def other_engine(site: SiteLab) -> Iterator[None]:
    """An engine beside the box's own that is told otherwise."""
    try:
        site.ssh(DOCKER, "sudo sh -s", stdin=ENGINE)
        yield
    finally:
        site.ssh(DOCKER, "sudo sh -s", stdin=NO_ENGINE, check=False)


@pytest.mark.usefixtures("other_engine")
@pytest.mark.long
def test_each_look_sees_the_engine_that_is_told_otherwise(site: SiteLab) -> None:
    made = {
        (id_, number): one
        for id_, its in OF_THE_BOX.items()
        for number, one in enumerate(its)
        if one.of_engine
    }
    parts = {
        f"{id_}.{number}": f"export DOCKER_HOST={SOCKET}; {{ {one.breaks}; }} >/dev/null; "
        f"{{ {LOOKS[id_]}; }}; unset DOCKER_HOST"
        for (id_, number), one in made.items()
    }
    said = _said(site, DOCKER, parts)
    for (id_, number), one in made.items():
        assert one.sees in said[f"{id_}.{number}"], (id_, said[f"{id_}.{number}"])


def _steps(id_: str, one: Mutation) -> dict[str, str]:
    return {
        "breaks": f"{{ {one.breaks}; }} >/dev/null 2>&1",
        "broken": LOOKS[id_],
        "mends": f"{{ {one.mends}; }} >/dev/null 2>&1",
        "mended": LOOKS[id_],
    }


def test_each_look_sees_what_is_broken_on_the_box_and_that_it_is_mended(site: SiteLab) -> None:
    made = {
        f"{id_} {number}": (id_, one)
        for id_, its in OF_THE_BOX.items()
        for number, one in enumerate(its)
        if not one.of_engine
    }
    began = time.monotonic()
    parts = {
        f"{name} {step}": line
        for name, (id_, one) in made.items()
        for step, line in _steps(id_, one).items()
    }
    said = _said(site, DOCKER, parts)
    for name, (_, one) in made.items():
        assert one.sees in said[f"{name} broken"], (name, said[f"{name} broken"])
        assert said[f"{name} mended"] == "", name
    figure(f"CIS: {len(made)} things broken on a box and seen, {time.monotonic() - began:.0f} s")


def test_the_table_is_in_the_documentation() -> None:
    path = ROOT / "docs/cis.md"
    if os.environ.get("DOCKWRIGHT_GOLDEN") == "write":
        path.write_text(table())
    assert path.read_text() == table()
