"""A job's container as it is tried elsewhere."""

import pytest

from dockwright.boot.tried import tried
from dockwright.errors import DockwrightError

JOB = [
    *("run", "--pull=never", "--rm", "--name", "wiki.web.1", "--cap-drop", "ALL"),
    *("--log-driver", "none", "--network", "dockwright-wiki", "--dns", "192.0.2.1"),
    *("--env", "GREETING", "--publish", "192.0.2.1:80:80", "--volume", "w:/data"),
]


def test_it_has_its_data_and_rights_and_nothing_of_its_box() -> None:
    made = tried([*JOB, "reg:5000/wiki@sha256:0a", "sh", "--network"], "sha256:0b", "drill")
    assert made == (
        *("run", "--detach", "--network", "drill", "--name", "wiki.web.1", "--cap-drop", "ALL"),
        *("--env", "GREETING", "--volume", "w:/data", "sha256:0b", "sh", "--network"),
    )


@pytest.mark.parametrize("words", [["--network", "none"], ["--network=none"]])
def test_one_without_a_network_has_none(words: list[str]) -> None:
    assert tried(["run", *words, "a"], "i", "drill")[:4] == ("run", "--detach", "--network", "none")


@pytest.mark.parametrize("argv", [["ps"], ["run", "--nonsense", "a"], ["run", "--init"]])
def test_what_is_no_job_is_refused(argv: list[str]) -> None:
    with pytest.raises(DockwrightError, match="see the unit of the job"):
        tried(argv, "i", "drill")
