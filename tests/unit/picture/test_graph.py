"""A picture for programs: as the schema in docs/ describes it, each of the three."""

import json
from pathlib import Path

import jsonschema
import pytest

from dockwright.chain.graph import order
from dockwright.picture import chain, layers, site
from dockwright.picture.graph import Picture
from tests.unit.picture.pictures import BOXES, LAYERS, SOURCES

SCHEMA = json.loads((Path(__file__).resolve().parents[3] / "docs/graph.schema.json").read_text())


@pytest.mark.parametrize(
    "picture",
    [chain.draw(SOURCES, order(SOURCES)), layers.draw(LAYERS, "app1"), site.draw(BOXES)],
    ids=lambda picture: picture.name,
)
def test_it_is_as_the_schema_says_and_edges_lead_to_nodes(picture: Picture) -> None:
    made = json.loads(json.dumps(picture.json()))
    jsonschema.validate(made, SCHEMA)
    names = [node["name"] for node in made["nodes"]]
    assert len(names) == len(set(names))
    assert {end for edge in made["edges"] for end in (edge["tail"], edge["head"])} <= set(names)
    assert {node["group"] for node in made["nodes"] if "group" in node} <= {
        group["name"] for group in made["groups"]
    }


def test_what_is_told_of_a_layer_and_of_an_image() -> None:
    web = chain.draw(SOURCES, order(SOURCES)).json()["nodes"][-1]
    assert web.pop("tags")[0] == "latest"
    assert web == {"name": "web", "kind": "leaf", "image": "web", "ports": ["80:8080"]}
    top = layers.draw(LAYERS, "app1").json()["nodes"][1]
    assert top == {
        "name": "bb", "kind": "alone", "names": ["web:latest"], "instruction": "RUN y",
        "size": None, "images": 1,
    }  # fmt: skip
