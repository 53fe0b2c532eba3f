"""Jobs with hostile values everywhere a value can be: made by hypothesis, and read back.

Used with 2,000 of them in every run, 50,000 in the soak, and 1,000 on a box's own systemd.
"""

import re
import shlex
from collections.abc import Mapping
from pathlib import Path

from hypothesis import strategies as st

from dockwright.boot.env import checked
from dockwright.boot.group import group
from dockwright.boot.job import Group, Job
from dockwright.inits import systemd, upstart
from dockwright.inits.names import job_unit
from tests import systemd_reader
from tests.upstart import reader as upstart_reader

# systemd takes no Unicode noncharacter, and neither do we
NONCHARACTERS = [*range(0xFDD0, 0xFDF0)] + [
    plane << 16 | low for plane in range(17) for low in (0xFFFE, 0xFFFF)
]
_NO_FOLDER = "absent"  # no templates of the user's: the bundled ones are what is tried
_STANZAS = [
    *("end script", "[Service]", "ExecStartPre=/bin/false", "respawn", "exec false", "script"),
    *("\\\nUser=nobody", "\n[Install]\n", "\nend script\nexec false\n", "EOF", "# ;", "${nl%_}"),
]


def _text(without: str) -> st.SearchStrategy[str]:
    signs = [sign for sign in "\n\r\t \"'\\%$`#;{}()&|<>~*=:é߸☃x" if sign not in without]
    anything = st.characters(
        exclude_characters=["\0", *without, *map(chr, NONCHARACTERS)], exclude_categories=["Cs"]
    )
    free = st.text(st.one_of(st.sampled_from(signs), anything), max_size=30)
    stanzas = [text for text in _STANZAS if not set(without) & set(text)]
    return st.one_of(free, st.builds("".join, st.lists(st.sampled_from([*stanzas, *signs]))))


VALUES = _text(without="")
# a line of a Procfile has no line break in it
WORDS = _text(without="\n\r")
LEAVES = st.from_regex(r"[a-z0-9]{1,4}(?:(?:_|__|-{1,3})[a-z0-9]{1,4}){0,2}", fullmatch=True)
PROCESSES = st.from_regex(r"[A-Za-z0-9_-]{1,12}", fullmatch=True)
_NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,11}", fullmatch=True).filter(
    lambda name: not re.fullmatch(r"DOCKER_.*|LD_.*|OPTIND", name)
)
ENVIRONMENTS = st.dictionaries(
    st.one_of(_NAMES, st.sampled_from(["nl", "cr", "PATH", "IFS", "HOME", "UPSTART_JOB", "_x"])),
    VALUES,
    max_size=4,
)


@st.composite
def from_procfiles(draw: st.DrawFn) -> Group:
    """A leaf of one process whose run line, shell-quoted, and environment are hostile."""
    leaf, process = draw(LEAVES), draw(PROCESSES)
    volume = f"/{draw(WORDS)}:/data"
    command = draw(st.lists(WORDS, max_size=4))
    line = shlex.join(["docker", "run", "-v", volume, "-l", draw(WORDS), leaf, *command])
    made = group(leaf, f"{process}: {line}\n", "Procfile", env=draw(ENVIRONMENTS))
    assert made.jobs[0].argv[-len(command) - 1 :] == (leaf, *command)
    assert ("--volume", volume) in zip(made.jobs[0].argv, made.jobs[0].argv[1:], strict=False)
    return made


@st.composite
def from_values(draw: st.DrawFn) -> Group:
    """A job whose words have line breaks too, which no Procfile could give it."""
    leaf, process, env = draw(LEAVES), draw(PROCESSES), draw(ENVIRONMENTS)
    number = draw(st.integers(1, 12))
    name = f"{leaf}.{process}.{number}"
    argv = ("run", "--rm", "--name", name, *draw(st.lists(VALUES, max_size=5)))
    job = Job(leaf, process, number, leaf, argv, (), checked(env, "env"), 10)
    return Group(leaf, (job,), ())


GROUPS = st.one_of(from_procfiles(), from_values())


def systemd_reads_back(made: Group) -> None:
    """The unit has the directives of a harmless one, and gives the very words and values."""
    (job,) = made.jobs
    files = {file.path: file.text for file in systemd.files(made, _NO_FOLDER)}
    service = systemd_reader.directives(files[f"{systemd.FOLDER}/{systemd.service_name(job.name)}"])
    plain = systemd.files(_harmless(job), _NO_FOLDER)[-2].text
    assert [name for name, _ in service] == [
        name for name, _ in systemd_reader.directives(plain)
    ], "a directive more or less"
    command = dict(service)["ExecStart"]
    assert systemd_reader.words(command) == [
        word.encode() for word in ("/usr/bin/docker", *job.run(pull_never=True))
    ]
    secret = files.get(f"/etc/dockwright/env/{job.name}.env", "")
    assert systemd_reader.values(secret) == dict(job.env)


def upstart_reads_back(made: Group, folder: Path, record: Path) -> None:
    """The job has the stanzas of a harmless one, and a shell hands over the very words and values.

    ``folder`` has the recorder as ``docker``, which leaves what it got in ``record``.
    """
    (job,) = made.jobs
    files = {file.path: file.text for file in upstart.files(made, _NO_FOLDER)}
    text = files[f"{upstart.FOLDER}/{job_unit(job.name)}.conf"]
    stanzas = upstart_reader.read(text)
    plain = upstart_reader.read(upstart.files(_harmless(job), _NO_FOLDER)[-2].text)
    assert [stanza.name for stanza in stanzas] == [stanza.name for stanza in plain]
    assert [s.words for s in stanzas if s.name != "description"] == [
        s.words for s in plain if s.name != "description"
    ]
    if job.env:
        secret = folder / f"{job.name}.env"
        secret.write_bytes(files[f"/etc/dockwright/env/{job.name}.env"].encode())
        stanzas = upstart_reader.read(
            text.replace("\n  . /etc/dockwright/env/", f"\n  . {folder}/")
        )
    upstart_reader.start(stanzas, {"PATH": f"{folder}:/usr/bin:/bin"})
    found = upstart_reader.recorded(record)
    assert found is not None
    arguments, environment = found
    assert arguments == list(job.argv)
    _same(environment, dict(job.env))


def _same(found: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    assert {name: found.get(name) for name in wanted} == dict(wanted)


def _harmless(job: Job) -> Group:
    env = (("A", "1"),) if job.env else ()
    made = Job(job.leaf, job.process, job.number, "app", ("run", "app"), (), env, job.stop_timeout)
    return Group(job.leaf, (made,), ())
