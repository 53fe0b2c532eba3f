"""Which inventory, which box of it, and what is said where there is none."""

import subprocess
from pathlib import Path

import pytest
from pyinfra.api import FactBase
from pyinfra.context import ctx_host, ctx_inventory, ctx_state
from pyinfra.facts.server import Kernel

from dockwright.errors import DockwrightError
from dockwright.run.inventory import box, find, load


def _names(inventory: str | None = None) -> list[str]:
    with load(inventory) as loaded:
        return sorted(host.name for host in loaded)


def test_the_option_goes_before_the_variable_and_that_before_the_default(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site / "mine.py").write_text('docker_hosts = ["mine"]\n')
    assert _names() == ["keeper", "one", "two"]
    monkeypatch.setenv("DOCKWRIGHT_INVENTORY", "mine.py")
    assert _names() == ["mine"]
    assert _names("inventories/lab.py") == ["keeper", "one", "two"]
    assert _names("@local") == ["@local"]
    assert _names("192.0.2.1,192.0.2.2") == ["192.0.2.1", "192.0.2.2"]


def test_group_data_counts(site: Path) -> None:
    with load() as loaded:
        assert find(loaded, "two").data.get("dockwright_max_age_days") == 7


def test_the_box_is_the_builder_unless_it_is_named(site: Path) -> None:
    with load() as loaded:
        assert find(loaded).name == "one"
        assert find(loaded, "keeper").name == "keeper"
    (site / "builds.py").write_text(
        (site / "inventories/lab.py").read_text() + "builders = [_boxes[1]]\n"
    )
    with load("builds.py") as loaded:
        assert find(loaded).name == "two"
    with load("192.0.2.1") as loaded:
        assert find(loaded).name == "192.0.2.1"


def test_a_connected_box_answers_and_is_the_current_host(site: Path) -> None:
    with box(inventory="@local") as host:
        assert host.get_fact(Kernel) == subprocess.check_output(["uname", "-s"], text=True).strip()
        assert ctx_host.get() is host
        assert ctx_state.get().inventory is ctx_inventory.get()
    assert not host.connected
    assert (ctx_host.get(), ctx_state.get(), ctx_inventory.get()) == (None, None, None)


@pytest.mark.parametrize(
    ("inventory", "name", "said"),
    [
        ("none.py", None, "inventory none.py: no such file in "),
        ("folder/none", None, "inventory folder/none: no such file in "),
        ("empty.py", None, "inventory empty.py: no box in it; put one into docker_hosts"),
        ("broken.py", None, "broken.py:1: ZeroDivisionError: division by zero; mend the file"),
        ("down.py", None, "the lab lab is down; run `dockwright lab up`"),
        ("ours.py", None, "box x: no such thing; make it"),
        ("@nowhere", None, "inventory @nowhere: Invalid connector: nowhere; see its hosts"),
        ("192.0.2.1,192.0.2.2", None, "name one of 192.0.2.1, 192.0.2.2 with --box"),
        (None, "kepper", "box kepper: not in the inventory; did you mean keeper?"),
        (None, "zzz", "box zzz: not in the inventory; boxes: "),
    ],
)
def test_an_error_is_one_line_with_a_way_out(
    site: Path, inventory: str | None, name: str | None, said: str
) -> None:
    (site / "empty.py").write_text("docker_hosts = []\n")
    (site / "broken.py").write_text("docker_hosts = [1 / 0]\n")
    (site / "down.py").write_text(
        'raise SystemExit("Error: the lab lab is down; run `dockwright lab up`")\n'
    )
    (site / "ours.py").write_text(
        "from dockwright.errors import DockwrightError\n"
        'raise DockwrightError("box x: no such thing; make it")\n'
    )
    with pytest.raises(DockwrightError) as error, box(name, inventory):
        pass
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert ctx_state.get() is None


class Failing(FactBase[str]):
    def command(self) -> str:
        return "exit 3"


def test_a_fact_that_fails_is_one_line(site: Path) -> None:
    with (
        pytest.raises(DockwrightError, match=r"^box @local: No hosts remaining!; see above, and"),
        box(inventory="@local") as host,
    ):
        host.get_fact(Failing)
    assert ctx_host.get() is None
    with (
        pytest.raises(DockwrightError, match=r"^box @local: .*sudo without a password$"),
        box(inventory="@local"),
    ):
        raise EOFError  # as getpass does where there is no terminal


def test_a_box_that_refuses_the_connection_is_one_line(site: Path) -> None:
    (site / "refuses.py").write_text(
        'docker_hosts = [("closed", {"ssh_hostname": "127.0.0.1", "ssh_port": 1})]\n'
    )
    with (
        pytest.raises(
            DockwrightError,
            match=r"^box closed: connection refused \(127\.0\.0\.1:1\); start its SSH",
        ),
        box(inventory="refuses.py"),
    ):
        pass
