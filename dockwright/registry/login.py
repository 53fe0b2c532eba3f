"""Who logs in to a registry."""

from __future__ import annotations

from base64 import b64encode
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

    def basic(self) -> str:
        """The header of HTTP's basic authentication, in UTF-8 as docker itself sends it.

        Example:
            >>> Login("robot$ci", "s3cret").basic()
            'Basic cm9ib3QkY2k6czNjcmV0'
        """
        return f"Basic {b64encode(f'{self.user}:{self.password}'.encode()).decode()}"


# A login that is known only once the registry's box has made it is asked for when it is needed.
LoginSource = Login | Callable[[], Login] | None


def resolve(login: LoginSource) -> Login | None:
    """The login itself, asked for where it is a function.

    Example:
        >>> resolve(lambda: Login("dockwright", "s3cret"))
        Login(user='dockwright')
    """
    return login() if callable(login) else login
