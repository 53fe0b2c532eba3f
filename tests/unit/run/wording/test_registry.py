"""What registries keep, in lines of 80 columns."""

from pathlib import Path

from dockwright.registry.kept.retention import Freed, superfluous
from dockwright.registry.kept.rows import build_rows, image_rows, usage
from dockwright.run.wording.registry import builds, images, unsound, went, whole
from tests.unit.registry.kept.pushed import NOW, Pushed

OLD = NOW - 360_000


def test_lines_fit_and_name_what_they_tell_of(tmp_path: Path) -> None:
    made = Pushed(tmp_path)
    digests = [made.push("team/web", f"r-{n:012x}", [n], OLD + n) for n in range(4)]
    made.push("team/web", "latest", [3], OLD + 3)
    kept = made.kept()
    pins = {digests[0]: tuple(f"web{n}: job web.web.1" for n in range(9))}
    head, row = images(image_rows(kept, pins), kept)
    assert head.split() == ["image", "builds", "needed", "tags", "size", "its", "own", "pushed"]
    assert row.split()[:4] == ["team/web", "4", "1", "5"]
    lines = [*builds(build_rows(kept, pins, "team/web"), kept)]
    assert lines[1].startswith(digests[3][7:19])
    assert "latest, r-000000000003" in lines[1]
    assert "for web0: job web.web.1," in " ".join(lines[-8:])
    told = [*whole(usage(kept, pins, 2), 2)]
    assert told[0].startswith("1 images, 4 builds: ")
    assert any(line.startswith("1 builds beyond the newest 2 of each") for line in told)
    assert any("is not given" in line for line in whole(usage(kept, {}, None), None))
    gone = [*went(superfluous(kept, pins, 2), Freed(frozenset(), 1, 5 << 20), True)]
    assert gone[0].startswith(f"- team/web {digests[1][7:19]} (r-000000000001): older than")
    assert gone[-1].split()[:4] == ["1", "builds", "would", "go,"]
    wrong = [*unsound([("team/web:latest", f"{digests[0]} is not there " * 3)])]
    every = [head, row, *lines, *told, *gone, *wrong]
    assert max(map(len, every)) <= 100, every
    assert all(len(line) <= 80 for line in every if "sha256:" not in line), every


def test_what_a_registry_says_moves_no_terminal(tmp_path: Path) -> None:
    assert [*unsound([("web:\x1b[2J", "gone\x07")])] == ["! web:\\x1b[2J: gone\\x07"]
