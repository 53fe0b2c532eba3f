"""What is in an image, read out of it on its box; nothing of the image is started.

Only the few files that say so come here (`dockwright.sbom` reads them), and no more than a bound.
An engine that was killed meanwhile is soon back: what was cut is read again, a few times.
"""

from __future__ import annotations

import io
import re
import tarfile
import time
from shlex import quote

from paramiko import SSHException
from pyinfra.api.host import Host

from dockwright.box.connection import broke, itself
from dockwright.box.process import still_answers
from dockwright.box.stream import Limits, Stream, dial
from dockwright.engine.client import SILENCE
from dockwright.engine.place import FIND, why_not
from dockwright.engine.transfer import PAUSES
from dockwright.errors import BoxError, DockwrightError, NotReady, shown
from dockwright.scripts import text

_SCRIPT = FIND + "\n" + text("engine/inside")
_QUIET = 20.0  # seconds without a byte after which the box is asked whether it still answers
# Bytes of all that says what is inside: dpkg's own word of a thousand packages takes 1 MB.
MOST = 64 << 20
# what is the same at the next try
_LASTING = re.compile(r"no such image|no space left|quota exceeded", re.IGNORECASE)


class _Cut(BoxError):
    """It could not be read, by what may be gone at the next try."""


def inside(host: Host, image: str) -> dict[str, bytes]:
    """The files of ``image`` that say what is in it, by their path without the first slash.

    They are dpkg's status, os-release, and, where no package of dpkg's brought them, METADATA of
    wheels and specifications of gems.

    Args:
        host: the box.
        image: its ID there.

    Raises:
        NotReady: there is no engine that could be asked.
        BoxError: the box has no such image, has no room for the files, or stopped answering.

    Example::

        sorted(inside(host, "sha256:…"))  # ['usr/lib/os-release', 'var/lib/dpkg/status']
    """
    try:
        return _once(host, image)
    except _Cut as error:
        cut: DockwrightError = error
    for pause in PAUSES:
        time.sleep(pause)
        try:
            return _once(host, image)
        except (_Cut, NotReady) as error:  # an engine that is being started is not ready yet
            cut = error
    raise cut


def _once(host: Host, image: str) -> dict[str, bytes]:
    host = itself(host)
    what, said = "what is in its images", bytearray()
    limits = Limits(_QUIET, lambda: still_answers(host, what), SILENCE)
    script = _SCRIPT.replace("@IMAGE@", quote(image))
    state, stream = dial(host, script, what, limits, tell=said.extend)
    try:
        if (why := why_not(str(host.name), state)) is not None:
            raise NotReady(why)
        received = _all_of(host, image, stream)
        if stream.status():
            words = shown(said.decode("utf-8", "replace").strip(), 300) or "no word of why"
            raise _unread(host, image, words, BoxError if _LASTING.search(words) else _Cut)
    except TimeoutError as error:
        raise _unread(host, image, str(error) or "no answer in time") from error
    except (SSHException, EOFError, OSError) as error:
        raise BoxError(broke(host, error, what)) from error
    finally:
        stream.close()
    return _files(host, image, received)


def _all_of(host: Host, image: str, stream: Stream) -> bytes:
    received = bytearray()
    while data := stream.recv(1 << 16):
        received += data
        if len(received) > MOST:
            raise _unread(host, image, f"more than {MOST >> 20} MiB say what is in it")
    return bytes(received)


def _files(host: Host, image: str, received: bytes) -> dict[str, bytes]:
    files = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(received), mode="r:") as tar:
            for member in tar:
                content = tar.extractfile(member) if member.isreg() else None
                if content is not None:
                    files[member.name.removeprefix("./")] = content.read()
    except tarfile.TarError as error:
        raise _unread(host, image, f"no whole answer: {error}") from error
    return files


def _unread(host: Host, image: str, why: str, cause: type[BoxError] = BoxError) -> BoxError:
    return cause(
        f"box {host.name}: image {image[:19]}: what is in it can't be read ({why}); see that the "
        "box has it, and room in /tmp"
    )
