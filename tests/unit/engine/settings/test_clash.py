"""What daemon.json may not say besides the engine's command line."""

from typing import Any

import pytest

from dockwright.engine.settings.clash import left_to_file
from dockwright.engine.settings.command_line import flags
from dockwright.errors import DockwrightError


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
