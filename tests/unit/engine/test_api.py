"""What the SDK's client sends to an engine besides what it is asked to."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from docker import APIClient

from dockwright.engine.api import Client


class Known(Client):
    """A client that need not ask for the engine's version."""

    def version(self, *_: Any, **__: Any) -> dict[str, str]:
        return {"ApiVersion": "1.41"}


def test_no_login_of_this_machine_goes_with_a_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("DOCKER_CONFIG", raising=False)
    (tmp_path / ".docker").mkdir()
    login = base64.b64encode(b"me:s3cret").decode()
    (tmp_path / ".docker/config.json").write_text(json.dumps({"auths": {"hub": {"auth": login}}}))
    # the control: this is what the SDK does by itself
    sent: dict[str, str] = {}
    APIClient(base_url="http://engine:2375", version="1.41")._set_auth_headers(sent)
    assert list(sent) == ["X-Registry-Config"]
    ours: dict[str, str] = {}
    Known(None, lambda: None, 1.0)._set_auth_headers(ours)
    assert ours == {}
