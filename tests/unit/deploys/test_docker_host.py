"""What a Docker server is told of the site."""

from dockwright.deploys.box import Box
from dockwright.deploys.docker_host import daemon_settings
from dockwright.site.settings import Settings


def box(**given: object) -> Box:
    others = {"192.168.50.21:5000": "second"}
    return Box("docker", Settings(**given), "192.168.50.20:5000/team", "first", others, {})  # type: ignore[arg-type]


def test_without_tls_every_registry_of_the_site_is_one_of_plain_http() -> None:
    own = {"insecure-registries": ["other:5000"], "debug": True}
    assert daemon_settings(box(registry_tls=False, daemon=own)) == {
        "insecure-registries": ["other:5000", "192.168.50.20:5000", "192.168.50.21:5000"],
        "debug": True,
    }


def test_with_tls_none_is() -> None:
    assert daemon_settings(box()) == {}
