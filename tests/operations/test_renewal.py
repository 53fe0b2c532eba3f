"""What renews a registry's certificate by itself: under systemd, under cron, and where it goes."""

from __future__ import annotations

from typing import Any

import pytest
from recorded import box

from dockwright.box.change import Change
from dockwright.commands.write import Write
from dockwright.engine.place import USE
from dockwright.operations.registry.renewal import renewal
from dockwright.registry import places
from dockwright.registry import renewal as renewals
from dockwright.templates import render

NAMES: dict[str, Any] = {"addresses": ["192.0.2.1"], "hostnames": ["registry.test"]}
SYSTEMD = {
    places.RENEWAL_NAMES: render("registry/certificate.cnf.j2", NAMES),
    places.RENEWAL: renewals.script(825, USE),
    **renewals.units(),
}


def _said(texts: dict[str, str], *further: str) -> str:
    lines = []
    for path, text in texts.items():
        lines.append(f"mode:{places.MODES.get(path, '644 0:0')} {path}")
        lines += [f"{path}:{line}" for line in text.splitlines()]
    return "\n".join([*lines, *further])


def _made(said: str, **further: Any) -> tuple[list[str], list[str], list[str]]:
    changes: list[Change] = []
    with box({"registry.Renewal": said}, executing=True, changes=changes) as logged:
        made = list(renewal._inner(**NAMES, **further))
    words = [one.path if isinstance(one, Write) else str(one) for one in made]
    return words, [change.line for change in changes], logged


def test_a_bare_host_under_systemd_gets_a_timer() -> None:
    words, changes, _ = _made("systemd:\ncron:\ntimer: ")
    assert words == [
        *SYSTEMD,
        "systemctl daemon-reload",
        "systemctl unmask --quiet renew-dockwright.timer",
        "systemctl enable --quiet --now renew-dockwright.timer",
    ]
    assert changes == [f"+ {path}" for path in SYSTEMD]


def test_what_is_there_stays() -> None:
    words, changes, said = _made(_said(SYSTEMD, "systemd:", "timer:enabled active"))
    assert (words, changes) == ([], [])
    assert said == ["noop: a timer renews the registry's certificate"]


@pytest.mark.parametrize("state", ["disabled inactive", "enabled inactive", "masked inactive"])
def test_a_timer_that_was_put_off_is_on_again(state: str) -> None:
    words, changes, _ = _made(_said(SYSTEMD, "systemd:", f"timer:{state}"))
    assert words[-1] == "systemctl enable --quiet --now renew-dockwright.timer"
    assert changes == ["~ renew-dockwright.timer  → enabled"]


def test_other_names_are_written_and_nothing_else() -> None:
    said = _said(SYSTEMD, "systemd:", "timer:enabled active").replace("192.0.2.1", "192.0.2.9")
    words, changes, _ = _made(said)
    assert words == [places.RENEWAL_NAMES]
    assert changes == [f"~ {places.RENEWAL_NAMES}"]


def test_where_the_init_has_no_times_cron_has() -> None:
    words, _, _ = _made("cron:")
    assert words == [places.RENEWAL_NAMES, places.RENEWAL, renewals.CRON]


def test_a_host_without_either_is_left_to_runs() -> None:
    words, _, said = _made("")
    assert words == []
    assert said == ["noop: nothing on the host has times, or nothing is to be renewed"]


def test_without_tls_all_of_it_goes() -> None:
    words, changes, _ = _made(_said(SYSTEMD, "systemd:", "timer:enabled active"), present=False)
    assert words[0] == "systemctl disable --quiet --now renew-dockwright.timer"
    assert words[1].startswith("rm -f ")
    assert words[2:] == ["systemctl daemon-reload"]
    assert changes == [f"- {path}" for path in SYSTEMD]
