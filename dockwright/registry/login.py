"""Who logs in to a registry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Login:
    """A registry's user and password; travels in a header, and its repr has no password.

    Example:
        >>> Login("dockwright", "s3cret")
        Login(user='dockwright')
    """

    user: str
    password: str = field(repr=False)

    def auth_config(self) -> dict[str, str]:
        """What the docker SDK puts into X-Registry-Auth."""
        return {"username": self.user, "password": self.password}


# A login that is known only once the registry's box has made it is asked for when it is needed.
LoginSource = Login | Callable[[], Login] | None


def resolve(login: LoginSource) -> Login | None:
    """The login itself, asked for where it is a function.

    Example:
        >>> resolve(lambda: Login("dockwright", "s3cret"))
        Login(user='dockwright')
    """
    return login() if callable(login) else login
