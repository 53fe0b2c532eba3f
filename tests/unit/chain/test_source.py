"""An image's folder as read: with a Dockerfile it is built, with a Procfile alone it only runs."""

from pathlib import Path

from dockwright.chain.read import read, read_procfiles
from dockwright.chain.source import Refusal, Source


def test_a_folder_of_a_procfile_alone_only_runs_and_one_with_a_dockerfile_is_built(
    tmp_path: Path,
) -> None:
    for path in ("db/Procfile", "web/Procfile", "web/Dockerfile", "job/a.Dockerfile",
                 "job/Procfile"):  # fmt: skip
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("FROM scratch" if "Docker" in path else "x: docker run y")
    built, run = read(tmp_path), read_procfiles(tmp_path)
    assert [(one.name, one.only_runs) for one in built] == [("a", False), ("web", False)]
    assert [(one.name, one.only_runs, one.context) for one in run] == [("db", True, ())]
    # beside another Dockerfile than its own a Procfile is nobody's
    assert [one.procfile for one in built] == [None, "x: docker run y"]


def test_two_readings_of_one_folder_are_the_same_value() -> None:
    one, other = (Source("a", "a/Dockerfile", "FROM scratch") for _ in range(2))
    assert one == other
    assert len({one, other, Source("b", "a/Dockerfile", "FROM scratch")}) == 2
    assert Refusal("a", "why") != Refusal("a", "why", "a/Dockerfile")
