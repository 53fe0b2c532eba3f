"""Whether a job of Upstart comes up by itself: what its files say, by the tests' own reader too."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.inits.engine.upstart import starts_by_itself, without_manual
from tests.upstart import reader

LINES = st.sampled_from(
    ["manual", "  manual\t# off", "start on runlevel [2345]", "\tstart  on started x", "# manual",
     "stop on runlevel [!2345]", "env A=manual", "", "exec dockerd", "description 'manual'",
     "script\n  manual\nend script", "pre-start script\nstart on x\nmanual\n end script # so",
     "post-stop exec manual"]
)  # fmt: skip
TEXTS = st.lists(LINES, max_size=6).map(lambda lines: "".join(f"{line}\n" for line in lines))


@given(TEXTS, TEXTS)
def test_it_agrees_with_the_reader_of_upstart_s_grammar(conf: str, override: str) -> None:
    stanzas = reader.read(f"{conf}\n{override}")
    found = starts_by_itself(conf, override)
    assert (found == "enabled") is bool(reader.on(stanzas, "start"))
    last = [s.name for s in stanzas if s.name in ("start", "manual")][-1:]
    assert (found == "manual") is (last == ["manual"])


@given(TEXTS)
def test_manual_is_taken_out_and_nothing_else(text: str) -> None:
    kept = reader.read(without_manual(text))
    assert kept == [stanza for stanza in reader.read(text) if stanza.name != "manual"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [("manual", ""), ("manual\nexec x", "exec x"), ("# manual\n", "# manual\n"), ("", "")],
)
def test_the_rest_keeps_its_bytes(text: str, kept: str) -> None:
    assert without_manual(text) == kept
