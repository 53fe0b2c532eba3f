"""What the SDK and a connection raise, as one line of ours."""

import json

import pytest
import requests
from docker.errors import APIError, DockerException

from dockwright.engine.client import talking
from dockwright.errors import BoxError, DockwrightError, NotReady
from tests.unit.box.boxes import local


def _no_json() -> Exception:
    response = requests.Response()
    response._content = b"<html>"
    with pytest.raises(ValueError) as raised:
        response.json()
    return raised.value


@pytest.mark.parametrize(
    ("error", "becomes", "words"),
    [
        (APIError("no", explanation="no space left"), BoxError, "engine: no space left"),
        (DockerException("gone"), NotReady, "its engine does not answer (gone)"),
        (requests.ConnectionError("gone"), NotReady, "its engine does not answer (gone)"),
        (ConnectionResetError("gone"), NotReady, "its engine does not answer (gone)"),
        (TimeoutError("late"), BoxError, "its engine says nothing, for 30 s"),
        (TimeoutError("late"), BoxError, ", or allow more with dockwright_answer_seconds"),
        (_no_json(), BoxError, "its engine"),
        (json.JSONDecodeError("no", "<", 0), BoxError, "its engine"),
        (KeyError("Id"), BoxError, "its engine"),
    ],
)
def test_each_is_told_by_its_own_words(
    error: Exception, becomes: type[DockwrightError], words: str
) -> None:
    with local() as host, pytest.raises(becomes) as raised, talking(host):
        raise error
    assert type(raised.value) is becomes
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)
