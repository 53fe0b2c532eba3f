"""The units of a leaf: what they are called, whose they are, and what they say."""

import shutil
import subprocess
from itertools import product
from pathlib import Path

import pytest

from dockwright.boot.group import group
from dockwright.boot.job import Group
from dockwright.inits import env_file, supervisord, systemd, upstart
from dockwright.inits.init import INITS
from dockwright.inits.names import leaf_of

LEAVES = ("app", "app-worker", "app-worker-2", "a")


def make(leaf: str, **options: dict[str, str]) -> Group:
    line = f"web: docker run {leaf}\nworker: docker run --stop-timeout 60 {leaf}"
    return group(leaf, line, "Procfile", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("init", [systemd, upstart, supervisord])
def test_a_leaf_owns_its_own_files_and_no_other_leafs(init: object) -> None:
    for mine, other in product(LEAVES, LEAVES):
        for file in init.files(make(other, env={"A": "1"})):  # type: ignore[attr-defined]
            name = Path(file.path).name
            owned = env_file.owned if file.unit is None else init.owned  # type: ignore[attr-defined]
            assert owned(mine, name) is (mine == other), name


@pytest.mark.parametrize(
    "name",
    ["app.target", "dockwright-app.service", "dockwright-app.web.0.service", "docker.service",
     "dockwright-app.web.1.conf", "dockwright-app.web.1.service.d",
     "dockwright-app.web.x.1.service",
     "xdockwright-app.target", "dockwright-app.target\n"],
)  # fmt: skip
def test_a_file_of_another_making_is_not_owned(name: str) -> None:
    assert not systemd.owned("app", name)


def test_an_override_beside_an_upstart_job_is_no_file_of_its_leaf_and_changes_that_job() -> None:
    assert not upstart.owned("app", "dockwright-app.web.1.override")
    path = "/etc/init/dockwright-app.web.1.override"
    assert INITS["upstart"].overridden(path) == "dockwright-app.web.1"


def test_what_all_leaves_share_is_no_leafs_whatever_it_is_called() -> None:
    for init in INITS.values():
        for file in init.shared():
            name = Path(file.path).name
            assert init.unit_of(file.path) == file.unit
            assert not any(init.owned(leaf, file.path) for leaf in (*LEAVES, leaf_of(name)))


def test_only_values_of_the_site_make_a_file_and_it_is_secret() -> None:
    for init in (systemd, upstart):
        assert [file.mode for file in init.files(make("app"))] == [0o644] * 3
        files = init.files(make("app", env={"A": "s3cret"}))
        assert [file.mode for file in files] == [0o600, 0o644, 0o600, 0o644, 0o644]
        assert not any("s3cret" in file.text for file in files if file.mode != 0o600)
        assert "s3cret" not in repr(files)


def test_pull_never_is_said_where_the_engine_knows_it() -> None:
    made = make("app")
    assert "--pull=never" in systemd.files(made)[0].text
    assert "--pull" not in systemd.files(made, pull_never=False)[0].text
    assert "--pull" not in upstart.files(made)[0].text
    assert "--pull=never" in upstart.files(made, pull_never=True)[0].text


def test_a_stop_waits_longer_than_the_container_may_take() -> None:
    assert "docker stop -t 60 app.worker.1 >" in systemd.files(make("app"))[1].text
    assert "\nTimeoutStopSec=80\n" in systemd.files(make("app"))[1].text
    assert "\nkill timeout 65\n" in upstart.files(make("app"))[1].text


def test_every_script_block_of_an_upstart_job_passes_sh() -> None:
    line = "web: docker run app 'it'\\''s' ';' '$(' '\"' '`'"
    sh = shutil.which("sh")
    assert sh is not None
    text = upstart.files(group("app", line, "Procfile", env={"A": "'"}))[1].text
    blocks = [part.split("\nend script")[0] for part in text.split("script\n")[1::2]]
    assert len(blocks) == 4
    for block in blocks:
        subprocess.run([sh, "-n"], input=block.encode(), check=True)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
def test_systemd_analyze_has_nothing_to_say(tmp_path: Path) -> None:
    docker = "[Service]\nExecStart=/bin/true\n"
    (tmp_path / "docker.service").write_text(docker)
    for file in systemd.files(make("app", env={"A": "1"})):
        if file.unit:
            # this machine need not have docker; /bin/true is an absolute program that it has
            text = file.text.replace("/usr/bin/docker", "/bin/true")
            (tmp_path / file.unit).write_text(text)
    units = sorted(str(path) for path in tmp_path.iterdir())
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
