"""A deploy made ready on the boxes of an inventory: who takes part, and what is wrong with it."""

from pathlib import Path

import pytest

from dockwright.box.this_run import this_run
from dockwright.errors import DockwrightError
from dockwright.run.session import prepare, session
from tests.ssh_server import closed_port

SITE = """
docker_hosts = [("@local", {{}}), ("closed", {{"ssh_hostname": "127.0.0.1", "ssh_port": {port}}})]
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "site.py").write_text(SITE.format(port=closed_port()))
    (tmp_path / "deploy.py").write_text(
        "from pyinfra.operations import server\nserver.shell(name='x', commands=['true'])\n"
    )
    return tmp_path


def test_a_box_that_is_down_is_given_up_and_the_others_go_on(site: Path) -> None:
    with session("site.py") as state:
        assert [host.name for host in state.active_hosts] == ["@local"]
        [why] = this_run(state).given_up.values()
        assert why.startswith("box closed: connection refused")
        prepare(state, Path("deploy.py"))
        [host] = state.active_hosts
        assert len(state.ops[host]) == 1
    assert not host.connected


def test_where_none_is_up_each_has_its_reason(site: Path) -> None:
    with (
        pytest.raises(DockwrightError, match=r"^box closed: connection refused"),
        session("site.py", ["closed"]),
    ):
        pass


def test_a_limit_is_a_box_or_a_group_and_no_contradiction(site: Path) -> None:
    with session("site.py", ["@local"], ["closed"]) as state:
        assert [host.name for host in state.active_hosts] == ["@local"]
    with (
        pytest.raises(DockwrightError, match="box closed: left out by --skip"),
        session("site.py", ["closed"], ["closed"]),
    ):
        pass
    with pytest.raises(DockwrightError, match="box clsed: not in the inventory; did you mean cl"), \
         session("site.py", ["clsed"]):  # fmt: skip
        pass


@pytest.mark.parametrize(
    ("deploy", "said"),
    [("gone.py", "gone.py: no such file in "), (".", r"\.: a folder; name a deploy file"),
     ("broken_deploy.py", "broken_deploy.py:2: ZeroDivisionError: ")],
)  # fmt: skip
def test_what_is_wrong_with_a_deploy_is_one_line(site: Path, deploy: str, said: str) -> None:
    (site / "broken_deploy.py").write_text("\n1 / 0\n")
    with session("@local") as state, pytest.raises(DockwrightError, match=f"^{said}") as error:
        prepare(state, Path(deploy))
    assert "\n" not in str(error.value)


def test_a_config_beside_it_counts_for_this_run_alone(site: Path) -> None:
    (site / "config.py").write_text("from pyinfra import config\nconfig.SUDO = True\n")
    with session("@local") as state:
        prepare(state, Path("deploy.py"))
        assert state.config.SUDO is True
    with session("@local") as other:
        assert not other.config.SUDO
