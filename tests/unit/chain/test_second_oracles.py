"""What we read, held against others' reading of the same grammars: e2b's ports, docker-image-py."""

from docker_image.digest import InvalidDigest
from docker_image.reference import InvalidReference
from docker_image.reference import Reference as Theirs
from e2b_dockerfile_utils import PatternMatcher, ShellLex
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dockwright.chain.external import canonical
from dockwright.chain.ignore import ignored, rules
from dockwright.chain.reference import parse
from dockwright.chain.word import expand
from dockwright.errors import DockwrightError

many = settings(max_examples=400, deadline=None)
SCOPE = {"V": "1.2.3-a/b", "E": "", "W": "aab"}
NAMES = st.sampled_from(["V", "E", "W", "U"])
TEXT = st.text("ab.1/-*?", max_size=4)


OPERATORS = st.sampled_from([":-", "-", ":+", "+", "#", "##", "%", "%%", ":#"])


@st.composite
def words(draw: st.DrawFn, depth: int = 2) -> str:
    made = []
    for _ in range(draw(st.integers(1, 3))):
        name, text = draw(NAMES), draw(TEXT)
        inner = draw(words(depth - 1)) if depth and draw(st.booleans()) else draw(TEXT)
        pattern, slashes = draw(TEXT).replace("/", ""), draw(st.sampled_from(["/", "//"]))
        ways = (
            *(text, f"${name}", f"${{{name}}}", f"${{{name}{draw(OPERATORS)}{inner}}}"),
            *(f"${{{name}{slashes}{pattern}/{text}}}", f'"{text}${name}"', f"'{text}${name}'"),
        )
        made.append(draw(st.sampled_from(ways)))
    return "".join(made)


@many
@given(words())
def test_a_word_is_filled_in_as_their_lexer_does(word: str) -> None:
    try:
        theirs = ShellLex("\\", env=SCOPE, skip_unset_env=False).process_word(word)
    except ValueError:
        theirs = None
    try:
        ours = expand(word, SCOPE)
    except ValueError:
        ours = None
    assert ours == theirs


PATTERN = st.text("ab*/?!.", min_size=1, max_size=6)
PATH = st.lists(st.sampled_from(["a", "b", "ab", "a.b"]), min_size=1, max_size=3).map("/".join)


@many
@given(st.lists(PATTERN, min_size=1, max_size=4), PATH)
def test_an_ignore_file_leaves_out_what_their_matcher_does(lines: list[str], path: str) -> None:
    # theirs takes exponential time for many stars
    assume(all(line.count("*") <= 3 for line in lines))
    try:
        theirs = PatternMatcher(lines).matches(path)
    except ValueError:
        theirs = None
    try:
        ours = ignored(path, rules("\n".join(lines), "d"))
    except DockwrightError:
        ours = None
    assert ours == theirs


PART = st.text("ab.-_0", min_size=1, max_size=4)
HOSTS = ("", "docker.io/", "index.docker.io/", "reg.test/", "reg:5000/", "localhost/")
LENGTHS = (
    *(("sha256", 64), ("sha256", 63), ("sha512", 128), ("sha384", 96)),
    *(("sha512", 64), ("md5", 32)),
)
DIGESTS = ("", *(f"@{name}:{'a' * digits}" for name, digits in LENGTHS))
TAGS = ("", ":1", ":latest", ":-")


@many
@given(
    st.sampled_from(HOSTS),
    st.lists(PART, min_size=1, max_size=3),
    st.sampled_from(TAGS),
    st.sampled_from(DIGESTS),
)
def test_a_reference_is_the_one_that_theirs_is(
    host: str, parts: list[str], tag: str, digest: str
) -> None:
    text = f"{host}{'/'.join(parts)}{tag}{digest}"
    try:
        found = Theirs.parse_normalized_named(text)
        theirs = (found["name"], found["tag"], found["digest"])
    except (InvalidReference, InvalidDigest):
        theirs = None
    try:
        whole, read = canonical(text), parse(text)
        ours = (f"{whole.domain}/{whole.path}", read.tag, read.digest)
    except DockwrightError:
        ours = None
    assert ours == theirs
