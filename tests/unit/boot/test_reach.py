"""The file of what a leaf may reach: its lines, and what they mean for a run line."""

import re
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.boot.group import group
from dockwright.boot.reach import Destination, OfSite, Reach, Reaches, parse
from dockwright.errors import DockwrightError


@pytest.mark.parametrize(
    ("line", "target"),
    [
        ("192.0.2.7", Destination("192.0.2.7")),
        ("192.0.2.7/32", Destination("192.0.2.7")),
        ("192.0.2.0/24", Destination("192.0.2.0/24")),
        ("192.0.2.7:443", Destination("192.0.2.7", (443, 443), "tcp")),
        ("192.0.2.7:443/tcp", Destination("192.0.2.7", (443, 443), "tcp")),
        ("10.0.0.0/8:8000-8100/udp", Destination("10.0.0.0/8", (8000, 8100), "udp")),
        ("  192.0.2.7:53/udp\t# resolver", Destination("192.0.2.7", (53, 53), "udp")),
        ("192.0.2.7\r", Destination("192.0.2.7")),
    ],
)
def test_a_line_with_an_address_is_a_target(line: str, target: Destination) -> None:
    assert parse(line, "reaches").targets == (target,)


def test_words_are_what_a_site_fills_in() -> None:
    text = "# all of it\n\nleaf  db\nregistry # to push\nnames\nanywhere\n"
    assert parse(text, "a/reaches") == Reaches(
        named=(OfSite("db", "a/reaches:3"), OfSite(None, "a/reaches:4")), names=True, anywhere=True
    )


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "   \n#\n"])
def test_an_empty_file_is_nothing(text: str) -> None:
    assert parse(text, "reaches") == Reaches()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("db.test", "nothing that can be reached; write ADDRESS"),
        ("db.test:5432", "nothing that can be reached"),
        ("leaf", "nothing that can be reached"),
        ("leaf a b", "nothing that can be reached"),
        ("Registry", "nothing that can be reached"),
        ("192.0.2.7 443", "nothing that can be reached"),
        ("192.0.2.7:443/udp/tcp", "nothing that can be reached"),
        ("192.0.2.7:", "nothing that can be reached"),
        ("300.0.2.7", "not an address"),
        ("192.0.2", "not an address"),
        ("192.0.2.7/33", "not an address"),
        ("192.0.2.7/24", "write 192.0.2.0/24 for all of it, or 192.0.2.7 alone"),
        ("0.0.0.0/0", "write anywhere"),
        ("192.0.2.7:0", "0: not a port"),
        ("192.0.2.7:70000", "70000: not a port"),
        ("192.0.2.7:90-80", "turn it round"),
        ("192.0.2.7:80/sctp", "use tcp or udp"),
        ("2001:db8::1", "IPv4 alone"),
        ("[2001:db8::1]:443", "IPv4 alone"),
        ("2001:db8::/32", "IPv4 alone"),
        ("192.0.2.7; -j ACCEPT", "nothing that can be reached"),
    ],
)
def test_any_other_line_is_an_error_that_names_it(line: str, says: str) -> None:
    with pytest.raises(DockwrightError, match=rf"^images/a/reaches:2: .*{re.escape(says)}"):
        parse(f"192.0.2.1\n{line}\n", "images/a/reaches")


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 32),
    st.none() | st.tuples(st.integers(1, 65535), st.integers(1, 65535)).map(sorted).map(tuple),
    st.sampled_from(["tcp", "udp"]),
)
def test_every_network_reads_back_as_it_was_written(
    address: int, length: int, ports: tuple[int, int] | None, protocol: str
) -> None:
    network = ip_network((address, length), strict=False)
    ends = "" if ports is None else f":{ports[0]}-{ports[1]}/{protocol}"
    [target] = parse(f"{network}{ends}", "reaches").targets
    assert ip_network(target.network) == network
    assert (target.ports, target.protocol) == (ports, None if ports is None else protocol)


@given(st.text())
def test_any_text_is_read_or_refused_by_its_line(text: str) -> None:
    try:
        reaches = parse(text, "reaches")
    except DockwrightError as error:
        assert re.match(r"reaches:[0-9]+: ", str(error))
    else:
        # what comes to rules is an address
        assert all(ip_network(target.network) for target in reaches.targets)


def argv(options: str, reach: Reach | None) -> str:
    made = group("web", f"web: docker run {options} web", "a/Procfile", reach=reach)
    return " ".join(made.jobs[0].argv)


def test_a_bounded_leaf_runs_in_its_own_network_without_names() -> None:
    assert "--network dockwright-web --dns 192.0.2.1 " in argv("", Reach())
    assert "--network" not in argv("", None)
    for reach in (Reach(names=True), Reach(anywhere=True)):
        assert "--dns" not in argv("", reach)
    assert argv("--dns 192.0.2.53", Reach()).count("--dns") == 1


@pytest.mark.parametrize("option", ["--network none", "--net none", "--net=none"])
def test_one_that_is_in_no_network_stays_so(option: str) -> None:
    assert "dockwright-web" not in argv(option, Reach())
    assert group("web", f"web: docker run {option} web", "P", reach=Reach()).jobs[0].network is None


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("--network host", "host: one that can't be bounded"),
        ("--net=host", "host: one that can't be bounded"),
        ("--network container:db", "container:db: not the leaf's own"),
        ("--network mine", "mine: not the leaf's own"),
        ("--network name=host", "name=host: not the leaf's own"),
        ("--network none --network mine", "none: not the leaf's own"),
    ],
)
def test_another_network_is_refused_beside_the_file_alone(option: str, says: str) -> None:
    assert argv(option, None)
    with pytest.raises(DockwrightError, match=rf"^a/Procfile:1: --network {re.escape(says)}"):
        argv(option, Reach())
