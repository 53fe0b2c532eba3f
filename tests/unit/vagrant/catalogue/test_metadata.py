"""A box's metadata: whatever is published in whatever order, all of it is there, once."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.errors import DockwrightError
from dockwright.vagrant.catalogue.metadata import Published, merged, published, read, written
from dockwright.vagrant.catalogue.names import order

BASE = "https://boxes.test:8443"
_SUMS = st.sampled_from(["a" * 64, "b" * 64, "c" * 64])
_NEW = st.builds(
    Published,
    st.sampled_from(["1.0", "1.1", "1.10", "1.9", "2.0.rc1", "2.0"]),
    st.sampled_from(["libvirt", "virtualbox"]),
    _SUMS,
)


def _all(news: list[Published]) -> dict[str, Any]:
    raw = read("", "site/docker", "there")
    for new in news:
        raw = merged(raw, new, BASE)
    return raw


@given(st.lists(_NEW, max_size=12))
def test_the_last_of_each_version_and_provider_is_there_once(news: list[Published]) -> None:
    made = _all(news)
    last = {(new.version, new.provider): new for new in news}
    listed = [
        (str(one["version"]), provider["name"])
        for one in made["versions"]
        for provider in one["providers"]
    ]
    assert len(listed) == len(set(listed))
    assert set(listed) == last.keys()
    for (version, provider), new in last.items():
        found = published(made, version, provider)
        assert found == {
            "name": provider,
            "url": f"{BASE}/site/docker/{new.path}",
            "checksum_type": "sha256",
            "checksum": new.sha256,
        }
    versions = [str(one["version"]) for one in made["versions"]]
    assert versions == sorted(versions, key=order)


@given(st.lists(_NEW, max_size=12), _NEW)
def test_what_is_published_again_changes_nothing_and_its_reading_is_its_writing(
    news: list[Published], new: Published
) -> None:
    once = _all([*news, new])
    assert merged(once, new, BASE) == once
    assert read(written(once), "site/docker", "there") == once


@given(st.lists(_NEW, unique_by=lambda new: (new.version, new.provider), max_size=8), st.data())
def test_their_order_is_no_matter(news: list[Published], data: st.DataObject) -> None:
    assert _all(news) == _all(data.draw(st.permutations(news)))


@given(st.lists(_NEW, min_size=1, max_size=8), _NEW)
def test_nothing_else_is_touched(news: list[Published], new: Published) -> None:
    before = _all(news)
    before["description"] = "ours"
    before["versions"][0]["status"] = "active"
    text = written(before)
    after = merged(before, new, BASE)
    assert written(before) == text
    assert after["description"] == "ours"
    kept = published(after, news[0].version, news[0].provider)
    if (new.version, new.provider) != (news[0].version, news[0].provider):
        assert kept == published(before, news[0].version, news[0].provider)
    assert [one for one in after["versions"] if one.get("status") == "active"]


def test_a_catalogue_that_is_called_by_another_name_names_all_its_files_so() -> None:
    before = _all([Published("1.0", "libvirt", "a" * 64)])
    before["versions"][0]["providers"].append({"name": "qemu", "url": "https://else.test/x.box"})
    after = merged(before, Published("2.0", "libvirt", "b" * 64), "https://new.test/")
    urls = [one["url"] for version in after["versions"] for one in version["providers"]]
    assert urls == [
        "https://new.test/site/docker/1.0/libvirt-aaaaaaaaaaaa.box",
        "https://else.test/x.box",
        "https://new.test/site/docker/2.0/libvirt-bbbbbbbbbbbb.box",
    ]


def test_one_version_has_one_way_of_writing() -> None:
    made = _all([Published("1.2.0", "libvirt", "a" * 64)])
    with pytest.raises(DockwrightError, match=r"--version 1\.2: the catalogue has it as 1\.2\.0"):
        published(made, "1.2", "libvirt")
    assert published(made, "1.2.1", "libvirt") is None
    assert published(made, "1.2.0", "virtualbox") is None


@pytest.mark.parametrize(
    "text",
    [
        "{", "[]", "null", "{}", '{"name": "site/docker"}', "[" * 100_000,
        '{"name": "site/docker", "versions": [{"version": "1"}]}',
        '{"name": "site/docker", "versions": [{"version": "1", "providers": [{"name": 1}]}]}',
    ],
)  # fmt: skip
def test_what_is_no_metadata_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(DockwrightError, match="there: not what Vagrant takes") as caught:
        read(text, "site/docker", "there")
    assert "\n" not in str(caught.value)


def test_that_of_another_box_is_refused() -> None:
    text = json.dumps({"name": "site/other", "versions": []})
    with pytest.raises(DockwrightError, match="of site/other, not of site/docker"):
        read(text, "site/docker", "there")
