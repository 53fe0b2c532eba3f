"""A leaf's jobs as files of a folder: whole or not at all, and nothing of others touched."""

from pathlib import Path

import pytest

from dockwright.errors import DockwrightError
from dockwright.inits.export import export, write
from dockwright.inits.file import File
from dockwright.inits.init import INITS

PINNED = f"r:5000/app@sha256:{'0' * 64}"


def _leaf(folder: Path, procfile: str = "web: docker run -p 80:80 app\n", **files: str) -> Path:
    leaf = folder / "images/app"
    leaf.mkdir(parents=True)
    for name, text in {"Procfile": procfile, "Dockerfile": "FROM scratch", **files}.items():
        (leaf / name).write_text(text)
    return leaf


@pytest.mark.parametrize("init", INITS)
def test_every_init_has_its_files_where_a_box_has_them(tmp_path: Path, init: str) -> None:
    files, notices = export(_leaf(tmp_path), init, image=PINNED, address="10.0.0.1")
    assert notices == ()
    known = INITS[init]
    shared = {file.path for file in known.shared()}
    for file in files:
        assert file.path in shared or known.owned("app", file.path), file.path
    assert any(PINNED in file.text for file in files)


def test_what_its_user_should_know_is_told_once_with_the_procfile(tmp_path: Path) -> None:
    leaf = _leaf(tmp_path, "web: docker run -p 80:80 app\nworker: docker run -p 81:81 app\n")
    _, notices = export(leaf, "systemd")
    assert [line.partition(f"{leaf}/Procfile: ")[2].partition(" ")[0] for line in notices] == [
        "image", "ports",
    ]  # fmt: skip


def test_a_folder_with_nothing_to_build_may_run_an_image_of_another_name(tmp_path: Path) -> None:
    leaf = _leaf(tmp_path, "db: docker run postgres:16\n")
    with pytest.raises(DockwrightError, match="image postgres:16: not the leaf's own"):
        export(leaf, "systemd")
    (leaf / "Dockerfile").unlink()
    files, _ = export(leaf, "systemd")
    assert any("postgres:16" in file.text for file in files)
    # somewhere below it there is one after all
    (leaf / "sub").mkdir()
    (leaf / "sub/x.Dockerfile").write_text("FROM scratch")
    with pytest.raises(DockwrightError, match="not the leaf's own"):
        export(leaf, "systemd")


def test_a_procfile_that_can_t_be_read_is_told_with_the_way_out(tmp_path: Path) -> None:
    leaf = _leaf(tmp_path)
    with pytest.raises(DockwrightError, match=r"ap/Procfile: No such file.*; did you mean .*app\?"):
        export(leaf.with_name("ap"), "systemd")
    with pytest.raises(DockwrightError, match=r"Procfile: No such file.*; name a leaf's folder"):
        export(tmp_path / "nowhere/x", "systemd")
    (leaf / "Procfile").write_bytes(b"web: docker run \xff\n")
    with pytest.raises(DockwrightError, match="Procfile: not UTF-8; save it as that"):
        export(leaf, "systemd")


UNIT = File("/etc/systemd/system/dockwright-app.target", "[Unit]\n", 0o644)
SECRET = File("/etc/dockwright/env/app.web.1.env", 'A="s3cret"\n', 0o600)


def test_files_are_written_flat_with_their_modes_and_former_ones_of_the_leaf_go(
    tmp_path: Path,
) -> None:
    stays = ("README", "dockwright-app-b.target", "app-b.web.1.env", "dockwright-app.web.1.conf")
    for name in ("dockwright-app.web.7.service", "app.web.7.env", *stays):
        (tmp_path / name).write_text("")
    assert write((UNIT, SECRET), "app", "systemd", tmp_path) == (
        tmp_path / "dockwright-app.target", tmp_path / "app.web.1.env",
    )  # fmt: skip
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [*stays, "dockwright-app.target", "app.web.1.env"]
    )
    assert (tmp_path / "app.web.1.env").stat().st_mode & 0o777 == 0o600


def test_where_one_can_t_be_written_no_half_of_it_stays(tmp_path: Path) -> None:
    (tmp_path / "dockwright-app.target/inside").mkdir(parents=True)
    with pytest.raises(DockwrightError, match="name a folder that can be written"):
        write((UNIT,), "app", "systemd", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["dockwright-app.target"]
