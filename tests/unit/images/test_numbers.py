"""The numbers that leaves run as: each its own, and none that accounts of a box have."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
LEAVES = sorted(path.parent for path in (ROOT / "images").glob("*/Procfile"))
SHIPPED = ROOT / "dockwright/registry/images/registry"
# Who has which on Debian and Ubuntu: policy manual 9.2.2, systemd's UIDS-GIDS.md, login.defs.
OF_A_BOX = {
    "root, and services of packages": range(1000),
    "people, whom adduser and useradd number from here up": range(1000, 5000),
    "useradd's last, and systemd's homes and sessions": range(60000, 60706),
    "systemd's services, and nobody": range(61184, 65536),
    "none within a user namespace, as engines without root have": range(65536, 2**32),
}


def number(folder: Path) -> int:
    """What the image runs as: user and group are one number."""
    text = (folder / "Dockerfile").read_text(encoding="utf-8")
    last = re.findall(r"^USER (\S+)$", text, re.MULTILINE)[-1]
    defaults = dict(re.findall(r"^ARG (\w+)=(\d+)$", text, re.MULTILINE))
    user, _, group = re.sub(r"\$\{(\w+)\}", lambda match: defaults[match[1]], last).partition(":")
    assert user == group, folder
    return int(user)


def test_no_two_leaves_share_a_number() -> None:
    found = {leaf.name: number(leaf) for leaf in LEAVES}
    assert len(found) > 4
    assert len(set(found.values())) == len(found), found


def test_no_leaf_has_a_number_of_a_box() -> None:
    taken = {
        leaf.name: (number(leaf), whose)
        for leaf in LEAVES
        for whose, numbers in OF_A_BOX.items()
        if number(leaf) in numbers
    }
    assert taken == {}


def test_the_registry_that_ships_runs_as_the_example_s() -> None:
    assert number(SHIPPED) == number(ROOT / "images/registry")


def test_what_a_leaf_needs_on_its_box_is_of_its_image_s_number() -> None:
    told = {"stash": r'"STASH_ID", (\d+)\)', "projectwiki": r"^NUMBER = (\d+)$"}
    boxes = {path.parent.name for path in (ROOT / "images").glob("*/box.py")}
    assert boxes == set(told)
    for leaf, pattern in told.items():
        text = (ROOT / "images" / leaf / "box.py").read_text(encoding="utf-8")
        [said] = re.findall(pattern, text, re.MULTILINE)
        assert int(said) == number(ROOT / "images" / leaf)
