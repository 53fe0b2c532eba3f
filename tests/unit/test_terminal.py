"""What is echoed moves no terminal."""

from __future__ import annotations

import pytest

from dockwright.terminal import echo


def test_what_is_echoed_is_safe(capsys: pytest.CaptureFixture[str]) -> None:
    echo("gone\x1b[2J\u202e\tone\ntwo")
    assert capsys.readouterr().out == "gone\\x1b[2J\\u202e\tone\ntwo\n"
