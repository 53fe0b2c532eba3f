"""Files that are as declared but for the name of their image, which is the same one."""

import pytest

from dockwright.boot.group import group
from dockwright.facts.boot import Boot, Installed
from dockwright.facts.image import EngineImage
from dockwright.inits.file import File
from dockwright.inits.init import INITS
from dockwright.operations.boot.alike import alike

DIGEST, OTHER = "sha256:" + "a" * 64, "sha256:" + "b" * 64
FORMER, PRESENT = f"r.old:5000/app@{DIGEST}", f"r.new:5000/app@{DIGEST}"
IMAGE = EngineImage("sha256:" + "1" * 64, digests=(FORMER, PRESENT))


def _files(init: str, image: str) -> tuple[File, ...]:
    return INITS[init].files(group("app", "web: docker run app", "Procfile", image=image))


def _alike(init: str, had: str, image: EngineImage = IMAGE, access: str = "") -> set[str]:
    on_box = {
        file.path: Installed(access or f"{file.mode:o}:root:root", file.text)
        for file in _files(init, had)
    }
    paths = [file.path for file in _files(init, PRESENT)]
    return set(alike(lambda name: _files(init, name), image, Boot(init=init, files=on_box), paths))


@pytest.mark.parametrize("init", INITS)
@pytest.mark.parametrize("had", [FORMER, f"{IMAGE.id}"])
def test_another_name_of_the_same_image_is_alike(init: str, had: str) -> None:
    named = {file.path for file in _files(init, had) if had in file.text}
    assert named
    assert _alike(init, had) >= named


@pytest.mark.parametrize("init", INITS)
def test_another_image_or_another_mode_is_not(init: str) -> None:
    named = {file.path for file in _files(init, FORMER) if FORMER in file.text}
    assert not _alike(init, f"r.old:5000/app@{OTHER}") & named
    assert _alike(init, FORMER, access="666:root:root") == set()
    assert _alike(init, FORMER, access="644:app:app") == set()


def test_a_file_that_is_not_there_is_alike_to_none() -> None:
    assert alike(lambda name: _files("systemd", name), IMAGE, Boot(init="systemd"), ["/x"]) == set()
