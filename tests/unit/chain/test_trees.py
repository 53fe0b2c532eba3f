"""Trees of real files: the order is valid, what an edit makes stale is exact, digests stay."""

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dockwright.chain.engine_image import EngineImage
from dockwright.chain.graph import Image, order
from dockwright.chain.plan import plan
from dockwright.chain.read import read

NOW = datetime(2026, 1, 31, tzinfo=UTC)
REGISTRY = "192.168.50.20:5000"
# each way in which a Dockerfile can name another image of the chain
NAMING = (
    "COPY --from={0} /x /x\n",
    f"COPY --from={REGISTRY}/{{0}}:latest /x /x\n",
    "RUN --mount=type=bind,from={0},target=/x true\n",
    "ONBUILD COPY --from={0} /x /x\n",
)
BASES = ("FROM {0}\n", "FROM {0}:latest AS last\n", f"FROM {REGISTRY}/{{0}}\n")


@st.composite
def trees(draw: st.DrawFn) -> dict[str, str]:
    """Files by path: image ``iN`` in a folder of its own, a nested one, or beside another."""
    files: dict[str, str] = {}
    folders: list[str] = []
    for number in range(draw(st.integers(1, 8))):
        name = f"i{number}"
        within = draw(st.sampled_from(["", "team/", "team/deep/"]))
        beside = draw(st.sampled_from(folders)) if folders and draw(st.booleans()) else None
        folder = f"{within}{name}" if beside is None else beside
        path = f"{folder}/Dockerfile" if beside is None else f"{folder}/{name}.Dockerfile"
        earlier = st.integers(0, number - 1).map("i{}".format)
        below = draw(earlier) if number and draw(st.booleans()) else None
        text = "FROM debian:bookworm\n"
        if below is not None:
            default = draw(st.booleans())
            first = draw(st.sampled_from(BASES)).format("${B:-" + below + "}" if default else below)
            text = f"ARG B\n{first}" if default else first
        for other in draw(st.sets(earlier, max_size=2)) if number else ():
            text += draw(st.sampled_from(NAMING)).format(other)
        files[path] = text
        if beside is None:
            folders.append(folder)
            for file in draw(st.sets(st.sampled_from(["a", "ü/b", "c.log", "s p/d"]), max_size=3)):
                files[f"{folder}/{file}"] = name
            if draw(st.booleans()):
                files[f"{folder}/.dockerignore"] = "**/*.log\n"
    return files


def write(folder: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def chain(folder: Path) -> tuple[Image, ...]:
    return order(read(folder), registries=[REGISTRY])


def built(images: Sequence[Image]) -> dict[str, EngineImage]:
    found: dict[str, EngineImage] = {}
    for image in images:
        below = found[image.base].layers if image.base in found else ("debian",)
        layers = (*below, f"{image.name} {image.recipe.digest}")
        found[image.name] = EngineImage(
            image.name, tags=image.references, layers=layers, labels=image.labels(), created=NOW
        )
    return found


many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@many
@given(trees())
def test_the_order_is_valid(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, str]
) -> None:
    images = chain(write(tmp_path_factory.mktemp("tree"), files))
    place = {image.name: at for at, image in enumerate(images)}
    wave = {image.name: image.wave for image in images}
    assert len(place) == sum(path.endswith("Dockerfile") for path in files)
    for image in images:
        for parent in image.parents:
            assert place[parent] < place[image.name]
            assert wave[parent] < image.wave


@many
@given(trees(), st.data())
def test_after_an_edit_the_stale_are_the_edited_and_their_descendants(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, str], data: st.DataObject
) -> None:
    folder = write(tmp_path_factory.mktemp("tree"), files)
    former = chain(folder)
    edited = data.draw(st.sampled_from(sorted(files)))
    if edited.endswith(".dockerignore"):
        return
    with (folder / edited).open("a") as file:
        file.write("LABEL a=b\n" if edited.endswith("Dockerfile") else "more")
    images = chain(folder)
    # whose context has the file, by what Docker sends of a folder
    touched = set()
    for image in images:
        root = Path(image.path).parent
        inside = (folder / edited).is_relative_to(root)
        ignores = (root / ".dockerignore").exists() and edited.endswith(".log")
        if inside and not ignores:
            touched.add(image.name)
    for image in images:  # parents come first
        if touched & set(image.parents):
            touched.add(image.name)
    steps = plan(images, built(former), now=NOW)
    assert {step.image.name for step in steps if step.action == "build"} == touched
    assert all(step.reason == "current" for step in steps if step.action == "none")


DIGESTS = (
    "import sys; from pathlib import Path; from dockwright.chain.graph import order; "
    "from dockwright.chain.read import read; "
    "images = order(read(Path(sys.argv[1]))); "
    "print(*(f'{i.name} {i.recipe.digest} {i.recipe.parts}' for i in images))"
)


def digests(folder: Path, umask: int = 0o022, **environment: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", DIGESTS, str(folder)],
        env={**os.environ, "PYTHONCOERCECLOCALE": "0", **environment},
        capture_output=True,
        text=True,
        check=True,
        umask=umask,
    ).stdout


def test_digests_are_those_of_any_other_checkout_locale_umask_and_file_system(
    tmp_path: Path,
) -> None:
    names = [
        f"web/{name}" for name in ("a", "Z", "ü/b", "e\u0301", "0", "sub/x", "sub/y", ".hidden")
    ]
    files = {"web/Dockerfile": "FROM scratch\nCOPY . /\n", **dict.fromkeys(names, "text\n")}
    origin = write(tmp_path / "origin", {**files, "app/Dockerfile": "FROM web\n"})
    (origin / "web/run").write_text("#!/bin/sh\n")
    (origin / "web/run").chmod(0o755)
    (origin / "web/link").symlink_to("sub/x")
    git = [
        "git",
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.org",
        "-c",
        "core.quotePath=false",
    ]
    for words in (["init", "-q", "."], ["add", "-A"], ["commit", "-qm", "all"]):
        subprocess.run([*git, *words], cwd=origin, check=True)
    known = digests(origin)
    assert known.startswith("web ")
    # another file system lists a folder in another order
    other_places = [tmp_path] + [Path(p) for p in ("/dev/shm",) if os.access(p, os.W_OK)]
    for at, (umask, environment) in enumerate(
        [
            (0o077, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"}),
            (0o002, {"LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"}),
            (0o000, {"LC_ALL": "POSIX", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "3"}),
        ]
    ):
        for place in other_places:
            checkout = place / f"dockwright-checkout-{os.getpid()}-{at}"
            try:
                subprocess.run(
                    [*git, "clone", "-q", str(origin), str(checkout)], check=True, umask=umask
                )
                assert digests(checkout, umask, **environment) == known
            finally:
                subprocess.run(["rm", "-rf", str(checkout)], check=True)
