"""A tree of which one entry is in error: it is named, and the others keep their places."""

from itertools import permutations

import pytest

from dockwright.chain.arrange import arrange
from dockwright.chain.dialect import Dialect
from dockwright.chain.graph import Source, order
from dockwright.chain.source import Refusal
from dockwright.errors import DockwrightError

CLASSIC = Dialect(buildkit=False, engine=(20, 10))


def sources(**texts: str) -> list[Source]:
    return [Source(name, f"{name}/Dockerfile", text) for name, text in texts.items()]


def test_a_stage_that_nothing_needs_closes_no_cycle_under_buildkit() -> None:
    text = "FROM scratch AS former\nCOPY --from=web / /\nFROM scratch\n"
    assert [image.parents for image in order(sources(web=text))] == [()]
    longer = sources(a="FROM scratch AS t\nCOPY --from=b / /\nFROM scratch", b="FROM a")
    assert [(image.name, image.wave) for image in order(longer)] == [("a", 0), ("b", 1)]
    with pytest.raises(DockwrightError, match=r"a cycle; .* or build with BuildKit: the classic"):
        order(sources(web=text), dialect=CLASSIC)
    used = sources(web=f"{text}COPY --from=former / /")
    with pytest.raises(DockwrightError, match=r"web is built from web: a cycle"):
        order(used)


def test_a_name_that_only_such_a_stage_has_is_not_looked_for() -> None:
    text = "FROM gone AS t\nFROM scratch"
    assert order(sources(web=text))[0].parents == ()
    with pytest.raises(DockwrightError, match="gone: no image folder"):
        order(sources(web=text), dialect=CLASSIC)


def test_what_is_read_for_a_picture_only_refuses_nothing() -> None:
    for port in ("${PORT:?need}", "${PORT:~x}", "$", "${PORT%%/*}:80"):
        order(sources(web=f"FROM scratch\nEXPOSE {port}"))


def test_who_has_a_place_who_is_refused_and_who_waits_behind_whom() -> None:
    made = arrange(
        sources(
            a="FROM scratch", b="FRMO a", c="FROM b", d="FROM c\nCOPY --from=a / /", e="FROM a"
        ),
        refused=[Refusal("f", "f/VERSION:1: no version", "f/Dockerfile")],
    )
    assert [image.name for image in made.images] == ["a", "e"]
    assert sorted(one.image for one in made.refused) == ["b", "f"]
    assert made.behind == {"c": "b", "d": "b"}


def test_images_of_a_wave_are_by_name_whatever_the_order_of_the_folders() -> None:
    tree = sources(c="FROM scratch", a="FROM c", b="FROM c", d="FROM a")
    found = [[image.name for image in arrange(list(each)).images] for each in permutations(tree)]
    assert {tuple(names) for names in found} == {("c", "a", "b", "d")}


@pytest.mark.parametrize("what", [{"registries": ["a b"]}, {"own": ["docker.io"]}])
def test_what_is_no_registry_or_owner_ends_it_all(what: dict[str, list[str]]) -> None:
    with pytest.raises(DockwrightError):
        arrange(sources(a="FROM scratch"), **what)  # type: ignore[arg-type]
