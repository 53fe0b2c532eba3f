"""What a leaf had before a switch: kept on its box, and put back from there.

Folders of a leaf, each with the files as they lay from / on: ``LEAF.pending`` while a switch has
not been seen to work; ``LEAF`` for `dockwright rollback` once it has, and behind it ``LEAF.2`` and
``LEAF.3``, the versions before that one.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Sequence
from shlex import quote
from typing import Any

from pyinfra.api import QuoteString, StringCommand
from pyinfra.api.host import Host

from dockwright.box import unanswered
from dockwright.box.answer import Question
from dockwright.box.ask import ask
from dockwright.box.process import Done, do
from dockwright.errors import BoxError, DockwrightError, shown
from dockwright.facts.boot import FORMER
from dockwright.inits.init import Argv, Init, Steps
from dockwright.inits.names import job_of
from dockwright.operations.script import Script

_KEEP = """
set -eu
kept=$1; overwrite=$2; shift 2
[ "$overwrite" = yes ] || [ ! -d "$kept" ] || exit 0
mkdir -p "${kept%/*}"
chmod 0700 "${kept%/*}"
rm -rf "$kept.new"
mkdir -m 0700 "$kept.new"
for path; do
    mkdir -p "$kept.new${path%/*}"
    cp -aT -- "$path" "$kept.new$path"
done
rm -rf "$kept"
mv -T "$kept.new" "$kept"
"""
# A switch that only changed settings is no way back to a former image: that one stays.
_PROMOTE = """
set -eu
[ -d "$1.pending" ] || exit 0
if grep -rqF -- "$2" "$1.pending"; then rm -rf "$1.pending"; exit; fi
rm -rf "$1.3"
[ ! -d "$1.2" ] || mv -T "$1.2" "$1.3"
[ ! -d "$1" ] || mv -T "$1" "$1.2"
mv -T "$1.pending" "$1"
"""
# A version that runs again is no former one any more, nor are those that came after it.
_WENT_BACK = """
set -eu
rm -rf "$1.pending" "$1.to"
for _ in $(seq "$2"); do
    rm -rf "$1"
    [ ! -d "$1.2" ] || mv -T "$1.2" "$1"
    [ ! -d "$1.3" ] || mv -T "$1.3" "$1.2"
done
"""
_IMAGINE = """
set -eu
rm -rf "$2"
cp -aT -- "$1" "$2"
find "$2" -type f ! -path "$2/etc/dockwright/*" -exec sed -i "$3" {} +
"""
# File by file: copying a folder would give its mode to the one it is copied to, / among them.
_PUT_BACK = """
set -eu
kept=$1; shift
for path; do
    mkdir -p "${path%/*}"
    cp -aT -- "$kept$path" "$path.dockwright-new"
    mv -fT -- "$path.dockwright-new" "$path"
done
"""


def pending(leaf: str) -> str:
    """Where the leaf's files are kept until a switch is seen to work.

    Example:
        >>> pending("zenweb")
        '/var/lib/dockwright/former/zenweb.pending'
    """
    return f"{FORMER}/{leaf}.pending"


def versions(leaf: str) -> tuple[str, ...]:
    """Where the leaf's former versions are kept, the newest first.

    Example:
        >>> versions("zenweb")[1]
        '/var/lib/dockwright/former/zenweb.2'
    """
    return (f"{FORMER}/{leaf}", f"{FORMER}/{leaf}.2", f"{FORMER}/{leaf}.3")


def keep(leaf: str, paths: Sequence[str], *, works: bool) -> Script:
    """The command that keeps ``paths`` before a switch.

    Args:
        leaf: whose they are.
        paths: absolute paths on the box.
        works: whether the leaf is up with them; if not, what an interrupted switch kept stays.

    Example:
        >>> keep("zenweb", ["/etc/dockwright/env/zenweb.web.1.env"], works=True)  # doctest: +SKIP
    """
    return Script(
        f"{leaf}: keep its former jobs", _KEEP, pending(leaf), "yes" if works else "no", *paths
    )


class Former:
    """What a box keeps of a leaf's former files, and the way back to them."""

    def __init__(self, host: Host, kind: Init, leaf: str, arguments: dict[str, Any]) -> None:
        self.host, self.kind, self.leaf, self.arguments = host, kind, leaf, arguments
        self.began = 0

    def begin(self) -> None:
        """Take the box's time: what its containers said before is of no interest."""
        [moment] = self._asked("date +%s", "its time")
        self.began = int(moment)

    def kept_in(self, folder: str) -> tuple[str, ...]:
        """The paths that ``folder`` keeps; none where there is no such folder."""
        where = quote(folder)
        listing = f"[ ! -d {where} ] || find {where} ! -type d -printf '/%P\\n'"
        return tuple(self._asked(listing, f"what is kept of {self.leaf}"))

    def put_back(self, folder: str, declared: Collection[str]) -> tuple[str, ...]:
        """Put back what ``folder`` keeps, start its jobs, and return their names.

        Args:
            folder: where it is kept.
            declared: paths that the leaf has now; those that ``folder`` lacks are removed.

        Raises:
            DockwrightError: a command failed on the box.
        """
        kept = self.kept_in(folder)
        gone = [path for path in declared if path not in kept]
        units = [unit for path in kept if (unit := self.kind.unit_of(path)) is not None]
        jobs = {job: unit for unit in units if (job := job_of(unit, self.leaf)) is not None}
        self.say(self.kind.forget, [u for p in gone if (u := self.kind.unit_of(p))], check=False)
        if gone:
            self.run(StringCommand("rm", "-f", *map(QuoteString, gone)))
        self.run(_script(_PUT_BACK, folder, *kept))
        for argv in self.kind.reload:
            self.run(_line(argv))
        self.say(self.kind.enable, units)
        self.say(self.kind.restart, list(jobs.values()))
        self.say(self.kind.start, [u for u in units if u not in jobs.values()], check=False)
        return tuple(jobs)

    def last_lines(self, job: str) -> list[str]:
        """The last lines that the job's container wrote since `begin`, as the init kept them."""
        line = f"{shlex.join(self.kind.last_lines(job, self.began))} || true"
        return self._asked(line, f"the last lines of {job}")

    def images_in(self, folder: str) -> set[str]:
        """The IDs and digests (``sha256:…``) of the images that the jobs kept in it run."""
        listing = f"grep -rhoE 'sha256:[0-9a-f]{{64}}' {quote(folder)} | sort -u"
        return set(self._asked(listing, f"the former images of {self.leaf}"))

    def promote(self, image: str) -> None:
        """The switch to ``image`` worked: what was kept is the former one, if it ran another."""
        self.run(_script(_PROMOTE, f"{FORMER}/{self.leaf}", image))

    def went_back(self, versions: int) -> None:
        """The former version of this number runs again, from 1; 0: one that is none of them."""
        self.run(_script(_WENT_BACK, f"{FORMER}/{self.leaf}", str(versions)))

    def imagine(self, folder: str, present: str, image: str) -> None:
        """Have in ``folder`` what is pending, with ``image`` in the place of ``present``."""
        given = re.sub(r"([.\\[\]*^$|])", r"\\\1", present)
        self.run(_script(_IMAGINE, pending(self.leaf), folder, f"s|{given}|{image}|g"))

    def drop(self) -> None:
        """What was kept has been put back, and is not kept any more."""
        at = pending(self.leaf)
        self.run(
            StringCommand("rm", "-rf", QuoteString(at), QuoteString(f"{FORMER}/{self.leaf}.to"))
        )

    def say(self, steps: Steps, units: Sequence[str], *, check: bool = True) -> None:
        """Say ``steps`` of ``units`` to the init.

        Raises:
            DockwrightError: it did not, where ``check`` asks.
        """
        for argv in self.kind.say(steps, units):
            if not self._run(_line(argv)).ok and check:
                raise DockwrightError(f"box {self.host.name}: {' '.join(argv)}: failed there")

    def run(self, command: StringCommand, *, check: bool = True) -> list[str]:
        """The lines that ``command`` wrote.

        Raises:
            DockwrightError: it failed, where ``check`` asks.
        """
        done = self._run(command)
        if check and not done.ok:
            why = shown(" ".join(done.errors), 400) or f"exit status {done.status}"
            raise DockwrightError(f"box {self.host.name}: {self.leaf}: {why}")
        return list(done.output)

    def _asked(self, script: str, what: str) -> list[str]:
        answer = ask(self.host, Question(script, what), self.arguments)
        if answer.status:
            raise BoxError(
                unanswered.failed(str(self.host.name), what, answer.status, answer.errors)
            )
        return answer.lines()

    def _run(self, command: StringCommand) -> Done:
        return do(self.host, command, self.arguments)


def forget(leaf: str) -> StringCommand:
    """The command that removes all that is kept of a leaf.

    Example:
        >>> str(forget("zenweb")).split()[-1]
        '/var/lib/dockwright/former/zenweb.3'
    """
    return StringCommand("rm", "-rf", *map(QuoteString, [pending(leaf), *versions(leaf)]))


def _script(text: str, *args: str) -> StringCommand:
    return StringCommand("sh", "-c", QuoteString(text), "sh", *map(QuoteString, args))


def _line(argv: Argv) -> StringCommand:
    return StringCommand(*(QuoteString(word) for word in argv))
