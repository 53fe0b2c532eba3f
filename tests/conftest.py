"""gevent patches first: pyinfra does so too, and the docker SDK must be imported after it."""

from collections import Counter

from gevent import monkey

monkey.patch_all()

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

# a machine that is busy with other things is no failure; tests of speed take the processor's time
settings.register_profile("dockwright", deadline=None)
settings.load_profile("dockwright")


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
