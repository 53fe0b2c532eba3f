"""What images, builds and the whole of a registry take."""

import json
from pathlib import Path

from dockwright.registry.kept.retention import superfluous
from dockwright.registry.kept.rows import build_rows, builds_of, fields, image_rows, usage
from tests.unit.registry.kept.pushed import NOW, Pushed

OLD = NOW - 360_000


def test_sizes_are_told_with_what_is_shared_and_without(tmp_path: Path) -> None:
    made = Pushed(tmp_path)
    first = made.push("web", "r-000000000001", [1, 2], OLD)
    second = made.push("web", "latest", [1, 3], OLD + 60)
    made.push("api", "latest", [1], OLD)
    made.sign("web", second, OLD + 60)
    kept = made.kept()
    pins = {first: ("web1: way back of web",)}
    web, api = image_rows(kept, pins)
    assert (web.image, web.builds, web.tags, web.pinned) == ("web", 2, 2, 1)
    assert (api.image, api.builds, api.size - api.own) == ("api", 1, 70)
    newest, oldest = build_rows(kept, pins, "web")
    assert (newest.digest, newest.tags, newest.pinned) == (second, ("latest",), ())
    assert [tag.rpartition(".")[2] for tag in newest.beside] == ["sbom", "sig"]
    assert (oldest.digest, oldest.pinned) == (first, ("web1: way back of web",))
    assert newest.size - newest.own == 70
    of = usage(kept, pins, 1)
    assert (of.images, of.builds, of.size, of.shared) == (2, 3, kept.size, 140)
    assert (of.unnamed, of.going, of.retention) == (0, 0, 0)
    assert usage(kept, {}, 1).going == 1
    assert usage(kept, {}, 1).retention == oldest.own
    assert json.dumps(fields([web, newest]))


def test_what_is_left_over_is_told_apart_from_what_retention_frees(tmp_path: Path) -> None:
    made = Pushed(tmp_path)
    made.push("web", "latest", [1], OLD)
    gone = made.push("web", "old", [2], OLD)
    size = made.kept().size
    for part in ("tags/old/current/link", f"revisions/sha256/{gone[7:]}/link"):
        (made.root / "repositories/web/_manifests" / part).unlink()
    made.upload("web", "begun", 1000, OLD)
    of = usage(made.kept(), {}, None)
    assert of.unnamed == size - build_rows(made.kept(), {}, "web")[0].size + 1000
    assert (of.uploads, of.going, of.builds) == (1, 0, 1)


def test_parts_and_signatures_are_no_builds(tmp_path: Path) -> None:
    made = Pushed(tmp_path)
    part = made.push("web", None, [1], OLD)
    whole = made.index("web", "r-000000000001", [part], OLD)
    made.sign("web", whole, OLD)
    made.push("web", "latest", [2], OLD + 1)
    assert [row.digest for row in build_rows(made.kept(), {}, "web")][1:] == [whole]
    gone = superfluous(made.kept(), {}, 1)
    assert {one.digest for one in builds_of(gone)} == {whole, part}
