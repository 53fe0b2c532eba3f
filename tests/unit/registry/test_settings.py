"""What the registry's host is given, and what is read back from it."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from dockwright.facts.registry import Files, Trust
from dockwright.registry import places
from dockwright.templates import render


def _front(tls: bool = True, *caches: str) -> str:
    return render(
        "registry/nginx.conf.j2",
        {"tls": tls, "port": 5000, "reader": "dockwright-reader", "caches": caches},
    )


@pytest.mark.parametrize("delete", [True, False])
def test_the_registry_itself_hears_its_container_alone(delete: bool) -> None:
    config = yaml.safe_load(render("registry/registry.yml.j2", {"delete": delete}))
    assert config["storage"] == {
        "filesystem": {"rootdirectory": "/var/lib/registry"},
        "delete": {"enabled": delete},
        "maintenance": {
            "uploadpurging": {"enabled": True, "age": "24h", "interval": "6h", "dryrun": False}
        },
    }
    assert (config["http"]["net"], config["http"]["addr"]) == ("unix", "/tmp/registry.sock")
    assert "debug" not in config["http"]


def test_nginx_has_tls_where_the_site_has_and_never_http_2() -> None:
    assert "listen 5000 ssl;" in _front()
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in _front()
    assert "listen 5000;" in _front(tls=False)
    assert "ssl" not in _front(tls=False)
    assert "http2" not in _front()


@pytest.mark.parametrize("tls", [True, False])
def test_who_writes_has_a_login_of_one_file_and_who_reads_of_that_or_the_readers(tls: bool) -> None:
    (write,) = re.findall(r"limit_except GET {(.*?)}", _front(tls), re.DOTALL)
    assert "auth_basic_user_file /etc/docker/registry/htpasswd;" in write
    (logins,) = re.findall(r"map .remote_user .logins {(.*?)}", _front(tls), re.DOTALL)
    assert logins.split() == [
        *("default", "/etc/docker/registry/htpasswd;"),
        *("dockwright-reader", "/etc/docker/registry/readers.htpasswd;"),
    ]


def test_every_address_and_host_name_becomes_a_numbered_name_of_the_request() -> None:
    names = {"addresses": ["192.168.50.20", "::1"], "hostnames": ["registry.vagrant", "r"]}
    text = render("registry/certificate.cnf.j2", names)
    assert text.endswith(
        "[names]\nIP.1 = 192.168.50.20\nIP.2 = ::1\nDNS.1 = registry.vagrant\nDNS.2 = r\n"
    )


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


def test_a_cache_is_read_by_both_logins_and_written_by_nobody() -> None:
    assert "cache-" not in _front()
    (hub,) = re.findall(r"location /v2/hub/ {(.*?)\n    }", _front(True, "hub"), re.DOTALL)
    assert "auth_basic_user_file $logins;" in hub
    assert re.search(r"limit_except GET {\s+deny all;\s+}", hub)
    assert "proxy_pass http://cache-hub;" in hub
    assert "server unix:/tmp/cache.hub.sock;" in _front(True, "hub", "corp")
