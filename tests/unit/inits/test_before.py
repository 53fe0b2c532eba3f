"""What a job waits for at boot: read by a real shell, which is to hand on what docker is to see."""

import subprocess

from dockwright.inits.before import are_up


def _asked(up: str) -> list[str]:
    """The arguments of each call of docker, as the shell hands them on."""
    script = f'docker() {{ echo "$*" >&2; echo some; }}; {up}'
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    return done.stderr.splitlines()


def test_a_leaf_is_asked_for_by_its_whole_name() -> None:
    assert _asked(are_up(["db"], "docker")) == [
        "ps -q -f name=^db[.]",
        "ps -q -f name=^db[.] -f health=starting -f health=unhealthy",
    ]
