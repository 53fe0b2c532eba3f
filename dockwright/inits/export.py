"""A leaf's jobs as files in a folder, without any box: what `foreman export` did."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from dockwright.boot import reach
from dockwright.boot.group import group, is_own, named_image
from dockwright.errors import DockwrightError
from dockwright.inits.env_file import FOLDER as ENV_FOLDER
from dockwright.inits.file import File
from dockwright.inits.init import INITS
from dockwright.places import REACHES


def export(
    folder: Path,
    init: str,
    *,
    image: str | None = None,
    address: str | None = None,
    scale: Mapping[str, int] | None = None,
    env: Mapping[str, str] | None = None,
    after: Sequence[str] = (),
) -> tuple[tuple[File, ...], tuple[str, ...]]:
    """The files of the leaf in ``folder``, and what its user should know of them.

    Args:
        folder: an image folder with a Procfile; its name is the leaf's.
        init: ``systemd`` or ``upstart``.
        image: what is to run, ``NAME@sha256:…``; None for the Procfile's own image.
        address: where ports are published that the Procfile gives no address for.
        scale: how many instances, by process.
        env: the environment of every container.
        after: leaves of the same box that come up before it.

    Raises:
        DockwrightError: no Procfile, or one that no jobs can be made from; or what it may reach
            names what a site alone knows.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as images:
        ...     leaf = Path(images, "zenweb")
        ...     leaf.mkdir()
        ...     _ = Path(leaf, "Procfile").write_text("web: docker run zenweb")
        ...     export(leaf, "systemd")[0][0].path
        '/etc/systemd/system/dockwright-zenweb.web.1.service'
    """
    procfile = folder / "Procfile"
    text = _read(procfile)
    leaf = folder.absolute().name
    # a folder with nothing to build may run an image of another name
    named = None if any(folder.rglob("*Dockerfile")) else named_image(text, str(procfile))
    runs = None if named is None or is_own(named, leaf) else named
    reaches = _reach(folder)
    made = group(
        leaf,
        text,
        str(procfile),
        image=image,
        runs=runs,
        address=address,
        scale=scale,
        env=env,
        after=after,
        reach=reaches,
    )
    notices = list(made.notices)
    for loose in dict.fromkeys(job.image for job in made.jobs if "@sha256:" not in job.image):
        notices.append(
            f"{procfile}: image {loose}: not pinned, so that what runs may change; "
            "give --image NAME@sha256:…"
        )
    if any(port.address is None for job in made.jobs for port in job.ports):
        notices.append(
            f"{procfile}: ports are published on every address, past the host's firewall; "
            "give --address"
        )
    return (*INITS[init].shared(), *INITS[init].files(made)), tuple(notices)


def write(files: tuple[File, ...], leaf: str, init: str, out: Path) -> tuple[Path, ...]:
    """Write ``files`` into ``out``, flat, each whole and with its mode; their paths, in order.

    Nothing of another name is touched. Files that an earlier export of the leaf left for this
    init, and that it has no more, go.

    Raises:
        DockwrightError: the folder cannot be made or written.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> file = File("/etc/systemd/system/dockwright-zenweb.target", "[Unit]", 0o644)
        >>> with TemporaryDirectory() as out:
        ...     [path.name for path in write([file], "zenweb", "systemd", Path(out))]
        ['dockwright-zenweb.target']
    """
    init_system = INITS[init]
    written = {out / Path(file.path).name: file for file in files}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for path, file in written.items():
            _replace(path, file)
        for path in sorted(out.iterdir()):
            left = any(
                init_system.owned(leaf, f"{place}/{path.name}")
                for place in (init_system.folder, init_system.times, ENV_FOLDER, REACHES)
            )
            if left and path not in written:
                path.unlink()
    except OSError as error:
        raise DockwrightError(
            f"{error.filename2 or error.filename or out}: {error.strerror}; "
            "name a folder that can be written"
        ) from error
    return tuple(written)


def _reach(folder: Path) -> reach.Reach | None:
    path = folder / reach.FILE
    if not path.is_file():
        return None
    read = reach.parse(path.read_text(encoding="utf-8", errors="replace"), str(path))
    if read.named or read.anywhere:
        where = read.named[0].where if read.named else str(path)
        what = "anywhere" if not read.named else "leaf" if read.named[0].leaf else "registry"
        raise DockwrightError(
            f"{where}: {what}: a site alone knows its boxes' addresses, and an export has none; "
            "write ADDRESS:PORT in its place, or apply the site"
        )
    return reach.Reach(read.targets, read.names)


def _read(procfile: Path) -> str:
    try:
        return procfile.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DockwrightError(f"{procfile}: not UTF-8; save it as that") from error
    except OSError as error:
        beside = procfile.parent.absolute().parent
        leaves = [sibling.parent.name for sibling in beside.glob("*/Procfile")]
        near = get_close_matches(procfile.parent.name, leaves, 1)
        hint = (
            f"did you mean {procfile.parent.parent / near[0]}?" if near else "name a leaf's folder"
        )
        raise DockwrightError(f"{procfile}: {error.strerror}; {hint}") from error


def _replace(path: Path, file: File) -> None:
    """Never readable by others while it is written, and never half of it."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(file.text)
        Path(name).chmod(file.mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
