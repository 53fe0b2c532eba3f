"""Dockerfiles of any shape, made of what the grammar has rules for."""

from hypothesis import strategies as st

_KEYWORDS = (
    *("FROM ", "run ", "ARG ", "COPY ", "ADD ", "ENV ", "LABEL ", "CMD ", "SHELL ", "VOLUME "),
    *("HEALTHCHECK ", "EXPOSE ", "USER ", "STOPSIGNAL ", "WORKDIR ", "ENTRYPOINT ", "MAINTAINER "),
    *("FRMO ", "run", "\tRUN\t", "RUN ", "RUN ", "COPY ", "COPY ", "FROM "),
)
_WORDS = (
    *("a", "b", "x y", "c=d", "=1", "$a", "${a:-", "}", " ", "  ", "\t", "\x0b", "\x0c", "é"),
    *("--from=a ", "--mount=type=bind,from=b ", '--chown="a b" ', "--é ", "-- "),
    *('"', "'", '"a b" ', "\\x", "`x", "#", "# c", '["a", "b"]\n', '["\\u00e9\\ud800"]\n'),
    *('[ "a" = b ]\n', "[1]\n", "[]\n", "[", ","),
    *("<<EOF ", "<<-'E' ", '2<<"A B" ', "<<A ", "<<$a ", "<<<"),
)
_ENDS = ("\n", "\n", "\r\n", "\\\n", " \\ \t\n", "`\n", "\n\n", "")
_BODIES = (
    *("",) * 8,
    *("EOF\n", "x\nEOF\n", "\tx\n\tE\n", "E\n", "A B\n", "x\r\nA\r\n", "A\nEOF\n"),
    *("# c\n", " # c\n", "\n", "FROM a\n", "# escape=`\n", "\tRUN a <<EOF\nEOF\n"),
)
_HEADS = (
    *("", "", "", "\ufeff", "# escape=`\n", "#escape = \\\n", "# escape=x\n", "\n# escape=`\n"),
    *("# syntax=x\n# escape=`\n", "# c\n# escape=`\n", "# syntax=x\n# syntax=y\n", "#!/x\n"),
)


@st.composite
def dockerfiles(draw: st.DrawFn) -> str:
    """A text; ONBUILD begins a line where the line before has an end of its own.

    In the middle of another instruction it is a word, which rows of a table have: what reads a file
    twice for it does not care for an ENV whose name stands in one line and its value in the next.
    """
    text, words = draw(st.sampled_from(_HEADS)), st.lists(st.sampled_from(_WORDS), max_size=4)
    for _ in range(draw(st.integers(1, 4))):
        alone = text == "" or text.endswith(("x\n", "EOF\n", "E\n"))
        text += draw(st.sampled_from(("", "", "ONBUILD ", " onbuild\t"))) if alone else ""
        text += draw(st.sampled_from(_KEYWORDS)) + "".join(draw(words))
        text += draw(st.sampled_from(_ENDS)) + draw(st.sampled_from(_BODIES))
    return text
