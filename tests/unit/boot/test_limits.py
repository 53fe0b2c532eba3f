"""The limits of a container, and where its line or the site goes before what holds for all."""

from typing import Any

import pytest

from dockwright.boot.group import group
from dockwright.boot.job import Group
from dockwright.boot.limits import DEFAULT_LIMITS, limits_for
from dockwright.errors import DockwrightError

LIMITS = ("--security-opt", "no-new-privileges", "--cap-drop", "ALL")


def make(line: str, leaf: str = "zenweb", **options: Any) -> Group:
    return group(leaf, line, "Procfile", **options)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("--privileged", ("--privileged",)),
        ("--privileged=false", (*LIMITS, "--privileged=false")),
        ("--cap-add CHOWN", (*LIMITS, "--cap-add", "CHOWN")),
        ("--cap-add all", (*LIMITS[:2], "--cap-add", "all")),
        ("--cap-drop CHOWN", (*LIMITS[:2], "--cap-drop", "CHOWN")),
        (
            "--security-opt no-new-privileges:false",
            (*LIMITS[2:], "--security-opt", "no-new-privileges:false"),
        ),
        ("--security-opt seccomp=/x", (*LIMITS, "--security-opt", "seccomp=/x")),
    ],
)
def test_limits_hold_unless_the_run_line_says_otherwise(
    options: str, expected: tuple[str, ...]
) -> None:
    [job] = make(f"web: docker run {options} zenweb").jobs
    at = job.argv.index("--log-driver")
    assert (*job.argv[4:at], *job.argv[at + 2 : -1]) == expected


def test_a_sites_limit_gives_way_to_the_same_option() -> None:
    limits = [("memory", "1g"), ("ulimit", "nofile=10"), ("ulimit", "nproc=5"), ("init", None)]
    [job] = make("web: docker run -m 2g --ulimit nofile=9 zenweb", limits=limits).jobs
    assert job.argv[4:-1] == (
        *("--ulimit", "nproc=5", "--init", "--log-driver", "none"),
        *("--memory", "2g", "--ulimit", "nofile=9"),
    )


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ([], [("security-opt", "no-new-privileges"), ("cap-drop", "ALL")]),
        ([("security-opt", "no-new-privileges=false")], [("cap-drop", "ALL")]),
        ([("security-opt", "seccomp=unconfined")], [*DEFAULT_LIMITS]),
        ([("cap-add", "all")], [("security-opt", "no-new-privileges")]),
        ([("cap-add", "ALLOW")], [*DEFAULT_LIMITS]),
        ([("cap-drop", "CHOWN")], [("security-opt", "no-new-privileges")]),
        ([("privileged", None)], []),
        ([("privileged", "false")], [*DEFAULT_LIMITS]),
    ],
)
def test_what_a_run_line_leaves_standing(
    options: list[tuple[str, str | None]], kept: list[tuple[str, str]]
) -> None:
    assert limits_for(options, DEFAULT_LIMITS, "limits") == kept


def test_of_an_option_that_repeats_another_key_stays_and_of_one_that_does_not_none() -> None:
    options = [("ulimit", "nofile=1"), ("memory", "1g")]
    limits = [("ulimit", "nofile=9"), ("ulimit", "nproc=9"), ("memory", "2g"), ("init", None)]
    assert limits_for(options, limits, "x") == [("ulimit", "nproc=9"), ("init", None)]


def test_a_limit_that_docker_run_has_no_flag_for_is_told_with_where_it_stands() -> None:
    with pytest.raises(DockwrightError, match=r"^dockwright_limits: --memry: .*--memory"):
        limits_for([], [("memry", "1g")], "dockwright_limits")
