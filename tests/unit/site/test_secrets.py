"""Where a site's password comes from, and that it is never shown."""

import pytest

from dockwright.errors import DockwrightError
from dockwright.site.secrets import registry_password
from dockwright.site.settings import Settings


def test_the_password_comes_from_the_environment_then_from_the_command() -> None:
    by_command = Settings(registry_password_command=["echo", "from-command"])
    assert registry_password(by_command, {"DOCKWRIGHT_REGISTRY_PASSWORD": "env"}) == "env"
    assert registry_password(by_command, {}) == "from-command"
    assert registry_password(Settings(), {}) is None


def test_a_password_command_that_fails_is_told_without_its_output() -> None:
    failing = Settings(registry_password_command=["sh", "-c", "echo s3cret; exit 3"])
    with pytest.raises(DockwrightError, match="exit status 3") as error:
        registry_password(failing, {})
    assert "s3cret" not in str(error.value)
