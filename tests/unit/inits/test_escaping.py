"""What an init and a shell read back is the very value that was given, wherever a value can be."""

from hypothesis import given
from hypothesis import strategies as st

from dockwright.inits import supervisord, systemd, upstart
from tests import hostile


@given(st.lists(hostile.VALUES, max_size=3))
def test_no_word_starts_a_line_of_its_own(words: list[str]) -> None:
    for word in words:
        assert not set("\n\r") & set(upstart.sh_word(word))
        assert not set(map(chr, [*range(32), 127])) & set(systemd.exec_word(word))
        assert not set(map(chr, [*range(32), *range(127, 256)])) & set(supervisord.conf_word(word))
