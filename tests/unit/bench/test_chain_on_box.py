"""The chain as other tools are given it: in the same order, under names of their own."""

import json
from pathlib import Path

from tests.bench.chain_on_box import Built, bake, chain, compose, loop
from tests.bench.site import LAB, Site


def test_the_loop_builds_in_the_order_of_the_plan() -> None:
    args = {"A": "b c"}
    script = loop([Built("a", "a", "Dockerfile"), Built("b", "deep/b", "Dockerfile.b", args)])
    assert script.splitlines() == [
        "set -e",
        "docker build -q -t bench-loop/a -f a/Dockerfile a",
        "docker build -q -t bench-loop/b --build-arg 'A=b c' -f deep/b/Dockerfile.b deep/b",
    ]


def test_each_tool_has_names_of_its_own() -> None:
    services = json.loads(compose([Built("a", "a", "Dockerfile", {"A": "$b"})]))["services"]
    assert services["a"] == {
        "build": {"context": "./a", "dockerfile": "Dockerfile", "args": {"A": "$$b"}},
        "image": "bench-compose/a",
    }
    exported = {"group": {}, "target": {"a": {"context": "images/a", "tags": ["a:latest"]}}}
    target = json.loads(bake(exported, "images"))["target"]["a"]
    assert target == {"context": "./a", "tags": ["bench-bake/a"]}


def test_the_chain_is_read_as_the_command_has_it(tmp_path: Path) -> None:
    for name, below in (("web", "base"), ("base", "debian:bookworm")):
        folder = tmp_path / "images" / name
        folder.mkdir(parents=True)
        (folder / "Dockerfile").write_text(f"FROM {below}\n")

    site = Site(LAB.settings(tmp_path), tmp_path)
    assert [one.name for one in chain(site, tmp_path / "images")] == ["base", "web"]
