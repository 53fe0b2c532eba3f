"""Which inventory and deploy file a command means where its line names none, or one."""

from pathlib import Path

import pytest

from dockwright.errors import DockwrightError
from dockwright.run.named import inventory, places


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DOCKWRIGHT_INVENTORY", raising=False)
    (tmp_path / "inventories/group_data").mkdir(parents=True)
    (tmp_path / "inventories/group_data/all.py").write_text("")
    return tmp_path


def _add(site: Path, *names: str) -> None:
    for name in names:
        (site / "inventories" / name).write_text("")


def test_the_only_file_is_meant(site: Path) -> None:
    _add(site, "production.py", "_parts.py")
    assert inventory() == "inventories/production.py"


def test_of_several_the_lab_is_meant_and_never_another_one(site: Path) -> None:
    _add(site, "production.py", "staging.py")
    with pytest.raises(
        DockwrightError,
        match=r"^inventory: inventories/production\.py, inventories/staging\.py: name one with -i",
    ):
        inventory()
    _add(site, "lab.py")
    assert inventory() == "inventories/lab.py"


def test_the_line_goes_before_the_variable_and_that_before_the_folder(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add(site, "production.py")
    monkeypatch.setenv("DOCKWRIGHT_INVENTORY", "inventories/staging.py")
    assert inventory() == "inventories/staging.py"
    assert inventory("@local") == "@local"


def test_without_a_folder_the_way_to_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DOCKWRIGHT_INVENTORY", raising=False)
    with pytest.raises(DockwrightError, match=r"begin a site: dockwright init$"):
        inventory()


@pytest.mark.parametrize(
    ("words", "given", "meant"),
    [
        ((), None, ("inventories/a.py", "deploy/site.py")),
        (("deploy/leaves.py",), None, ("inventories/a.py", "deploy/leaves.py")),
        (("site.py",), "@local", ("@local", "site.py")),
        (("inventory.py", "site.py"), None, ("inventory.py", "site.py")),
        (("192.0.2.1,192.0.2.2", "site.py"), None, ("192.0.2.1,192.0.2.2", "site.py")),
    ],
)
def test_a_line_may_name_both_or_one_or_none(
    site: Path, words: tuple[str, ...], given: str | None, meant: tuple[str, str]
) -> None:
    _add(site, "a.py")
    where, deploy = places(words, given)
    assert (where, str(deploy)) == meant


@pytest.mark.parametrize(
    ("words", "given", "line"),
    [
        (("inventories/a.py",), None, "inventories/a.py: an inventory, and no deploy file; say -i"),
        (("@local",), None, "@local: an inventory"),
        (("10.0.0.1,",), None, "10.0.0.1,: an inventory"),
        (("inventory.py",), None, "inventory.py: an inventory"),
        (("a.py", "b.py"), "c.py", "-i c.py: a.py is one too; name one inventory"),
        (("a.py", "b.py", "c.py"), None, "c.py: one too many"),
    ],
)
def test_what_can_not_be_meant_is_refused(
    site: Path, words: tuple[str, ...], given: str | None, line: str
) -> None:
    with pytest.raises(DockwrightError) as error:
        places(words, given)
    assert str(error.value).startswith(line)
