"""Jobs with hostile values, through both templates and back: 50,000 in `script/test soak`."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from dockwright.boot.job import Group
from tests import hostile
from tests.upstart import reader as upstart_reader


@pytest.mark.timeout(7200)
@settings(
    max_examples=50_000 if os.environ.get("DOCKWRIGHT_SOAK") else 2_000,
    deadline=None,
    database=None,
    # tmp_path is the same for every example, and each example writes it anew
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(made=hostile.GROUPS)
def test_every_value_reads_back_and_starts_no_directive_or_stanza(
    made: Group, tmp_path: Path
) -> None:
    upstart_reader.recorder(tmp_path / "docker", tmp_path / "record")
    hostile.systemd_reads_back(made)
    hostile.upstart_reads_back(made, tmp_path, tmp_path / "record")
