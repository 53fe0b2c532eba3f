"""`dockwright images refresh`: what pyinfra is given, and what its exit status means here."""

from pathlib import Path

import pytest

from dockwright.run.refresh import refresh


def test_a_usage_error_of_pyinfra_is_no_drift(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("deploy.py").write_text("raise SystemExit(2)\n")
    assert refresh("@local", Path("deploy.py")) == 1
    assert "pyinfra -y --data dockwright_refresh=True -- @local deploy.py" in capfd.readouterr().err


def test_an_inventory_that_looks_like_an_option_is_an_inventory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("deploy.py").write_text("")
    refresh("--version", Path("deploy.py"))
    assert "--version is neither an inventory file" in capfd.readouterr().err


def test_a_deploy_that_ends_well_is_0(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("deploy.py").write_text("from pyinfra import host\n")
    assert refresh("@local", Path("deploy.py")) == 0
