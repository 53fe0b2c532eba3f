"""What of a box is backed up."""

from dockwright.backup.parts import MANIFESTS, REGISTRY, SECRETS, Part, parts_of
from dockwright.boot.job import Job


def _job(leaf: str, *volumes: str) -> Job:
    words = [word for one in volumes for word in ("--volume", one)]
    return Job(leaf, "web", 1, leaf, ("run", *words, leaf), (), (), 10)


def test_each_leaf_with_data_is_a_part_and_what_it_only_reads_is_none() -> None:
    leaves = {
        "wiki": [_job("wiki", "w:/data", "/srv/wiki:/more"), _job("wiki", "w:/data")],
        "front": [_job("front", "/etc/front:/etc/front:ro", "/run/x:/x")],
    }
    assert parts_of("app1", leaves) == (
        Part("app1", SECRETS, ("/etc/dockwright",)),
        Part("app1", "wiki", ("/srv/wiki", "w"), "wiki"),
    )


def test_what_a_site_leaves_out_is_left_out() -> None:
    leaves = {"wiki": [_job("wiki", "w:/data", "cache:/cache")], "tmp": [_job("tmp", "cache:/c")]}
    made = parts_of("app1", leaves, secrets=False, without=["cache"])
    assert made == (Part("app1", "wiki", ("w",), "wiki"),)


def test_of_a_registry_its_data_or_only_which_images_it_has() -> None:
    [whole] = parts_of("hub", {}, registry="data", secrets=False)
    assert (whole.leaf, whole.whole, whole.place) == (REGISTRY, True, "hub/registry")
    [listing] = parts_of("hub", {}, registry="manifests", secrets=False)
    assert (listing.sources, listing.leaf, listing.whole) == ((MANIFESTS,), "", False)
