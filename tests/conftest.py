"""gevent patches first: pyinfra does so too, and the docker SDK must be imported after it."""

import json
import os
import signal
from collections import Counter
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gevent import monkey

from tests import workers  # of gevent too

monkey.patch_all()

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

from dockwright.site.ways_out import SITE  # noqa: E402
from dockwright.ways_out import speak  # noqa: E402
from tests import run_order  # noqa: E402
from tests.lab.labs import figures, own_lab  # noqa: E402
from tests.lab.labs.every_run import IS_LONG  # noqa: E402
from tests.lab.labs.stand_up import StandUp, standing_up  # noqa: E402

# What every run has one case of each kind of, and the tier `long` all: the mark of the others.
_LONG = "long"

# a machine that is busy with other things is no failure; tests of speed take the processor's time
settings.register_profile("dockwright", deadline=None)
settings.load_profile("dockwright")

# whichever test comes first: else an import decides what errors say
speak(SITE)


# What a run has one of, whichever workers it has: the site's lab, in a folder that all know.
_OF_RUN = ExitStack()
_begun: list[object] = []
_SITE = "DOCKWRIGHT_TEST_SITE"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{_LONG}: a case of `script/test long`, not of every run")
    # where these are set, a failure's line in the summary at the end has its whole message
    for said_by_ci in ("CI", "BUILD_NUMBER"):
        os.environ.pop(said_by_ci, None)
    # who is told to end takes the labs down first, as at Ctrl-C
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if not _is_worker(config):
        folder = _OF_RUN.enter_context(TemporaryDirectory(prefix="dockwright-site-"))
        os.environ[_SITE] = folder
        # keys that sign a site's images are kept there, and are none of this machine's user
        os.environ["XDG_CONFIG_HOME"] = str(Path(folder, "config"))


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted, left_out = [], []
    for item in items:
        (wanted if IS_LONG or item.get_closest_marker(_LONG) is None else left_out).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = run_order.in_order(wanted)
    if _is_worker(config):
        # each worker finds the same, and the process that hands out files knows names alone
        new = Path(os.environ[_SITE], f"groups.{workers.NUMBER}")
        new.write_text(json.dumps(run_order.groups(items)))
        new.rename(_groups_file())


def _groups_file() -> Path:
    return Path(os.environ[_SITE], "groups")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Workers take whole files, and of those that share a lab all."""
    from xdist.scheduler import LoadFileScheduling

    class _FilesAndGroups(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return str(json.loads(_groups_file().read_text()).get(file, file))

    return _FilesAndGroups(config, log) if config.option.dist == "loadfile" else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any) -> None:
    """A worker has found its tests; here is the process that began with the run."""
    if run_order.SITE in json.loads(_groups_file().read_text()).values():
        _stand_the_site_up()


def pytest_collection_finish(session: pytest.Session) -> None:
    """The same without workers."""
    only_listed = _is_worker(session.config) or session.config.option.collectonly
    if not only_listed and any(map(run_order.is_of_site, session.items)):
        _stand_the_site_up()


def _stand_the_site_up() -> None:
    """Have it made while other tests run; it is taken down at the run's end."""
    if not _begun:
        _begun.append(_OF_RUN.enter_context(standing_up("site", Path(os.environ[_SITE]))))


@pytest.fixture(scope="session")
def standing() -> StandUp | str:
    """The lab's site while it is being stood up; where that can't be, why."""
    unfit = own_lab.untried_here()
    return StandUp(Path(os.environ[_SITE])) if unfit is None else unfit


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
    """Take down the site, and what a worker left that was killed, or given no time at Ctrl-C."""
    if _is_worker(config):
        return
    try:
        _OF_RUN.close()
    finally:
        for name in own_lab.take_down_all_of(own_lab.RUN):
            print(f"lab {name}: was left by a worker that ended before its time")
