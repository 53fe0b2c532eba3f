"""The line that shows what services said."""

import pytest

from dockwright.service.logs import logs


@pytest.mark.parametrize(
    ("since", "word"),
    [("3d", "72h"), ("10m", "10m"), ("2026-11-29 10:00", "2026-11-29T10:00:00"),
     ("2026-11-29T10:00:05", "2026-11-29T10:00:05"), ("2026-11-29", "2026-11-29T00:00:00")],
)  # fmt: skip
def test_times_are_as_docker_takes_them(since: str, word: str) -> None:
    assert f"--since {word} " in logs(["a_web"], since=since)


def test_several_are_followed_side_by_side() -> None:
    line = logs(["a_web", "a_jobs"], lines=5, follow=True)
    assert line.count(" &\n") == 2
    assert line.endswith("wait")
    assert logs(["a_web", "a_jobs"]).splitlines() == [
        "docker service logs --tail all a_web 2>&1",
        "docker service logs --tail all a_jobs 2>&1",
    ]
