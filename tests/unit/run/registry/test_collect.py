"""What a registry's container says of a collection, and what is made of that."""

from collections.abc import Callable
from typing import Any

import pytest

from dockwright.errors import DockwrightError
from dockwright.registry.kept.listing import Listing
from dockwright.registry.kept.retention import Gone
from dockwright.run.registry import collect as room
from dockwright.run.registry.collect import collect
from dockwright.run.registry.looked import KeptRegistry

DIGEST = f"sha256:{'1' * 64}"


class _Box:
    name = "hub"


def registry(container: str | None = "registry.web.1") -> KeptRegistry:
    box: Any = _Box()
    return KeptRegistry("10.0.0.1:5000", box, Listing(now=9000.0), None, container)


def saying(monkeypatch: pytest.MonkeyPatch, *lines: str, status: int = 0) -> list[bytes]:
    given: list[bytes] = []

    def run(host: object, script: str, stdin: bytes, tell: Callable[[str], None]) -> int:
        assert "docker exec -i registry.web.1 registry-collect ask" in script
        given.append(stdin)
        for line in lines:
            tell(line)
        return status

    monkeypatch.setattr(room, "run", run)
    return given


def test_what_went_and_what_stayed_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    given = saying(
        monkeypatch,
        f"untagged web 1.0 {DIGEST[7:]}",
        f"removed web {DIGEST[7:]}",
        f"kept team/api {DIGEST[7:]} pushed since",
        "freed 3 1 4096",
        "status 0",
    )
    made = collect(registry(), [Gone("web", DIGEST, ("1.0",), "")], 60)
    assert given == [
        f"since 9000\nuntag web 1.0 {DIGEST[7:]}\nremove web {DIGEST[7:]}\nsweep 60\nend\n".encode()
    ]
    assert made.untagged == {("web", "1.0")}
    assert made.removed == {("web", DIGEST)}
    assert made.stayed == {("team/api", DIGEST)}
    assert (made.freed.uploads, made.freed.size) == (1, 4096)


@pytest.mark.parametrize(
    ("lines", "status", "why"),
    [
        (["error its engine does not run"], 0, "box hub: its engine does not run"),
        (["removed x y", "find: it fails", "status 1"], 0, "box hub: find: it fails; status 1"),
        (["status 124"], 0, "status 124"),
        (["freed 0 0 0"], 255, "its connection ended with 255"),
        ([], 0, "its connection ended with 0"),
    ],
)
def test_what_is_not_the_end_of_one_is_an_error(
    monkeypatch: pytest.MonkeyPatch, lines: list[str], status: int, why: str
) -> None:
    saying(monkeypatch, *lines, status=status)
    with pytest.raises(DockwrightError, match=f"registry 10.0.0.1:5000: .*{why}"):
        collect(registry(), [], 60)


def test_one_that_does_not_run_is_told_to_be_started() -> None:
    with pytest.raises(DockwrightError, match="does not run on box hub; run deploy/registry_host"):
        collect(registry(None), [], 60)
