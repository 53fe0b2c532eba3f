"""The lines by which other tools push and pull: names of their own, and no login in an argument."""

import shlex

from tests.bench import transfer

PLACE = "192.168.72.20:5000"


def test_skopeo_copies_between_the_engine_and_the_registry() -> None:
    name = transfer._name(PLACE, "web")
    assert name == f"{PLACE}/bench/web:latest"
    of, to = shlex.split(transfer._skopeo(transfer.PUSH, name))[-2:]
    assert (of, to) == (f"docker-daemon:{name}", f"docker://{name}")
    of, to = shlex.split(transfer._skopeo(transfer.PULL, name))[-2:]
    assert (of, to) == (f"docker://{name}", f"docker-daemon:{name}")


def test_lines_run_as_root_until_one_fails() -> None:
    words = shlex.split(transfer._sudo(["docker push -q a", "docker push -q b"]))
    assert words[:3] == ["sudo", "sh", "-c"]
    assert words[3].split("; ")[1:] == ["set -e", "docker push -q a", "docker push -q b"]
