"""The leaf that serves a catalogue: it fits the example's chain, and what its box is given."""

import re
import shutil
from pathlib import Path

from dockwright import places
from dockwright.boot.procfile import parse
from dockwright.chain.graph import order
from dockwright.chain.read import read

ROOT = Path(__file__).resolve().parents[3]
LEAF = ROOT / "templates/catalogue"


def test_it_stands_in_the_chain_behind_nginx(tmp_path: Path) -> None:
    for folder in ("my-ubuntu", "buildessential", "nginx"):
        shutil.copytree(ROOT / "images" / folder, tmp_path / folder)
    shutil.copytree(LEAF, tmp_path / "catalogue")
    names = [image.name for image in order(read(tmp_path))]
    assert names.index("nginx") < names.index("catalogue")


def test_it_reads_as_its_number_what_the_box_keeps_for_it() -> None:
    dockerfile = (LEAF / "Dockerfile").read_text()
    number = places.CATALOGUE_ID
    assert f"USER {number}:{number}\n" in dockerfile
    [web] = parse((LEAF / "Procfile").read_text(), "Procfile")
    assert web.name == "web"
    settings = (LEAF / "catalogue.conf").read_text()
    [inside] = re.findall(rf"-v {places.CATALOGUE}:(\S+):ro ", (LEAF / "Procfile").read_text())
    assert (
        f"-v {places.CATALOGUE_DATA}:{places.CATALOGUE_DATA}:ro " in (LEAF / "Procfile").read_text()
    )
    assert f"root {places.CATALOGUE_DATA};" in settings
    for name in (places.CATALOGUE_CERTIFICATE, places.CATALOGUE_KEY):
        assert f"{inside}/{Path(name).name};" in settings
    [port] = re.findall(r"listen (\d+) ssl;", settings)
    assert f"-p {port}:{port} " in (LEAF / "Procfile").read_text()
    assert f"https://127.0.0.1:{port}/up" in dockerfile


def test_no_number_of_another_leaf_is_its() -> None:
    others = [
        path.read_text() for path in (ROOT / "images").glob("*/Dockerfile") if path.parent != LEAF
    ]
    assert not [text for text in others if str(places.CATALOGUE_ID) in text]
