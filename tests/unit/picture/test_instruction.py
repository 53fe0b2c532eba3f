"""What a history entry says as its Dockerfile had it: by either builder, and never empty."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.picture.instruction import SETTINGS, instruction

HEX = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("created_by", "shown"),
    [
        ('/bin/sh -c #(nop)  CMD ["x"]', 'CMD ["x"]'),
        ("/bin/sh -c make", "RUN make"),
        ("|1 TOKEN=s3cret /bin/sh -c make", "RUN make"),
        ("RUN |2 A=b TOKEN=s3cret /bin/sh -c make # buildkit", "RUN make"),
        ("RUN /bin/sh -c make \\\n  all # buildkit", "RUN make \\\n  all"),
        ("COPY x /y # buildkit", "COPY x /y"),
        (f"/bin/sh -c #(nop) COPY file:{HEX} in /etc/x", "COPY file:01234567… in /etc/x"),
        (f"/bin/sh -c #(nop) ADD multi:{HEX} in /", "ADD multi:01234567… in /"),
        # another shell, or a program of its own, stays as it is
        ("RUN /bin/bash -c make", "RUN /bin/bash -c make"),
        ("/bin/bash", "/bin/bash"),
        (f"echo {HEX}", f"echo {HEX}"),
    ],
)
def test_both_builders_lines_read_as_the_file_had_them(created_by: str, shown: str) -> None:
    assert instruction(created_by) == shown


def test_what_says_nothing_is_told_by_its_comment() -> None:
    assert instruction("", " Imported from - ") == "Imported from -"
    assert instruction("  ") == "made without an instruction"


@given(st.text(max_size=30), st.text(max_size=5))
def test_it_is_never_empty_and_says_no_more_when_it_is_read_again(text: str, comment: str) -> None:
    shown = instruction(text, comment)
    assert shown
    assert instruction(f"|1 TOKEN=s3cret /bin/sh -c {text}x").startswith("RUN ")
    assert "s3cret" not in instruction(f"|1 TOKEN=s3cret /bin/sh -c {text}x")


def test_settings_never_make_a_layer() -> None:
    assert not SETTINGS & {"RUN", "COPY", "ADD", "WORKDIR", "FROM"}
