"""Who sees to the swarm itself, while one of the boxes is just making it."""

import importlib
from pathlib import Path
from typing import Any, NoReturn

import pytest
from pyinfra.api.exceptions import OperationError
from pyinfra.context import ctx_host, ctx_state

from dockwright.errors import DockwrightError
from dockwright.site.unlock_key import UnlockKeys
from dockwright.swarm.wanted import WantedNode, WantedSwarm
from tests.unit.box.boxes import local

module: Any = importlib.import_module("dockwright.operations.swarm.cluster")
WANTED = WantedSwarm("corp", (WantedNode("app1", "manager", "192.0.2.5"),))


@pytest.mark.parametrize("made_by", [None, "app1"])
def test_a_swarm_without_a_label_is_another_s_unless_this_run_is_making_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, made_by: str | None
) -> None:
    def decided(*_: object) -> NoReturn:
        raise DockwrightError("box app1: is in swarm nyp66jbgae, which somebody else made")

    monkeypatch.setattr(module, "decided", decided)
    keys = UnlockKeys(tmp_path)
    with local() as host, ctx_state.use(host.state), ctx_host.use(host):
        module._makers.of(host.state).update([made_by] if made_by else [])
        if made_by:
            assert list(module.cluster._inner(WANTED, keys)) == []
        else:
            with pytest.raises(OperationError, match="somebody else made"):
                list(module.cluster._inner(WANTED, keys))
