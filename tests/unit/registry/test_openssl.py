"""The commands that make a CA and a certificate: what they are given, and what they refuse."""

import re
import subprocess

import pytest

from dockwright.errors import DockwrightError
from dockwright.registry import places
from dockwright.registry.openssl import authority, certificate, check_days, check_names


@pytest.mark.parametrize("days", [1, 825, 36500])
def test_a_validity_of_a_day_to_a_hundred_years(days: int) -> None:
    check_days(days)


@pytest.mark.parametrize("days", [0, -1, 36501])
def test_any_other_is_refused(days: int) -> None:
    with pytest.raises(DockwrightError, match=rf"^certificate: days {days}: use 1 to 36500$"):
        check_days(days)


@pytest.mark.parametrize(
    ("addresses", "hostnames"),
    [(["192.168.50.20"], []), ([], ["registry.vagrant"]), (["fd00::1", "10.0.0.1"], ["R", "a-b.c"]),
     ([], ["x" * 63 + ".test"])],
)  # fmt: skip
def test_names_that_a_certificate_can_hold(addresses: list[str], hostnames: list[str]) -> None:
    check_names(addresses, hostnames)


@pytest.mark.parametrize(
    ("addresses", "hostnames", "said"),
    [
        ([], [], "no address and no host name; give one at least"),
        (["192.168.50"], [], "address '192.168.50': no IP address"),
        (["fe80::1%x\nDNS.9 = evil"], [], "no IP address"),
        (["10.0.0.1/24"], [], "no IP address"),
        ([], ["a b"], "host name 'a b': no DNS name"),
        ([], ["a\nIP.9 = 1.2.3.4"], "no DNS name"),
        ([], ["-a"], "no DNS name"),
        ([], ["a..b"], "no DNS name"),
        ([], ["x" * 64], "no DNS name"),
        ([], [".".join(["abcdefg"] * 32)], "no DNS name"),
        ([], ["*.test"], "no DNS name"),
    ],
)
def test_what_could_be_more_than_a_name_is_refused(
    addresses: list[str], hostnames: list[str], said: str
) -> None:
    with pytest.raises(DockwrightError, match=re.escape(said)) as refused:
        check_names(addresses, hostnames)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("make", [authority, certificate])
def test_settings_go_by_standard_input_and_the_rest_is_valid_shell(make: object) -> None:
    command = make("[req] it's $(id)", 825)  # type: ignore[operator]
    line = command.get_raw_value()
    assert command.connector_arguments["_stdin"] == "[req] it's $(id)"
    assert "$(id)" not in line
    subprocess.run(["sh", "-n", "-c", line], check=True, timeout=30)
    assert "DAYS=825" in line
    assert f"HOME_={places.HOME}" in line


def test_the_ca_s_folder_is_root_s_alone_and_the_server_s_its_group_s_too() -> None:
    assert "MODE=0700" in authority("", 1).get_raw_value()
    assert "GROUP=0" in authority("", 1).get_raw_value()
    served = certificate("", 1).get_raw_value()
    assert "MODE=0750" in served
    assert f"GROUP={places.ID}" in served
