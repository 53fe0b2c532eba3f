"""Files of a box that are not UTF-8, or end their lines otherwise: every byte of others is kept.

Files are compared by their bytes, as `base64` prints them on the box.
"""

import base64
import json

import pytest

from tests.lab.labs.every_run import rows
from tests.lab.labs.odd_lab import BOXES, OddLab
from tests.lab.labs.odd_words import HOSTS, put

BLOCK = b"# dockwright: begin\n10.9.9.1 odd.example\n# dockwright: end\n"
DAEMON = """
from dockwright.operations import engine

engine.config(name="settings", settings={"mtu": 1400}, _sudo=True)
"""
OWN = f"127.0.0.1\tlocalhost\n{BOXES['one']}\tone.vagrant one\n".encode()
# what a row of /etc/hosts has behind the box's own two lines
LINES = {
    "a Latin-1 comment": b"10.9.9.2 printer # B\374ro\n10.9.9.3 copier\n",
    "lines that end as on Windows": b"10.9.9.2 printer\r\n10.9.9.3 copier\r\n",
    "a last line without an end": b"10.9.9.2 printer",
    "blanks at the end of lines": b"10.9.9.2 printer  \t \n\n\n",
    "characters that Python takes for ends of lines":
        "10.9.9.2 printer # a\x0bb\x0cc\x1cd\x85e\u2028f\rg\n".encode(),
    "a byte of zero": b"10.9.9.2 printer # a\0b\n10.9.9.3 copier\n",
    "a byte order mark, and half a character": b"\xef\xbb\xbf# x\n10.9.9.2 printer # \xe2\x82\n",
}  # fmt: skip
# (what of daemon.json is there, what of it is to stay)
SETTINGS = {
    "a Latin-1 byte in a value": b'{"labels": ["place=B\374ro"], "debug": true}',
    "a Latin-1 byte in a value, on a line of its own": b'{"debug": true,\n"labels": ["B\374"]}\n',
    "a byte order mark, as editors on Windows write": b'\xef\xbb\xbf{"debug": true}\r\n',
}
# Debian 12's engine does not start with it either: not ours to put right
REFUSED = ("a byte order mark, as editors on Windows write",)


def read(odd: OddLab, path: str, box: str = "one") -> bytes:
    return base64.b64decode(odd.root(box, f"base64 {path}"))


@pytest.mark.parametrize(
    ("what", "way"),
    rows(
        [(what, "pyinfra") for what in LINES] + [("a Latin-1 comment", "dockwright")],
        [
            ("a Latin-1 comment", "dockwright"),
            ("lines that end as on Windows", "pyinfra"),
            ("a last line without an end", "pyinfra"),
            ("characters that Python takes for ends of lines", "pyinfra"),
        ],
    ),
)
def test_etc_hosts_keeps_every_byte_of_others(odd: OddLab, what: str, way: str) -> None:
    there = OWN + LINES[what]
    words = odd.write(HOSTS)
    with (
        odd.odd("one", put("/etc/hosts", there), "/etc/hosts"),
        odd.odd("two", "true", "/etc/hosts"),
    ):
        first = odd.apply(way, words)
        after = read(odd, "/etc/hosts")
        again = odd.say("dockwright", "plan", *words)
        twice = odd.apply("pyinfra", words)
        assert "Traceback" not in first.all + again.all
        assert after.replace(BLOCK, b"", 1) == there
        assert after.startswith(BLOCK)
        assert (first.status, again.status, twice.status) == (0, 0, 0)
        assert twice.changes() == []
        assert read(odd, "/etc/hosts") == after
        # and back again
        odd.write(HOSTS.replace('{"10.9.9.1": ["odd.example"]}', "{}"))
        assert odd.apply(way, words).status == 0
        assert read(odd, "/etc/hosts") == there


@pytest.mark.parametrize("what", rows(SETTINGS, ["a Latin-1 byte in a value", *REFUSED]))
def test_daemon_json_keeps_the_keys_of_others_or_is_left_and_the_way_out_told(
    odd: OddLab, what: str
) -> None:
    there = SETTINGS[what]
    words = odd.write(DAEMON)
    paths = "/etc/docker", "/var/lib/dockwright"
    with (
        odd.odd("one", put("/etc/docker/daemon.json", there), *paths),
        odd.odd("two", "true", *paths),
    ):
        first = odd.apply("pyinfra", words)
        after = read(odd, "/etc/docker/daemon.json")
        assert "Traceback" not in first.all
        if what in REFUSED:
            assert (first.status, after) == (1, there)
            assert "/etc/docker/daemon.json" in first.all
        else:
            assert first.status == 0
            keys = json.loads(after.decode("utf-8", "surrogateescape"))
            assert json.loads(there.decode("utf-8", "surrogateescape")).items() <= keys.items()
            assert keys["mtu"] == 1400
            assert odd.apply("pyinfra", words).changes() == []
        assert b"1400" in read(odd, "/etc/docker/daemon.json", "two")
