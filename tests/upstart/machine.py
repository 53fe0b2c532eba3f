"""A stand-in for Upstart, for tests: jobs in a folder, their processes, and what `initctl` answers.

Goals, states and their order are those of Upstart's own job machine (init(8), "job states"); it
may judge our operations because it gives every answer that a real one was recorded to give
(tests/unit/inits/test_upstart_machine.py). Only its clock is quicker: what is to be killed dies
after `KILL` seconds.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.upstart import reader

KILL = 0.5  # seconds, in the place of any `kill timeout`
_EVERY = 0.005
_NEXT = {
    "waiting": {"start": "starting"},
    "starting": {"start": "pre-start", "stop": "stopping"},
    "pre-start": {"start": "spawned", "stop": "stopping"},
    "spawned": {"start": "post-start", "stop": "stopping", "respawn": "stopping"},
    "post-start": {"start": "running", "stop": "stopping", "respawn": "stopping"},
    "running": {"stop": "pre-stop", "respawn": "stopping"},
    "pre-stop": {"start": "running", "stop": "stopping", "respawn": "stopping"},
    "stopping": {"start": "killed", "stop": "killed"},
    "killed": {"start": "post-stop", "stop": "post-stop"},
    "post-stop": {"start": "starting", "stop": "waiting"},
}


@dataclass
class Event:
    """Something that happened; it is over once the jobs that it moved have arrived."""

    name: str
    arguments: tuple[str, ...]
    moved: list[tuple[Instance, str]] = field(default_factory=list)
    then: Callable[[], None] | None = None


@dataclass(eq=False)
class Instance:
    """A job that was started: its text as it was then, its goal and state, its processes."""

    job: str
    name: str
    stanzas: list[reader.Stanza]
    env: dict[str, str]
    goal: str = "stop"
    state: str = "waiting"
    main: subprocess.Popen[bytes] | None = None
    other: subprocess.Popen[bytes] | None = None
    failed: bool = False
    kill_at: float = 0.0

    def has(self, stanza: str) -> bool:
        return any(found.name == stanza for found in self.stanzas)

    def line(self) -> str:
        """As `initctl status` prints it."""
        of = f" ({self.name})" if self.name else ""
        line = f"{self.job}{of} {self.goal}/{self.state}"
        if self.main:
            line += f", process {self.main.pid}"
        if self.other and self.state in ("post-start", "pre-stop"):
            what = f"{self.state}) process" if not self.main else f"{self.state} process"
            line += f"{', (' if not self.main else chr(10) + chr(9)}{what} {self.other.pid}"
        elif self.other:
            line += f", process {self.other.pid}"
        return line

    def arrived(self, goal: str) -> bool:
        if goal == "stop" or self.has("task") or self.failed:
            return self.state == "waiting"
        return self.state == "running" and self.goal == "start"


class Machine:
    """The jobs of ``folder``, run with ``env``; ``logs`` gets what their processes say."""

    def __init__(self, folder: Path, logs: Path, env: dict[str, str], version: str) -> None:
        self.folder, self.logs, self.env, self.version = folder, logs, env, version
        self.classes: dict[str, list[reader.Stanza]] = {}
        self.instances: list[Instance] = []
        self.events: list[Event] = []
        self.lock = threading.RLock()
        self.ends = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.ends.set()
        self.thread.join(5)
        for instance in self.instances:
            for process in (instance.main, instance.other):
                if process:
                    _signal(process, signal.SIGKILL)
                    process.wait()

    def emit(self, name: str, *arguments: str, then: Callable[[], None] | None = None) -> Event:
        """Let ``name`` happen; ``then`` is called once it is over."""
        with self.lock:
            self.read()
            event = Event(name, arguments, then=then)
            self.events.append(event)
            for job, stanzas in list(self.classes.items()):
                if reader.happened(reader.on(stanzas, "start"), name, arguments):
                    instance = self.of(job) or self._made(job, "", {})
                    if instance.goal == "stop":
                        self._aim(instance, "start")
                        event.moved.append((instance, "start"))
            for instance in list(self.instances):
                wanted = reader.on(instance.stanzas, "stop")
                if instance.goal != "stop" and reader.happened(wanted, name, arguments):
                    self._aim(instance, "stop")
                    event.moved.append((instance, "stop"))
            return event

    def wait(self, over: Callable[[], bool], seconds: float = 20) -> bool:
        """Whether ``over`` becomes true in time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with self.lock:
                if over():
                    return True
            time.sleep(_EVERY)
        return False

    def of(self, job: str, name: str = "") -> Instance | None:
        return next((i for i in self.instances if (i.job, i.name) == (job, name)), None)

    def read(self) -> None:
        """Read the folder's files; one that does not parse is no job, and neither is one gone."""
        self.classes = {}
        for path in sorted(self.folder.rglob("*.conf")):
            beside = path.with_suffix(".override")
            text = path.read_text() + "\n" + (beside.read_text() if beside.exists() else "")
            try:
                job = str(path.relative_to(self.folder).with_suffix(""))
                self.classes[job] = reader.read(text)
            except reader.DoesNotParse:
                continue

    # what is asked, by initctl's names; each gives its status and what it prints

    def call(self, program: str, words: list[str]) -> tuple[int, str]:
        """What `initctl WORDS` answers, or `start JOB` and so on under the program's own name."""
        if program == "initctl":
            if not words or not hasattr(self, f"do_{words[0].replace('-', '_')}"):
                return 1, f"initctl: invalid command: {' '.join(words[:1])}"
            verb, words = words[0], words[1:]
        else:
            verb = program
        no_wait = "--no-wait" in words
        words = [word for word in words if word != "--no-wait"]
        with self.lock:
            self.read()
        try:
            return 0, getattr(self, f"do_{verb.replace('-', '_')}")(words, no_wait)
        except LookupError as error:
            return 1, f"{program}: {error.args[0]}"

    def do_version(self, _: list[str], __: bool) -> str:
        return f"init (upstart {self.version})"

    def do_reload_configuration(self, _: list[str], __: bool) -> str:
        return ""

    def do_list(self, _: list[str], __: bool) -> str:
        with self.lock:
            lines = [instance.line() for instance in self.instances]
            running = {instance.job for instance in self.instances}
            lines += [
                f"{job} stop/waiting"
                for job, stanzas in self.classes.items()
                if job not in running and not any(s.name == "instance" for s in stanzas)
            ]
        return "\n".join(lines)

    def do_status(self, words: list[str], _: bool) -> str:
        with self.lock:
            self._known(words[0])
            instance = self.of(words[0], self._name(words))
            return instance.line() if instance else f"{words[0]} stop/waiting"

    def do_show_config(self, words: list[str], _: bool) -> str:
        """Of a running job what it was when it started."""
        with self.lock:
            self._known(words[0])
            instance = self.of(words[0])
            stanzas = instance.stanzas if instance else self.classes[words[0]]
            events = [(what, reader.on(stanzas, what)) for what in ("start", "stop")]
        lines = [f"  {what} on {' '.join(event)}" for what, event in events if event]
        return "\n".join([words[0], *lines])

    def do_start(self, words: list[str], no_wait: bool) -> str:
        with self.lock:
            self._known(words[0])
            name = self._name(words)
            instance = self.of(words[0], name)
            if instance and instance.goal == "start":
                raise LookupError(f"Job is already running: {words[0]}")
            if instance is None:
                given = dict(word.split("=", 1) for word in words[1:])
                instance = self._made(words[0], name, given)
            self._aim(instance, "start")
        if no_wait:
            return instance.line()
        self.wait(lambda: instance.arrived("start") or instance.goal == "stop", 60)
        if instance.failed:
            raise LookupError("Job failed to start")
        return instance.line()

    def do_stop(self, words: list[str], no_wait: bool) -> str:
        with self.lock:
            instance = self._running(words)
            if instance.goal == "stop":
                raise LookupError(f"Job has already been stopped: {words[0]}")
            self._aim(instance, "stop")
        if not no_wait:
            self.wait(lambda: instance.arrived("stop"), 60)
        return instance.line()

    def do_restart(self, words: list[str], _: bool) -> str:
        with self.lock:
            instance = self._running(words)
            self._aim(instance, "stop")
            self._aim(instance, "start")
        self.wait(lambda: instance.arrived("start"), 60)
        return instance.line()

    def do_reload(self, words: list[str], _: bool) -> str:
        with self.lock:
            instance = self._running(words)
            if instance.main:
                _signal(instance.main, signal.SIGHUP)
        return ""

    def _known(self, job: str) -> None:
        if job not in self.classes and not any(i.job == job for i in self.instances):
            raise LookupError(f"Unknown job: {job}")

    def _running(self, words: list[str]) -> Instance:
        self._known(words[0])
        instance = self.of(words[0], self._name(words))
        if instance is None:
            raise LookupError("Unknown instance: ")
        return instance

    def _name(self, words: list[str]) -> str:
        stanzas = self.classes.get(words[0], [])
        given = dict(word.split("=", 1) for word in words[1:])
        found = next((s.words[0] for s in stanzas if s.name == "instance"), "")
        if found.startswith("$"):
            if found[1:] not in given:
                raise LookupError(f"Unknown parameter: {found[1:]}")
            return given[found[1:]]
        return found

    # the machine itself

    def _made(self, job: str, name: str, env: dict[str, str]) -> Instance:
        self.instances.append(Instance(job, name, self.classes[job], env))
        return self.instances[-1]

    def _aim(self, instance: Instance, goal: str) -> None:
        instance.goal = goal
        if (instance.state, goal) in (("waiting", "start"), ("running", "stop")):
            self._next(instance)

    def _next(self, instance: Instance) -> None:
        state = _NEXT[instance.state][instance.goal]
        if state == "pre-stop" and not instance.main:
            state = "stopping"
        instance.state = state
        if state == "starting":
            self.emit("starting", instance.job, then=lambda: self._next(instance))
        elif state == "stopping":
            if instance.goal == "respawn":
                instance.goal = "start"
            self.emit("stopping", instance.job, then=lambda: self._next(instance))
        elif state in ("pre-start", "post-start", "pre-stop", "post-stop"):
            argv = reader.command(instance.stanzas, state)
            if argv is None:
                self._next(instance)
            else:
                instance.other = self._spawned(instance, argv)
        elif state == "spawned":
            argv = reader.command(instance.stanzas)
            if argv is not None:
                instance.main = self._spawned(instance, argv)
            self._next(instance)
        elif state == "running":
            self.emit("started", instance.job)
            if not instance.main and reader.command(instance.stanzas) is not None:
                self._ended(instance)
        elif state == "killed":
            if not instance.main:
                self._next(instance)
            else:
                instance.kill_at = time.monotonic() + KILL
                _signal(instance.main, signal.SIGTERM)
        elif state == "waiting":
            self.instances.remove(instance)
            self.emit("stopped", instance.job)

    def _spawned(self, instance: Instance, argv: list[str]) -> subprocess.Popen[bytes]:
        env = {
            **self.env, "UPSTART_JOB": instance.job, "UPSTART_INSTANCE": instance.name,
            **reader.environment(instance.stanzas), **instance.env,
        }  # fmt: skip
        process = subprocess.Popen(
            argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        log = self.logs / f"{instance.job}.log"
        threading.Thread(target=_logged, args=(process, log), daemon=True).start()
        return process

    def _run(self) -> None:
        while not self.ends.wait(_EVERY):
            with self.lock:
                for instance in list(self.instances):
                    self._look(instance)
                for event in list(self.events):
                    if all(moved.arrived(goal) for moved, goal in event.moved):
                        self.events.remove(event)
                        if event.then:
                            event.then()

    def _look(self, instance: Instance) -> None:
        if instance.main and instance.main.poll() is not None:
            instance.main = None
            self._ended(instance)
        if instance.other and instance.other.poll() is not None:
            status, instance.other = instance.other.returncode, None
            if instance.state == "pre-start" and status and instance.goal == "start":
                instance.failed, instance.goal = True, "stop"
            self._next(instance)
        if instance.state == "killed" and instance.main and time.monotonic() > instance.kill_at:
            _signal(instance.main, signal.SIGKILL)

    def _ended(self, instance: Instance) -> None:
        """Its main process is gone: wanted, or to be started again, or the end of it."""
        if instance.state == "killed":
            self._next(instance)
        elif instance.state not in ("stopping", "post-stop"):
            if instance.goal == "start":
                instance.goal = "respawn" if instance.has("respawn") else "stop"
            if not instance.other:
                self._next(instance)


def _logged(process: subprocess.Popen[bytes], log: Path) -> None:
    """What it says, as it comes through a terminal: into a log that is made at the first line."""
    assert process.stdout is not None
    for line in process.stdout:
        with log.open("ab") as file:
            file.write(line.replace(b"\n", b"\r\n"))


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal its whole group, as Upstart does."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return
