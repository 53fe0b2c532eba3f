"""Build arguments on their way to `docker build`: in its environment, and in no command line."""

import base64
import subprocess

import pytest

from dockwright.engine.build import BuildRequest
from dockwright.engine.build import buildkit as build_kit

HOSTILE = {
    "GEM_SOURCE": "https://user:s3cret@gems.example/",
    "number": 'it\'s $(id) `id` \\ "q"\nsecond line\n',
    "dir": "/",
    "EMPTY": "",
}


def sent(args: dict[str, str]) -> tuple[list[str], list[str]]:
    """The words of `docker build`, and the lines that set its environment."""
    words, values = [], []
    made = list(
        build_kit._input(BuildRequest("web", "web/Dockerfile", "Dockerfile", b"", args=args))
    )
    for line in made[:-2]:
        kind, text = line.split(b" ", 1)
        (words if kind == b"a" else values).append(base64.b64decode(text).decode())
    return words, values


def test_a_value_is_not_among_the_words() -> None:
    words, _ = sent(HOSTILE)
    assert words == ["--file", "Dockerfile", *(f"--build-arg={name}" for name in HOSTILE)]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_value_is_what_it_was_in_the_environment(name: str) -> None:
    _, values = sent(HOSTILE)
    done = subprocess.run(
        # the words stay whatever a value's name is
        ["sh", "-c", '. /dev/stdin; exec "$@"', "sh", "printenv", "-0", name],
        input="\n".join(values),
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert done.stdout == f"{HOSTILE[name]}\0"


def test_what_no_shell_can_export_or_the_client_would_take_for_itself_stays_a_word() -> None:
    words, values = sent({"a-b": "1", "DOCKER_HOST": "tcp://x"})
    assert words[2:] == ["--build-arg=a-b=1", "--build-arg=DOCKER_HOST=tcp://x"]
    assert values == []


def test_the_script_is_valid_shell() -> None:
    subprocess.run(["sh", "-n"], input=build_kit._BUILD, text=True, check=True, timeout=30)
