"""What the registry's host is given, and what is read back from it."""

import subprocess
from pathlib import Path

import pytest
import yaml

from dockwright.errors import DockwrightError
from dockwright.facts.registry import Files, Trust
from dockwright.registry import places
from dockwright.templates import render


def test_the_settings_with_tls_are_these() -> None:
    config = yaml.safe_load(
        render("registry/config.yml.j2", {"tls": True, "delete": True, "port": 5000})
    )
    assert config["storage"] == {
        "filesystem": {"rootdirectory": "/var/lib/registry"},
        "delete": {"enabled": True},
    }
    assert config["http"]["addr"] == ":5000"
    assert config["http"]["tls"] == {
        "certificate": "/etc/docker/registry/tls.crt",
        "key": "/etc/docker/registry/tls.key",
        "minimumtls": "tls1.2",
    }
    assert "debug" not in config["http"]
    assert config["auth"]["htpasswd"]["path"] == "/etc/docker/registry/htpasswd"


def test_without_tls_a_login_is_still_needed() -> None:
    config = yaml.safe_load(
        render("registry/config.yml.j2", {"tls": False, "delete": False, "port": 5000})
    )
    assert "tls" not in config["http"]
    assert config["storage"]["delete"] == {"enabled": False}
    assert "htpasswd" in config["auth"]


def test_every_address_and_host_name_becomes_a_numbered_name_of_the_request() -> None:
    names = {"addresses": ["192.168.50.20", "::1"], "hostnames": ["registry.vagrant", "r"]}
    text = render("registry/certificate.cnf.j2", names)
    assert text.endswith(
        "[names]\nIP.1 = 192.168.50.20\nIP.2 = ::1\nDNS.1 = registry.vagrant\nDNS.2 = r\n"
    )


@pytest.mark.parametrize("name", ["192.168.50.20:5000", "registry.vagrant", "[fd00::1]:5000"])
def test_a_registrys_trust_has_a_folder_of_its_name(name: str) -> None:
    assert places.trusted(name) == f"/etc/docker/certs.d/{name}/ca.crt"


@pytest.mark.parametrize("name", ["", "..", "a/b", "-a", "a:0", "a:65536", "a:", "a b", "a\n"])
def test_a_name_that_is_no_registry_is_refused(name: str) -> None:
    with pytest.raises(DockwrightError, match=r"^registry .*(not of the form|neither a dot)"):
        places.trusted(name)


def _ask() -> Files:
    command = Trust().script("registry.vagrant:5000")
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    return Trust().read(done.stdout.splitlines())


def test_a_file_is_read_with_its_mode_and_without_a_last_newline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "it's here:5000"
    monkeypatch.setattr(places, "trusted", lambda _registry: str(path))
    path.write_text("first: one\n\nlast")
    path.chmod(0o640)
    found = _ask()
    assert found.texts == {"certificate": "first: one\n\nlast"}
    assert found.modes[str(path)].startswith("640 ")


def test_a_file_that_is_absent_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "trusted", lambda _registry: str(tmp_path / "none"))
    assert _ask() == Files()


def test_files_do_not_show_their_texts() -> None:
    assert "s3cret" not in repr(Files({"password": "s3cret"}))


def test_a_folder_that_is_absent_or_open_to_others_is_wrong() -> None:
    good = Files(modes={places.DATA: "750 5000:5000"})
    assert good.wrong(places.DATA) == []
    assert good.wrong(places.DATA, places.SETTINGS) == [places.SETTINGS]
    assert Files(modes={places.DATA: "755 5000:5000"}).wrong(places.DATA) == [places.DATA]
