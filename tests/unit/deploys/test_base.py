"""A chain of a site is one thing: plans, exports, pictures and runs have the same of it."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dockwright.chain.bake import bake
from dockwright.chain.declared import Chain, declared
from dockwright.deploys.base import externals, site_arguments, site_chain
from dockwright.deploys.box import Box
from dockwright.errors import DockwrightError
from dockwright.picture.chain import draw
from dockwright.picture.dot import dot
from dockwright.site.settings import settings as site_settings

OURS = "192.168.50.20:5000"
# each way in which a Dockerfile calls an image of its tree
SPELT = ("i{}", "i{}:latest", f"{OURS}/i{{}}", "acme/i{}", "docker.io/acme/i{}:latest")
BASES = ("debian:bookworm", "library/debian:bookworm", "docker.io/library/debian:bookworm")
BROKEN = ("FRMO x", "FROM gone", "FROM i0:odd", "COPY --from=i0@sha256:12 / /")


@st.composite
def trees(draw: st.DrawFn) -> dict[str, str]:
    texts = {}
    for number in range(draw(st.integers(1, 7))):
        lines = [f"ARG COLOUR\nFROM {draw(st.sampled_from(BASES))}"]
        if number and draw(st.booleans()):
            other = draw(st.integers(0, number - 1))
            lines = [f"FROM {draw(st.sampled_from(SPELT)).format(other)}\nARG COLOUR"]
        if draw(st.integers(0, 5)) == 0:
            lines.append(draw(st.sampled_from(BROKEN)))
        texts[f"i{number}/Dockerfile"] = "\n".join(lines) + "\n"
    return texts


def orders(chain: Chain) -> tuple[list[tuple[str, str]], dict[str, str], dict[str, str]]:
    made = chain.arranged
    found = [(image.name, image.recipe.digest) for image in made.images]
    return found, {one.image: one.error for one in made.refused}, dict(made.behind)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees())
def test_order_recipes_and_refusals_are_the_same_however_it_is_asked(
    tmp_path_factory: pytest.TempPathFactory, texts: dict[str, str]
) -> None:
    folder = tmp_path_factory.mktemp("site")
    for path, text in texts.items():
        (folder / path).parent.mkdir()
        (folder / path).write_text(text)
    data = {
        "dockwright_images": str(folder),
        "dockwright_own": ["acme"],
        "dockwright_build_args": {"COLOUR": "blue"},
    }
    box = Box("docker", site_settings(data, "docker"), OURS, None, {}, {})
    # a run's mirrors are in no recipe
    run = site_chain(box, site_arguments(box, "http://mirror.test/debian"))
    plan = declared(
        Path(folder),
        args=site_arguments(box),
        externals=externals(box),
        registries=[OURS],
        own=["acme"],
    )
    assert orders(run) == orders(plan)
    found, refused, behind = orders(plan)
    assert {name for name, _ in found} | refused.keys() | behind.keys() == {
        path.partition("/")[0] for path in texts
    }
    targets = json.loads(bake(plan.images, {one.name: one for one in plan.sources}))["target"]
    assert [(name, made["labels"]["dockwright.recipe"]) for name, made in targets.items()] == found
    nodes = re.findall(r"^\t(i\d) \[label", dot(draw(plan.sources, plan.images)), re.MULTILINE)
    assert nodes == [name for name, _ in found]
    for name in [*refused, *behind]:
        with pytest.raises(DockwrightError, match=re.escape(refused[behind.get(name, name)][:40])):
            run.wanted([name])
