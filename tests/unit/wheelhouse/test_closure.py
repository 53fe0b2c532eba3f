"""What wheels lack for a package to be installed from them alone."""

from pathlib import Path

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from dockwright.wheelhouse.closure import closure, named
from dockwright.wheelhouse.target import Target
from tests.unit.wheelhouse.wheels import put

NEWEST, OLDEST = Target("3.13"), Target("3.11")


def test_a_requirement_follows_extras_versions_and_platforms(tmp_path: Path) -> None:
    wheels = [
        put(tmp_path, "app", "1.0", "lib[fast]>=2"),
        put(tmp_path, "lib", "1.0"),
        put(tmp_path, "lib", "2.0", "quick; extra == 'fast'", "slow; extra == 'safe'"),
        put(tmp_path, "quick", tag="cp39-abi3-manylinux_2_34_x86_64"),
        put(tmp_path, "quick", "2.0", tag="cp313-cp313-manylinux_2_39_x86_64"),
    ]
    found = closure("app", wheels, NEWEST, {})
    assert {path.name for path in found.wheels} == {
        wheels[0].name, wheels[2].name, wheels[3].name,
    }  # fmt: skip
    assert found.lacking == []
    assert closure("lib[safe]", wheels, NEWEST, {}).lacking == ["slow"]
    assert closure("lib>=3", wheels, NEWEST, {}).lacking == ["lib>=3"]


def test_a_pin_leaves_out_what_is_newer_and_a_prerelease_counts(tmp_path: Path) -> None:
    wheels = [put(tmp_path, "lib", version) for version in ("1.0", "2.0", "3.0rc1")]
    assert closure("lib", wheels, NEWEST, {}).wheels == {wheels[2]}
    pins = {canonicalize_name("lib"): SpecifierSet("<2")}
    assert closure("lib", wheels, NEWEST, pins).wheels == {wheels[0]}
    assert closure("lib>1", wheels, NEWEST, pins).lacking == ["lib>1"]


def test_markers_are_those_of_the_target_and_not_of_this_python(tmp_path: Path) -> None:
    needs = ("new; python_version >= '3.13'", "old; python_version < '3.12'")
    app = put(tmp_path, "app", "1.0", *needs, "mac; sys_platform == 'darwin'")
    assert closure("app", [app], NEWEST, {}).lacking == ["new"]
    assert closure("app", [app], OLDEST, {}).lacking == ["old"]


def test_packages_that_require_each_other_end(tmp_path: Path) -> None:
    wheels = [put(tmp_path, "a", "1.0", "b"), put(tmp_path, "b", "1.0", "A[x]; extra == ''", "a")]
    assert closure("a", wheels, NEWEST, {}).wheels == set(wheels)


def test_what_is_no_whole_wheel_is_nobody_s(tmp_path: Path) -> None:
    whole = put(tmp_path, "My.Lib", "1.2")
    assert named(whole) == ("my-lib", Version("1.2"))
    half = tmp_path / "lib-1.0-py3-none-any.whl"
    half.write_bytes(whole.read_bytes()[:-30])
    (tmp_path / "notes.txt").write_text("")
    for path in (half, tmp_path / "notes.txt"):
        assert named(path)[0] is None
    assert closure("lib", [half], NEWEST, {}).lacking == ["lib"]
