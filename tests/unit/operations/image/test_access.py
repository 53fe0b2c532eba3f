"""A name that becomes an image's, as a plan says it."""

from dockwright.facts.image import EngineImage
from dockwright.operations.image.access import naming

OLD, NEW = EngineImage("sha256:" + "a" * 64), EngineImage("sha256:" + "b" * 64)


def test_a_new_name_is_made_and_another_image_s_becomes_this_one_s() -> None:
    assert naming("web:1", NEW, {}).line == "+ name web:1  sha256:bbbbbb…"
    assert naming("web:1", NEW, {"web:1": OLD}).line == (
        "~ name web:1  sha256:aaaaaa…→sha256:bbbbbb…"
    )
