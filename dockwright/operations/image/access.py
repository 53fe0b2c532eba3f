"""Images between an engine and a registry: access, names, and the pull that others hang on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gevent.lock import BoundedSemaphore
from pyinfra import host
from pyinfra.context import ctx_host

from dockwright.box import log
from dockwright.box.ask import telling
from dockwright.box.bars import bar
from dockwright.box.change import Change, Sign, became, short
from dockwright.box.this_run import PerRun
from dockwright.chain.reference import is_tag
from dockwright.commands.declare import Call, Commands, fail, operation
from dockwright.commands.expected import ENGINE, check_settled
from dockwright.engine import transfer
from dockwright.engine.build import name
from dockwright.engine.client import client, talking, worker
from dockwright.errors import DockwrightError
from dockwright.facts.digests import ACCESS
from dockwright.facts.image import EngineImage, images_on
from dockwright.operations.image.asked import ask, tell
from dockwright.registry.login import Login, LoginSource


@operation()
def access(registry: str, login: LoginSource = None, needed: bool = True) -> Commands:
    """Make sure that the box's engine may use ``registry``, before anything long begins.

    Args:
        registry: ``host[:port][/path]``.
        login: who logs in, or a function that says so.
        needed: False where the run does what it can without it: one that does not answer is
            told of, and no failure.

    Raises:
        OperationError: wrong credentials, or no answer.

    Example::

        image.access("192.168.50.20:5000", Login("dockwright", password))
    """
    if not needed:
        check_settled(str(host.name), [ENGINE])
    answers = ask({registry: login}, ACCESS)
    for error in answers.away.values():
        if needed:
            raise error
        tell(answers.away, "what is built stays on its box until it answers")
        host.noop(f"registry {registry} does not answer")
        return
    host.noop(f"registry {registry} lets us in")
    yield from ()


@operation()
def tag(source: str, target: str) -> Commands:
    """Make ``target`` (``name:tag``) name the image that ``source`` names.

    Raises:
        OperationError: the box has no ``source``, or ``target`` is no ``name:tag``.

    Example::

        image.tag("zenweb:latest", "zenweb:1.0")
    """
    repository, _, version = target.rpartition(":")
    # without a tag, what follows a registry's colon is its port
    if not repository or repository.startswith("-") or not is_tag(version):
        raise DockwrightError(f"image {target}: no name:tag; give one such as zenweb:1.0")
    images = images_on(host)
    if source not in images:
        yield fail(f"image {source}: not on box {host.name}; build or pull it first")
        return
    if target in images and images[target].id == images[source].id:
        host.noop(f"{target} is {source} already")
        return
    log.changes(host, [naming(target, images[source], images)])
    call = Call(f"name {source} {target}", give_names, images[source].id, [target])
    yield call.because([f"{target} does not name {source}"])


def give_names(image: str, tags: Sequence[str]) -> None:
    """Give ``image`` its ``tags`` (``name:tag``), in their order; what a Call runs.

    Example::

        give_names("sha256:…", ["zenweb:1.0"])
    """
    with talking(host):
        name(client(host), image, tags)


def naming(name: str, image: EngineImage, images: Mapping[str, EngineImage]) -> Change:
    """What a plan says of ``name`` becoming ``image``'s; ``images`` are those of the box.

    Example::

        naming("zenweb:latest", local, images_on(host))
    """
    former = images.get(name)
    sign: Sign = "+" if former is None else "~"
    return Change(sign, f"name {name}", (became(None if former is None else former.id, image.id),))


AT_ONCE = 8  # boxes that pull from a registry, where nobody says how many
# By registry, those that pull from it at the same time in a run; the first one says how many may.
_pulling: PerRun[dict[str, BoundedSemaphore]] = PerRun(dict)


def pull_as(
    repository: str,
    wanted: str,
    targets: Sequence[str],
    login: Login | None,
    at_once: int = AT_ONCE,
) -> None:
    """Pull ``repository@wanted``, and give it the names ``targets``; what a Call runs.

    It waits for its turn: ``at_once`` boxes of a run pull from a registry at the same time.

    Example::

        pull_as("192.168.50.20:5000/web", digest, ["web:latest"], login)
    """
    box = ctx_host.get()  # type: ignore[no-untyped-call]
    registry = repository.rpartition("/")[0]
    turns = _pulling.of(box.state).setdefault(registry, BoundedSemaphore(at_once))

    def say(far: str) -> None:
        log.step(box, f"{repository}: {far} pulled")

    if turns.locked():
        with telling(box, f"its turn to pull {repository}"), bar(box, "wait", repository):
            turns.acquire()
    else:
        turns.acquire()
    try:
        with talking(host), bar(box, "pull", repository):
            transfer.pull(worker(box), repository, wanted, login, say)
            name(client(host), f"{repository}@{wanted}", targets)
    finally:
        turns.release()
    log.step(box, f"{repository}: pulled {short(wanted)}")
