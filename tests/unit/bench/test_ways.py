"""Each tool is led to the proxies, and knows the boxes' keys there."""

from pathlib import Path

import pytest

from tests.bench import ways as ways_to
from tests.bench.site import LAB, BenchError, Site


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    settings = LAB.settings(tmp_path)
    (settings.folder / "ssh").mkdir(parents=True)
    known = "".join(
        f"{box.address},{box.hostname} ssh-ed25519 {box.name}\n" for box in settings.boxes
    )
    (settings.folder / "ssh/known_hosts").write_text(known)
    monkeypatch.setattr(ways_to, "check_route", lambda lab, address: None)
    return Site(settings, tmp_path)


def test_each_box_has_a_port_of_its_own_on_the_loopback(site: Site) -> None:
    with ways_to.by_proxies(site) as ways:
        ports = {box: proxy.port for box, proxy in ways.proxies.items()}
        assert len(set(ports.values())) == 2
        lines = ways.known.read_text().splitlines()
        assert f"[127.0.0.1]:{ports['docker']} ssh-ed25519 docker" in lines
        for box, its in ways.pyinfra().items():
            assert (its["ssh_hostname"], its["ssh_port"]) == ("127.0.0.1", ports[box])
        for box, its in ways.ansible().items():
            assert (its["ansible_host"], its["ansible_port"]) == ("127.0.0.1", ports[box])
        assert str(ports["registry"]) in ways.ssh("registry", "true")


def test_a_delay_holds_for_all_boxes_from_then_on(site: Site) -> None:
    with ways_to.by_proxies(site) as ways:
        ways.begin(0.05)
        assert {proxy.delay for proxy in ways.proxies.values()} == {0.05}
        assert ways.round_trips() == {"docker": 0, "registry": 0}


def test_a_box_whose_key_is_not_known_is_told(site: Site) -> None:
    (site.lab.folder / "ssh/known_hosts").write_text("")
    with pytest.raises(BenchError, match="box docker: its key"), ways_to.by_proxies(site):
        pass
