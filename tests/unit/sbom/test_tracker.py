"""Debian's security tracker is read piece by piece to what `json` makes of the whole file."""

import gzip
import json
import lzma
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.errors import DockwrightError
from dockwright.sbom import tracker as module
from dockwright.sbom.tracker import tracker

PACK: dict[str, Callable[[bytes], bytes]] = {
    "json": bytes,
    "json.gz": gzip.compress,
    "json.xz": lzma.compress,
    # whatever it is called
    "json.txt": gzip.compress,
}
ONE = {"releases": {"bookworm": {"status": "open", "urgency": "low"}}, "description": "ü"}
SMALL = {"openssl": {"CVE-2026-1": ONE}, "bash": {}}


@pytest.mark.parametrize("name", PACK)
def test_it_is_read_as_it_is_or_compressed(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(PACK[name](json.dumps(SMALL).encode()))
    os.utime(path, (1_790_000_000, 1_790_000_000))
    known = tracker(path, {"openssl", "nosuch"})
    assert known.entries == {"openssl": SMALL["openssl"]}
    assert known.suites == {"bookworm"}
    assert known.written == datetime.fromtimestamp(1_790_000_000, UTC)


TEXT = st.text(max_size=30)
ENTRY = st.fixed_dictionaries(
    {"releases": st.dictionaries(TEXT, st.just({"status": "open"}), max_size=3)},
    optional={"description": TEXT, "odd": st.lists(st.floats(allow_nan=False) | TEXT)},
)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(TEXT, st.dictionaries(TEXT, ENTRY, max_size=4), min_size=1, max_size=6),
    st.sampled_from([None, 1, "\t"]),
    st.booleans(),
    st.integers(1, 60),
)
def test_whatever_the_pieces_it_is_what_json_reads(
    whole: dict[str, Any], indent: Any, ascii_only: bool, chunk: int
) -> None:
    path = Path(f"/tmp/dockwright-tracker-{os.getpid()}.json")
    path.write_text(json.dumps(whole, indent=indent, ensure_ascii=ascii_only), encoding="utf-8")
    before, module._CHUNK = module._CHUNK, chunk
    try:
        assert tracker(path, whole.keys()).entries == whole
    finally:
        module._CHUNK = before
        path.unlink()


WHOLE = json.dumps(SMALL).encode()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "'its end' where '{' should be"),
        (b"\x00\x01", "where '{' should be"),
        (b"[]", "'[' where '{' should be"),
        (b"{}", "no package in it"),
        (b'{"a": 5}', "'5' where '{' should be"),
        (b'{"a": {"CVE-1": []}}', "TypeError"),
        (b'{"a": {"CVE-1": {"id": 5}}}', "releases"),
        (b'{"a": {"CVE-1": {"releases": {"x": {"status": 5}}}}}', "status of CVE-1"),
        (b'{"matches": {"vulnerability": {"id": "x"}}}', "releases"),
        (WHOLE + b"{}", "more behind its end"),
        (WHOLE.replace(b",", b" ", 1), "delimiter"),
        (b"\xff\xfe" + WHOLE, "codec"),
        (b'{"a": ' + b'{"b": ' * 100_000, "recursion"),
        (gzip.compress(WHOLE)[:-9], "end-of-stream"),
        (lzma.compress(WHOLE)[:-9], "end-of-stream"),
        (gzip.compress(WHOLE)[:20] + b"!!!!" + gzip.compress(WHOLE)[24:], ""),
    ],
)
def test_a_broken_or_foreign_file_is_one_line(content: bytes, why: str, tmp_path: Path) -> None:
    path = tmp_path / "tracker"
    path.write_bytes(content)
    with pytest.raises(DockwrightError) as error:
        tracker(path, {"a"})
    said = str(error.value)
    assert said.startswith(f"{path}: no whole file of Debian's security tracker (")
    assert said.endswith("bring data/json of Debian's security tracker")
    assert why in said
    assert "\n" not in said


@given(st.integers(0, len(WHOLE) - 1))
def test_one_that_is_cut_anywhere_is_broken(length: int) -> None:
    path = Path(f"/tmp/dockwright-tracker-{os.getpid()}.json")
    path.write_bytes(WHOLE[:length])
    with pytest.raises(DockwrightError, match="no whole file of Debian's security tracker"):
        tracker(path, {"a"})
    path.unlink()


def test_what_is_not_there_is_told_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(DockwrightError, match="No such file or directory; bring data/json"):
        tracker(tmp_path / "nosuch", ())
    with pytest.raises(DockwrightError, match="Is a directory; bring data/json"):
        tracker(tmp_path, ())


def test_what_unpacks_without_end_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b'{"a": {' + b" " * (96 << 20)))
    monkeypatch.setattr(module, "_MOST", 40 << 20)
    with pytest.raises(DockwrightError, match="more than 0 GiB"):
        tracker(path, ())
    monkeypatch.undo()
    with pytest.raises(DockwrightError, match="a value of more than 64 MiB"):
        tracker(path, ())


def test_memory_is_that_of_the_largest_package_and_not_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    said = {"status": "resolved", "fixed_version": "1" * 60}
    entry = {"releases": dict.fromkeys("abcde", said)}
    package = json.dumps({f"CVE-2026-{number}": entry for number in range(200)})
    with path.open("w") as file:
        file.write("{")
        for number in range(800):
            file.write(f'"source-{number}": {package},\n')
        file.write('"last": {}}')
    assert path.stat().st_size > 70 << 20
    script = (
        "import re, sys; from pathlib import Path\n"
        "from dockwright.sbom.tracker import tracker\n"
        "known = tracker(Path(sys.argv[1]), {'source-7', 'last'})\n"
        "assert sorted(known.entries) == ['last', 'source-7']\n"
        # its highest; ru_maxrss would be that of the process that began it
        "print(re.search(r'VmHWM:\\s+(\\d+) kB', Path('/proc/self/status').read_text())[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], check=True, capture_output=True, text=True
    )
    assert int(done.stdout) < 100_000, "kB; json.load takes 400 MB"
