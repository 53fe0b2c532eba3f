"""A box with what its deploys need of the others: registries, ports, certificates."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from dockwright.deploys.box import Box, _address, _main
from dockwright.errors import DockwrightError
from dockwright.site.settings import Settings


def _box(name: str = "docker", registry: str = "r.test:5443", **given: object) -> Box:
    others = {"192.168.50.21:5000": "second"}
    return Box(name, Settings(**given), registry, "first", others, {})  # type: ignore[arg-type]


def test_the_main_registry_comes_first_and_each_has_its_host() -> None:
    assert list(_box().registries.items()) == [
        ("r.test:5443", "first"), ("192.168.50.21:5000", "second"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "registry", "tls", "ports"),
    [
        ("docker", "r.test:5443", True, {}),
        ("first", "r.test:5443", True, {5000: 5443}),
        ("first", "r.test", True, {5000: 443}),
        ("first", "r.test", False, {5000: 80}),
        ("second", "r.test", True, {5000: 5000}),
    ],
)
def test_a_registry_s_box_publishes_the_port_that_its_name_says(
    name: str, registry: str, tls: bool, ports: dict[int, int]
) -> None:
    assert _box(name, registry, registry_tls=tls).registry_ports == ports


def test_certificates_are_by_their_files_names_and_two_of_one_are_refused(tmp_path: Path) -> None:
    for path in ("corp.pem", "other.crt", "again/corp.crt"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(f"PEM of {path}")
    ones = [str(tmp_path / path) for path in ("corp.pem", "other.crt")]
    assert _box(ca_certificates=ones).certificates() == {
        "corp": "PEM of corp.pem", "other": "PEM of other.crt",
    }  # fmt: skip
    twice = [*ones, str(tmp_path / "again/corp.crt")]
    with pytest.raises(DockwrightError, match="another one is called corp too; rename one of the"):
        _box(ca_certificates=twice).certificates()
    (tmp_path / "other.crt").write_bytes(b"\xff")
    for wrong in (tmp_path / "gone.pem", tmp_path / "other.crt"):
        with pytest.raises(DockwrightError, match=r"; name a PEM file of this machine$"):
            _box(ca_certificates=[str(wrong)]).certificates()


@pytest.mark.parametrize(
    "named", ["[fd00::2]:5000", "[FD00:0::0002]:5000", "two.test:5000", "two.test"]
)
def test_the_main_registry_is_the_box_that_it_names_whichever_way_its_address_is_written(
    named: str,
) -> None:
    keepers = [
        SimpleNamespace(name=name, data={"dockwright_address": address, "dockwright_hostname": own})
        for name, address, own in (("one", "fd00::1", "one.test"), ("two", "FD00::2", "two.test"))
    ]
    assert _main(keepers, named).name == "two"
    assert _main(keepers, None).name == "one"
    assert [_address(keeper) for keeper in keepers] == ["fd00::1", "fd00::2"]
