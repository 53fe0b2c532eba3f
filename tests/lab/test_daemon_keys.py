"""What a running engine takes of daemon.json at SIGHUP, asked of engines of three ages.

It is the oracle of `dockwright.engine.settings.reload`: what that calls taken the engine has after
a reload, and what it has restart the engine the engine has not before one.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from dockwright.engine.settings.reload import is_enough
from tests.lab.labs.engine_box import LABS, EngineBox, engine_box
from tests.lab.labs.every_run import rows

# by key, a value that is no engine's default, and what `docker info` says once it counts; None:
# the engine's log alone tells
TAKEN: dict[str, tuple[Any, str | None, str]] = {
    "debug": (True, "{{.Debug}}", "true"),
    "labels": (["a=1"], "{{json .Labels}}", '["a=1"]'),
    "live-restore": (True, "{{.LiveRestoreEnabled}}", "true"),
    "runtimes": ({"other": {"path": "runc"}}, '{{index .Runtimes "other" | json}}', "runc"),
    "default-runtime": ("other", "{{.DefaultRuntime}}", "other"),
    "insecure-registries": (["r.test:5000"], "{{json .RegistryConfig}}", "r.test:5000"),
    "registry-mirrors": (["https://m.test/"], "{{json .RegistryConfig.Mirrors}}", "m.test"),
    "shutdown-timeout": (1021, None, "1021"),
    "default-shm-size": ("96m", None, "100663296"),
    "max-concurrent-downloads": (1007, None, "1007"),
    "max-concurrent-uploads": (1008, None, "1008"),
    "max-download-attempts": (1009, None, "1009"),
}
# the same of keys that take a restart; what `docker info` or a network says is what counts
RESTART: dict[str, tuple[Any, str, str]] = {
    "log-driver": ("journald", "docker info --format '{{.LoggingDriver}}'", "journald"),
    "mtu": (1300, "docker network inspect bridge", '"com.docker.network.driver.mtu": "1300"'),
    "bip": ("10.99.0.1/24", "docker network inspect bridge", "10.99.0"),
    "icc": (False, "docker network inspect bridge", 'enable_icc": "false"'),
    "experimental": (True, "docker info --format '{{.ExperimentalBuild}}'", "true"),
    "no-new-privileges": (True, "docker info --format '{{json .SecurityOptions}}'",
                          "no-new-privileges"),
    "default-address-pools": ([{"base": "10.98.0.0/16", "size": 24}],
                              "docker info --format '{{json .DefaultAddressPools}}'", "10.98.0.0"),
    "data-root": ("/var/lib/other", "docker info --format '{{.DockerRootDir}}'", "/var/lib/other"),
}  # fmt: skip
STORE = {"containerd-snapshotter": True}
_FILE = "sudo mkdir -p /etc/docker && sudo tee /etc/docker/daemon.json >/dev/null"
# the engine's log since the reload, until it says what it has
_RELOAD = """
since=$(date +%s.%N)
sudo systemctl reload docker
for _ in $(seq 50); do
  said=$(sudo journalctl -o cat -u docker --since "@$since" | grep 'Reloaded conf') && break
  sleep 0.1
done
printf '%s' "$said"
"""


@pytest.fixture(scope="module", params=rows(LABS, ["26.1"]))
def box(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EngineBox]:
    with engine_box(request.param, tmp_path_factory.mktemp("keys")) as made:
        yield made


@pytest.fixture(autouse=True)
def _without_keys(box: EngineBox) -> Iterator[None]:
    yield
    box.ssh(_FILE, stdin="{}")
    box.ssh("sudo systemctl reset-failed docker; sudo systemctl restart docker")


def reloaded(box: EngineBox, keys: dict[str, Any]) -> dict[str, Any]:
    """Have ``keys`` in daemon.json, and reload; what the engine says that it has now."""
    box.ssh(_FILE, stdin=json.dumps(keys))
    line = box.ssh(_RELOAD)
    # 28 has it apart from the words
    said = re.search(r'Reloaded configuration(: |" config=")(\{.*\})"?', line)
    assert said, line
    return dict(json.loads(said[2].replace('\\"', '"').replace("\\\\", "\\")))


def asked(box: EngineBox, said: dict[str, Any], key: str, info: str | None) -> str:
    """What the engine has of ``key``: by `docker info`, else by what it ``said``."""
    if info is None:
        return json.dumps(said.get(key))
    return box.ssh(f"sudo docker info --format '{info}'")


def test_what_is_taken_at_sighup_is_there_after_it(box: EngineBox) -> None:
    base: dict[str, Any] = {"runtimes": TAKEN["runtimes"][0]}
    wrong = []
    for key, (value, info, sign) in TAKEN.items():
        assert is_enough({key}, set()), key
        has = asked(box, reloaded(box, {**base, key: value}), key, info)
        if sign not in has:
            wrong.append(f"{key}: {has}")
        has = asked(box, reloaded(box, base), key, info)
        if key != "runtimes" and (sign in has) == is_enough({key}, {key}):
            wrong.append(f"{key} gone from the file: {has}")
    assert wrong == []


def test_what_takes_a_restart_does_not_count_before_it(box: EngineBox) -> None:
    wrong = []
    for key, (value, asked, sign) in RESTART.items():
        assert not is_enough({key}, set()), key
        reloaded(box, {key: value})
        before = box.ssh(f"sudo {asked}")
        box.ssh("sudo systemctl reset-failed docker; sudo systemctl restart docker")
        after = box.ssh(f"sudo {asked}")
        if sign in before or sign not in after:
            wrong.append(f"{key}: {before}, and after the restart {after}")
    assert wrong == []


def test_the_image_store_that_runs_stays_until_a_restart(box: EngineBox) -> None:
    if box.engine == "20.10":
        pytest.skip("it has one image store")
    line = "sudo docker info --format '{{.Driver}}'"
    reloaded(box, {"features": STORE})
    assert box.ssh(line) == "overlay2"
    box.ssh("sudo systemctl restart docker")
    assert box.ssh(line) == "overlayfs"
    assert not is_enough({"features"}, set())
