"""A box into a catalogue on this machine: what is asked, sent and refused, and by which words.

That it goes over SSH, and is served, is tried by tests/lab/test_catalogue.py.
"""

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from dockwright.errors import DockwrightError
from dockwright.run import publish as module
from dockwright.run.publish import publish

URL = "https://boxes.test:8443"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty catalogue, and this machine as the box that serves it."""
    made = tmp_path / "catalogue"
    made.mkdir()
    (tmp_path / "inventory.py").write_text(
        f"docker_hosts = [('@local', {{'dockwright_catalogue': '{URL}/'}})]\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCKWRIGHT_INVENTORY", "inventory.py")
    monkeypatch.setattr(module, "ROOT", str(made))
    monkeypatch.setattr(module, "as_root", lambda _: {})
    monkeypatch.setattr("dockwright.box.process.as_root", lambda _: {})
    return made


def _box(path: Path, provider: str = "libvirt", content: bytes = b"disk") -> Path:
    files = {"metadata.json": json.dumps({"provider": provider}).encode(), "box.img": content}
    with tarfile.open(path, "w") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return path


def _metadata(root: Path) -> dict[str, Any]:
    return dict(json.loads((root / "site/docker/metadata.json").read_text()))


def _files(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*.*") if path.is_file()}


def test_what_is_published_is_there_once_and_named_by_the_sites_url(
    root: Path, tmp_path: Path
) -> None:
    said: list[str] = []
    box = _box(tmp_path / "a.box", content=b"x" * 3_000_000)
    url = publish(box, "site/docker", "1.0", say=said.append)
    assert url == f"{URL}/site/docker/metadata.json"
    [provider] = _metadata(root)["versions"][0]["providers"]
    path = root / provider["url"].removeprefix(f"{URL}/")
    assert path.read_bytes() == box.read_bytes()
    assert [line.partition(": ")[2][:9] for line in said] == ["3 MB on t", "published"]
    before = _files(root)
    publish(box, "site/docker", "1.0", say=said.append)
    assert said[-1] == "site/docker 1.0 for libvirt: there already"
    assert _files(root) == before
    path.unlink()  # by other hands
    publish(box, "site/docker", "1.0", say=said.append)
    assert _files(root) == before


def test_a_version_keeps_its_bytes_but_for_force(root: Path, tmp_path: Path) -> None:
    first, other = _box(tmp_path / "a.box"), _box(tmp_path / "b.box", content=b"other")
    publish(first, "site/docker", "1.0", say=print)
    publish(_box(tmp_path / "v.box", "virtualbox"), "site/docker", "1.0", say=print)
    before = _files(root)
    with pytest.raises(DockwrightError, match="the catalogue has other bytes of it"):
        publish(other, "site/docker", "1.0", say=print)
    with pytest.raises(DockwrightError, match=r"the catalogue has it as 1\.0, "):
        publish(other, "site/docker", "1.0.0", say=print)
    assert _files(root) == before
    publish(other, "site/docker", "1.0", force=True, say=print)
    after = _files(root)
    assert other.read_bytes() in after.values() and first.read_bytes() not in after.values()
    assert len(_metadata(root)["versions"][0]["providers"]) == 2


def test_metadata_that_changes_meanwhile_is_read_again(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, look = [], module._look

    def beside(*args: Any) -> Any:
        has = look(*args)
        if not looked:
            looked.append(has)
            publish(_box(tmp_path / "b.box"), "site/docker", "2.0", say=print)
        return has

    monkeypatch.setattr(module, "_look", beside)
    publish(_box(tmp_path / "a.box"), "site/docker", "1.0", say=print)
    assert [one["version"] for one in _metadata(root)["versions"]] == ["1.0", "2.0"]


def test_a_box_without_the_folder_or_the_room_is_told(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = _box(tmp_path / "a.box")
    monkeypatch.setattr(module, "_look", lambda *_: module._Has(5, None, b""))
    with pytest.raises(DockwrightError, match="0 MB free, and the box takes 0; make room there"):
        publish(box, "site/docker", "1.0", say=print)
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCKWRIGHT_INVENTORY", "inventory.py")
    monkeypatch.setattr(module, "ROOT", str(tmp_path / "none"))
    monkeypatch.setattr(module, "as_root", lambda _: {})
    with pytest.raises(DockwrightError, match="it serves no catalogue yet"):
        publish(box, "site/docker", "1.0", say=print)


def test_metadata_that_is_none_stays_as_it_is(root: Path, tmp_path: Path) -> None:
    (root / "site/docker").mkdir(parents=True)
    (root / "site/docker/metadata.json").write_text("by hand")
    before = _files(root)
    with pytest.raises(DockwrightError, match="not what Vagrant takes for the metadata"):
        publish(_box(tmp_path / "a.box"), "site/docker", "1.0", say=print)
    assert _files(root) == before


@pytest.mark.parametrize(
    ("boxes", "box", "why"),
    [
        ("[('web1', {}), ('web2', {})]", None, "inventory: no dockwright_catalogue; give"),
        ("[('web1', {}), ('web2', {})]", "web1", "box web1: no dockwright_catalogue; give"),
        (
            "[(name, {'dockwright_catalogue': 'https://b'}) for name in ('web1', 'web2')]",
            None,
            "catalogue: on boxes web1, web2; name one of them with --box",
        ),
    ],
)
def test_which_box_serves_is_the_sites_word(
    root: Path, tmp_path: Path, boxes: str, box: str | None, why: str
) -> None:
    (tmp_path / "inventory.py").write_text(f"docker_hosts = {boxes}\n")
    with pytest.raises(DockwrightError, match=why):
        publish(_box(tmp_path / "a.box"), "site/docker", "1.0", box=box, say=print)
