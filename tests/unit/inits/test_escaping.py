"""What an init and a shell read back is the very value that was given, wherever a value can be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.boot.group import group
from dockwright.boot.job import Job
from dockwright.errors import DockwrightError
from dockwright.inits import supervisord, systemd, upstart
from dockwright.inits.env_file import env_file
from tests import hostile, systemd_reader


@given(st.lists(hostile.VALUES, max_size=3))
def test_no_word_starts_a_line_of_its_own(words: list[str]) -> None:
    for word in words:
        assert not set("\n\r") & set(upstart.sh_word(word))
        assert not set(map(chr, [*range(32), 127])) & set(systemd.exec_word(word))
        assert not set(map(chr, [*range(32), *range(127, 256)])) & set(supervisord.conf_word(word))


def test_a_noncharacter_is_refused_since_systemd_takes_none() -> None:
    with pytest.raises(DockwrightError, match="noncharacter"):
        systemd.exec_word("a\ufffe")
    job = Job("app", "web", 1, "app", ("run", "app"), (), (("A", "s3cret\ufdd0"),), 10)
    with pytest.raises(DockwrightError, match=r"env of app\.web\.1: A: .*noncharacter") as caught:
        env_file(job)
    assert "s3cret" not in str(caught.value)


def test_the_reader_of_units_sees_a_directive_that_a_value_started() -> None:
    made = group("app", "web: docker run app", "Procfile")
    text = systemd.files(made)[0].text.replace("app\n", "app\nUser=nobody\n", 1)
    assert ("User", "nobody") in systemd_reader.directives(text)
