"""Fill a folder with the wheels that Dockwright and pyinfra are installed from."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Collection, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from dockwright import terminal
from dockwright.errors import DockwrightError
from dockwright.wheelhouse.closure import closure, named
from dockwright.wheelhouse.pins import Pins, check, read, requirements
from dockwright.wheelhouse.target import Target

_HERE = Path(__file__).resolve().parents[2]
# Where Dockwright was installed from a wheel, there is no checkout to build that wheel from.
CHECKOUT = _HERE if (_HERE / "pyproject.toml").is_file() else None
CONSTRAINTS = (CHECKOUT or _HERE / "dockwright/bundled") / "constraints.txt"
# In the folder: what pip installs from it, by hashes. pyinfra's are for images, which a change of
# Dockwright's own requirements then leaves as they are.
REQUIREMENTS, OF_PYINFRA = "requirements.txt", "requirements-pyinfra.txt"


def fetch(
    folder: Path,
    targets: Sequence[Target],
    echo: Callable[[str], None] = terminal.echo,
    constraints: Path | None = None,
) -> list[str]:
    """Put what is lacking into ``folder``; return the names of the wheels that are new there.

    pip fetches them, from where this machine's configuration says; only wheels, never sources.
    Versions and hashes are those of constraints.txt, whether a wheel was fetched or there before;
    Dockwright's own wheel is built from the checkout. Nothing is fetched where all is there. Wheels
    of other packages are left alone. requirements.txt, beside them, is for pip, and for pyinfra
    alone requirements-pyinfra.txt.

    Args:
        folder: it is made where it is not there.
        targets: what the wheels are for.
        echo: told what is going on, a line at a time.
        constraints: the file of versions and hashes; None: Dockwright's own.

    Raises:
        DockwrightError: no pip, no index in reach, no such wheel, one that has another hash, or a
            folder that can't be written; ``folder`` then is as it was.

    Example::

        fetch(Path("wheelhouse"), [Target("3.11")])
        # ['bcrypt-5.0.0-cp39-abi3-manylinux_2_34_x86_64.whl', …]
    """
    folder = folder.resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # inside the folder: on its file system, and where git and builds don't look
        with TemporaryDirectory(prefix=".partial-", dir=folder) as partial:
            return _fetch(folder, Path(partial), targets, echo, read(constraints or CONSTRAINTS))
    except OSError as error:
        raise DockwrightError(
            f"{error.filename or folder}: {error.strerror}; see its owner and mode"
        ) from error


def _fetch(
    folder: Path,
    partial: Path,
    targets: Sequence[Target],
    echo: Callable[[str], None],
    pins: Pins,
) -> list[str]:
    root = f"dockwright=={version('dockwright')}" if CHECKOUT is None else _own(CHECKOUT, partial)
    chosen: set[Path] = set()
    by_python: dict[str, set[Path]] = {}
    of_pyinfra: dict[str, set[Path]] = {}
    for target in targets:
        needs = closure(root, _wheels(partial, folder), target, pins.versions)
        before: list[str] = []
        while needs.lacking:
            if needs.lacking == before:
                raise DockwrightError(
                    f"{', '.join(before)}: fetched, and still not met for Python {target.python}; "
                    "see whether constraints.txt allows it"
                )
            before = needs.lacking
            echo(f"fetching for Python {target.python}: {', '.join(before)}")
            _download(before, partial, target, echo, pins)
            needs = closure(root, _wheels(partial, folder), target, pins.versions)
        check(needs.wheels, pins)
        chosen |= needs.wheels
        by_python[target.python] = {
            wheel for wheel in needs.wheels if named(wheel)[0] != "dockwright"
        }
        of_pyinfra[target.python] = closure("pyinfra", needs.wheels, target, pins.versions).wheels
    texts = {REQUIREMENTS: requirements(by_python), OF_PYINFRA: requirements(of_pyinfra)}
    new = sorted(path.name for path in chosen if _is_new(path, folder))
    for name in new:
        (partial / name).replace(folder / name)
    _remove_superseded(folder, chosen)
    for name, text in texts.items():
        listed = folder / name
        if not listed.is_file() or listed.read_text(encoding="utf-8") != text:
            (partial / name).write_text(text, encoding="utf-8")
            (partial / name).replace(listed)
    return new


def _own(checkout: Path, partial: Path) -> str:
    """Build the checkout's wheel, the same bytes for the same files, and name it."""
    if find_spec("hatchling") is None:
        raise DockwrightError(
            f"hatchling: not in {sys.prefix}, and builds Dockwright's own wheel; run script/install"
        )
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(partial)],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise DockwrightError(f"{checkout}: no wheel can be built of it: {_complaint(done.stderr)}")
    [wheel] = _wheels(partial)
    return f"dockwright=={named(wheel)[1]}"


def _download(
    requirements: Sequence[str],
    partial: Path,
    target: Target,
    echo: Callable[[str], None],
    pins: Pins,
) -> None:
    if find_spec("pip") is None:
        raise DockwrightError(
            f"pip: not in {sys.prefix}; `{sys.executable} -m ensurepip` puts it there"
        )
    options = ["--dest", str(partial), "--progress-bar", "off"]
    options += ["--only-binary", ":all:", "--implementation", "cp"]
    options += ["--python-version", target.python]
    options += [word for platform in target.platforms for word in ("--platform", platform)]
    if pins.path is not None:
        options += ["--constraint", str(pins.path)]
    pip = subprocess.Popen(
        [sys.executable, "-m", "pip", "download", *options, *requirements],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    said = []
    with pip:
        for line in pip.stdout or ():
            said.append(line)
            if line.startswith(("Collecting ", "Processing ")):
                echo(f"  {Path(line.split()[1]).name}")
    if pip.returncode != 0:
        text = "".join(said)
        # pip's last word is the same for an index that does not answer and one that lacks a wheel
        why = "no package index in reach" if "Retrying (" in text else _complaint(text)
        raise DockwrightError(
            f"wheels for Python {target.python}: {why}; "
            f"`{sys.executable} -m pip config list` shows where pip looks"
        )


def _complaint(text: str) -> str:
    """What a program complained of, as one line: from its first error on, a few lines of it."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    first = next((at for at, one in enumerate(lines) if one.startswith("ERROR")), len(lines) - 1)
    return " / ".join(lines[first:][:4]) or "it said nothing"


def _wheels(*folders: Path) -> list[Path]:
    return [path for folder in folders for path in sorted(folder.glob("*.whl"))]


def _is_new(path: Path, folder: Path) -> bool:
    namesake = folder / path.name
    return path.parent != folder and not (
        namesake.is_file() and namesake.read_bytes() == path.read_bytes()
    )


def _remove_superseded(folder: Path, chosen: Collection[Path]) -> None:
    """Take away other versions of what was chosen: pip takes the newest that it finds."""
    kept = {named(folder / path.name) for path in chosen}
    names = {name for name, _ in kept}
    for path in _wheels(folder):
        if named(path)[0] in names and named(path) not in kept:
            path.unlink()
