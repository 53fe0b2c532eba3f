"""What failed on a box stands in red, behind its name, and moves no terminal."""

import logging
import re

import click
import pytest
from pyinfra.api import output

from dockwright.box.red import in_red
from tests.unit.box.boxes import local


def test_it_is_an_error_in_red_behind_the_name_of_its_box(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # as pyinfra's command and ours do
    monkeypatch.setattr(output, "_format_text", click.style)
    with local() as host:
        in_red(host, "gone\x1b[2J\nand more")
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    said = record.getMessage()
    assert re.search(r"@local.*\x1b\[31m", said)
    assert re.sub(r"\x1b\[[0-9;]*m", "", said).endswith("gone\\x1b[2J\nand more")
