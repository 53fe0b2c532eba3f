"""What an init and a shell read back is the very value that was given."""

import re
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.boot.job import Group, Job
from dockwright.errors import DockwrightError
from dockwright.inits import systemd, upstart
from dockwright.inits.env_file import env_file

NONCHARACTERS = [*range(0xFDD0, 0xFDF0)] + [
    p << 16 | n for p in range(17) for n in (0xFFFE, 0xFFFF)
]
VALUES = st.text(
    st.one_of(
        st.sampled_from("\n\r\t \"'\\%$`#;{}~*=éß☃x"),
        st.characters(
            exclude_characters=["\0", *map(chr, NONCHARACTERS)], exclude_categories=["Cs"]
        ),
    ),
    max_size=30,
)
HOSTILE = ["", " ", "a\nend script\n  b", "a\rb\n", "50% %n %%", "$X ${Y} $$", "it's", '"', "\\"]


def systemd_words(line: str) -> list[bytes]:
    """systemd.syntax(7) and systemd.service(5), read anew for this test."""
    words: list[bytes] = []
    rest = line
    while rest := rest.lstrip(" "):
        word = b""
        if rest[0] == '"':
            i = 1
            while rest[i] != '"':
                if rest[i] == "\\":
                    if rest[i + 1] == "x":
                        word += bytes([int(rest[i + 2 : i + 4], 16)])
                        i += 4
                        continue
                    assert rest[i + 1] in '"\\'
                    i += 1
                word += rest[i].encode()
                i += 1
            rest = rest[i + 1 :]
            assert rest[:1] in ("", " ")
        else:
            plain, _, rest = rest.partition(" ")
            assert not re.search(r"""["'\\;]""", plain)
            word = plain.encode()
        for special in (b"%", b"$"):
            assert word.replace(special * 2, b"").count(special) == 0
            word = word.replace(special * 2, special)
        words.append(word)
    return words


@settings(max_examples=300)
@given(st.lists(VALUES, max_size=5))
def test_systemd_reads_back_every_argument_from_one_line(words: list[str]) -> None:
    line = " ".join(systemd.exec_word(word) for word in words)
    assert not re.search(r"[\x00-\x1f\x7f]", line)
    assert systemd_words(line) == [word.encode() for word in words]


def systemd_values(text: str) -> dict[str, str]:
    """The EnvironmentFile= grammar of systemd.exec(5), for values in double quotes."""
    found = {}
    while text:
        name, _, text = text.partition('="')
        value, i = "", 0
        while text[i] != '"':
            if text[i] == "\\" and text[i + 1] in '"\\`$\n':
                i += 1
                assert text[i] != "\n"
            value += text[i]
            i += 1
        assert text[i : i + 2] == '"\n'
        found[name], text = value, text[i + 2 :]
    return found


def job(env: dict[str, str], *command: str) -> Job:
    return Job("app", "web", 1, "app", ("run", "app", *command), (), tuple(env.items()), 10)


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(["A", "B_2", "path"]), VALUES))
def test_systemd_reads_back_every_value_of_the_environment_file(env: dict[str, str]) -> None:
    assert systemd_values(env_file(job(env)).text) == env


def test_a_shell_that_runs_upstarts_script_hands_over_the_very_words_and_values(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("bin")
    sh, env = shutil.which("sh"), shutil.which("env")
    assert sh is not None
    assert env is not None
    program = folder / "docker"
    program.write_text(f'#!{sh}\nprintf "%s\\0" "$@" -- \n{env} -0\n')
    program.chmod(0o755)
    env_path = folder / "values.env"

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(VALUES, max_size=4), st.dictionaries(st.sampled_from(["A", "nl", "PATH"]), VALUES)
    )
    def run(words: list[str], given_env: dict[str, str]) -> None:
        made = job(given_env, *HOSTILE, *words)
        texts = {file.path: file.text for file in upstart.files(Group("app", (made,), ()))}
        conf = texts["/etc/init/dockwright-app.web.1.conf"]
        script = re.search(r"^script\n(.*?)^end script$", conf, re.DOTALL | re.MULTILINE)
        assert script is not None
        if given_env:
            env_path.write_bytes(texts["/etc/dockwright/env/app.web.1.env"].encode())
        done = subprocess.run(
            [sh, "-e"],
            input=script[1].replace("/etc/dockwright/env/app.web.1.env", str(env_path)).encode(),
            env={"PATH": f"{folder}:/usr/bin:/bin"},
            capture_output=True,
            check=True,
        )
        got = done.stdout.decode().split("\0")[:-1]
        cut = got.index("--")
        assert got[:cut] == ["run", "app", *HOSTILE, *words]
        values = dict(item.split("=", 1) for item in got[cut + 1 :])
        assert {name: values.get(name) for name in given_env} == given_env

    run()


@given(st.lists(VALUES, max_size=3))
def test_no_word_starts_a_line_of_its_own_in_an_upstart_job(words: list[str]) -> None:
    for word in words:
        assert "\n" not in upstart.sh_word(word)
        assert "\r" not in upstart.sh_word(word)


def test_a_noncharacter_is_refused_since_systemd_takes_none() -> None:
    with pytest.raises(DockwrightError, match="noncharacter"):
        systemd.exec_word("a\ufffe")
    with pytest.raises(DockwrightError, match=r"env of app\.web\.1: A: .*noncharacter") as caught:
        env_file(job({"A": "s3cret\ufdd0"}))
    assert "s3cret" not in str(caught.value)
