"""The order of a run's files: it keeps all workers at work, and no long file is the last one.

Files without a lab come first, then short ones with a lab of their own: meanwhile the boxes of the
sites are stood up. Then all others. The slowest first each time.
"""

import pytest

# Seconds by file where it is many, as a run tells at its end.
SECONDS = {
    "tests/lab/test_strangers_site.py": 300,
    "tests/lab/test_drift.py": 190,
    "tests/lab/test_survival.py": 350,
    "tests/lab/test_upgrades.py": 300,
    "tests/lab/test_image_registry.py": 265,
    "tests/lab/test_chain_build.py": 210,
    "tests/lab/test_images_of_others.py": 200,
    "tests/lab/test_outages.py": 180,
    "tests/lab/test_image_transfer.py": 140,
    "tests/lab/test_plan_apply.py": 110,
    "tests/lab/test_jobs_of_leaves.py": 105,
    "tests/lab/test_odd_hung.py": 150,
    "tests/lab/test_odd_answers.py": 110,
    "tests/lab/test_odd_endless.py": 110,
    "tests/lab/test_other_hands.py": 105,
    "tests/lab/test_odd_shells.py": 95,
    "tests/lab/test_provision.py": 95,
    "tests/lab/test_recovery.py": 95,
    "tests/lab/test_site_changes.py": 85,
    "tests/lab/test_bad_input.py": 75,
    "tests/lab/test_site.py": 70,
    "tests/lab/test_package.py": 70,
    "tests/lab/test_chef_client.py": 65,
    "tests/lab/test_odd_engine.py": 65,
    "tests/lab/test_odd_terminal.py": 65,
    "tests/lab/test_odd_bytes.py": 60,
    "tests/lab/test_stash.py": 60,
    "tests/lab/test_closed_doors.py": 50,
    "tests/lab/test_by_other_hands.py": 50,
    "tests/lab/test_records.py": 45,
    "tests/soak/test_hostile_jobs.py": 40,
    "tests/unit/test_boxes_build.py": 35,
    "tests/operations/test_quoting.py": 20,
    "tests/unit/test_wheel.py": 15,
    "tests/unit/test_wheelhouse.py": 10,
}
_A_LAB_FILE = 30  # which is not listed
_SHORT = 100


def place(path: str, of_site: bool) -> tuple[int, int, str]:
    """What the files of a run are sorted by; ``of_site``: a test of it uses the site."""
    if not path.startswith("tests/lab/"):
        return 0, -SECONDS.get(path, 0), path
    seconds = SECONDS.get(path, _A_LAB_FILE)
    return 1 if seconds < _SHORT and not of_site else 2, -seconds, path


def in_order(items: list[pytest.Item]) -> list[pytest.Item]:
    """The tests, file by file; those of a file as they were."""
    of_site = {file_of(item) for item in items if "standing" in getattr(item, "fixturenames", ())}
    return sorted(items, key=lambda item: place(file_of(item), file_of(item) in of_site))


def file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]
