"""Published ports: every form docker takes, and which of them collide."""

import pytest

from dockwright.boot.ports import Port, parse
from dockwright.errors import DockwrightError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("80", Port(None, None, (80, 80))),
        ("8080:80", Port(None, (8080, 8080), (80, 80))),
        ("127.0.0.1:8080:80", Port("127.0.0.1", (8080, 8080), (80, 80))),
        ("127.0.0.1::80", Port("127.0.0.1", None, (80, 80))),
        ("[::1]:80:80", Port("::1", (80, 80), (80, 80))),
        ("[::1]::80/udp", Port("::1", None, (80, 80), "udp")),
        ("8000-8002:9000-9002", Port(None, (8000, 8002), (9000, 9002))),
        ("8000-8009:80/sctp", Port(None, (8000, 8009), (80, 80), "sctp")),
        ("53:53/udp", Port(None, (53, 53), (53, 53), "udp")),
        ("9000-9001", Port(None, None, (9000, 9001))),
    ],
)
def test_every_form_is_read_and_written_back(text: str, expected: Port) -> None:
    assert parse(text, "P:1") == expected
    assert str(expected) == text


def test_tcp_is_the_protocol_that_need_not_be_written() -> None:
    assert str(parse("080:80/TCP", "P:1")) == "80:80"


@pytest.mark.parametrize(
    "text",
    ["", "0", "65536", "80:", "a:80", "80:80/icmp", "8000-8002:80-81", "9-8", "::1:80:80",
     "300.1.1.1:80:80", "[127.0.0.1]:80:80", "[fe80::1%eth0]:80:80", "1:2:3:4", "80/", "\u0661"],
)  # fmt: skip
def test_what_is_no_port_is_an_error_that_shows_it(text: str) -> None:
    with pytest.raises(DockwrightError) as caught:
        parse(text, "P:1")
    assert str(caught.value).startswith(f"P:1: --publish {text}: ")


@pytest.mark.parametrize(
    ("one", "other", "collide"),
    [
        ("80:80", "80:81", True),
        ("80:80", "127.0.0.1:80:80", True),
        ("0.0.0.0:80:80", "127.0.0.1:80:80", True),
        ("[::]:80:80", "[::1]:80:80", True),
        ("80:80", "[::1]:80:80", True),
        ("127.0.0.1:80:80", "127.0.0.2:80:80", False),
        ("0.0.0.0:80:80", "[::]:80:80", False),
        ("80:80", "80:80/udp", False),
        ("80", "80:80", False),
        ("80-82:80-82", "82-84:1-3", True),
        ("80-82:80-82", "83:80", False),
    ],
)
def test_two_ports_collide_where_the_engine_could_not_publish_both(
    one: str, other: str, collide: bool
) -> None:
    a, b = parse(one, "a"), parse(other, "b")
    assert (a.overlaps(b), b.overlaps(a)) == (collide, collide)
