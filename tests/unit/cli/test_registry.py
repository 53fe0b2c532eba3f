"""`dockwright registry`: what it prints, and its exit statuses."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dockwright.cli import dockwright
from dockwright.registry.kept.checked import Flaw
from dockwright.registry.kept.filling import Lacking
from dockwright.registry.kept.from_boxes import Holder, Lost
from dockwright.registry.kept.retention import Freed, superfluous
from dockwright.run.registry import deeds, fill, from_boxes, looked
from dockwright.run.registry.brought import Brought
from dockwright.run.registry.deeds import Checked, Outcome
from dockwright.run.registry.fill import Filled
from dockwright.run.registry.from_boxes import FromBoxes
from tests.unit.registry.kept.pushed import NOW, Pushed

OLD = NOW - 360_000
BOX: Any = type("Box", (), {"name": "hub"})()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> looked.SiteRegistries:
    made = Pushed(tmp_path)
    for number in range(3):
        made.push("web", f"r-{number:012x}", [number], OLD + number)
    one = looked.KeptRegistry("10.0.0.1:5000", BOX, made.kept(), 2, "registry.web.1")
    found = looked.SiteRegistries([one], {made.digests[2]: ("web1: job web.web.1",)})

    @contextmanager
    def look(*_: object, **__: object) -> Iterator[looked.SiteRegistries]:
        yield found

    monkeypatch.setattr(looked, "looked", look)
    return found


def run(*words: str) -> Result:
    return CliRunner().invoke(dockwright, ["registry", *words], standalone_mode=False)


def test_a_list_has_a_head_for_each_registry(site: looked.SiteRegistries) -> None:
    done = run("ls")
    assert done.return_value == 0, done.exception
    assert done.output.splitlines()[0] == "registry 10.0.0.1:5000 on box hub"
    assert "web1: job web.web.1" in run("tags", "web").output
    assert "3 builds" in run("usage").output


def test_json_goes_to_standard_output_alone(site: looked.SiteRegistries) -> None:
    [one] = json.loads(run("tags", "web", "--json").output)["registries"]
    assert one["builds"][0]["tags"] == ["r-000000000002"]
    assert json.loads(run("ls", "--json").output)["registries"][0]["images"][0]["builds"] == 3
    assert json.loads(run("usage", "--json").output)["registries"][0]["going"] == 1


def test_an_image_that_is_not_there_is_an_error(site: looked.SiteRegistries) -> None:
    assert "image wbe: not there" in str(run("tags", "wbe").exception)


def test_a_box_that_says_nothing_is_told_and_one_that_is_away_is_no_error(
    site: looked.SiteRegistries,
) -> None:
    site.absent = {"web3": "away"}
    assert run("ls").return_value == 0
    site.silent = {"web2": "no answer"}
    done = run("ls")
    assert done.return_value == 1
    assert "warning: what box web2 needs is not known: no answer" in done.output


@pytest.mark.parametrize(
    ("words", "trouble", "code"),
    [([], "", 0), (["--dry-run"], "", 2), ([], "no image was removed: box web2: …", 1)],
)
def test_a_collection_says_what_went(
    site: looked.SiteRegistries,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    trouble: str,
    code: int,
) -> None:
    one = site.registries[0]
    outcome = Outcome(one, superfluous(one.kept, site.pins, 2), Freed(frozenset(), 1, 5 << 20))
    monkeypatch.setattr(deeds, "tidy", lambda *given: ([outcome], trouble))
    done = run("gc", *words)
    assert done.return_value == code
    assert "- web " in done.output
    assert "5 MiB" in done.output
    assert trouble in done.output


def test_what_is_not_sound_is_exit_status_2(
    site: looked.SiteRegistries, monkeypatch: pytest.MonkeyPatch
) -> None:
    flaws: list[Flaw] = []
    monkeypatch.setattr(deeds, "verify", lambda *given: [Checked(site.registries[0], tuple(flaws))])
    done = run("verify", "--quick")
    assert (done.return_value, "sound" in done.output) == (0, True)
    flaws.append(Flaw("web:latest", "its manifest is not there"))
    done = run("verify")
    assert done.return_value == 2
    assert "! web:latest: its manifest is not there" in done.output
    assert json.loads(run("verify", "--json").output)["registries"][0]["flaws"] == [
        {"where": "web:latest", "what": "its manifest is not there"}
    ]


def test_a_fill_says_what_each_registry_was_given_and_a_dry_one_what_it_lacks(
    site: looked.SiteRegistries, monkeypatch: pytest.MonkeyPatch
) -> None:
    [one] = site.registries
    given = Filled(one, one, (Lacking("web", f"sha256:{'0' * 64}", ("latest",)),))
    monkeypatch.setattr(fill, "fill", lambda *_: [given])
    dry = run("fill", "--dry-run")
    assert dry.return_value == 2, dry.exception
    assert dry.output.splitlines() == [
        "registry 10.0.0.1:5000 on box hub",
        "  web sha256:000000000000  latest",
        "lacks 1 images of 10.0.0.1:5000",
    ]
    done = run("fill", "--box", "hub")
    assert (done.return_value, done.output.splitlines()[-1]) == (
        0,
        "was given 1 images of 10.0.0.1:5000",
    )


WEB = Lost("web", f"sha256:{'1' * 64}", ("web1: job web.web.1",), (Holder("web1", "sha256:a"),))
GONE = Lost("", f"sha256:{'2' * 64}", ("web1: way back of web",))


def test_what_boxes_hold_is_said_by_a_dry_run_and_brought_by_another(
    site: looked.SiteRegistries, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = FromBoxes(site.registries[0], (WEB, GONE))
    monkeypatch.setattr(from_boxes, "fill_from_boxes", lambda *_: made)
    dry = run("fill", "--from-boxes", "--dry-run")
    assert dry.return_value == 2, dry.exception
    assert dry.output.splitlines()[0] == "registry 10.0.0.1:5000 on box hub"
    assert dry.output.splitlines()[-1] == "lacks 1 images that boxes hold"
    made.brought, made.unsigned = [Brought(WEB, "web1", ("latest",))], (WEB.name,)
    done = run("fill", "--from-boxes")
    # what no box holds is no failure of this
    assert done.return_value == 0, done.exception
    assert f"dockwright images sign {WEB.name}" in done.output
    assert done.output.splitlines()[-1] == "was given 1 of 1 images that boxes hold"
    made.lost, made.brought = (GONE,), []
    assert run("fill", "--from-boxes", "--dry-run").return_value == 0


@pytest.mark.parametrize("trouble", ["why", "box", "left"])
def test_what_could_not_be_brought_asked_or_tidied_is_exit_status_1(
    site: looked.SiteRegistries, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    made = FromBoxes(site.registries[0], (WEB,), [Brought(WEB, "web1")])
    if trouble == "why":
        made.brought = [Brought(WEB, why="another digest")]
    elif trouble == "box":
        made.unknown = {"web2": "no answer"}
    else:
        made.left = "web:sha256-1"
    monkeypatch.setattr(from_boxes, "fill_from_boxes", lambda *_: made)
    done = run("fill", "--from-boxes")
    assert done.return_value == 1
    said = {
        "why": "! web sha256:111111111111: another digest",
        "box": "warning: what box web2 needs or holds is not known: no answer",
        "left": "error: web:sha256-1: stays",
    }
    assert said[trouble] in done.output
