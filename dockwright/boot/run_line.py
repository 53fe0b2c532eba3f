"""A ``docker run`` line: image, command, options, and what a boot job cannot keep of it."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from posixpath import normpath

from dockwright.boot.flags import RunFlag, long_flag, short_flag
from dockwright.boot.ports import Port, parse
from dockwright.boot.words import split
from dockwright.errors import DockwrightError

# What the unit hides from docker's client, which reads the files that options name.
_HIDDEN = ("/home", "/root", "/run/user", "/tmp", "/var/tmp", "/dev")  # noqa: S108
Option = tuple[str, str | None]

# What pflag, docker's reader of flags, takes for a boolean (Go's strconv.ParseBool).
_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})
# Left out with a notice: the job does without them, or says them itself.
_LEFT_OUT = {
    "attach": "a boot job's log has the output",
    "cidfile": "the container has a fixed name",
    "detach": "a boot job stays in the foreground",
    "detach-keys": "a boot job has no terminal",
    "interactive": "a boot job has no terminal",
    "name": "the job gives its container's name",
    "pull": "the image is pulled before the job starts",
    "quiet": "the image is pulled before the job starts",
    "restart": "the init restarts a boot job",
    "rm": "a boot job always removes its container",
    "sig-proxy": "a boot job always passes signals on",
    "tty": "a boot job has no terminal",
}
# The opposite of what every boot job needs: errors.
_CONTRADICTED = {
    ("rm", "false"): "a boot job removes its container; keep data in a --volume",
    ("sig-proxy", "false"): "a boot job passes signals on; leave the flag out",
    ("help", None): "shows a help text and starts nothing; leave the flag out",
}


@dataclass(frozen=True)
class RunSpecification:
    """What a run line asks for.

    ``options`` stand in their written order under their long names, a boolean that is set with
    the value None; ``ports`` are its --publish options, read; ``notices`` say what was left out.
    """

    image: str  # as the line names it
    command: tuple[str, ...]  # the words behind the image; empty: the image's own command
    options: tuple[Option, ...]
    ports: tuple[Port, ...]
    notices: tuple[str, ...]


def read(command: str, where: str, *, port: int = 5000) -> RunSpecification:
    """Read one ``docker run [options] image [command …]`` as docker itself would.

    Args:
        command: the line, without its process name.
        where: what errors and notices call it, such as ``images/web/Procfile:3``.
        port: the number that ``$PORT`` stands for.

    Raises:
        DockwrightError: not docker run, an unknown flag, no image, what a boot job cannot do.

    Example:
        >>> read("docker run -p 11001:11001 zenweb", "Procfile:1").options
        (('publish', '11001:11001'),)
    """
    words = split(command, where, port=port)
    # what people put before it for a shell; a boot job has none, and is root
    while words[:1] in (("exec",), ("sudo",)):
        words = words[1:]
    start = 3 if words[1:2] == ("container",) else 2
    program = PurePosixPath(words[0]) if words else None
    is_docker = program is not None and program.name == "docker"
    if not is_docker or words[start - 1 : start] != ("run",):
        raise DockwrightError(
            f"{where}: {' '.join(words[:2])}: not a container; begin the line with docker run"
        )
    rest = words[start:]
    flags = list(_flags(rest, where))
    options = [(flag.name, value) for _, flag, value in flags]
    taken = flags[-1][0] if flags else 0
    arguments = rest[taken + 1 :] if rest[taken : taken + 1] == ("--",) else rest[taken:]
    if not arguments or not arguments[0]:
        raise DockwrightError(f"{where}: no image; name the leaf's own after the options")
    kept, notices = _sift(options, where)
    return RunSpecification(
        image=arguments[0],
        command=arguments[1:],
        options=kept,
        ports=tuple(parse(value or "", where) for name, value in kept if name == "publish"),
        notices=notices,
    )


def _flags(words: Sequence[str], where: str) -> Iterator[tuple[int, RunFlag, str | None]]:
    """Each flag before the image, its value, and how many words were taken up to its end."""
    i = 0
    while i < len(words) and words[i].startswith("-") and words[i] not in ("-", "--"):
        word, i = words[i], i + 1
        if word.startswith("--"):
            name, equals, written = word[2:].partition("=")
            flag = long_flag(name, where)
            if not flag.takes_value:
                yield i, flag, _boolean(written if equals else "true", word, where)
                continue
            value = written if equals else None
        else:
            letters, value = word[1:], None
            while letters:
                flag, letters = short_flag(letters[0], where), letters[1:]
                if flag.takes_value:
                    value = letters.removeprefix("=") if letters else None
                    break
                written = letters[1:] if letters.startswith("=") else "true"
                letters = "" if letters.startswith("=") else letters
                yield i, flag, _boolean(written, word, where)
            if not flag.takes_value:
                continue
        if value is None:
            if i == len(words):
                raise DockwrightError(f"{where}: {word}: needs a value; write it after the flag")
            value, i = words[i], i + 1
        yield i, flag, value


def _boolean(written: str, word: str, where: str) -> str | None:
    if written in _TRUE:
        return None
    if written in _FALSE:
        return "false"
    raise DockwrightError(f"{where}: {word}: {written!r}: not a boolean; use true or false")


def _sift(options: Sequence[Option], where: str) -> tuple[tuple[Option, ...], tuple[str, ...]]:
    kept: list[Option] = []
    notices: list[str] = []
    for name, value in options:
        shown = f"--{name}" if value is None else f"--{name}={value}"
        if (name, value) in _CONTRADICTED:
            raise DockwrightError(f"{where}: {shown}: {_CONTRADICTED[name, value]}")
        if name in _LEFT_OUT:
            notices.append(f"{where}: {shown}: left out; {_LEFT_OUT[name]}")
            continue
        if name == "publish-all" and value is None:
            notices.append(f"{where}: {shown}: on every address; name the ports with --publish")
        _stands_alone(name, value or "", where)
        kept.append((name, value))
    return tuple(kept), tuple(notices)


def _stands_alone(name: str, value: str, where: str) -> None:
    """Refuse what depends on where a person stands, and what a boot job does not see."""
    path = _path(name, value)
    if path is None:
        return
    if name == "volume":
        if path[:1] in (".", "~"):
            raise _no_folder(name, value, where)
        return
    if not path.startswith("/"):
        raise _no_folder(name, value, where)
    plain = normpath(path)
    hidden = [at for at in _HIDDEN if plain == at or plain.startswith(f"{at}/")]
    if hidden:
        raise DockwrightError(
            f"{where}: --{name} {value}: a boot job does not see {hidden[0]}; put it elsewhere, "
            "into /etc or /srv for instance"
        )


def _path(name: str, value: str) -> str | None:
    """The path on the box that an option names; None where it names none."""
    if name in ("env-file", "label-file"):
        return value
    if name == "volume":
        return value.partition(":")[0] if ":" in value else None
    if name == "security-opt" and value.partition("=")[0].partition(":")[0] == "seccomp":
        profile = value[len("seccomp=") :]
        return None if profile in ("unconfined", "builtin") else profile
    if name == "mount":
        # docker reads it as a line of CSV: a field with a comma is quoted
        fields = {
            key.strip().lower(): text
            for field in next(csv.reader([value]), [])
            for key, _, text in [field.partition("=")]
        }
        source = fields.get("source", fields.get("src"))
        return source if fields.get("type", "volume") == "bind" else None
    return None


def _no_folder(name: str, value: str, where: str) -> DockwrightError:
    return DockwrightError(
        f"{where}: --{name} {value}: a boot job has no folder of its own; write a full path"
    )
