"""Who logs in to a registry: as docker sends it, asked for when it is needed, and never shown."""

import json
from base64 import b64decode

from docker.auth import AuthConfig, encode_header
from hypothesis import given
from hypothesis import strategies as st

from dockwright.registry.login import Login, resolve

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(TEXT.filter(lambda user: ":" not in user), TEXT)
def test_a_registry_reads_the_very_user_and_password(user: str, password: str) -> None:
    scheme, _, encoded = Login(user, password).basic().partition(" ")
    assert scheme == "Basic"
    # RFC 7617: a password may have colons, a user none
    assert b64decode(encoded).decode().partition(":")[::2] == (user, password)
    assert "\n" not in encoded


@given(TEXT, TEXT)
def test_an_engine_is_sent_what_it_was_given(user: str, password: str) -> None:
    header = encode_header(AuthConfig(Login(user, password).auth_config()))
    sent = json.loads(b64decode(header, altchars=b"-_"))
    assert (sent["username"], sent["password"]) == (user, password)


def test_it_does_not_show_its_password() -> None:
    assert "s3cret" not in repr(Login("me", "s3cret")) + str(Login("me", "s3cret"))


def test_one_that_is_made_later_is_asked_for_each_time_it_is_needed() -> None:
    asked: list[Login] = []

    def later() -> Login:
        asked.append(Login("me", str(len(asked))))
        return asked[-1]

    assert [resolve(later), resolve(later)] == [Login("me", "0"), Login("me", "1")]
    assert resolve(None) is None
    assert resolve(Login("me", "x")) == Login("me", "x")
