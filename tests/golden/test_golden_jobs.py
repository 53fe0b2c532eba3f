"""Whole job texts for each init: of every leaf in images/, as `dockwright boot export` writes
them, and of one where every character means something to somebody.

After a wanted change: DOCKWRIGHT_GOLDEN=write pytest tests/golden, and read the difference.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dockwright.boot.env import asked
from dockwright.inits.init import INITS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).parent / "jobs"
COMMAND = Path(sys.executable).with_name("dockwright")
DIGEST = "sha256:" + "0123456789abcdef" * 4
LEAVES = sorted(path.parent.name for path in (ROOT / "images").glob("*/Procfile"))
HOSTILE = (
    "# every character that means something to somebody\n"
    "web: docker run -p $PORT:80 -p 127.0.0.1::81/udp -v '/srv/a b:/data' --stop-timeout 30 "
    "-e 'NOTE=50% of $HOME' -l \"quote='\" hostile "
    "sh -c 'echo \"$HOME\" `id` \\ %n; # ☃' ';' ''\n"
    "once: docker run hostile:1\n"
)
# the example of docs/how-to/leaves.md of all that a Procfile may have
SEVERAL = (
    "release: docker run shop bin/migrate\n"
    "web: docker run -p 8000:8000 shop\n"
    "worker: docker run --no-healthcheck shop bin/worker\n"
    "clean: @daily docker run shop bin/clean\n"
    'report: @"Mon *-*-* 04:00" docker run shop bin/report\n'
)
REACHES = (
    "# what the shop asks\n"
    "192.0.2.25:587        # mail\n"
    "192.0.2.64/26:5432-5433\n"
    "198.51.100.7:123/udp\n"
    "203.0.113.9\n"
    "names\n"
)
ENV = r"""# as foreman takes it
HASH=#a # b
LINES="one\nend script\n[Service]\n"
QUOTES="it's \"so\" `so`"
SIGNS='50% %n $HOME ${X} $$ \n \'
UTF8=grüße ☃
"""


def _exported(leaf: Path, init: str, out: Path, *options: str) -> dict[str, str]:
    """By name: where it belongs, the mode it has, and its text."""
    done = subprocess.run(
        [COMMAND, "boot", "export", leaf, "--init", init, "--out", out, *options],
        # a folder without templates/: the bundled ones are what is compared
        cwd=FOLDER, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = {}
    for line in done.stdout.splitlines():
        path, place, mode = line.split("\t")
        assert f"{Path(path).stat().st_mode & 0o7777:04o}" == mode
        found[Path(path).name] = f"{place} {mode}\n{Path(path).read_text(encoding='utf-8')}"
    assert sorted(found) == sorted(path.name for path in out.iterdir())
    return found


def _compare(texts: dict[str, str], init: str, leaf: str) -> None:
    """Hold what was exported against golden files: the leaf's own, and what all leaves share."""
    of_all = {Path(file.path).name for file in INITS[init].shared()}
    assert of_all <= texts.keys()
    for folder, names in ((leaf, texts.keys() - of_all), ("shared", of_all)):
        _compare_files({name: texts[name] for name in names}, FOLDER / init / folder)


def _compare_files(texts: dict[str, str], golden: Path) -> None:
    if os.environ.get("DOCKWRIGHT_GOLDEN") == "write" and texts:
        golden.mkdir(parents=True, exist_ok=True)
        for path in golden.iterdir():
            path.unlink()
        for name, text in texts.items():
            (golden / name).write_text(text, encoding="utf-8")
    there = golden.iterdir() if golden.is_dir() else ()
    assert texts == {path.name: path.read_text(encoding="utf-8") for path in there}, (
        "DOCKWRIGHT_GOLDEN=write pytest tests/golden"
    )


@pytest.mark.parametrize("leaf", LEAVES)
@pytest.mark.parametrize("init", INITS)
def test_the_exported_jobs_of_a_leaf_are_the_golden_ones(
    leaf: str, init: str, tmp_path: Path
) -> None:
    text = (ROOT / "images" / leaf / "Procfile").read_text(encoding="utf-8")
    env = tmp_path / "env"
    # what the leaf asks of its site
    env.write_text("".join(f'{name}="the site\'s {name}"\n' for name in sorted(asked(text, leaf))))
    options = ["--image", f"192.168.50.20:5000/{leaf}@{DIGEST}", "--address", "192.168.50.10"]
    # what it may reach has golden files of its own
    folder = tmp_path / leaf
    shutil.copytree(ROOT / "images" / leaf, folder, ignore=shutil.ignore_patterns("reaches"))
    texts = _exported(folder, init, tmp_path / "out", *options, "--env", str(env))
    _compare(texts, init, leaf)


@pytest.mark.parametrize("init", INITS)
def test_the_exported_jobs_of_a_hostile_leaf_are_the_golden_ones(init: str, tmp_path: Path) -> None:
    leaf = tmp_path / "hostile"
    leaf.mkdir()
    (leaf / "Procfile").write_text(HOSTILE, encoding="utf-8")
    (leaf / "env").write_text(ENV, encoding="utf-8")
    texts = _exported(leaf, init, tmp_path / "out", "--env", str(leaf / "env"), "--scale", "web=2")
    _compare(texts, init, "hostile")


@pytest.mark.parametrize("init", INITS)
def test_the_exported_jobs_of_a_bounded_leaf_are_the_golden_ones(init: str, tmp_path: Path) -> None:
    leaf = tmp_path / "shop"
    leaf.mkdir()
    (leaf / "Procfile").write_text(SEVERAL, encoding="utf-8")
    (leaf / "reaches").write_text(REACHES, encoding="utf-8")
    options = ["--image", f"192.168.50.20:5000/shop@{DIGEST}", "--address", "192.168.50.10"]
    texts = _exported(leaf, init, tmp_path / "out", *options)
    _compare(texts, init, "shop-bounded")
    # what bounds it goes with the file that says so
    (leaf / "reaches").unlink()
    assert not any(name.endswith(".reach") for name in _exported(leaf, init, tmp_path / "out"))


@pytest.mark.parametrize("init", INITS)
def test_the_exported_jobs_of_several_sorts_are_the_golden_ones(init: str, tmp_path: Path) -> None:
    leaf = tmp_path / "shop"
    leaf.mkdir()
    (leaf / "Procfile").write_text(SEVERAL, encoding="utf-8")
    (leaf / "env").write_text("DATABASE=shop\n", encoding="utf-8")
    image = f"192.168.50.20:5000/shop@{DIGEST}"
    options = ["--image", image, "--address", "192.168.50.10", "--env", str(leaf / "env")]
    texts = _exported(leaf, init, tmp_path / "out", *options)
    _compare(texts, init, "shop")
    (leaf / "Procfile").write_text("web: docker run -p 8000:8000 shop\n", encoding="utf-8")
    before = ["--after", "db", "--after", "cache"]
    texts = _exported(leaf, init, tmp_path / "behind", *options, *before)
    _compare(texts, init, "shop-after-others")
    # a leaf that has less now leaves nothing of it
    (leaf / "Procfile").write_text("web: docker run shop\n", encoding="utf-8")
    left = "".join(_exported(leaf, init, tmp_path / "out", *options))
    assert not any(name in left for name in ("release", "worker", "clean", "report", "timer"))
