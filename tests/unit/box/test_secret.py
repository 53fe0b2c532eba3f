"""A fact that holds a secret: asked of the box each time, and in no memory of pyinfra's."""

from collections.abc import Sequence
from pathlib import Path
from shlex import quote

import pytest

from dockwright.box.fact import Fact
from dockwright.box.secret import get_unseen
from dockwright.errors import BoxError
from tests.unit.box.boxes import local


class Text(Fact[str]):
    about = "a secret"

    def script(self, path: str) -> str:
        return f"cat {quote(path)}"

    def read(self, lines: Sequence[str]) -> str:
        return lines[0]


def test_it_is_asked_each_time_and_kept_nowhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "it's secret"
    with local() as host:
        host.print_output = host.print_input = True  # as pyinfra -vvv does
        for secret in ("s3cret", "an0ther"):
            path.write_text(f"{secret}\n")
            assert get_unseen(host, Text, str(path)) == secret
            said = capfd.readouterr()
            assert secret not in said.out + said.err + caplog.text + repr(vars(host))


def test_where_there_is_no_answer_it_is_told_without_one(tmp_path: Path) -> None:
    with local() as host, pytest.raises(BoxError, match="asked about a secret: exit status 1: cat"):
        get_unseen(host, Text, str(tmp_path / "gone"))
