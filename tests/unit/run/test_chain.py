"""The chain's plan of a box: one that builds nothing has none, and says who builds."""

from pathlib import Path

from dockwright.run.chain import chain_plan


def test_a_box_that_builds_nothing_has_no_plan(site: Path) -> None:
    (site / "pulls.py").write_text(
        'docker_hosts = [("one", {"dockwright_address": "192.0.2.1"}), '
        '("@local", {"dockwright_address": "192.0.2.2"})]\n'
        'registry_hosts = [("keeper", {"dockwright_address": "192.0.2.3"})]\n'
    )
    found = chain_plan("@local", "pulls.py")
    assert found.steps == ()
    assert not found.drift
    assert found.notice == "box @local builds nothing and pulls its leaves; box one builds"
