"""The engine's command line: what it sets, by daemon.json's keys, and where that clashes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.engine.settings.clash import left_to_file
from dockwright.engine.settings.command_line import flags, satisfied, values


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


@given(st.lists(st.text() | st.sampled_from(["-", "--", "-D", "-H", "--log-opt", "--=", "-=x"])))
def test_any_words_are_read(found: list[str]) -> None:
    values(flags(found))


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
