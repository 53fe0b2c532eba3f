"""What a Procfile asks its site for."""

from dockwright.boot.env import asked


def test_only_names_without_a_value_are_asked_for() -> None:
    procfile = (
        "web: docker run -e TOKEN --env=LANG=C --env PORT app\n"
        "worker: docker run --env-file /x --env SECOND app run --env NOT_OURS\n"
    )
    assert asked(procfile, "Procfile") == {"TOKEN", "SECOND"}
