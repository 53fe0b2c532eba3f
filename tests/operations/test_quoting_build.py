"""What a user writes reaches `docker build` of BuildKit word for word: none of it is executed.

The script that a box runs is run here by a real sh, with real tools; its `docker` notes its words,
and the environment that build arguments and secrets come by.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st
from shell import HOW, hostile

from dockwright.engine.build import BuildRequest
from dockwright.engine.build import buildkit as build_kit

_DOCKER = """#!/bin/sh
case $1 in buildx) exit 1 ;; image) exit 0 ;; esac
printf '%s\\0' "$@" >"$NOTES/words"
/usr/bin/env -0 >"$NOTES/environment"
cat >"$NOTES/context"
echo sha256:made >"$5"
"""
names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True).filter(
    # those that a shell keeps for itself: sh of the test's own, not of what is tested
    lambda name: (
        name not in ("NOTES", "PATH", "IFS", "PWD", "OLDPWD", "_", "PS4", "OPTIND", "PPID")
        and build_kit._VARIABLE.fullmatch(name)
    )
)


@HOW
@given(
    dockerfile=hostile,
    args=st.dictionaries(names, hostile, max_size=3),
    labels=st.dictionaries(hostile, hostile, max_size=2),
    secret=hostile,
)
def test_each_word_arrives_as_it_is_and_nothing_is_executed(
    dockerfile: str, args: dict[str, str], labels: dict[str, str], secret: str
) -> None:
    recipe = BuildRequest(
        "web", dockerfile, dockerfile, b"the context", args=args, labels=labels,
        secrets={"token": secret},
    )  # fmt: skip
    with TemporaryDirectory() as folder:
        notes = Path(folder)
        (notes / "docker").write_text(_DOCKER)
        (notes / "docker").chmod(0o755)
        script = build_kit._BUILD.replace("/run/", f"{folder}/")
        running = subprocess.Popen(
            ["sh", "-c", script], cwd=folder, start_new_session=True,
            env={"PATH": f"{folder}:/usr/bin:/bin", "NOTES": folder},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert running.stdin
        assert running.stdout
        running.stdin.write(b"".join(build_kit._input(recipe)))
        running.stdin.flush()
        # its standard input stays open until it ends, as on a box
        said = running.stdout.read()
        running.stdin.close()
        running.wait(30)
        assert said == b"dockwright-image sha256:made\n"
        words = (notes / "words").read_bytes().decode().split("\0")
        assert [word for word in words if word.startswith("--label=")] == [
            f"--label={name}={value}" for name, value in labels.items()
        ]
        assert words[words.index("--file") + 1] == dockerfile
        assert (notes / "context").read_bytes() == b"the context"
        environment = dict(
            line.split("=", 1)
            for line in (notes / "environment").read_bytes().decode().split("\0")
            if "=" in line
        )
        assert {name: environment.get(name) for name in args} == args
        assert environment["DOCKWRIGHT_SECRET_1"] == secret
        assert not list(notes.rglob("canary"))
