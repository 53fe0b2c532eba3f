"""The way back to what a leaf had before a switch (`dockwright.switching.kept`)."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Sequence
from shlex import quote
from typing import Any

from pyinfra.api import QuoteString, StringCommand
from pyinfra.api.host import Host

from dockwright.box.process import Done, do
from dockwright.commands.reach import away, load, of_leaves
from dockwright.engine.health import Patience, Watch
from dockwright.errors import DockwrightError, shown
from dockwright.facts.boot import FORMER
from dockwright.inits.init import Argv, Init, Steps
from dockwright.scripts import text
from dockwright.switching.kept import pending
from dockwright.switching.said import Said, asked
from dockwright.switching.turn import Turn

# A switch that only changed settings is no way back to a former image: that one stays.
_PROMOTE = "\n" + text("leaf/promote")
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
_DIFFERS = r"""
kept=$1; shift
plain() { sed -E 's/[^ ]*sha256:[0-9a-f]{64}//' "$1" 2>/dev/null; }
for path; do
    [ "$(plain "$kept$path")" = "$(plain "$path")" ] || echo "$path"
done
"""


class NotPutBack(DockwrightError):
    """The former files could not be put back: what the leaf has now is what the switch left."""


class Former:
    """What a box keeps of a leaf's former files, and the way back to them."""

    def __init__(self, host: Host, init: Init, leaf: str, arguments: dict[str, Any]) -> None:
        self.host, self.kind, self.leaf, self.arguments = host, init, leaf, arguments

    def watch(self, patience: Patience) -> Watch:
        """What waits for the leaf's containers to be up."""
        return Watch(self.host, patience, Said(self.host, self.kind, self.arguments))

    def take(self, turn: Turn, watch: Watch) -> None:
        """Have the jobs of ``turn`` switched, and wait until they are up.

        Raises:
            DockwrightError: the init did not do it, or one does not come up.
        """
        watch.mark(turn.jobs)
        for argv in turn.lines(self.kind):
            if not (done := self.do(line_of(argv))).ok:
                raise DockwrightError(f"{' '.join(argv)}: failed: {_why(done)}")
        watch.until_up(turn.jobs)

    def kept_in(self, folder: str) -> tuple[str, ...]:
        """The paths that ``folder`` keeps; none where there is no such folder."""
        where = quote(folder)
        listing = f"[ ! -d {where} ] || find {where} ! -type d -printf '/%P\\n'"
        return tuple(self._asked(listing, f"what is kept of {self.leaf}"))

    def put_back(
        self,
        folder: str,
        declared: Collection[str],
        patience: Patience,
        turns: Sequence[Turn] | None = None,
    ) -> None:
        """Put back what ``folder`` keeps, and wait until all of its jobs are up.

        Args:
            folder: where it is kept.
            declared: paths that the leaf has now; those that ``folder`` lacks are removed.
            patience: for its jobs.
            turns: what was switched, the last one first; its jobs have their turns again, and
                all others are left as they are. By default all are restarted, one after the other
                where they differ by their images only.

        Raises:
            DockwrightError: the files can't be put back (`NotPutBack`), or a job does not come up.
        """
        watch = self.watch(patience)
        try:
            together = turns is None and self._differs(folder)
            jobs, groups = self._put_files_back(folder, declared)
        except DockwrightError as error:
            raise NotPutBack(str(error)) from error
        if turns is None:
            # one may want a port that another one has until now
            each = [tuple(jobs)] if together else [(job,) for job in jobs]
            turns = [Turn(restart=one) for one in each]
        for turn in turns:
            again = Turn(restart=tuple(job for job in turn.jobs if job in jobs))
            if again.jobs:
                self.take(again, watch)
            self.say(self.kind.start, [self.kind.unit(job) for job in turn.stop], check=False)
        self.say(self.kind.enable, [*jobs.values(), *groups])
        # what was not switched runs already, but for an instance that the switch took away
        self.say(self.kind.start, [*jobs.values(), *groups], check=False)
        watch.until_up(tuple(jobs))
        for path in (
            set(of_leaves(declared)) - {*self.kept_in(folder)} if of_leaves(declared) else ()
        ):
            self.run(away(path).command())

    def make_room_for_others(self, turns: Sequence[Turn]) -> None:
        """Start the jobs of other leaves again that made room for one which did not come up."""
        for turn in turns:
            if turn.stop:
                # nor are they to come up with the machine
                self.say(self.kind.forget, [self.kind.unit(job) for job in turn.jobs], check=False)
                self.say(self.kind.start, [self.kind.unit(job) for job in turn.stop], check=False)

    def _put_files_back(
        self, folder: str, declared: Collection[str]
    ) -> tuple[dict[str, str], list[str]]:
        """The files alone; the unit of each job that they have, and the units of no job."""
        kept = self.kept_in(folder)
        gone = [path for path in declared if path not in kept]
        units = [unit for path in kept if (unit := self.kind.unit_of(path)) is not None]
        jobs, groups = self.kind.kept_up(self.leaf, units)
        self.say(self.kind.forget, [u for p in gone if (u := self.kind.unit_of(p))], check=False)
        # the rules of what it may reach go when its containers are out of their network
        if gone := [path for path in gone if path not in of_leaves(gone)]:
            self.run(StringCommand("rm", "-f", *map(QuoteString, gone)))
        self.run(_script(_PUT_BACK, folder, *kept))
        for argv in self.kind.reload:
            self.run(line_of(argv))
        for path in of_leaves(kept):
            self.run(load(path))
        return jobs, groups

    def _differs(self, folder: str) -> bool:
        """Whether a job that is kept is another one than it is now, apart from its image."""
        units = [path for path in self.kept_in(folder) if self.kind.unit_of(path) is not None]
        script = shlex.join(["set", "--", folder, *units]) + _DIFFERS
        return bool(self._asked(script, f"what is kept of {self.leaf}"))

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
        pattern = re.sub(r"([.\\[\]*^$|])", r"\\\1", present)
        self.run(_script(_IMAGINE, pending(self.leaf), folder, f"s|{pattern}|{image}|g"))

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
            if not self.do(line_of(argv)).ok and check:
                raise DockwrightError(f"box {self.host.name}: {' '.join(argv)}: failed there")

    def run(self, command: StringCommand, *, check: bool = True) -> list[str]:
        """The lines that ``command`` wrote.

        Raises:
            DockwrightError: it failed, where ``check`` asks.
        """
        done = self.do(command)
        if check and not done.ok:
            raise DockwrightError(f"box {self.host.name}: {self.leaf}: {_why(done)}")
        return list(done.output)

    def do(self, command: StringCommand) -> Done:
        """What became of ``command``."""
        return do(self.host, command, self.arguments)

    def _asked(self, script: str, what: str) -> list[str]:
        return asked(self.host, script, what, self.arguments)


def _why(done: Done) -> str:
    return shown(" ".join(done.errors), 400) or f"exit status {done.status}"


def _script(text: str, *args: str) -> StringCommand:
    return StringCommand("sh", "-c", QuoteString(text), "sh", *map(QuoteString, args))


def line_of(argv: Argv) -> StringCommand:
    """An init's words as a line for the box's shell.

    Example:
        >>> str(line_of(("systemctl", "daemon-reload")))
        'systemctl daemon-reload'
    """
    return StringCommand(*(QuoteString(word) for word in argv))
