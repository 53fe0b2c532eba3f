"""What an init and a shell read back is the very value that was given, wherever a value can be."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dockwright.boot.group import group
from dockwright.boot.job import Group, Job
from dockwright.errors import DockwrightError
from dockwright.inits import systemd, upstart
from dockwright.inits.env_file import env_file
from tests import hostile, systemd_reader, upstart_reader

# tmp_path is the same for every example, and each example writes it anew
EVERY_RUN = settings(
    max_examples=2000,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@EVERY_RUN
@given(made=hostile.GROUPS)
def test_every_value_reads_back_and_starts_no_directive_or_stanza(
    made: Group, tmp_path: Path
) -> None:
    upstart_reader.recorder(tmp_path / "docker", tmp_path / "record")
    hostile.systemd_reads_back(made)
    hostile.upstart_reads_back(made, tmp_path, tmp_path / "record")


@given(st.lists(hostile.VALUES, max_size=3))
def test_no_word_starts_a_line_of_its_own(words: list[str]) -> None:
    for word in words:
        assert not set("\n\r") & set(upstart.sh_word(word))
        assert not set(map(chr, [*range(32), 127])) & set(systemd.exec_word(word))


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
