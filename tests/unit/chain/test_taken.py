"""Files that only say how an image is run: in its recipe only where its Dockerfile takes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.chain.context import ContextEntry
from dockwright.chain.graph import Source, order

FILES = ("Procfile", "box.py", "reaches")


def digest(text: str, content: bytes, file: str = "Procfile", above: str = "FROM scratch") -> str:
    context = (
        ContextEntry("Dockerfile", "file", text.encode()),
        ContextEntry(file, "file", content),
    )
    sources = [
        Source("base", "images/base/Dockerfile", above),
        Source("web", "images/web/Dockerfile", text, context),
    ]
    return {image.name: image.recipe.digest for image in order(sources)}["web"]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize(
    "text",
    [
        "RUN true",
        "COPY app /app",
        "COPY app.py Procfile.dev /",
        "COPY --from=base / /",
        "COPY <<EOF /Procfile\nx\nEOF",
        "ADD https://example.org/Procfile /x",
        "RUN --mount=type=cache,target=/x true",
        "RUN --mount=type=bind,from=base,target=/x true",
        "RUN --mount=type=bind,source=app,target=/x true",
        "ONBUILD COPY . /",  # of what is built upon it
    ],
)
def test_one_that_no_line_takes_builds_nothing(text: str, file: str) -> None:
    both = {digest(f"FROM base\n{text}", content, file) for content in (b"one", b"other")}
    assert len(both) == 1


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize(
    "text",
    [
        "COPY . /app",
        "COPY ./ /app",
        "COPY / /app",
        "COPY app {} /",
        "COPY ./{} /",
        "COPY ../{} /",
        "COPY * /",
        "COPY [Pbr]* /",
        "COPY *[oa]* /",
        'COPY ["{}", "/"]',
        "COPY --chown=1:1 . /",
        "COPY ${{WHAT}} /",
        "ADD . /",
        "RUN --mount=type=bind,target=/x true",
        "RUN --mount=target=/x true",
        "RUN --mount=type=bind,source={},target=/x true",
        "RUN --mount=type=bind,src=.,target=/x true",
    ],
)
def test_one_that_a_line_may_take_counts(text: str, file: str) -> None:
    made = text.format(file)
    assert digest(f"FROM base\n{made}", b"one", file) != digest(f"FROM base\n{made}", b"2", file)


@pytest.mark.parametrize("line", ["ONBUILD COPY . /app", "ONBUILD ADD Procfile /"])
def test_a_line_that_its_base_adds_takes_it(line: str) -> None:
    above = f"FROM scratch\n{line}"
    one, other = (digest("FROM base", content, above=above) for content in (b"one", b"other"))
    assert one != other


@pytest.mark.parametrize("path", ["app/Procfile", "app/box.py", "procfile", "Procfile.dev"])
def test_any_other_file_counts_as_ever(path: str) -> None:
    assert digest("FROM base", b"one", path) != digest("FROM base", b"other", path)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\n\r"), max_size=20))
def test_any_source_is_read(source: str) -> None:
    from dockwright.chain.instructions import Instruction
    from dockwright.chain.taken import counted

    line = Instruction("copy", 1, (source, "/"), ())
    found = counted([ContextEntry("Procfile", "file"), ContextEntry("a", "file")], [line])
    assert [entry.path for entry in found][-1] == "a"
