"""What is open is what Debian's rules of versions say; dpkg is asked too."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.errors import DockwrightError
from dockwright.sbom.contents import Contents, contents
from dockwright.sbom.cves import findings
from dockwright.sbom.report import Looked, fields, lines, looked_up
from dockwright.sbom.tracker import Tracker

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def known(entries: dict[str, dict[str, dict[str, Any]]], suite: str = "bookworm") -> Tracker:
    """The tracker with what it says of one suite, by source package and CVE."""
    whole = {
        source: {
            cve: {"releases": {suite: said}, "description": f"of {source}"}
            for cve, said in each.items()
        }
        for source, each in entries.items()
    }
    return Tracker(Path("tracker.json"), NOW - timedelta(days=12), whole, frozenset({suite}))


def resolved(fixed: str | None, urgency: str = "low") -> dict[str, Any]:
    said = {"status": "resolved", "urgency": urgency}
    return said if fixed is None else {**said, "fixed_version": fixed}


def inside(**further: Any) -> Contents:
    fields: dict[str, Any] = {
        "image": "sha256:1",
        "distribution": "debian",
        "suite": "bookworm",
        "unread": None,
        "sources": (("bash", "5.2-1"),),
        "packages": 1,
        "debian": 1,
    }
    return Contents(**{**fields, **further})


def test_what_has_a_fix_comes_first_and_of_that_what_is_urgent() -> None:
    open_one = {"status": "open", "urgency": "high"}
    its = known(
        {
            "bash": {
                "CVE-2024-10": resolved("5.2-2"),
                "CVE-2024-9": resolved("5.2-2"),
                "CVE-2024-8": resolved("5.2-3", "high"),
                "CVE-2024-7": {"status": "undetermined", "urgency": "high"},
                "CVE-2024-6": open_one,
                "CVE-2024-5": {**open_one, "urgency": "unimportant"},
                "CVE-2024-4": resolved("5.2-1"),
                "CVE-2024-3": resolved("0"),
                "CVE-2024-2": resolved(None),
            },
            "other": {"CVE-2024-1": open_one},
        }
    )
    found = findings([("bash", "5.2-1")], its, "bookworm")
    assert [(one.cve[9:], one.state, one.fixed) for one in found] == [
        ("8", "fixable", "5.2-3"),
        ("9", "fixable", "5.2-2"),
        ("10", "fixable", "5.2-2"),
        ("6", "open", None),
        ("5", "open", None),
        ("7", "undetermined", None),
    ]


VERSIONS = st.from_regex(
    r"(?:[0-9]{1,2}:)?[0-9][0-9a-zA-Z.+~]{0,8}(?:-[0-9a-zA-Z.+~]{1,5})?", fullmatch=True
)


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="the oracle is dpkg itself")
@settings(max_examples=150, deadline=None)
@given(VERSIONS, VERSIONS)
def test_a_fix_is_newer_where_dpkg_says_so(one: str, other: str) -> None:
    command = ["dpkg", "--compare-versions", one, "lt", other]
    is_older = subprocess.run(command, check=False, capture_output=True).returncode == 0
    found = findings([("x", one)], known({"x": {"CVE-1": resolved(other)}}), "bookworm")
    assert bool(found) == (is_older and other != "0")


def test_a_suite_that_the_file_does_not_know_is_told() -> None:
    with pytest.raises(DockwrightError) as error:
        findings([("bash", "1")], known({"bash": {}}), "bookwurm")
    assert str(error.value) == (
        "tracker.json: nothing in it about suite bookwurm, but about bookworm; name one with "
        "--suite, or bring a newer file"
    )


def test_a_version_that_is_none_is_told() -> None:
    with pytest.raises(DockwrightError, match=r"^bash: CVE-1: Invalid version string '%'"):
        findings([("bash", "1")], known({"bash": {"CVE-1": resolved("%")}}), "bookworm")


@pytest.mark.parametrize(
    ("further", "suite", "why"),
    [
        ({"distribution": "ubuntu"}, None, "web: of ubuntu, and the database is Debian's"),
        ({"suite": None}, None, "web: its os-release names no suite; name one with --suite"),
        ({"suite": "jammy"}, None, "web: tracker.json: nothing in it about suite jammy"),
        ({"unread": "dpkg's status: odd"}, "bookworm", "web: dpkg's status: odd; nothing is known"),
    ],
)
def test_an_image_that_can_t_be_looked_up_is_in_error(
    further: dict[str, Any], suite: str | None, why: str
) -> None:
    looked = looked_up("web", inside(**further), known({"bash": {}}), suite)
    assert (looked.error or "").startswith(why)


def test_another_suite_may_be_named_and_none_is_needed_where_nothing_is_of_debian() -> None:
    its = known({"bash": {"CVE-1": resolved("6-1")}}, "trixie")
    looked = looked_up("web", inside(distribution="mint", suite="x"), its, "trixie")
    assert (looked.error, looked.suite, looked.fixable) == (None, "trixie", True)
    looked = looked_up("web", inside(distribution="alpine", debian=0), its)
    assert (looked.error, looked.suite, looked.fixable) == (None, None, False)


def test_a_person_reads_what_is_to_be_done_and_how_old_the_file_is() -> None:
    its = known(
        {
            "bash": {
                "CVE-1": resolved("5.2-2", "medium"),
                "CVE-2": {"status": "open", "urgency": "unimportant"},
                "CVE-3": {"status": "open"},
                "CVE-4": {"status": "undetermined", "urgency": "\x1b[2J"},
            }
        }
    )
    looked = [
        looked_up("web", inside(packages=3), its),
        looked_up("none", inside(debian=0, packages=2), its),
        Looked("bad", error="bad: odd"),
    ]
    assert list(lines(looked, its, NOW, every=False)) == [
        "tracker.json: written 2026-11-18, 12 days ago",
        "web: bookworm, 1 packages, and 2 that the database does not know: 1 to fix, 1 open, "
        "1 unknown, 1 unimportant (--all)",
        "  fix     CVE-1 bash 5.2-1 -> 5.2-2 (medium)",
        "  open    CVE-3 bash 5.2-1",
        "  unknown CVE-4 bash 5.2-1 (\\x1b[2J)",
        "none: no packages of Debian inside, and 2 that the database does not know",
    ]
    assert "  open    CVE-2 bash 5.2-1 (unimportant)" in lines(looked, its, NOW, every=True)
    whole = fields(looked, its, NOW)
    assert whole["database"]["days"] == 12
    assert [len(one["findings"]) for one in whole["images"]] == [4, 0, 0]
    assert [one["looked_up"] for one in whole["images"]] == [1, 0, 0]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b'{"bomFormat": "SPDX"}',
        b'{"bomFormat": "CycloneDX"}',
        b'{"bomFormat": "CycloneDX", "metadata": {"component": {"name": "x"}}, "components": [5]}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_sbom_is_told(text: bytes) -> None:
    with pytest.raises(DockwrightError, match=r"^web: no SBOM of Dockwright's \("):
        contents(text, "web")


def test_an_sbom_of_others_without_sources_is_not_taken_for_one_without_holes() -> None:
    text = b"""{"bomFormat": "CycloneDX", "metadata": {"component": {"name": "debian"}},
        "components": [{"type": "library", "name": "bash", "version": "1",
        "purl": "pkg:deb/debian/bash@1?arch=amd64"}]}"""
    with pytest.raises(DockwrightError, match=r"^web: an SBOM without source packages"):
        contents(text, "web")
