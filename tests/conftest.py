"""gevent patches first: pyinfra does so too, and the docker SDK must be imported after it."""

from collections import Counter
from collections.abc import Iterator

from gevent import monkey

monkey.patch_all()

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

from tests.lab.stand_up import StandUp, standing_up  # noqa: E402

# a machine that is busy with other things is no failure; tests of speed take the processor's time
settings.register_profile("dockwright", deadline=None)
settings.load_profile("dockwright")


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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Where the run's time went: the files that took 10 seconds or more, with their set-up."""
    took: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                took[report.location[0]] += report.duration  # type: ignore[assignment]
    long = [(path, seconds) for path, seconds in took.most_common() if seconds >= 10]
    if long:
        terminalreporter.section("seconds by file")
    for path, seconds in long:
        terminalreporter.write_line(f"{seconds:6.0f}  {path}")
