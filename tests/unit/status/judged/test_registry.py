"""What of a registry is not well."""

from dockwright.status.judged.registry import absent_registry, registry_row


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
