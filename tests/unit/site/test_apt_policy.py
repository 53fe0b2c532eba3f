"""Packages that are behind: recorded answers of boxes, and whatever a version table may hold.

The fixtures are what `facts/updates.sh` printed: on a Debian 12 with seven of its packages, on a
Debian 13, and on apt 2.6 over archives whose Release files say what Ubuntu's do.
"""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.facts.updates import BoxUpdates, Updates, Upgrade, UpgradeSteps
from dockwright.site.apt_policy import ENGINES, Outdated, is_engine, outdated, security_sources

FIXTURES = Path(__file__).parents[1] / "fixtures" / "apt"
SECURITY = "http://m.test/debian-security trixie-security/main amd64 Packages"
MAIN = "http://m.test/debian trixie/main amd64 Packages"


def lines(name: str) -> list[str]:
    return (FIXTURES / f"{name}.txt").read_text().splitlines()


def read(name: str) -> BoxUpdates:
    return Updates().read(lines(f"{name}.updates"))


def test_of_debian_12_what_its_security_archive_has_and_what_a_point_release_brings() -> None:
    found = {one.name: one for one in read("debian-12").outdated}
    assert set(found) == {"apt", "base-files", "bash", "curl", "libcap2", "zstd"}
    assert {name for name, one in found.items() if one.security} == {"apt", "zstd"}
    assert found["zstd"].installed == "1.5.4+dfsg2-5"
    assert found["zstd"].candidate == "1.5.4+dfsg2-5+deb12u1"


@pytest.mark.parametrize("name", ["debian-13", "ubuntu"])
def test_of_a_version_between_the_installed_and_the_new_one_security_counts_too(name: str) -> None:
    found = read(name).outdated
    assert [one.name for one in found if not one.security] == ["app-plain"]
    assert Outdated("app-mid", "1.0", "1.2", security=True) in found
    assert [one.name for one in found if one.held] == ["app-held"]
    assert [one.name for one in found if is_engine(one.name)] == ["containerd.io"]


@pytest.mark.parametrize("name", ["debian-13", "ubuntu"])
def test_what_apt_would_do_about_them(name: str) -> None:
    assert Upgrade().read(lines(f"{name}.upgrade")) == UpgradeSteps(
        upgraded={
            "containerd.io": ("1.0", "1.7"),
            "app-mid": ("1.0", "1.2"),
            "app-plain": ("1.0", "1.1"),
            "app-sec": ("1.0", "1.1"),
        },
        installed={"app-new": "1.0"},
        left=["app-big"],
        removes=["app-old"],
    )


def test_a_foreign_architecture_is_named() -> None:
    line = "Inst libc6:i386 [2.36-9] (2.36-9+deb12u14 Debian:12.15/oldstable [i386]) []"
    assert Upgrade().read([line]).upgraded == {"libc6:i386": ("2.36-9", "2.36-9+deb12u14")}


@pytest.mark.parametrize(
    ("release", "is_one"),
    [
        ("v=10,o=Debian,a=oldoldstable,n=buster,l=Debian-Security,c=main,b=amd64", True),
        ("v=12,o=Debian,a=oldstable-security,n=bookworm-security,l=Debian-Security,c=main", True),
        ("o=Debian,a=testing-security,n=forky-security,l=Debian-Security,c=main,b=arm64", True),
        ("v=14.04,o=Ubuntu,a=trusty-security,n=trusty,l=Ubuntu,c=main", True),
        ("v=22.04,o=UbuntuESM,a=jammy-infra-security,n=jammy,l=UbuntuESM,c=main,b=amd64", True),
        ("v=22.04,o=Ubuntu,a=jammy-updates,n=jammy,l=Ubuntu,c=main,b=amd64", False),
        ("v=13.8,o=Debian,a=stable,n=trixie,l=Debian,c=main,b=amd64", False),
        ("o=security-tools,a=stable,n=x,l=Security Tools of Corp,c=main", False),
    ],
)
def test_which_archives_are_of_security(release: str, is_one: bool) -> None:
    said = [f" 500 {MAIN}", f"     release {release}", "     origin m.test"]
    assert security_sources(said) == (frozenset({MAIN}) if is_one else frozenset())


def test_before_apt_1_1_a_version_has_the_priority_0_and_uris_a_slash() -> None:
    source = "http://m.test/ubuntu/ trusty-security/main amd64 Packages"
    said = [
        f" 500 {source}",
        "     release v=14.04,o=Ubuntu,a=trusty-security,n=trusty,l=Ubuntu,c=main",
    ]
    table = ["bash:", "  Installed: 4.3-7", "  Candidate: 4.3-7.8", "  Version table:",
             "     4.3-7.8 0", f"        500 {source}", " *** 4.3-7 0"]  # fmt: skip
    assert outdated(table, security_sources(said)) == [Outdated("bash", "4.3-7", "4.3-7.8", True)]


def test_a_phased_one_and_one_that_a_pin_holds_back_or_pulls_down() -> None:
    table = ["app:", "  Installed: 2.0", "  Candidate: {}", "  Version table:",
             "     4.0 500 (phased 20%)", f"        500 {MAIN}",
             "     3.0 500", f"         -1 {SECURITY}",
             " *** 2.0 100", "        100 /var/lib/dpkg/status",
             "     1.0 1001", f"       1001 {MAIN}"]  # fmt: skip

    def found(candidate: str) -> list[Outdated]:
        return outdated([line.format(candidate) for line in table], [SECURITY])

    assert found("4.0") == [Outdated("app", "2.0", "4.0", security=True)]
    assert found("3.0") == [Outdated("app", "2.0", "3.0", security=True)]
    assert found("1.0") == found("2.0") == []


names = st.from_regex(r"[a-z0-9][a-z0-9+.-]{1,20}", fullmatch=True)
versions = st.from_regex(
    r"([0-9]{1,2}:)?[0-9][A-Za-z0-9.+~]{0,12}(-[A-Za-z0-9.+~]{1,8})?", fullmatch=True
)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        names,
        st.tuples(
            st.lists(st.tuples(versions, st.lists(st.sampled_from([MAIN, SECURITY]), max_size=2)),
                     min_size=1, max_size=4, unique_by=lambda one: one[0]),
            st.integers(0, 3),
            st.booleans(),
        ),
        max_size=5,
    )
)  # fmt: skip
def test_any_table_is_read_as_it_was_written(
    table: dict[str, tuple[list[tuple[str, list[str]]], int, bool]],
) -> None:
    said, expected = [], []
    for name, (newer, place, held) in table.items():
        place = min(place, len(newer) - 1)
        candidate = newer[place][0]
        said += [f"{name}:", "  Installed: 0~old", f"  Candidate: {candidate}", "  Version table:"]
        for version, sources in newer:
            said += [f"     {version} 500", *(f"        500 {source}" for source in sources)]
        said += [" *** 0~old 100", "        100 /var/lib/dpkg/status", "     0 500",
                 f"        500 {SECURITY}"]  # fmt: skip
        fixes = any(SECURITY in sources for _, sources in newer[place:])
        expected.append(Outdated(name, "0~old", candidate, fixes, held))
    on_hold = [one.name for one in expected if one.held]
    assert outdated(said, [SECURITY], on_hold) == sorted(expected, key=lambda one: one.name)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=20))
def test_whatever_a_box_answers_is_read_or_left(said: list[str]) -> None:
    outdated(said, security_sources(said))
    Upgrade().read(said)


def test_packages_that_only_begin_like_the_engine_s_are_none() -> None:
    assert all(map(is_engine, ENGINES))
    assert is_engine("docker.io:i386")
    others = ["docker-registry", "docker2aci", "dockerpty", "python3-docker", "containernetworking"]
    assert not any(map(is_engine, [*others, "runcit", "docker", "podman", "golang-docker-dev"]))
