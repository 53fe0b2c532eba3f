"""All comparisons in one go, written to bench/results: script/bench all.

It makes a lab of its own with the demo's site, and takes it down at the end; or it takes a lab that
stands (``--lab``), whose builder and registry then keep images that the bench has made there.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from dockwright.errors import DockwrightError
from tests.bench import build, noop, transfer
from tests.bench.conditions import conditions
from tests.bench.figures import RESULTS
from tests.bench.page import Page, written
from tests.bench.plot import plot
from tests.bench.site import BenchError, Site, standing

COMPARISONS: dict[str, Callable[[Site, argparse.Namespace], tuple[str, Page]]] = {
    "noop": lambda site, said: (
        noop.FILE, noop.compare(site, said.rounds, [one / 1000 for one in said.delays], _echo)
    ),
    "transfer": lambda site, said: (
        transfer.FILE, transfer.compare(site, said.rounds, said.images, _echo)
    ),
    "build": lambda site, said: (
        build.FILE, build.compare(site, said.rounds, said.images, said.touch, _echo)
    ),
}  # fmt: skip


def main(argv: Sequence[str]) -> int:
    """Run what ``argv`` says; 0, or 1 where a comparison could not be made.

    Example::

        main(["--rounds", "2", "--only", "noop"])
    """
    said = _arguments(argv)
    # who is told to end takes the lab down first, as at Ctrl-C
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with (
            TemporaryDirectory(prefix="dockwright-bench-") as work,
            standing(said.lab, Path(work), _echo) as site,
        ):
            for name in said.only or COMPARISONS:
                _compare(name, site, said)
    except (BenchError, DockwrightError) as error:
        print(f"script/bench: {error}", file=sys.stderr)
        return 1
    return 0


def _compare(name: str, site: Site, said: argparse.Namespace) -> None:
    _echo(f"=== {name}")
    around = conditions(site, said.rounds)
    file, page = COMPARISONS[name](site, said)
    page = replace(page, conditions={**around, **page.conditions})
    said.results.mkdir(parents=True, exist_ok=True)
    (said.results / f"{file}.md").write_text(written(page, f"{file}.svg"), encoding="utf-8")
    (said.results / f"{file}.svg").write_text(plot(page), encoding="utf-8")
    _echo(f"wrote {said.results / file}.md")


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench all", description=__doc__)
    parser.add_argument(
        "--rounds",
        type=int,
        default=5,
        choices=range(1, 51),
        metavar="N",
        help="runs of each contender, 1 to 50 (%(default)s)",
    )
    parser.add_argument(
        "--only", action="append", choices=COMPARISONS, help="this comparison; repeat it"
    )
    parser.add_argument(
        "--delays",
        type=_delays,
        default=_delays("0,20,50,100"),
        metavar="MS,…",
        help="milliseconds of a round trip (0,20,50,100)",
    )
    parser.add_argument("--lab", default="", metavar="NAME", help="a lab that stands")
    parser.add_argument(
        "--images",
        type=Path,
        default=Path("images"),
        metavar="FOLDER",
        help="the chain that is built, pushed and pulled (images)",
    )
    parser.add_argument(
        "--touch",
        default="zenweb/page.erb",
        metavar="FILE",
        help="the file below it that is touched (%(default)s)",
    )
    parser.add_argument(
        "--results",
        type=Path,
        default=RESULTS,
        metavar="FOLDER",
        help="where pages and pictures go (bench/results)",
    )
    return parser.parse_args(argv)  # fmt: skip


def _delays(text: str) -> list[float]:
    found = [float(one) for one in text.split(",")]
    if not all(0 <= one <= 1000 for one in found):
        raise argparse.ArgumentTypeError("give 0 to 1000 ms")
    return found


def _echo(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
