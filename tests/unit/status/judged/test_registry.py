"""What of a registry is not well."""

from dockwright.status.judged.registry import absent_registry, registry_row
from dockwright.status.read import Tended


def test_a_registry_that_says_nothing_is_without_an_answer() -> None:
    row = registry_row("reg:5000", "r", None, 9, "registry reg:5000: does not answer")
    assert (row.severity, row.remarks[0].text, row.size) == ("silent", "does not answer", 9)
    assert registry_row("reg:5000", None, None, None).severity == "well"


def test_signatures_and_sboms_are_no_tags_of_images() -> None:
    images = {"web": ["latest", "sha256-0a.sig", "sha256-0a.sbom"], "db": ["16"]}
    row = registry_row("reg:5000", "r", images, None)
    assert (row.images, row.tags) == (2, 2)


def test_a_registry_that_was_left_out_is_not_without_an_answer() -> None:
    row = absent_registry("reg:5000", "hub", "left out by --skip")
    assert (row.severity, row.remarks[0].text) == ("absent", "its box was left out by --skip")


def test_the_last_verification_and_collection_are_told_and_what_came_of_them() -> None:
    sound = registry_row("reg:5000", "r", {}, 9, "", Tended(0.0, 4096), Tended(86400.0, 0))
    assert (sound.severity, sound.freed, sound.flaws) == ("well", 4096, 0)
    assert (sound.collected, sound.verified) == ("1970-01-01T00:00:00Z", "1970-01-02T00:00:00Z")
    unsound = registry_row("reg:5000", "r", {}, 9, "", None, Tended(0.0, 2))
    assert (unsound.severity, unsound.remarks[0].text[:28]) == (
        "wrong",
        "2 flaws as it was verified, ",
    )
    failed = registry_row("reg:5000", "r", {}, 9, "", Tended(0.0, None, "it does not run"))
    assert (failed.severity, failed.freed) == ("due", None)
    assert "its last collection failed, 1970-01-01T00:00:00Z (it does not run)" in (
        failed.remarks[0].text
    )
