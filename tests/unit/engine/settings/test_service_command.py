"""The command by which an init starts the engine, with its variables filled in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.engine.settings.command_line import flags
from dockwright.engine.settings.service_command import words


@pytest.mark.parametrize(
    ("start", "environment", "variables", "found"),
    [
        (["ExecStart=/usr/bin/dockerd -H fd://"], [], [], ["-H", "fd://"]),
        (["ExecStart=/usr/bin/dockerd", "ExecStart=", "ExecStart=-/bin/dockerd -D"], [], [],
         ["-D"]),
        (["ExecStart=/usr/bin/dockerd $A ${B} --label=$C"], ['Environment=A=-D "B=a b" C=c'], [],
         ["-D", "a b", "--label=c"]),
        (["ExecStart=/usr/bin/dockerd $A"], ["Environment=A=-D"], ["A='--log-opt \"tag=a b\"'"],
         ["--log-opt", "tag=a b"]),
        (["ExecStart=/usr/bin/dockerd $A"], [], ["A=--mtu 1400 -D"], ["--mtu", "1400", "-D"]),
        (["ExecStart=/bin/sh -c 'exec /usr/bin/dockerd $A'"], [], ['A="-D"'],
         ["-c", "exec", "/usr/bin/dockerd", "-D"]),
        (['	exec "$DOCKERD" $DOCKER_OPTS --raw-logs'], [],
         ["DOCKERD=/bin/dockerd", 'DOCKER_OPTS="-D"', 'export DOCKER_OPTS="$DOCKER_OPTS -l w"'],
         ["-D", "-l", "w", "--raw-logs"]),
        ([], [], ["A=-D"], []),
        (["ExecStart=/usr/bin/dockerd 'open"], [], [], ["'open"]),
    ],
)  # fmt: skip
def test_the_command_of_a_unit_is_filled_in(
    start: list[str], environment: list[str], variables: list[str], found: list[str]
) -> None:
    assert words(start, environment, variables)[1:] == found


@given(st.lists(st.text()), st.lists(st.text()), st.lists(st.text()))
def test_any_lines_of_a_unit_are_read(start: list[str], one: list[str], two: list[str]) -> None:
    flags(words(start, one, two))
