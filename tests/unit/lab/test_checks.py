"""What a machine lacks for a lab, in one line that says what to do."""

import pytest

from dockwright.lab.checks import trouble


def _all(name: str) -> str:
    return f"/usr/bin/{name}"


def test_a_fit_machine_has_no_trouble() -> None:
    assert trouble("linux", 0, _all, keyring=True) is None


@pytest.mark.parametrize(
    ("platform", "uid", "missing", "keyring", "said"),
    [
        ("darwin", 0, "", True, "no lab on darwin"),
        ("linux", 1000, "", True, "uid 1000: boxes need root"),
        ("linux", 0, "systemd-nspawn", True, "apt-get install systemd-container"),
        ("linux", 0, "", False, "apt-get install debian-archive-keyring"),
    ],
)
def test_an_unfit_machine_gets_one_line_that_names_vagrant(
    platform: str, uid: int, missing: str, keyring: bool, said: str
) -> None:
    line = trouble(platform, uid, lambda name: None if name == missing else _all(name), keyring)
    assert line is not None
    assert said in line
    assert "Vagrant" in line
    assert "\n" not in line


def test_taking_down_needs_no_keyring() -> None:
    assert trouble("linux", 0, _all, keyring=False, make=False) is None
