"""An image as a registry has it: by registry, login and digest, and no password shown."""

from dockwright.registry.image import Had
from dockwright.registry.login import Login

DIGEST = "sha256:" + "a" * 64


def test_two_registries_of_one_digest_are_two_and_no_password_is_shown() -> None:
    login = Login("me", "s3cret")
    one, other = Had("a:5000", login, DIGEST), Had("b:5000", login, DIGEST)
    assert len({one, other, Had("a:5000", None, DIGEST), Had("a:5000", login, DIGEST)}) == 3
    assert "s3cret" not in repr([one, other])
