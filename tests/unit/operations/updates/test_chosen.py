"""Which packages are upgraded: the engine's only where asked, and never held ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.errors import BoxError
from dockwright.facts.boot import Boot
from dockwright.facts.updates import BoxUpdates, UpgradeSteps
from dockwright.operations.updates.chosen import check, choose, chosen
from dockwright.site.apt_policy import Outdated

NAMES = st.sampled_from(["docker.io", "containerd", "runc", "docker-ce", "openssl", "zstd"])
PACKAGES = st.lists(
    st.builds(Outdated, NAMES, st.just("1"), st.just("2"), st.booleans(), st.booleans()),
    unique_by=lambda one: one.name,
)
ENGINE = {"docker.io", "containerd", "runc", "docker-ce"}


@given(PACKAGES, st.sampled_from(["security", "all"]), st.booleans(), st.booleans())
def test_each_package_is_wanted_or_kept_with_a_reason_or_not_asked_for(
    packages: list[Outdated], which: str, engine: bool, busy: bool
) -> None:
    made = choose(packages, which, engine, ["db"] if busy else [])
    kept = [one for its in made.kept.values() for one in its]
    asked = [one for one in packages if which == "all" or one.security]
    assert sorted([*made.wanted, *kept], key=str) == sorted(asked, key=str)
    assert not any(one.held for one in made.wanted)
    if not engine or busy:
        assert not ENGINE & set(made.names)


def test_a_box_is_asked_for_its_containers_only_where_its_engine_is_to_go() -> None:
    asked: list[bool] = []

    def boot() -> Boot:
        asked.append(True)
        return Boot(init="systemd")

    old = BoxUpdates(True, 0.0, [Outdated("zstd", "1", "2", True)])
    assert chosen(old, "all", True, boot).names == ["zstd"]
    old.outdated.append(Outdated("docker.io", "1", "2", True))
    assert chosen(old, "all", False, boot).names == ["zstd"]
    assert asked == []
    assert chosen(old, "all", True, boot).names == ["zstd", "docker.io"]
    assert asked == [True]


def test_what_apt_can_t_do_or_would_do_to_the_engine_is_refused() -> None:
    with pytest.raises(BoxError, match=r"box app1: apt: E: held; mend that there"):
        check("app1", UpgradeSteps(trouble=["E: held"]), engine=True)
    both = UpgradeSteps(upgraded={"libc6": ("1", "2"), "runc": ("1", "2")})
    with pytest.raises(BoxError, match=r"libc6: upgraded only together with the engine's runc"):
        check("app1", both, engine=False)
    check("app1", both, engine=True)
