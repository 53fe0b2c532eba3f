"""What of a registry's images are the box's own, to be signed."""

from dockwright.facts.image import EngineImage
from dockwright.operations.image.signed import held_of

A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64
WEB = EngineImage("sha256:1", digests=(f"r:5000/web@{A}",))


def test_only_what_the_registry_has_of_the_box_s_very_image_is_its_own() -> None:
    tagged = [("web", ["latest", "1", "2"], WEB)]
    known = {"web:latest": A, "web:1": B, "web:2": None}
    assert list(held_of(tagged, known)) == [("web", A)]


def test_a_digest_that_two_tags_have_is_signed_once() -> None:
    known = {"web:latest": A, "web:1": A}
    assert list(held_of([("web", ["latest", "1"], WEB)], known)) == [("web", A)]
    assert held_of([], {}) == {}
