"""Every operation's cases: OPERATION/a_sentence.yaml, each while pyinfra prepares and executes.

A case is `args` and `kwargs`, and `facts` with the lines a box printed; then `commands`, the
`changes` as a plan has them, the `noop` and what it `says` where there is anything of them, or
the error by which it is `refused`: for the whole run, or for the `box alone`.

`image.push`, `image.pull` and `image.access` talk to an engine in their generators: what comes
of that is tested in tests/lab, on real boxes.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from case import FIXTURES, flat, load, shown
from pyinfra.api.exceptions import OperationError, PyinfraError
from recorded import box

from dockwright.box.change import Change

FOLDER = Path(__file__).parent
CASES = sorted(FOLDER.glob("*.*/*.yaml"))
KEYS = {
    *("args", "kwargs", "facts", "commands", "changes", "noop", "says", "refused", "box alone"),
}


def _yielded(
    operation: Any, case: dict[str, Any], executing: bool
) -> tuple[list[Any], list[Change], list[str]]:
    changes: list[Change] = []
    with box(case.get("facts", {}), executing, changes) as said:
        made = operation._inner(*case.get("args", []), **case.get("kwargs", {}))
        return [shown(command) for command in flat(made)], changes, said


@pytest.mark.parametrize("executing", [False, True], ids=["prepares", "executes"])
@pytest.mark.parametrize("path", CASES, ids=[f"{c.parent.name}/{c.stem}" for c in CASES])
def test_case(path: Path, executing: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES)
    case = load(path)
    assert case.keys() <= KEYS
    module, _, name = path.parent.name.partition(".")
    operation = getattr(import_module(f"dockwright.operations.{module}"), name)
    if "refused" in case and not executing:
        with pytest.raises(OperationError) as refused:
            _yielded(operation, case, executing)
        assert str(refused.value) == case["refused"]
        return
    if "box alone" in case and not executing:
        # the case's box is the only one
        with (
            box(case["facts"], executing) as said,
            pytest.raises(PyinfraError, match="No hosts remaining"),
        ):
            list(operation._inner(*case.get("args", []), **case.get("kwargs", {})))
        assert said == [case["box alone"]]
        return
    commands, changes, said = _yielded(operation, case, executing)
    refused_with = case.get("refused") or case.get("box alone")
    wanted = [{"fail": refused_with}] if refused_with else case.get("commands", [])
    assert commands == wanted
    assert [change.line for change in changes] == case.get("changes", [])
    # a change without a word would be a plan's line without sense
    assert bool(changes) == bool(commands) or refused_with or commands[0].keys() == {"fail"}
    noops = [f"noop: {case['noop']}"] if "noop" in case else []
    assert [line for line in said if line.startswith("noop: ")] == noops
    if executing:
        assert [line for line in said if not line.startswith("noop: ")] == case.get("says", [])
    # neither a command nor a reason why there is none: a run would not tell what happened
    assert commands or noops


def test_the_cases_are_found() -> None:
    with_cases = {path.parent.name for path in CASES}
    assert with_cases >= {
        *("account.service", "boot.job", "boot.restart", "certificate.authorities"),
        *("engine.config", "engine.package", "engine.service", "engine.user", "git.repository"),
        *("hosts.entries", "image.base", "image.chain", "image.pull", "image.push", "image.tag"),
        *("registry.authority", "registry.certificate", "registry.login", "registry.server"),
        "registry.trust",
    }
