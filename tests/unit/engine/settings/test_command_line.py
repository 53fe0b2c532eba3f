"""The engine's command line: what it sets, by daemon.json's keys, and where that clashes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.engine.settings.clash import left_to_file
from dockwright.engine.settings.command_line import flags, satisfied, values
from dockwright.engine.settings.service_command import words
from dockwright.errors import DockwrightError


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("-D", {"debug": "true"}),
        ("--debug=false", {"debug": "false"}),
        ("-D=false --mtu 1400", {"debug": "false", "mtu": "1400"}),
        ("-DH fd:// -l warn", {"debug": "true", "hosts": ["fd://"], "log-level": "warn"}),
        ("-Hfd:// -H=tcp://:1", {"hosts": ["fd://", "tcp://:1"]}),
        ("--icc=false --ip-masq --bip 10.0.0.1/24",
         {"icc": "false", "ip-masq": "true", "bip": "10.0.0.1/24"}),
        ("-g /a -s overlay2 -b none -G docker -p /p",
         {"data-root": "/a", "storage-driver": "overlay2", "bridge": "none", "group": "docker",
          "pidfile": "/p"}),
        ("--log-opt max-size=1m --log-opt=tag=a=b", {"log-opts": {"max-size": "1m", "tag": "a=b"}}),
        ("--default-ulimit nofile=5:10 --default-ulimit core=1",
         {"default-ulimits": {"nofile": {"Name": "nofile", "Hard": "10", "Soft": "5"},
                              "core": {"Name": "core", "Hard": "1", "Soft": "1"}}}),
        ("--add-runtime x=/bin/x", {"runtimes": {"x": {"path": "/bin/x"}}}),
        ("--default-address-pool base=10.0.0.0/8,size=24",
         {"default-address-pools": [{"base": "10.0.0.0/8", "size": "24"}]}),
        ("--feature cdi --feature x=false", {"features": {"cdi": "true", "x": "false"}}),
        ("--dns 1.1.1.1,2.2.2.2 --dns 3.3.3.3", {"dns": ["1.1.1.1", "2.2.2.2", "3.3.3.3"]}),
        ("--host-gateway-ip 10.0.0.1",
         {"host-gateway-ip": "10.0.0.1", "host-gateway-ips": ["10.0.0.1"]}),
        ("--default-network-opt bridge=a=1 --default-network-opt bridge=b=2",
         {"default-network-opts": {"bridge": {"a": "1", "b": "2"}}}),
        ("--from-tomorrow --label a=b", {"from-tomorrow": "true", "labels": ["a=b"]}),
        ("--from-tomorrow x --label a=b", {"from-tomorrow": "x", "labels": ["a=b"]}),
        ("daemon -H fd:// -- -D", {"hosts": ["fd://"]}),
        ("--log-driver", {"log-driver": "true"}),
        ("", {}),
    ],
)  # fmt: skip
def test_flags_are_told_by_their_keys(line: str, keys: dict[str, Any]) -> None:
    assert values(flags(["/usr/bin/dockerd", *line.split()])) == keys


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


@pytest.mark.parametrize(
    ("line", "asked", "left"),
    [
        ("--mtu=1400", {"mtu": 1400, "debug": True}, {"debug": True}),
        ("-D", {"debug": True}, {}),
        ("--userland-proxy=false", {"userland-proxy": False}, {}),
        ("--label a=1 --label b=1", {"labels": ["b=1"]}, {}),
        ("--log-opt max-size=5m", {"log-opts": {"max-size": "5m"}}, {}),
        ("--default-ulimit nofile=5:10",
         {"default-ulimits": {"nofile": {"Name": "nofile", "Soft": 5, "Hard": 10}}}, {}),
        ("--default-address-pool base=10.0.0.0/8,size=24",
         {"default-address-pools": [{"base": "10.0.0.0/8", "size": 24}]}, {}),
        # dockerd joins these
        ("--add-runtime x=/bin/x", {"runtimes": {"y": {"path": "/bin/y"}}},
         {"runtimes": {"y": {"path": "/bin/y"}}}),
        # and takes the entries of such a map for settings by themselves
        ("--http-proxy=http://a", {"proxies": {"http-proxy": "http://a", "no-proxy": "b"}},
         {"proxies": {"no-proxy": "b"}}),
        ("--config-file=/etc/docker/daemon.json", {"mtu": 1}, {"mtu": 1}),
    ],
)  # fmt: skip
def test_what_the_command_line_has_already_is_not_written(
    line: str, asked: dict[str, Any], left: dict[str, Any]
) -> None:
    assert left_to_file(asked, flags(line.split()), "docker") == left


@pytest.mark.parametrize(
    ("line", "asked", "named"),
    [
        ("--log-driver=journald", {"log-driver": "local"}, "log-driver: .*--log-driver=journald"),
        ("-H fd://", {"hosts": ["tcp://:1"]}, r"hosts: .*-H fd://"),
        ("-g /a", {"data-root": "/b"}, "data-root: .*-g /a"),
        ("--label a=1", {"labels": ["a=1", "b=1"]}, "labels: .*--label=a=1"),
        ("--storage-opt a=1", {"storage-opts": ["a=2"]}, "storage-opts: "),
        ("--log-opt max-size=5m", {"log-opts": {"max-file": "2"}}, "log-opts: "),
        ("-D", {"debug": False}, "debug: false is asked for.* has -D;"),
        ("--config-file /a", {"mtu": 1}, "does not read"),
    ],
)
def test_another_value_there_is_an_error_that_names_key_and_flag(
    line: str, asked: dict[str, Any], named: str
) -> None:
    with pytest.raises(DockwrightError, match=rf"^box docker: daemon\.json: .*{named}") as error:
        left_to_file(asked, flags(line.split()), "docker")
    assert "\n" not in str(error.value)


def test_a_proxys_password_is_not_said() -> None:
    with pytest.raises(DockwrightError) as error:
        left_to_file(
            {"proxies": {"http-proxy": "http://me:s3cret@a"}},
            flags(["--http-proxy=http://u:hunter2@b"]),
            "docker",
        )
    assert "hunter2" not in str(error.value)
    assert "s3cret" not in str(error.value)


@given(st.lists(st.text() | st.sampled_from(["-", "--", "-D", "-H", "--log-opt", "--=", "-=x"])))
def test_any_words_are_read(found: list[str]) -> None:
    values(flags(found))


@given(st.lists(st.text()), st.lists(st.text()), st.lists(st.text()))
def test_any_lines_of_a_unit_are_read(start: list[str], one: list[str], two: list[str]) -> None:
    flags(words(start, one, two))


_VALUES = st.text(alphabet="abc=/:", min_size=1).filter(lambda text: not text.startswith("-"))


@given(
    st.sampled_from(["label", "dns", "host", "insecure-registry", "exec-opt", "registry-mirror"]),
    st.lists(_VALUES, min_size=1),
    st.booleans(),
)
def test_a_list_of_flags_satisfies_any_part_of_it(flag: str, found: list[str], apart: bool) -> None:
    written = [word for v in found for word in ([f"--{flag}", v] if apart else [f"--{flag}={v}"])]
    [(key, value)] = values(flags(written)).items()
    assert value == found
    assert left_to_file({key: found[:1]}, flags(written), "docker") == {}
    assert not satisfied([*found, "another"], value)
