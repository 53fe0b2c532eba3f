"""The order of a run's files: it keeps all workers at work, and no long file is the last one.

Files without a lab come first, then some with a lab of their own: meanwhile the boxes of the site
are stood up. Then those of the site, which one worker takes to the end of the run, or nearly; then
all others. The slowest first each time.
"""

import pytest

# Seconds by file where it is many, as a run tells at its end.
SECONDS = {
    "tests/lab/test_strangers_site.py": 240,
    "tests/lab/test_upgrades.py": 200,
    "tests/lab/test_registry_moves.py": 200,
    "tests/lab/test_survival.py": 180,
    "tests/lab/test_images_of_others.py": 160,
    "tests/lab/test_reach.py": 300,
    "tests/lab/test_sboms.py": 200,
    "tests/lab/test_signatures.py": 200,
    "tests/lab/test_many_boxes.py": 150,
    "tests/lab/test_drift.py": 150,
    "tests/lab/test_image_registry.py": 150,
    "tests/lab/test_dead_boxes.py": 145,
    "tests/lab/test_chain_build.py": 140,
    "tests/lab/test_chain_oracles.py": 140,
    "tests/lab/test_chain_same.py": 90,
    "tests/lab/test_status.py": 60,
    "tests/lab/test_supervisord.py": 90,
    "tests/lab/test_image_transfer.py": 110,
    "tests/lab/test_growth.py": 150,
    "tests/lab/test_plan_apply.py": 110,
    "tests/lab/test_jobs_of_leaves.py": 105,
    "tests/lab/test_outages.py": 100,
    "tests/lab/test_data_of_leaves.py": 100,
    "tests/lab/test_provision.py": 95,
    "tests/lab/test_crash_loops.py": 90,
    "tests/lab/test_updates.py": 150,
    "tests/lab/test_site_changes.py": 85,
    "tests/lab/test_two_registries.py": 250,
    "tests/lab/test_mirror_away.py": 150,
    "tests/lab/test_odd_hung.py": 75,
    "tests/lab/test_recovery.py": 70,
    "tests/lab/test_site.py": 70,
    "tests/lab/test_package.py": 70,
    "tests/lab/test_chef_client.py": 65,
    "tests/lab/test_stash.py": 60,
    "tests/lab/test_odd_endless.py": 55,
    "tests/lab/test_other_hands.py": 55,
    "tests/lab/test_bad_input.py": 55,
    "tests/lab/test_closed_doors.py": 50,
    "tests/lab/test_by_other_hands.py": 50,
    "tests/lab/test_odd_shells.py": 45,
    "tests/lab/test_records.py": 45,
    "tests/lab/test_odd_answers.py": 40,
    "tests/soak/test_hostile_jobs.py": 40,
    "tests/lab/test_odd_engine.py": 35,
    "tests/lab/test_odd_terminal.py": 35,
    "tests/unit/vagrant/packaged/test_build.py": 35,
    "tests/lab/test_odd_bytes.py": 30,
    "tests/operations/test_quoting.py": 20,
    "tests/unit/test_wheel.py": 15,
    "tests/unit/docs/test_build.py": 15,
    "tests/unit/cli/test_complete.py": 10,
    "tests/unit/cli/test_init.py": 10,
    "tests/unit/wheelhouse/test_fetch.py": 10,
}
_A_LAB_FILE = 30  # which is not listed
# Two workers are at these for as long as the site takes to be stood up.
MEANWHILE = (
    "tests/lab/test_odd_shells.py",  # and with it all files of its lab
    "tests/lab/test_provision.py",
    "tests/lab/test_package.py",
    "tests/lab/test_by_other_hands.py",
    "tests/lab/test_bake.py",
)


# Labs that several files share: one worker takes them all. By the fixture, the group's name.
SITE = "site"
_SHARED = {"standing": SITE, "odd_boxes": "odd"}


def place(path: str, of_site: bool) -> tuple[int, int, str]:
    """What the files of a run are sorted by; ``of_site``: a test of it uses the site."""
    if not path.startswith("tests/lab/"):
        return 0, -SECONDS.get(path, 0), path
    seconds = SECONDS.get(path, _A_LAB_FILE)
    return 1 if path in MEANWHILE else 2 if of_site else 3, -seconds, path


def in_order(items: list[pytest.Item]) -> list[pytest.Item]:
    """The tests, file by file; those of a file as they were."""
    of_site = {file_of(item) for item in items if is_of_site(item)}
    return sorted(items, key=lambda item: place(file_of(item), file_of(item) in of_site))


def groups(items: list[pytest.Item]) -> dict[str, str]:
    """By file, the group of those whose tests share a lab with other files."""
    found: dict[str, str] = {}
    for item in items:
        for fixture, group in _SHARED.items():
            if fixture in getattr(item, "fixturenames", ()):
                found[file_of(item)] = group
    return found


def is_of_site(item: pytest.Item) -> bool:
    return "standing" in getattr(item, "fixturenames", ())


def file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]
