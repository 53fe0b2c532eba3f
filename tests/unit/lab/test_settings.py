"""Lab settings: names, addresses, and the record a lab is found by."""

from pathlib import Path

import pytest

from dockwright.errors import DockwrightError
from dockwright.lab import inventory, load, settings_for
from dockwright.lab.settings import (
    BoxSpec,
    LabSettings,
    give_addresses,
    lab_name,
    make_settings,
    state_folder,
)


def test_the_default_lab_has_the_two_known_boxes() -> None:
    lab = make_settings()
    assert [(box.name, box.address, box.hostname) for box in lab.boxes] == [
        ("docker", "192.168.50.10", "docker.vagrant"),
        ("registry", "192.168.50.20", "registry.vagrant"),
    ]
    assert (lab.gateway, lab.bridge) == ("192.168.50.1", "dw-lab")


def test_further_boxes_get_30_and_40_wherever_they_stand() -> None:
    boxes = give_addresses("10.1.2.0/24", ["extra", "registry", "other", "docker"])
    assert {box.name: box.address for box in boxes} == {
        "extra": "10.1.2.30",
        "registry": "10.1.2.20",
        "other": "10.1.2.40",
        "docker": "10.1.2.10",
    }


def test_a_lab_has_more_boxes_than_tens() -> None:
    boxes = give_addresses("10.1.2.0/24", [f"web{number}" for number in range(30)])
    assert len({box.address for box in boxes}) == 30
    assert [box.address for box in boxes[22:24]] == ["10.1.2.250", "10.1.2.31"]


def test_a_box_added_later_leaves_the_others_their_addresses() -> None:
    there = give_addresses("10.1.2.0/24", ["docker", "extra"])
    boxes = give_addresses("10.1.2.0/24", ["late"], there)
    assert boxes == (*there, BoxSpec("late", "10.1.2.40"))


def test_a_box_named_twice_is_one_box() -> None:
    assert len(give_addresses("10.1.2.0/24", ["docker", "docker"])) == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"name": "Lab"}, "'Lab'"),
        ({"name": "much-too-long-a-name"}, "'much-too-long-a-name'"),
        ({"name": "../etc"}, "'../etc'"),
        ({"boxes": ["a/b"]}, "'a/b'"),
        ({"boxes": []}, "one box at least"),
        ({"suite": "buster"}, "bookworm, trixie"),
        ({"subnet": "192.168.50.1/24"}, "192.168.50.1/24"),
        ({"subnet": "8.8.8.0/24"}, "not a private range"),
        ({"subnet": "127.0.0.0/24"}, "not a private range"),
        ({"subnet": "192.168.50.0/29"}, "too small"),
        ({"subnet": "192.168.50.0/27", "boxes": ["a", "b"]}, "too small"),
    ],
)
def test_bad_options_name_the_value_and_the_way_out(options: dict[str, str], said: str) -> None:
    with pytest.raises(DockwrightError) as error:
        make_settings(**options)  # type: ignore[arg-type]
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_bridge_name_fits_into_an_interface_name() -> None:
    assert len(make_settings("a" * 12).bridge) <= 15


def test_the_record_comes_back_as_it_was(tmp_path: Path) -> None:
    lab = make_settings("dev", ["docker", "extra"], "trixie", "10.9.0.0/24", tmp_path)
    assert LabSettings.from_json(lab.to_json(), tmp_path) == lab


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"name": "x", "boxes": 3}'])
def test_a_broken_record_is_one_error(text: str, tmp_path: Path) -> None:
    with pytest.raises(DockwrightError, match="lab down"):
        LabSettings.from_json(text, tmp_path)


def test_up_again_without_options_means_the_lab_as_it_is(tmp_path: Path) -> None:
    lab = make_settings("dev", ["docker"], "trixie", "10.9.0.0/24", tmp_path)
    lab.folder.mkdir()
    (lab.folder / "lab.json").write_text(lab.to_json())
    assert settings_for("dev", state_dir=tmp_path) == lab
    with pytest.raises(DockwrightError, match="made with trixie"):
        settings_for("dev", suite="bookworm", state_dir=tmp_path)
    with pytest.raises(DockwrightError, match=r"made with 10\.9.0\.0/24"):
        settings_for("dev", subnet="10.8.0.0/24", state_dir=tmp_path)


def test_the_environment_names_lab_and_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOCKWRIGHT_LAB", "other")
    monkeypatch.setenv("DOCKWRIGHT_LAB_STATE", str(tmp_path))
    assert (lab_name(), lab_name("mine"), state_folder()) == ("other", "mine", tmp_path)


def test_a_lab_that_is_not_there_is_down(tmp_path: Path) -> None:
    with pytest.raises(DockwrightError, match=r"lab dev is down.*dockwright lab up --name dev"):
        load("dev", tmp_path)
    with pytest.raises(DockwrightError, match="lab dev is down"):
        inventory("dev", tmp_path)
