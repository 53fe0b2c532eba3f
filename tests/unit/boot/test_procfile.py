"""A Procfile is read as foreman and Heroku do, or its line is named."""

import pytest

from dockwright.boot import procfile
from dockwright.errors import DockwrightError


def test_a_procfile_has_comments_blank_lines_and_processes_in_order() -> None:
    text = "# site\n\nweb: docker run a\r\n  # more\nnight-job_2:docker run b --x\n"
    assert procfile.parse(text, "Procfile") == (
        procfile.Process("web", "docker run a", 3),
        procfile.Process("night-job_2", "docker run b --x", 5),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Procfile: no process"),
        ("# only\n", "Procfile: no process"),
        ("web: a\nw b: c", r"Procfile:2: 'w b: c': not a process"),
        ("web:", "Procfile:1: 'web:': not a process"),
        (" web: a", "Procfile:1"),
        ("a.b: c", "Procfile:1"),
        ("web: a\0", "Procfile:1"),
        ("web: a\n\nweb: b", "Procfile:3: web: also on line 1"),
    ],
)
def test_a_procfile_that_does_not_parse_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(DockwrightError, match=said):
        procfile.parse(text, "Procfile")
