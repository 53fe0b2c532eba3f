"""Dockerfiles as Docker reads them: held against moby's own parser, and where versions differ."""

from pathlib import Path

import pytest
from hypothesis import given, settings

from dockwright.chain.grammar import parse
from dockwright.chain.instructions import instructions
from dockwright.errors import DockwrightError
from tests import moby, public_trees
from tests.dockerfiles import dockerfiles

ROOT = Path(__file__).resolve().parents[3]
PUBLIC = {
    f"{tree} {path}": text
    for tree, files in vars(public_trees).items()
    if tree.isupper() and isinstance(files, dict)
    for path, text in files.items()
    if path.endswith("Dockerfile")
}
OURS = {str(path): path.read_text() for path in ROOT.glob("**/images/*/Dockerfile")}


def read(text: str) -> list[moby.Row] | None:
    try:
        return [moby.row(one) for one in instructions(text, "D")]
    except DockwrightError:
        return None


@settings(max_examples=1000, deadline=None)
@given(dockerfiles())
def test_keywords_lines_flags_values_triggers_and_refusals_are_mobys(text: str) -> None:
    assert read(text) == moby.read(text)


@pytest.mark.parametrize("name", {**PUBLIC, **OURS})
def test_a_file_of_ours_or_laid_out_as_public_ones_is_read_as_moby_does(name: str) -> None:
    text = {**PUBLIC, **OURS}[name]
    assert read(text) == moby.read(text)


@pytest.mark.parametrize(
    "text",
    [
        "ONBUILD RUN <<EOF\nFROM x\nEOF\nRUN b",
        "ONBUILD COPY --from=a <<A <<-B /c\nx\nA\n\tB\nRUN b",
        "# escape=`\nONBUILD COPY --from=a `\n  b c\nRUN d",
        "ONBUILD \\\n# why\n  RUN a",
        # a word within another instruction, and within a here-document
        "RUN a \\\nONBUILD RUN b",
        "RUN <<EOF\nONBUILD RUN b\nEOF\nONBUILD RUN c",
        "ONBUILD RUN a \\\nONBUILD RUN b",
        # lines that end as Windows has them, a NUL's neighbours, blanks of other sorts
        "FROM a\r\nRUN b \\\r\n  c\r\n",
        "FROM a\x0bAS\x0cb\n",
        "FROM a\n\ufeffRUN b",
        "\ufeff\ufeffFROM a",
        # letters whose upper case is another one's
        "u\u017fer a",
        "FROM a\nADD --chown=\xe9 b c",
        'COPY "a b" c\nADD a\\ b c',
        'CMD ["\\ud800"]',
        "RUN a\n" + "#" * 65_536,
        "RUN a\n" + "#" * 65_535 + "\n",
    ],
)
def test_what_the_port_would_read_in_another_way_is_read_as_moby_does(text: str) -> None:
    assert read(text) == moby.read(text)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        # BuildKit 0.22 reads a here-document whose name stands apart; before, its body is refused
        ("RUN cat << EOF > /a\nFROM x\nEOF\nRUN b", [3, 4]),
        ("RUN cat << 'EOF' > /a\nx\nEOF\nRUN b", [3, 4]),
        # and refuses these, which were built before
        ("RUN echo $((1 << 4))\nRUN b", [1, 2]),
        ("RUN echo $((1 << 4)) <<EOF\nEOF\nRUN b", [2, 3]),
        ("ONBUILD RUN a << b\nRUN c", [1, 2]),
        # behind an array nothing is ignored any more: it is no array
        ('CMD ["a"] b\nRUN c', [1, 2]),
    ],
)
def test_what_versions_of_docker_read_in_different_ways_is_read_where_one_builds_it(
    text: str, ends: list[int]
) -> None:
    found = instructions(text, "D")
    assert [one.end for one in found] == ends
    assert all("\ufdd0" not in f"{one}" for one in found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("FROM a\nENV A", "D:2: ENV must have two arguments; see Docker's Dockerfile reference"),
        ("FROM a\nRUN <<A\nx", "D:2: unterminated heredoc; see"),
        ("# escape=x\nFROM a", "D:1: invalid escape token 'x'"),
        ("FROM a\nCMD [1]", "D:2: Only strings are supported in JSON arrays; see"),
        ("FROM a\nFOO\x1b[2J b", "D:2: FOO"),
        ("FROM a\nONBUILD FOO b", "D:2: ONBUILD FOO: no such instruction; see"),
        ("FROM a\nONBUILD ENV A", "D:2: ONBUILD ENV must have two arguments; see"),
        ("FROM a\n\\", "D:2: '': no such instruction; see"),
        ('RUN <<""\na\n\n', 'D:1: RUN <<"": a here-document without a name; write <<EOF'),
        ("FROM a\nCMD " + "[" * 9999, "D: brackets stand too deep in each other; see"),
        ("FROM a\nRUN " + "b" * 65_536, "D:2: more than 65,535 bytes, which Docker refuses in one"),
        ("", "D: no instruction in it; begin with FROM and an image"),
    ],
)
def test_what_is_refused_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(DockwrightError) as refused:
        instructions(text, "D")
    assert str(refused.value).startswith(said)
    assert "\x1b" not in str(refused.value)


def test_a_line_that_docker_would_not_take_whole_is_refused_by_its_number() -> None:
    with pytest.raises(DockwrightError, match=r"^D:2: more than 65,535 bytes"):
        parse(f"FROM x\nRUN {'a' * 65_532}", "D")
    assert [line.number for line in parse(f"FROM x\nRUN {'a' * 65_531}", "D")] == [1, 2]
