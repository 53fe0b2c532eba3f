"""Metrics of a site: what promtool takes, and nothing of what is not known."""

import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from dockwright.status.metrics import metrics
from dockwright.status.rows import BoxRow, Remark, Site
from tests.unit.status.whole_site import WHOLE

PROMTOOL = shutil.which("promtool")
# Rule: https://prometheus.io/docs/instrumenting/exposition_formats/
SAMPLE = re.compile(
    r"(?P<name>[a-z_][a-z0-9_]*)"
    r'(?:\{(?P<labels>[a-z_]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z_]+="(?:[^"\\\n]|\\["\\n])*")*)\})?'
    r" (?P<value>-?[0-9.e+]+)"
)


def _samples(site: Site) -> dict[str, str]:
    """By name and labels the value; every line is one of the format's three sorts."""
    text, found, known = metrics(site), dict[str, str](), list[str]()
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("# HELP "):
            known.append(line.split(" ")[2])
        elif line.startswith("# TYPE "):
            assert line.split(" ")[2:] == [known[-1], "gauge"]
        else:
            match = SAMPLE.fullmatch(line)
            assert match is not None, line
            assert match["name"] == known[-1]
            key = f"{match['name'].removeprefix('dockwright_')}{{{match['labels'] or ''}}}"
            assert found.setdefault(key, match["value"]) == match["value"]
    assert len(known) == len(set(known))
    return found


def test_each_figure_of_a_row_is_a_sample() -> None:
    samples = _samples(WHOLE)
    leaf = 'box="docker",leaf="zenweb",job="zenweb.web.1"'
    assert samples['box_up{box="docker"}'] == "1"
    assert samples['box_up{box="gone"}'] == "0"
    assert samples['box_remarks{box="docker",severity="due"}'] == "1"
    assert samples['certificate_remaining_seconds{box="docker",of="server"}'] == "70891200"
    assert samples['filesystem_avail_bytes{box="docker",mountpoint="/"}'] == "4"
    assert samples['last_run_timestamp_seconds{box="docker"}'] == "1795935600"
    assert samples[f"leaf_healthy{{{leaf}}}"] == "1"
    assert samples[f"leaf_memory_limit_bytes{{{leaf}}}"] == "99"
    assert samples['registry_size_bytes{registry="reg:5000"}'] == "1048576"
    backup = 'box="docker",part="stash"'
    assert samples[f"backup_ok{{{backup}}}"] == "1"
    assert samples[f"backup_timestamp_seconds{{{backup}}}"] == "1796011200"
    assert samples[f"backup_drill_timestamp_seconds{{{backup}}}"] == "1795676400"
    assert samples[f"backup_size_bytes{{{backup}}}"] == "3145728"
    assert samples["status_code{}"] == "1"


def test_what_is_not_known_has_no_sample() -> None:
    gone = {key for key in _samples(WHOLE) if 'box="gone"' in key}
    assert gone == {
        'box_up{box="gone"}',
        *(f'box_remarks{{box="gone",severity="{one}"}}' for one in ("silent", "wrong", "due")),
    }


def test_a_box_that_could_not_tell_a_part_is_up_and_its_engine_is_not() -> None:
    row = BoxRow("a", "silent", (Remark("silent", "could not tell its updates"),), updates=0)
    samples = _samples(Site("2026-11-30T07:00:00Z", (row,)))
    assert (samples['box_up{box="a"}'], samples['engine_up{box="a"}']) == ("1", "0")


def test_who_was_left_out_is_in_no_sample() -> None:
    absent = BoxRow("away", "absent", (Remark("absent", "left out by --skip"),))
    assert not [key for key in _samples(replace(WHOLE, boxes=(absent,))) if "away" in key]


def test_what_a_box_says_makes_no_sample_of_its_own() -> None:
    evil = 'x" } 1\ndockwright_status_code 0 \\'
    disk = replace(WHOLE.boxes[0].disks[0], mount=evil)
    leaf = replace(WHOLE.leaves[0], job=evil)
    box = replace(WHOLE.boxes[0], disks=(disk,))
    samples = _samples(replace(WHOLE, boxes=(box,), leaves=(leaf,)))
    assert samples["status_code{}"] == "2"
    assert len([key for key in samples if key.startswith("status_code")]) == 1


@pytest.mark.skipif(PROMTOOL is None, reason="no promtool here, which Debian has in prometheus")
def test_promtool_takes_them() -> None:
    done = subprocess.run(
        [str(PROMTOOL), "check", "metrics"],
        input=metrics(WHOLE), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
