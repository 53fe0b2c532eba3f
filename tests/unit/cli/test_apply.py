"""`dockwright apply`, where it is refused before it looks at any box."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from dockwright.cli.apply import apply
from dockwright.errors import DockwrightError


@pytest.mark.parametrize("place", ["no/such/folder/run.html", "folder", "folder/x/run.html"])
def test_a_timeline_that_could_not_be_written_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/x").write_text("a file")
    (tmp_path / "site.py").write_text("raise SystemExit('the deploy was begun')\n")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(
        apply, ["@local", "site.py", "--yes", "--timeline", place], standalone_mode=False
    )
    assert done.exception is not None
    assert place in str(done.exception)
    assert "begun" not in str(done.exception)
    assert isinstance(done.exception, DockwrightError) or place == "folder"
