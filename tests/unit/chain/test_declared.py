"""A chain as declared: what is in error is told, of all or of what is wanted."""

import os
from pathlib import Path

import pytest

from dockwright.chain.declared import declared
from dockwright.errors import DockwrightError


def write(folder: Path, **files: str) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def tree(folder: Path, files: dict[str, str]) -> Path:
    return write(folder, **{"web/Dockerfile": "FROM scratch\n", **files})


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"api/VERSION": "a b"}, "api/VERSION:1: 'a b': not a version"),
        ({"api/Dockerfile": "FRMO x"}, "api/Dockerfile:1: FRMO: no such instruction"),
        ({"api/Dockerfile": "FROM gone"}, "api/Dockerfile:1: gone: no image folder"),
        ({"api/Dockerfile": "FROM api"}, "api/Dockerfile:1: api is built from api: a cycle"),
        ({"api/.dockerignore": "["}, "api/.dockerignore:1: [: an open bracket"),
        ({"api/NAME": "My Api"}, "api/NAME:1: 'My Api': no image can be called so"),
        ({"Api/Dockerfile": "FROM x"}, "Api/Dockerfile: image Api: no image can be called so"),
        ({"api/Dockerfile": "FROM a@sha256:12"}, "a@sha256:12"),
    ],
)
def test_the_one_in_error_is_named_and_the_others_are_planned(
    tmp_path: Path, files: dict[str, str], why: str
) -> None:
    below = {"api/Dockerfile": "FROM scratch", "app/Dockerfile": "FROM api"}
    made = declared(tree(tmp_path, {**below, **files}))
    assert "web" in [image.name for image in made.images]
    [refused] = made.arranged.refused
    assert why in refused.error
    if refused.image == "api":
        assert made.arranged.behind == {"app": "api"}
        assert [image.name for image in made.wanted(["web"])] == ["web"]
        for wanted in (["app"], ["api"], ["web", "app"]):
            with pytest.raises(DockwrightError) as error:
                made.wanted(wanted)
            assert str(error.value) == refused.error
    with pytest.raises(DockwrightError):
        made.wanted()


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    made = declared(tree(tmp_path, {"a/Dockerfile": "FRMO x", "b/Dockerfile": "FROM gone"}))
    with pytest.raises(DockwrightError, match=r"^[^\n]*a/Dockerfile:1: .*\nerror: .*b/Dockerfile"):
        made.wanted()


def test_a_folder_of_no_image_that_may_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree(tmp_path, {}) / "closed").mkdir()
    scandir = os.scandir

    def refusing(path: str) -> object:
        if str(path).endswith("closed"):  # these tests may be root's, who may read all
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    made = declared(tmp_path)
    assert [image.name for image in made.images] == ["web"]
    assert "closed: Permission denied" in made.arranged.refused[0].error


def test_two_folders_of_one_name_are_told_apart_by_a_file_in_one_of_them(tmp_path: Path) -> None:
    files = {"bookworm/curl/Dockerfile": "FROM scratch", "bullseye/curl/Dockerfile": "FROM curl"}
    folder = tree(tmp_path, files)
    with pytest.raises(DockwrightError, match="write another name into a file NAME in it"):
        declared(folder).wanted()
    write(folder, **{"bullseye/curl/NAME": "curl-bullseye\n"})
    write(folder, **{"NodeBase/Dockerfile": "FROM web", "NodeBase/NAME": "node-base"})
    made = {image.name: image.parents for image in declared(folder).wanted()}
    assert made == {"curl": (), "curl-bullseye": ("curl",), "web": (), "node-base": ("web",)}
