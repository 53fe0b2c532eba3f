"""Which key signs a site's images."""

from dockwright.deploys.signing import key_path
from dockwright.site.settings import Settings


def test_a_user_has_one_key_unless_the_site_names_one() -> None:
    home = {"XDG_CONFIG_HOME": "/c"}
    assert str(key_path(Settings(), home)) == "/c/dockwright/signing.key"
    assert str(key_path(Settings(signing_key="/k"), home)) == "/k"
