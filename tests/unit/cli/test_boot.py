"""`dockwright boot export`: what it says, what it writes, and what it leaves alone."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("dockwright")
DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.fixture
def leaf(tmp_path: Path) -> Path:
    folder = tmp_path / "images" / "app"
    folder.mkdir(parents=True)
    (folder / "Procfile").write_text("web: docker run -d -p $PORT:80 app\n")
    return folder


def _run(leaf: Path, *options: str, init: str = "systemd") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "boot", "export", leaf, "--init", init, "--out", "out", *options],
        cwd=leaf.parents[1], capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def _names(leaf: Path) -> list[str]:
    return sorted(path.name for path in (leaf.parents[1] / "out").iterdir())


def test_a_pinned_image_with_an_address_needs_no_warning_but_of_what_was_left_out(
    leaf: Path,
) -> None:
    done = _run(leaf, "--image", f"reg:5000/app@{DIGEST}", "--address", "10.0.0.5")
    assert done.returncode == 0
    (warning,) = done.stderr.splitlines()
    assert warning.startswith("warning: ")
    assert "--detach: left out" in warning
    unit = (leaf.parents[1] / "out" / "dockwright-app.web.1.service").read_text()
    assert f"--publish 10.0.0.5:5000:80 reg:5000/app@{DIGEST}\n" in unit


@pytest.mark.parametrize("image", [[], ["--image", "reg:5000/app:1.2"]])
def test_an_image_that_is_not_pinned_is_a_warning(leaf: Path, image: list[str]) -> None:
    done = _run(leaf, *image)
    assert done.returncode == 0
    assert f"image {(image or ['app'])[-1]}: not pinned" in done.stderr
    assert "published on every address" in done.stderr


def test_values_are_in_files_of_mode_0600_and_nowhere_else(leaf: Path) -> None:
    (leaf / "env").write_text('TOKEN="s3cret\\n"\n')
    out = leaf.parents[1] / "out"
    out.mkdir()
    # one that others could read was there already
    (out / "app.web.1.env").write_text("old")
    done = _run(leaf, "--env", str(leaf / "env"), "--scale", "web=2")
    assert done.returncode == 0
    assert "s3cret" not in done.stdout + done.stderr
    for path in out.iterdir():
        secret = path.suffix == ".env"
        assert stat.S_IMODE(path.stat().st_mode) == (0o600 if secret else 0o644)
        assert ("s3cret" in path.read_text()) is secret


def test_what_is_not_the_leafs_own_is_left_alone_and_what_it_has_no_more_goes(leaf: Path) -> None:
    out = leaf.parents[1] / "out"
    out.mkdir()
    others = ["README", "dockwright-app-worker.web.1.service", "app-worker.web.1.env",
              "dockwright-app.web.1.override", "nginx.service"]  # fmt: skip
    for name in others:
        (out / name).write_text("another's")
    (leaf / "env").write_text("A=1\n")
    assert _run(leaf, "--scale", "web=2", "--env", str(leaf / "env")).returncode == 0
    assert _run(leaf).returncode == 0
    assert _names(leaf) == sorted(
        [*others, "dockwright-app.target", "dockwright-app.web.1.service"]
    )
    assert all((out / name).read_text() == "another's" for name in others)


def test_for_upstart_what_leaves_share_is_there_once_and_stays(leaf: Path) -> None:
    other = leaf.with_name("other")
    other.mkdir()
    (other / "Procfile").write_text("web: docker run other\n")
    for folder in (leaf, other):
        assert "\t/etc/init/dockwright.leaves-first.conf\t" in _run(folder, init="upstart").stdout
    assert _names(leaf) == [
        "dockwright-app.conf", "dockwright-app.web.1.conf", "dockwright-other.conf",
        "dockwright-other.web.1.conf", "dockwright.leaves-first.conf",
    ]  # fmt: skip


def test_a_link_in_the_folder_is_replaced_and_not_followed(leaf: Path) -> None:
    out = leaf.parents[1] / "out"
    out.mkdir()
    (leaf / "target").write_text("another's")
    (out / "dockwright-app.target").symlink_to(leaf / "target")
    assert _run(leaf).returncode == 0
    assert (leaf / "target").read_text() == "another's"
    assert not (out / "dockwright-app.target").is_symlink()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--scale", "web"], "--scale web: write PROCESS=N"),
        (["--scale", "api=2"], "scale api=2: no such process; has web"),
        (["--env", "absent"], "absent: No such file or directory"),
        (["--address", "here"], "address here: not an address"),
        (["--image", "a b"], "image 'a b': not an image"),
        (["--init", "runit"], "'runit' is not one of 'supervisord', 'systemd', 'upstart'"),
    ],
)
def test_what_is_wrong_is_one_error_and_nothing_is_written(
    leaf: Path, options: list[str], said: str
) -> None:
    done = _run(leaf, *options)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr.splitlines()[-1]
    assert not (leaf.parents[1] / "out").exists()


def test_a_folder_without_a_procfile_is_told_with_the_nearest_leaf(leaf: Path) -> None:
    done = _run(leaf.with_name("ap"))
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert done.stderr.endswith(f"did you mean {leaf}?\n")


def test_a_folder_that_cannot_be_written_is_one_error(leaf: Path) -> None:
    (leaf.parents[1] / "out").write_text("a file")
    done = _run(leaf)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("error: out: ")
