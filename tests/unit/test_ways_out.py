"""Operations, facts and what is below them say what a caller does; deploys, what a site does."""

import ast
import re
import string
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dockwright import ways_out
from dockwright.backup.trouble import trouble
from dockwright.boot.collisions import check_data
from dockwright.boot.group import group
from dockwright.box import unanswered
from dockwright.errors import DockwrightError
from dockwright.service.environment import ImageProgram
from dockwright.service.spec import Terms, services
from dockwright.site.settings import Settings
from dockwright.site.ways_out import SITE
from dockwright.status.judged.box import LittleRoom, box_row
from dockwright.status.judged.growth import Bounds, of_growth
from dockwright.status.judged.swarm import of_swarm
from dockwright.status.read import BoxRead, Certificate, Growth, Packages
from dockwright.swarm.state import SwarmState
from dockwright.ways_out import WayOut

PACKAGE = Path(__file__).resolve().parents[2] / "dockwright"
# All below the deploys but three: `site`, whose words these are, and `lab` and `vagrant`, which
# write inventories.
ROOMS = [
    *("operations", "facts", "registry", "commands", "switching", "building", "inits", "chain"),
    *("status", "engine", "box", "boot", "service", "backup", "swarm", "picture", "sbom"),
    *("wheelhouse", "boxes"),
]
KEYS = {f"dockwright_{name}" for name in Settings.model_fields}
_KEY = re.compile(r"\bdockwright_[a-z_]+")
_FILE = re.compile(r"\bdeploy/[a-z_]+\.py")


def _texts(module: Path) -> list[str]:
    """All strings of a module, but docstrings."""
    tree = ast.parse(module.read_text())
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documented
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_below_the_deploys_names_a_site_s_keys_or_files(room: str) -> None:
    for module in sorted(PACKAGE.joinpath(room).rglob("*.py")):
        for text in _texts(module):
            assert not set(_KEY.findall(text)) & KEYS, (module, text)
            assert not _FILE.search(text), (module, text)


def test_a_site_has_its_words_for_each_and_fills_in_no_more_than_a_library() -> None:
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert set(SITE) == set(WayOut)
    for way in WayOut:
        assert fields(SITE[way]) <= fields(way.value) | {"image"}
        assert not _KEY.search(way.value)
        assert set(_KEY.findall(SITE[way])) <= KEYS


def test_who_calls_operations_alone_reads_of_operations() -> None:
    lines = (
        "from dockwright.engine.place import why_not",
        "print(why_not('web1', 'none'))",
        "import dockwright.deploys",
        "print(why_not('web1', 'none'))",
    )
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    )
    said = "box web1: there is no docker client on it; install one: "
    assert done.stdout.splitlines() == [f"{said}engine.package", f"{said}deploy/docker_host.py"]


def _serve(line: str) -> str:
    """What is said of a leaf that is to be services: its notices, or why it can be none."""
    made = group("web", line, "Procfile", log_driver=None)
    try:
        return "\n".join(services(made, "Procfile", Terms(), ImageProgram())[0].notices)
    except DockwrightError as error:
        return str(error)


def _twice() -> str:
    """What is said of a leaf that is run twice on one box, and writes the same both times."""
    line = "web: docker run -v data:/data web"
    groups = [group("web", line, "Procfile"), group("web-old", line, "Procfile", runs="web")]
    with pytest.raises(DockwrightError) as error:
        check_data(groups, {"web-old": "web"}, "app1")
    return str(error.value)


def _judged(read: BoxRead) -> str:
    """What is said of a box that is not well."""
    return "\n".join(one.text for one in box_row("app1", read, LittleRoom()).remarks)


def _grown(growth: Growth) -> str:
    """What is said of a box whose cache and journal may have 10 and 2 GiB."""
    return "\n".join(one.text for one in of_growth(growth, Bounds(10, 2)))


_BOOT = ("leave web on boot jobs: boot.job", 'dockwright_runs_on = {"web": "boot"}')
# What a room says, with the words of who calls operations, and those of a site.
SAID: dict[str, tuple[Callable[[], str], str, str]] = {
    "a flag that Swarm can't do": (lambda: _serve("web: docker run --pid host web"), *_BOOT),
    "a process that ends": (lambda: _serve("release: docker run web"), *_BOOT),
    "a file of variables": (
        lambda: _serve("web: docker run --env-file /etc/web.env web"),
        "other nodes have not; give what is in it by env=; or",
        "other nodes have not; give what is in it by dockwright_env; or",
    ),
    "a platform": (
        lambda: _serve("web: docker run --platform linux/arm64 web"),
        "its nodes have one; say which nodes by placed=; or",
        "its nodes have one; say which nodes by dockwright_placed; or",
    ),
    "a runtime": (
        lambda: _serve("web: docker run --runtime runsc web"),
        "Swarm has no word for it; set default-runtime in settings= of engine.config; or",
        "Swarm has no word for it; set default-runtime in dockwright_daemon; or",
    ),
    "a limit that old engines do not know of services": (
        lambda: _serve("web: docker run web"),
        "know it of services only as 'no-new-privileges': True in settings= of engine.config",
        'know it of services only as dockwright_daemon = {"no-new-privileges": True}',
    ),
    "a leaf that writes the data of another": (
        _twice,
        'of its own: moved=Moved(data={"data": "data-web-old"})',
        'of its own: dockwright_runs = {"web-old": {…, "data": {"data": "data-web-old"}}}',
    ),
    "a box that is late": (
        lambda: unanswered.late("app1", "its images", 30),
        "engine), or have its data allow more seconds for an answer",
        "engine), or allow more with dockwright_answer_seconds",
    ),
    "updates of security": (
        lambda: _judged(BoxRead(engine="ready", packages=Packages(("a",), ("a",)))),
        "1 updates of security (a): updates.packages",
        "1 updates of security (a): `dockwright apply deploy/updates.py`",
    ),
    "an upgrade that was interrupted": (
        lambda: _judged(BoxRead(engine="ready", packages=Packages(half=("vim",)))),
        "interrupted: vim; updates.packages",
        "interrupted: vim; `dockwright apply deploy/updates.py`",
    ),
    "a CA that ended": (
        lambda: _judged(BoxRead(engine="ready", certificates=(Certificate("/ca", "trusted"),))),
        "read: registry.trust copies the new one, or give it as certificate=",
        "read: `dockwright apply` copies the new one, or give it as dockwright_registry_ca",
    ),
    "a cache above its bound": (
        lambda: _grown(Growth(build_cache=13 << 30)),
        "has 13.0 GiB, and its bound is 10 (cache= of image.chain): the next build trims it",
        "has 13.0 GiB, and dockwright_build_cache_gib is 10: the next build trims it",
    ),
    "a journal above its bound": (
        lambda: _grown(Growth(journal=3 << 30)),
        "has 3.0 GiB, and its bound is 2 (journal.bound): ",
        "has 3.0 GiB, and dockwright_journal_gib is 2: `dockwright apply`",
    ),
    "a swarm that is locked": (
        lambda: "\n".join(one.text for one in of_swarm(SwarmState("ready", "locked"))),
        "its swarm is locked: swarm.unlocked unlocks it",
        "its swarm is locked: `dockwright apply deploy/swarm.py` unlocks it",
    ),
    "another key of backups": (
        lambda: trouble(["Fatal: wrong password or no key found"], "T"),
        "of the backups there; see the key of backup.target.password",
        "of the backups there; see dockwright_backup's key_command, or "
        "~/.config/dockwright/backup.key",
    ),
    "a target of backups that lets nobody in": (
        lambda: trouble(["bak@nas: Permission denied (publickey)."], "T"),
        "lets nobody in; see the key of BackupTarget.ssh",
        "lets nobody in; see dockwright_backup's ssh_key",
    ),
    "another host than the target of backups": (
        lambda: trouble(["Host key verification failed."], "T"),
        "not the host that is known; see the known_hosts of BackupTarget.ssh",
        "not the host that is known; see dockwright_backup's known_hosts",
    ),
    "a target of backups whose name is not known": (
        lambda: trouble(["ssh: Could not resolve hostname nas: Name or service not known"], "T"),
        "name is known; see the text of backup.target.target",
        "name is known; see dockwright_backup's to",
    ),
}


@pytest.mark.parametrize("what", SAID)
def test_each_is_said_in_the_words_of_its_reader(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    say, of_library, of_site = SAID[what]
    assert of_site in say()
    monkeypatch.setattr(ways_out, "_words", {})
    assert of_library in say()
    assert not set(_KEY.findall(say())) & KEYS
    assert not _FILE.search(say())
