"""systemd's units of a leaf: whose they are, and that systemd itself takes them."""

import shutil
import subprocess
from pathlib import Path

import pytest

from dockwright.boot.group import group
from dockwright.boot.job import Group
from dockwright.inits import systemd
from tests import systemd_reader


def make(leaf: str, **options: dict[str, str]) -> Group:
    line = f"web: docker run {leaf}\nworker: docker run --stop-timeout 60 {leaf}"
    return group(leaf, line, "Procfile", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name",
    ["app.target", "dockwright-app.service", "dockwright-app.web.0.service", "docker.service",
     "dockwright-app.web.1.conf", "dockwright-app.web.1.service.d",
     "dockwright-app.web.x.1.service",
     "xdockwright-app.target", "dockwright-app.target\n"],
)  # fmt: skip
def test_a_file_of_another_making_is_not_owned(name: str) -> None:
    assert not systemd.owned("app", name)


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


def test_the_reader_of_units_sees_a_directive_that_a_value_started() -> None:
    made = group("app", "web: docker run app", "Procfile")
    text = systemd.files(made)[0].text.replace("app\n", "app\nUser=nobody\n", 1)
    assert ("User", "nobody") in systemd_reader.directives(text)
