"""The example images: what can be said of their files without building them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dockwright.chain.graph import order
from dockwright.chain.read import read

IMAGES = Path(__file__).parents[3] / "images"
FOLDERS = sorted(path for path in IMAGES.iterdir() if path.is_dir())
LEAVES = [path for path in FOLDERS if (path / "Procfile").exists()]
SCRIPTS = sorted(path for path in (IMAGES / "my-ubuntu").iterdir() if path.stat().st_mode & 0o100)
# Images name each other by folder (DL3006, DL3007); a release's archive holds one version of a
# package, and its next update another (DL3008).
IGNORED = ("DL3006", "DL3007", "DL3008")

DEBIAN = 'ID=debian\nVERSION_CODENAME={}\nPRETTY_NAME="Debian {}"\n'
UBUNTU = "ID=ubuntu\nVERSION_CODENAME={}\n"
ALL_OF_DEBIAN = "main contrib non-free non-free-firmware"
ALL_OF_UBUNTU = "main restricted universe multiverse"

needs_apt = pytest.mark.skipif(
    shutil.which("apt-get") is None, reason="no apt-get here: apt itself reads the base's sources"
)


def tool(name: str) -> str:
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    assert found, f"{name} is not installed; run script/install"
    return found


def names(paths: list[Path]) -> list[str]:
    return [path.name for path in paths]


@pytest.mark.parametrize("folder", FOLDERS, ids=names(FOLDERS))
def test_an_image_folder_has_a_dockerfile_that_hadolint_accepts(folder: Path) -> None:
    ignored = [word for rule in IGNORED for word in ("--ignore", rule)]
    found = subprocess.run(
        [tool("hadolint"), "--no-color", *ignored, str(folder / "Dockerfile")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stdout) == (0, "")


@pytest.mark.parametrize("script", SCRIPTS, ids=names(SCRIPTS))
def test_a_script_that_goes_into_an_image_is_clean(script: Path) -> None:
    found = subprocess.run(
        [tool("shellcheck"), str(script)], capture_output=True, text=True, check=False
    )
    assert found.stdout == ""


def test_the_chain_hangs_together_as_its_readme_shows() -> None:
    images = {image.name: image for image in order(read(IMAGES))}
    expected = {
        "buildessential": ("my-ubuntu",),
        "nginx": ("buildessential",),
        "ruby": ("nginx",),
        "zenweb": ("ruby", "my-ubuntu"),  # generated in the one, served by the other
        "registry": ("my-ubuntu",),
    }
    assert {name: images[name].parents for name in expected} == expected
    assert images["zenweb"].base == "my-ubuntu"
    names = list(images)
    chain = ["my-ubuntu", "buildessential", "nginx", "ruby", "zenweb"]
    assert [name for name in names if name in chain] == chain
    assert images["my-ubuntu"].external_parents == ("debian:bookworm",)


def test_the_base_image_is_a_parameter() -> None:
    images = order(read(IMAGES), externals=["debian:trixie"], args={"BASE": "debian:trixie"})
    assert images[0].external_parents == ("debian:trixie",)


@pytest.mark.parametrize("leaf", LEAVES, ids=names(LEAVES))
def test_a_leaf_is_watched_and_keeps_its_procfile_out_of_the_image(leaf: Path) -> None:
    text = (leaf / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^HEALTHCHECK .*--interval=", text, re.MULTILINE)
    assert "Procfile" in (leaf / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for line in (leaf / "Procfile").read_text(encoding="utf-8").splitlines():
        run = rf"[a-z][a-z0-9]*: docker run .*\b{re.escape(leaf.name)}( [a-z -]+)?$"
        assert line.startswith("#") or re.match(run, line)


@pytest.mark.parametrize("name", ["registry", "zenweb"])
def test_these_leaves_run_as_a_user_with_a_number(name: str) -> None:
    text = (IMAGES / name / "Dockerfile").read_text(encoding="utf-8")
    [user] = re.findall(r"^USER (.*)$", text, re.MULTILINE)
    assert re.fullmatch(r"[1-9][0-9]*:[1-9][0-9]*", user)


def archives(
    root: Path, release: str, files: dict[str, str], **env: str
) -> tuple[dict[str, str], str]:
    """What the sources under ``root`` are once apt-archives ran, and what it complained of."""
    for folder in ("etc/apt/sources.list.d", "var/lib/dpkg", "var/lib/apt/lists/partial"):
        (root / folder).mkdir(parents=True)
    (root / "var/lib/dpkg/status").touch()
    (root / "etc/os-release").write_text(release, encoding="utf-8")
    for name, text in files.items():
        (root / "etc/apt" / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["sh", str(IMAGES / "my-ubuntu" / "apt-archives"), str(root)],
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) == (done.stderr == ""), done.stderr
    found = [p for p in (root / "etc/apt").rglob("*") if p.suffix in (".list", ".sources")]
    return {p.name: p.read_text(encoding="utf-8") for p in found}, done.stderr


@pytest.mark.parametrize(
    ("release", "before", "after"),
    [
        (
            DEBIAN.format("bookworm", 12),
            "deb http://m.example/debian bookworm main\n"
            "deb [trusted=yes] http://m.example/debian bookworm-updates main contrib\n"
            "deb http://own.example/tools stable main\n",
            f"deb http://m.example/debian bookworm {ALL_OF_DEBIAN}\n"
            f"deb [trusted=yes] http://m.example/debian bookworm-updates {ALL_OF_DEBIAN}\n"
            "deb http://own.example/tools stable main\n",
        ),
        (
            DEBIAN.format("bullseye", 11),
            "deb http://m.example/debian bullseye main\n",
            "deb http://m.example/debian bullseye main contrib non-free\n",
        ),
        (
            UBUNTU.format("jammy"),
            "deb http://m.example/ubuntu jammy main universe\n# deb-src x jammy main\n",
            f"deb http://m.example/ubuntu jammy {ALL_OF_UBUNTU}\n# deb-src x jammy main\n",
        ),
    ],
    ids=["bookworm", "bullseye_has_no_firmware", "ubuntu"],
)
def test_without_a_mirror_the_entries_of_a_list_get_all_components(
    tmp_path: Path, release: str, before: str, after: str
) -> None:
    assert archives(tmp_path, release, {"sources.list": before}) == ({"sources.list": after}, "")


def test_without_a_mirror_a_deb822_file_keeps_all_but_its_components(tmp_path: Path) -> None:
    text = (
        "Types: deb\nComponents: main\nURIs: http://m.example/debian\nSuites: trixie\n\n"
        "Types: deb\nURIs: http://m.example/s\nSuites: trixie-security\nComponents: main\n"
        "Signed-By: /k.gpg\n\n"
        "Types: deb\nURIs: http://own.example/tools\nSuites: trixie2\nComponents: main\n\n"
    )
    name = "sources.list.d/debian.sources"
    found, _ = archives(tmp_path, DEBIAN.format("trixie", 13), {name: text})
    assert found["debian.sources"] == text.replace(
        "Components: main\n", f"Components: {ALL_OF_DEBIAN}\n", 2
    )


@needs_apt
def test_a_mirror_takes_the_place_of_all_that_the_base_had(tmp_path: Path) -> None:
    found, _ = archives(
        tmp_path,
        UBUNTU.format("noble"),
        {"sources.list": "deb http://a.example/ubuntu noble main\n"},
        APT_MIRROR="http://m.example/ubuntu",
    )
    assert found == {
        "ubuntu.sources": "Types: deb\nURIs: http://m.example/ubuntu\nSuites: noble noble-updates\n"
        f"Components: {ALL_OF_UBUNTU}\n\n"
        "Types: deb\nURIs: http://m.example/ubuntu\nSuites: noble-security\n"
        f"Components: {ALL_OF_UBUNTU}\n\n"
    }


@needs_apt
def test_the_mirror_that_is_not_given_stays_the_one_of_the_base(tmp_path: Path) -> None:
    found, _ = archives(
        tmp_path,
        DEBIAN.format("bookworm", 12),
        {
            "sources.list": "deb http://a.example/debian bookworm main\n"
            "deb http://a.example/safe bookworm-security main\n"
        },
        APT_MIRROR="http://m.example/debian",
    )
    uris = re.findall(r"^URIs: (.*)$", found["debian.sources"], re.MULTILINE)
    assert uris == ["http://m.example/debian", "http://a.example/safe"]


@pytest.mark.parametrize(
    ("release", "mirror", "message"),
    [
        (DEBIAN.format("bookworm", 12), "http://a b", "http://a b: a URI has no spaces"),
        ("ID=alpine\nVERSION_CODENAME=x\n", "", "alpine: no such distribution here"),
        ('ID=debian\nPRETTY_NAME="Debian sid"\n', "", "Debian sid: os-release names no release"),
    ],
)
def test_what_apt_archives_cannot_do_it_says(
    tmp_path: Path, release: str, mirror: str, message: str
) -> None:
    assert message in archives(tmp_path, release, {}, APT_MIRROR=mirror)[1]
