"""What is stale, and why: exactly what was edited, and all that is built upon it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.chain.context import ContextEntry
from dockwright.chain.engine_image import EngineImage
from dockwright.chain.graph import Image, Source, order
from dockwright.chain.plan import Step, old, plan
from dockwright.chain.recipe import BESIDE_LABEL, beside
from dockwright.errors import DockwrightError

NOW = datetime(2026, 1, 31, tzinfo=UTC)
DEBIAN = EngineImage("sha256:d", layers=("debian",), created=NOW)


def built(
    images: Sequence[Image], before: Mapping[str, EngineImage] | None = None, when: datetime = NOW
) -> dict[str, EngineImage]:
    """What an engine has when ``images`` were built on what it had ``before``."""
    found = dict(before or {})
    for image in images:
        below = found.get(image.base or "", DEBIAN if image.base else None)
        layers = (*(below.layers if below else ()), f"{image.name} {image.recipe.digest} {when}")
        used = {name: found[name].layers for name in image.beside if name in found}
        labels = {**image.labels(), BESIDE_LABEL: beside(used)}
        found[image.name] = EngineImage(
            f"sha256:{hash(layers)}",
            tags=image.references,
            layers=layers,
            labels=labels,
            created=when,
        )
    return found


def chain(**texts: str) -> tuple[Image, ...]:
    return order([Source(name, f"{name}/Dockerfile", text) for name, text in texts.items()])


SMALL = chain(
    base="FROM debian:bookworm",
    ruby="FROM base",
    web="FROM ruby",
    side="FROM base",
    own="FROM scratch",
)


def stale(steps: Sequence[Step]) -> dict[str, str]:
    return {step.image.name: step.reason for step in steps if step.action == "build"}


def test_an_empty_engine_builds_all_and_a_full_one_nothing() -> None:
    assert set(stale(plan(SMALL, {}, now=NOW)).values()) == {"absent"}
    steps = plan(SMALL, built(SMALL), externals={"debian:bookworm": DEBIAN}, now=NOW)
    assert [(step.action, step.reason, step.fresh) for step in steps] == [
        ("none", "current", False)
    ] * len(SMALL)


def test_a_lost_image_is_built_with_what_stands_on_it() -> None:
    present = built(SMALL)
    del present["ruby"]
    assert stale(plan(SMALL, present, now=NOW)) == {
        "ruby": "absent",
        "web": "parent ruby rebuilt",
    }


def test_only_names_images_and_all_they_are_built_from() -> None:
    steps = plan(SMALL, {}, now=NOW, only=["ruby"])
    assert [step.image.name for step in steps] == ["base", "ruby"]


@pytest.mark.parametrize("keyword", ["only", "force"])
def test_an_image_that_the_chain_has_not_is_an_error_with_a_suggestion(keyword: str) -> None:
    with pytest.raises(DockwrightError, match=r"image rubi: .*did you mean ruby\?"):
        plan(SMALL, {}, now=NOW, **{keyword: ["rubi"]})  # type: ignore[arg-type]


def test_what_is_forced_is_built_without_the_engines_cache() -> None:
    steps = plan(SMALL, built(SMALL), now=NOW, force=["ruby"])
    assert stale(steps) == {"ruby": "asked for", "web": "parent ruby rebuilt"}
    assert [step.image.name for step in steps if step.fresh] == ["ruby"]
    assert len(stale(plan(SMALL, built(SMALL), now=NOW, force=True))) == len(SMALL)


def test_age_counts_right_above_an_external_base_alone() -> None:
    present = built(SMALL)
    month = timedelta(days=30)
    steps = plan(SMALL, present, now=NOW + month + timedelta(seconds=1), max_age=month)
    assert stale(steps) == {
        "base": "older than 30 days",
        "ruby": "parent base rebuilt",
        "side": "parent base rebuilt",
        "web": "parent ruby rebuilt",
    }
    assert [step.image.name for step in steps if step.fresh] == ["base"]
    assert not stale(plan(SMALL, present, now=NOW + month, max_age=month))
    # without a number of days none is built for its age, and a plan reminds of it
    assert not stale(plan(SMALL, present, now=NOW + timedelta(days=999)))
    assert old(SMALL, present, NOW + timedelta(days=999)) == {"base": 999}
    assert old(SMALL, present, NOW + month) == {}


def test_a_new_external_base_and_a_parent_built_elsewhere_are_seen_in_the_layers() -> None:
    present = built(SMALL)
    newer = replace(DEBIAN, layers=("newer",))
    steps = plan(SMALL, present, externals={"debian:bookworm": newer}, now=NOW)
    assert stale(steps)["base"] == "not built on the debian:bookworm that is here"
    elsewhere = built([SMALL[0]], when=NOW - timedelta(days=1))
    assert stale(plan(SMALL, {**present, **elsewhere}, now=NOW)) == {
        "ruby": "not built on the base that is here",
        "side": "not built on the base that is here",
        "web": "parent ruby rebuilt",
    }


def test_an_image_that_another_tool_made_is_built() -> None:
    present = built(SMALL)
    present["own"] = replace(present["own"], labels={})
    assert stale(plan(SMALL, present, now=NOW)) == {"own": "recipe changed"}


def test_a_parent_that_is_copied_from_and_was_built_again_is_seen_by_the_label() -> None:
    images = chain(
        tools="FROM debian:bookworm", web="FROM debian:bookworm\nCOPY --from=tools /a /a"
    )
    present = built(images)
    web = present["web"]
    assert not stale(plan(images, present, now=NOW))
    again = {**present, "tools": replace(present["tools"], layers=("debian", "again"))}
    assert stale(plan(images, again, now=NOW)) == {"web": "not built with the tools that is here"}
    # without the label, or with one that is not ours, it is as it was
    for label in ("", "[]", "{", '{"other":"x"}', "null", '"tools"'):
        other = replace(web, labels={**web.labels, BESIDE_LABEL: label})
        assert not stale(plan(images, {**again, "web": other}, now=NOW))
    unlabelled = replace(web, labels=images[1].labels())
    assert not stale(plan(images, {**again, "web": unlabelled}, now=NOW))


def test_a_name_that_is_not_on_the_image_is_given_to_it_and_nothing_is_built() -> None:
    texts = {"base": "FROM debian:bookworm", "web": "FROM r:5000/base"}
    sources = [Source(name, f"{name}/Dockerfile", text) for name, text in texts.items()]
    images = order([replace(sources[0], version="2.0"), sources[1]], registries=["r:5000"])
    base = images[0]
    assert base.references == (
        *("r:5000/base:latest", f"base:{base.recipe.tag}", "base:2.0", "base:latest"),
    )
    present = {
        image.name: replace(here, tags=image.references)
        for image, here in zip(images, built(images).values(), strict=True)
    }
    assert {step.action for step in plan(images, present, now=NOW)} == {"none"}
    for lost in base.references[:3]:
        names = [name for name in base.references if name != lost]
        steps = plan(
            images, {**present, "base": replace(present["base"], tags=tuple(names))}, now=NOW
        )
        assert [(step.action, step.reason) for step in steps] == [
            ("name", f"lacks the name {lost}"),
            ("none", "current"),
        ]
    # a build gives all of them
    nameless = {name: replace(here, tags=()) for name, here in present.items()}
    assert set(stale(plan(images, nameless, now=NOW, force=True))) == {"base", "web"}


@st.composite
def trees(draw: st.DrawFn) -> list[Source]:
    """Any chain: FROM, and COPY --from, of any images before."""
    count = draw(st.integers(1, 12))
    sources = []
    for number in range(count):
        earlier = st.integers(0, number - 1)
        base = f"i{draw(earlier)}" if number and draw(st.booleans()) else "debian:bookworm"
        also = draw(st.sets(earlier, max_size=3)) if number else set()
        text = f"FROM {base}\n" + "".join(f"COPY --from=i{n} /x /x\n" for n in sorted(also))
        sources.append(Source(f"i{number}", f"i{number}/Dockerfile", text))
    return sources


def descendants(images: Sequence[Image], names: set[str]) -> set[str]:
    found = set(names)
    for image in images:
        if found & set(image.parents):
            found.add(image.name)
    return found


EDITS = {
    "Dockerfile changed": lambda source: replace(source, text=source.text + "RUN true\n"),
    "context file new changed": lambda source: replace(
        source, context=(ContextEntry("new", "file"),)
    ),
}


@given(trees(), st.data())
def test_after_any_edit_the_stale_are_the_edited_and_their_descendants(
    sources: list[Source], data: st.DataObject
) -> None:
    former = order(sources)
    present = built(former)
    edited = data.draw(
        st.dictionaries(st.sampled_from(sorted(present)), st.sampled_from(list(EDITS)))
    )
    images = order([EDITS[edited[s.name]](s) if s.name in edited else s for s in sources])
    steps = plan(images, present, externals={"debian:bookworm": DEBIAN}, now=NOW)
    found = stale(steps)
    assert set(found) == descendants(images, set(edited))
    assert all(found[name] == words for name, words in edited.items())
    # interrupted anywhere, the next plan is what is left; done, it is nothing
    done = data.draw(st.integers(0, len(found)))
    kept = built([step.image for step in steps if step.action == "build"][:done], present)
    left = stale(plan(images, kept, externals={"debian:bookworm": DEBIAN}, now=NOW))
    assert set(left) == set(list(found)[done:])


@given(trees(), st.data())
def test_what_was_built_again_in_a_run_that_broke_off_makes_all_that_comes_from_it_stale(
    sources: list[Source], data: st.DataObject
) -> None:
    images = order(sources)
    again = data.draw(st.sampled_from(images))
    present = built([again], built(images), NOW + timedelta(minutes=1))
    assert set(stale(plan(images, present, now=NOW))) == descendants(images, {again.name}) - {
        again.name
    }


@given(trees(), st.data())
def test_after_any_loss_the_plan_is_done_in_one_run(
    sources: list[Source], data: st.DataObject
) -> None:
    images = order(sources)
    full = built(images)
    lost = data.draw(st.sets(st.sampled_from(sorted(full))))
    present = {name: here for name, here in full.items() if name not in lost}
    steps = plan(images, present, now=NOW)
    assert set(stale(steps)) == descendants(images, lost)
    after = built([step.image for step in steps if step.action == "build"], present, NOW)
    assert not stale(plan(images, after, now=NOW))


def actions(steps: Sequence[Step]) -> dict[str, tuple[str, str]]:
    return {step.image.name: (step.action, step.reason) for step in steps}


def test_what_is_lost_is_pulled_where_the_registry_has_its_recipe() -> None:
    everything = [image.name for image in SMALL]
    steps = plan(SMALL, {}, now=NOW, available=everything)
    assert set(actions(steps).values()) == {("pull", "the registry has its recipe")}
    assert not any(step.fresh for step in steps)


def test_nothing_is_pulled_onto_a_parent_that_is_built() -> None:
    available = ["ruby", "web", "side", "own"]
    assert actions(plan(SMALL, {}, now=NOW, available=available)) == {
        "base": ("build", "absent"),
        "own": ("pull", "the registry has its recipe"),
        "ruby": ("build", "absent"),
        "side": ("build", "absent"),
        "web": ("build", "absent"),
    }


def test_what_stands_on_a_pulled_image_is_pulled_with_it_or_built() -> None:
    present = built(SMALL)
    del present["ruby"]
    pulled = plan(SMALL, present, now=NOW, available=["base", "ruby", "web"])
    assert actions(pulled)["web"] == ("pull", "the registry has its recipe")
    assert actions(pulled)["base"] == ("none", "current")
    without = plan(SMALL, present, now=NOW, available=["base", "ruby"])
    assert actions(without)["web"] == ("build", "parent ruby pulled")


def test_what_is_forced_too_old_or_on_another_base_is_built_whatever_the_registry_has() -> None:
    everything = [image.name for image in SMALL]
    forced = plan(SMALL, {}, now=NOW, available=everything, force=["ruby"])
    assert actions(forced)["ruby"] == ("build", "absent")
    assert actions(forced)["base"][0] == "pull"
    month, now = timedelta(days=30), NOW + timedelta(days=31)
    late = plan(SMALL, built(SMALL), now=now, max_age=month, available=everything)
    assert set(stale(late)) == {"base", "ruby", "side", "web"}
    newer = replace(DEBIAN, layers=("newer",))
    moved = plan(
        SMALL, built(SMALL), externals={"debian:bookworm": newer}, now=NOW, available=everything
    )
    assert actions(moved)["base"] == ("build", "not built on the debian:bookworm that is here")


@given(trees(), st.data())
def test_after_any_loss_pulling_first_and_planning_again_ends(
    sources: list[Source], data: st.DataObject
) -> None:
    images = order(sources)
    full = built(images)
    names = st.sets(st.sampled_from(sorted(full)))
    lost, available = data.draw(names), data.draw(names)
    present = {name: here for name, here in full.items() if name not in lost}
    steps = plan(images, present, now=NOW, available=available)
    touched = {step.image.name for step in steps if step.action != "none"}
    assert touched == descendants(images, lost)
    pulled = {step.image.name for step in steps if step.action == "pull"}
    assert pulled <= available
    then = {**present, **{name: full[name] for name in pulled}}
    left = plan(images, then, now=NOW)
    again = built([step.image for step in left if step.action == "build"], then)
    assert not stale(plan(images, again, now=NOW))
