"""What an image is built for is part of what it is, Dockerfile or not."""

from dockwright.chain.graph import Source, order
from dockwright.chain.recipe import PLATFORM


def test_a_platform_changes_the_recipe_and_reaches_every_image() -> None:
    sources = [Source("web", "web/Dockerfile", "FROM debian:bookworm")]
    (native,) = order(sources)
    (arm,) = order(sources, args={PLATFORM: "linux/arm64"})
    assert native.args == ()
    assert arm.args == ((PLATFORM, "linux/arm64"),)
    assert arm.recipe.digest != native.recipe.digest
