"""The recipe digest, the label that tells what changed, and the words for it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.chain.context import ContextEntry
from dockwright.chain.graph import Source, order
from dockwright.chain.recipe import changes, recipe

PATHS = st.text(alphabet="ab/ü\udc80\n", min_size=1, max_size=6)
ENTRIES = st.dictionaries(PATHS, st.binary(max_size=4), max_size=8)


def entries(contents: dict[str, bytes]) -> list[ContextEntry]:
    return [ContextEntry(path, "file", content) for path, content in contents.items()]


@given(ENTRIES, ENTRIES)
def test_two_contexts_have_one_digest_only_if_they_are_the_same(
    one: dict[str, bytes], other: dict[str, bytes]
) -> None:
    made = recipe("FROM scratch", entries(one), {}, {})
    again = recipe("FROM scratch", entries(other)[::-1], {}, {})
    assert (made.digest == again.digest) == (one == other)


@pytest.mark.parametrize(
    "moved",
    [{"APT_MIRROR": "m"}, {"SITE_CA_CERTIFICATES": "c"}, {"http_proxy": "p", "NO_PROXY": "n"}],
)
def test_where_things_are_fetched_from_is_passed_on_and_does_not_count(
    moved: dict[str, str],
) -> None:
    text = "FROM scratch\nARG APT_MIRROR\nARG SITE_CA_CERTIFICATES\n"
    sources = [Source("a", "a/Dockerfile", text)]
    [plain], [other] = order(sources), order(sources, args=moved)
    assert dict(other.args) == moved
    assert other.recipe == plain.recipe


def test_of_a_package_index_only_counts_whether_there_is_one() -> None:
    none, one, other = (
        recipe("FROM scratch", [], {"GEM_SOURCE": value}, {}).digest for value in ("", "a", "b")
    )
    assert none != one == other


def test_an_argument_counts_where_it_is_declared_and_nowhere_else() -> None:
    sources = [
        Source("a", "a/Dockerfile", "FROM scratch\nARG V=1"),
        Source("b", "b/Dockerfile", "FROM scratch"),
        Source("c", "c/Dockerfile", "FROM a"),
    ]
    plain, given = order(sources), order(sources, args={"V": "2"})
    changed = [new.name for old, new in zip(plain, given, strict=True) if old.recipe != new.recipe]
    assert changed == ["a", "c"]


def test_the_external_base_is_part_of_the_recipe() -> None:
    sources = [Source("a", "a/Dockerfile", "ARG BASE=debian:bookworm\nFROM $BASE")]
    [plain] = order(sources)
    [other] = order(sources, externals=["debian:trixie"], args={"BASE": "debian:trixie"})
    assert other.recipe.digest != plain.recipe.digest


def parts(
    text: str = "FROM scratch",
    files: dict[str, bytes] | None = None,
    args: dict[str, str] | None = None,
    parents: dict[str, str] | None = None,
) -> str:
    return recipe(text, entries(files or {}), args or {}, parents or {}).parts


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (parts("FROM  scratch"), "Dockerfile changed"),
        (parts(files={"a b": b""}), "context file a b changed"),
        (parts(files={"b": b"", "a": b""}), "2 context files changed, a among them"),
        (parts(files={"\udc80\n": b""}), r"context file \udc80\n changed"),
        (parts(args={"V": "1"}), "argument V changed"),
        (parts("x", {"f": b""}, {"V": ""}), "Dockerfile changed, argument V changed, context file"),
        (parts(parents={"ruby": "12"}), ""),
        (parts(), "recipe changed"),
        ("", "recipe changed"),
        ("[]", "recipe changed"),
        ('{"c": [], "a": 1}', "Dockerfile changed, arguments changed, context changed"),
    ],
)
def test_a_later_plan_says_what_changed(now: str, words: str) -> None:
    assert changes(parts(), now).startswith(words)
    if not words:
        assert changes(parts(), now) == ""


def test_which_of_a_few_dozen_files_changed_is_told_and_of_thousands_that_one_did() -> None:
    few = {f"site/page-{number}.md": b"" for number in range(60)}
    many = {f"site/page-{number}.md": b"" for number in range(5000)}
    edited = {"site/page-7.md": b"new"}
    assert changes(parts(files=few), parts(files={**few, **edited})) == (
        "context file site/page-7.md changed"
    )
    assert changes(parts(files=many), parts(files={**many, **edited})) == "context changed"


@given(ENTRIES, st.integers(0, 600))
def test_the_label_is_json_of_at_most_4096_bytes(files: dict[str, bytes], count: int) -> None:
    args = {f"A{number}": "x" for number in range(count)}
    made = parts("FROM scratch", files, args, {f"parent-{n}": "ab" * 32 for n in range(count)})
    assert json.loads(made)["d"]
    assert len(made.encode()) <= 4096


def test_a_dockerfile_that_changed_is_told_once_though_its_context_has_it() -> None:
    former = recipe("FROM a", [ContextEntry("Dockerfile", "file", b"FROM a")], {}, {})
    now = recipe("FROM b", [ContextEntry("Dockerfile", "file", b"FROM b")], {}, {})
    assert changes(former.parts, now.parts) == "Dockerfile changed"
