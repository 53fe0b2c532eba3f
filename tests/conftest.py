"""gevent patches first: pyinfra does so too, and the docker SDK must be imported after it."""

import os
import signal
from collections import Counter
from collections.abc import Generator, Iterator

from gevent import monkey

import tests.workers  # noqa: F401 - of gevent too

monkey.patch_all()

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

from tests import run_order  # noqa: E402
from tests.lab import figures, own_lab  # noqa: E402
from tests.lab.stand_up import StandUp, standing_up  # noqa: E402

# What every run has one case of each kind of, and the tier `long` all: the mark of the others.
_LONG = "long"
IS_LONG = bool(os.environ.get("DOCKWRIGHT_LONG"))

# a machine that is busy with other things is no failure; tests of speed take the processor's time
settings.register_profile("dockwright", deadline=None)
settings.load_profile("dockwright")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{_LONG}: a case of `script/test long`, not of every run")
    # who is told to end takes the labs down first, as at Ctrl-C
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted, left_out = [], []
    for item in items:
        (wanted if IS_LONG or item.get_closest_marker(_LONG) is None else left_out).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = run_order.in_order(wanted)


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandUp | str]:
    """The lab's site while it is being stood up; where that can't be, why."""
    with standing_up("site", tmp_path_factory.mktemp("sitelab")) as made:
        yield made


@pytest.fixture(scope="session", autouse=True)
def _stands_up_meanwhile(request: pytest.FixtureRequest) -> None:
    """Begin at the run's beginning with what its later tests will wait for."""
    if any("standing" in getattr(item, "fixturenames", ()) for item in request.session.items):
        request.getfixturevalue("standing")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    figures.put_into(report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was measured, and where the run's time went."""
    reports = [
        report
        for found in terminalreporter.stats.values()
        for report in found
        if isinstance(report, pytest.TestReport)
    ]
    if lines := figures.of(reports):
        terminalreporter.section("figures")
        for line in lines:
            terminalreporter.write_line(line)
    files: Counter[str] = Counter()
    workers: Counter[str] = Counter()
    for report in reports:
        files[report.location[0]] += report.duration  # type: ignore[assignment]
        workers[getattr(report, "worker_id", "")] += report.duration  # type: ignore[assignment]
    long = [(path, seconds) for path, seconds in files.most_common() if seconds >= 10]
    if long:
        terminalreporter.section("seconds by file")
        for worker, seconds in sorted(workers.items()):
            if worker:
                terminalreporter.write_line(f"{seconds:6.0f}  all of worker {worker}")
    for path, seconds in long:
        terminalreporter.write_line(f"{seconds:6.0f}  {path}")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take down what a worker left that was killed, or that was given no time at Ctrl-C."""
    if not hasattr(config, "workerinput"):
        for name in own_lab.take_down_all_of(own_lab.RUN):
            print(f"lab {name}: was left by a worker that ended before its time")
