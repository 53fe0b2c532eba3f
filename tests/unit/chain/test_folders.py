"""Which folders of a tree are images, and what they are called."""

from pathlib import Path

import pytest

from dockwright.chain.folders import ignore_file, image_files
from dockwright.chain.read import read


def write(folder: Path, **files: str) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def tree(folder: Path, files: dict[str, str]) -> Path:
    return write(folder, **{"web/Dockerfile": "FROM scratch\n", **files})


def names(folder: Path) -> list[str]:
    return [source.name for source in read(folder)]


def test_what_an_image_leaves_out_of_its_context_is_no_image_and_is_not_read(
    tmp_path: Path,
) -> None:
    lib = {f"vendor/{team}/lib/Dockerfile": "FRMO x" for team in ("one", "two")}
    files = {f"web/{path}": text for path, text in lib.items()}
    folder = tree(tmp_path, {**files, "web/.dockerignore": "vendor\n"})
    (folder / "web/vendor/closed").mkdir(mode=0o000)
    assert names(folder) == ["web"]
    # what is brought back of it is there again
    (folder / "web/.dockerignore").write_text("vendor/*\n!vendor/one\n")
    (folder / "web/vendor/closed").chmod(0o755)
    (folder / "web/vendor/one/lib/Dockerfile").write_text("FROM scratch")
    assert names(folder) == ["web", "lib"]


def test_a_dockerfile_that_only_copy_is_not_to_have_is_an_image(tmp_path: Path) -> None:
    # as many a project has it: the file is left out, not its folder
    files = {"web/.dockerignore": "**/Dockerfile\n", "web/worker/Dockerfile": "FROM scratch"}
    assert names(tree(tmp_path, files)) == ["web", "worker"]


def test_a_tree_of_one_image_is_called_as_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write(tmp_path, **{"single/Dockerfile": "FROM scratch"}) / "single")
    for path in (".", "../single", "../single/."):
        assert names(Path(path)) == ["single"]


def _files(folder: Path) -> list[str]:
    found, unread = image_files(folder)
    assert unread == []
    return [str(path.relative_to(folder)) for path in found]


def test_each_dockerfile_counts_by_its_name_and_only_where_it_is_a_file(tmp_path: Path) -> None:
    tree(tmp_path, {"web/worker.Dockerfile": "", "web/Dockerfile.old": "", "a/b/Dockerfile": ""})
    (tmp_path / "folder/Dockerfile").mkdir(parents=True)
    (tmp_path / "web/link.Dockerfile").symlink_to("worker.Dockerfile")
    (tmp_path / "again").symlink_to("web")  # a link to a folder is not followed
    assert _files(tmp_path) == [
        "a/b/Dockerfile", "web/Dockerfile", "web/link.Dockerfile", "web/worker.Dockerfile",
    ]  # fmt: skip


def test_a_folder_is_left_out_only_where_all_images_of_the_one_above_leave_it_out(
    tmp_path: Path,
) -> None:
    folder = tree(tmp_path, {"web/worker.Dockerfile": "", "web/lib/Dockerfile": "",
                             "web/worker.Dockerfile.dockerignore": "lib"})  # fmt: skip
    assert "web/lib/Dockerfile" in _files(folder)
    write(folder, **{"web/.dockerignore": "lib"})
    assert "web/lib/Dockerfile" not in _files(folder)


def test_a_dockerfile_s_own_ignore_file_goes_before_the_folder_s(tmp_path: Path) -> None:
    folder = tree(tmp_path, {"web/worker.Dockerfile": ""})
    worker = folder / "web/worker.Dockerfile"
    assert ignore_file(worker) is None
    write(folder, **{"web/.dockerignore": ""})
    assert ignore_file(worker) == folder / "web/.dockerignore"
    write(folder, **{"web/worker.Dockerfile.dockerignore": ""})
    assert ignore_file(worker) == folder / "web/worker.Dockerfile.dockerignore"
    assert ignore_file(folder / "web/Dockerfile") == folder / "web/.dockerignore"


def test_an_ignore_file_that_is_none_hides_no_image(tmp_path: Path) -> None:
    folder = tree(tmp_path, {"web/lib/Dockerfile": "", "web/.dockerignore": "lib\n["})
    assert "web/lib/Dockerfile" in _files(folder)
