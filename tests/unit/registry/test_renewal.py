"""The script that renews a registry's certificate: valid shell, and early enough."""

import re
import subprocess
from pathlib import Path

import pytest

from dockwright.engine.place import USE
from dockwright.registry import places, renewal


@pytest.mark.parametrize(("days", "seconds"), [(825, 32 * 86400), (3, int(86400 * 16 / 15))])
def test_it_renews_before_a_run_would(days: int, seconds: int) -> None:
    [ahead] = re.findall(r"-checkend (\d+)", renewal.script(days, USE))
    assert int(ahead) == seconds


@pytest.mark.parametrize("script", [renewal.script(825, USE), USE + renewal.reload()])
def test_it_is_valid_shell_with_nothing_left_to_fill_in(script: str) -> None:
    subprocess.run(["sh", "-n"], input=script, text=True, check=True, timeout=30)
    assert re.findall(r"@[A-Z]+@", script) == []


def _openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=30)


def _site(folder: Path, days: int) -> str:
    """The script with all its places below ``folder``, where a certificate ends in ``days``."""
    for name in ("ca", "registry"):
        (folder / name).mkdir()
    _openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=CA", "-days",
             "3650", "-keyout", "ca/ca.key", "-out", "ca/ca.crt")  # fmt: skip
    _openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-days",
             str(days), "-keyout", "registry/tls.key", "-out", "registry/tls.crt")  # fmt: skip
    (folder / "ca/server.cnf").write_text(
        "[req]\ndistinguished_name = subject\nprompt = no\n[subject]\nCN = Registry\n"
        "[server]\nsubjectAltName = IP:192.0.2.1\n"
    )
    own = "install() { mkdir -p $(for one; do :; done; echo $one); }; chown() { :; }\n"
    text = renewal.script(825, "").replace("/etc/dockwright", str(folder))
    return f"{own}{text.partition('registries() {')[0]}"


@pytest.mark.parametrize(
    ("days", "is_renewed"),
    [(31, True), (34, False)],
    ids=["near_its_end", "good_for_longer"],
)
def test_what_is_near_its_end_is_renewed_by_the_ca(
    tmp_path: Path, days: int, is_renewed: bool
) -> None:
    script = _site(tmp_path, days)
    before = (tmp_path / "registry/tls.crt").read_text()
    done = subprocess.run(
        ["sh"], input=script, text=True, cwd=tmp_path, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert ("renewed: " in done.stdout) is is_renewed
    assert ((tmp_path / "registry/tls.crt").read_text() != before) is is_renewed
    if is_renewed:
        _openssl(tmp_path, "verify", "-CAfile", "ca/ca.crt", "registry/tls.crt")


def test_without_a_ca_the_certificate_stays_and_it_fails(tmp_path: Path) -> None:
    script = _site(tmp_path, 1)
    (tmp_path / "ca/ca.key").unlink()
    before = [(tmp_path / f"registry/tls.{end}").read_text() for end in ("crt", "key")]
    done = subprocess.run(
        ["sh"], input=script, text=True, cwd=tmp_path, capture_output=True, timeout=60, check=False
    )
    assert done.returncode != 0
    assert [(tmp_path / f"registry/tls.{end}").read_text() for end in ("crt", "key")] == before
    assert not (tmp_path / "registry/.new").exists()


def test_systemd_and_cron_run_the_script() -> None:
    line = f"/bin/sh {places.RENEWAL}"
    assert f"ExecStart={line}\n" in renewal.units()[renewal.SERVICE]
    assert renewal.cron().endswith(f" root {line}\n")
