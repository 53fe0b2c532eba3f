"""The order of a run's files: it keeps all workers at work, and no long file is the last one.

Files without a lab come first, then some with a lab of their own: meanwhile the boxes of the site
are stood up. Then those of the site, which one worker takes to the end of the run, or nearly; then
all others. The slowest first each time.
"""

import os

import pytest

# Seconds by file where it is many, as a run tells at its end.
SECONDS = {
    "tests/lab/test_backups.py": 150,
    "tests/lab/test_registry_kept.py": 300,
    "tests/lab/test_reach.py": 180,
    "tests/lab/test_ways_to_a_box.py": 130,
    "tests/unit/status/test_in_a_browser.py": 45,
    "tests/lab/test_strangers_site.py": 174,
    "tests/lab/test_upgrades.py": 174,
    "tests/lab/test_image_transfer.py": 173,
    "tests/lab/test_chain_build.py": 171,
    "tests/lab/test_signatures.py": 170,
    "tests/lab/test_images_of_others.py": 137,
    "tests/lab/test_survival.py": 135,
    "tests/lab/test_unchanged_push.py": 150,
    "tests/lab/test_plan_apply.py": 130,
    "tests/lab/test_drift.py": 130,
    "tests/lab/test_image_registry.py": 127,
    "tests/lab/test_odd_shells.py": 114,
    "tests/lab/test_jobs_of_leaves.py": 109,
    "tests/lab/test_crash_loops.py": 106,
    "tests/lab/test_sboms.py": 101,
    "tests/lab/test_outages.py": 98,
    "tests/unit/box/foreseen/test_runs.py": 87,
    "tests/lab/test_swarm.py": 90,
    "tests/lab/test_foreseen.py": 80,
    "tests/lab/test_updates.py": 77,
    "tests/lab/test_chef_client.py": 67,
    "tests/lab/test_odd_engine.py": 65,
    "tests/lab/test_services.py": 60,
    "tests/lab/test_numbers_of_leaves.py": 64,
    "tests/lab/test_supervisord.py": 61,
    "tests/lab/test_daemon_keys.py": 60,
    "tests/lab/test_ipv6_site.py": 60,
    "tests/lab/test_site_changes.py": 59,
    "tests/lab/test_odd_doors.py": 55,
    "tests/lab/test_catalogue.py": 50,
    "tests/lab/test_odd_terminal.py": 55,
    "tests/lab/test_odd_answers.py": 55,
    "tests/operations/test_under_upstart.py": 52,
    "tests/lab/test_other_hands.py": 52,
    "tests/lab/test_cis.py": 52,
    "tests/lab/test_secrets_that_were_open.py": 49,
    "tests/lab/test_odd_endless.py": 46,
    "tests/soak/test_hostile_jobs.py": 46,
    "tests/lab/test_odd_bytes.py": 45,
    "tests/lab/test_closed_doors.py": 45,
    "tests/lab/test_by_other_hands.py": 43,
    "tests/lab/test_site.py": 42,
    "tests/lab/test_recovery.py": 39,
    "tests/lab/test_provision.py": 39,
    "tests/lab/test_hard_changes.py": 60,
    "tests/unit/box/test_answer.py": 37,
    "tests/lab/test_hostile_units.py": 35,
    "tests/facts/test_by_pyinfra.py": 35,
    "tests/lab/test_status.py": 35,
    "tests/unit/run/test_words.py": 34,
    "tests/lab/test_bad_input.py": 34,
    "tests/lab/test_odd_images.py": 33,
    "tests/lab/test_chain_same.py": 32,
    "tests/lab/test_odd_registry.py": 32,
    "tests/lab/test_bake.py": 31,
    "tests/lab/test_stash.py": 31,
    "tests/unit/vagrant/packaged/test_build.py": 31,
    "tests/lab/test_records.py": 31,
    "tests/lab/test_boxes.py": 28,
    "tests/lab/test_rails.py": 26,
    "tests/lab/test_package.py": 26,
    "tests/lab/test_projectwiki.py": 25,
    "tests/lab/test_chain_oracles.py": 25,
    "tests/lab/test_overload.py": 24,
    "tests/lab/test_odd_hung.py": 24,
    "tests/operations/test_quoting_questions.py": 23,
    "tests/lab/test_odd_struck.py": 21,
    "tests/unit/box/test_channels.py": 21,
    "tests/lab/test_graph.py": 20,
    "tests/unit/test_wheel.py": 18,
    "tests/lab/test_boot_jobs.py": 17,
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
# An hour and a half there; all other files of the soak are the other worker's meanwhile.
LONGEST_OF_SOAK = "tests/lab/test_survival.py"


# Labs that several files share: one worker takes them all. By the fixture, the group's name.
SITE = "site"
_SHARED = {"standing": SITE, "odd_boxes": "odd"}


def place(path: str, of_site: bool) -> tuple[int, int, str]:
    """What the files of a run are sorted by; ``of_site``: a test of it uses the site."""
    if path == LONGEST_OF_SOAK and os.environ.get("DOCKWRIGHT_SOAK"):
        return -1, 0, path
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
