"""The user's template wins over the bundled one, and nothing is rendered half."""

from pathlib import Path

import pytest

from dockwright import templates
from dockwright.errors import DockwrightError


def _write(folder: Path, text: str) -> Path:
    (folder / "systemd").mkdir(parents=True)
    (folder / "systemd" / "a.j2").write_text(text)
    return folder


def test_the_users_folder_is_looked_up_before_the_bundled_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(templates, "BUNDLED", _write(tmp_path / "bundled", "theirs {{ leaf }}\n"))
    own = tmp_path / "own"
    assert templates.render("systemd/a.j2", {"leaf": "web"}, folder=own) == "theirs web\n"
    _write(own, "mine {{ leaf }}\n")
    assert templates.render("systemd/a.j2", {"leaf": "web"}, folder=own) == "mine web\n"


def test_a_value_the_template_lacks_is_an_error_that_names_it(tmp_path: Path) -> None:
    _write(tmp_path, "{{ leaf }}")
    with pytest.raises(DockwrightError, match=r"systemd/a\.j2: 'leaf' is undefined"):
        templates.render("systemd/a.j2", {}, folder=tmp_path)


def test_a_missing_template_names_both_folders(tmp_path: Path) -> None:
    with pytest.raises(DockwrightError, match=r"systemd/b\.j2: in neither .* nor "):
        templates.render("systemd/b.j2", {}, folder=tmp_path)


def test_values_are_escaped_by_the_filter_that_was_given(tmp_path: Path) -> None:
    _write(tmp_path, "{{ v | percent }}")
    filters = {"percent": lambda text: text.replace("%", "%%")}
    rendered = templates.render("systemd/a.j2", {"v": "100%"}, filters=filters, folder=tmp_path)
    assert rendered == "100%%"
