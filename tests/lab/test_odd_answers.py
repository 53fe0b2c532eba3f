"""Answers that are hostile or cut off: the box fails with one line, and the others are done.

The box's own programs are replaced by ones that print something else; no engine is needed.
"""

import pytest

from tests.lab.labs.every_run import rows
from tests.lab.labs.odd_lab import OddLab
from tests.lab.labs.odd_run import one_failed
from tests.lab.labs.odd_words import program

PATHS = ("/usr/local/bin", "/usr/local/sbin", "/etc/hosts", "/etc/docker", "/var/lib/dockwright")
LAST = """
hosts.entries(name="names", entries={"10.9.9.1": ["odd.example"]}, _sudo=True)
"""
HEAD = "from dockwright.operations import account, boot, engine, git, hosts, image\n"
TAG = HEAD + 'image.tag(name="tag", source="app:one", target="app:two", _sudo=True)\n'
JOB = HEAD + 'boot.job(name="job", leaf="app", present=False, _sudo=True)\n'
SERVICE = HEAD + 'engine.service(name="service", _sudo=True)\n'
PACKAGE = HEAD + 'engine.package(name="package", packages=["git"], _sudo=True)\n'
ACCOUNT = HEAD + (
    'account.service(name="stash", user="daemon", number=1, home="/usr/sbin", mode="755", '
    "_sudo=True)\n"
)
GIT = HEAD + 'git.repository(name="wiki", path="/srv/wiki", _sudo=True)\n'
# An engine's service, which is there and running, and a client of the row's own.
SERVICE_OF_IT = "/etc/systemd/system/docker.service"
ENGINE = f"""
cat >{SERVICE_OF_IT} <<'END'
[Service]
ExecStart=/usr/bin/perl -e 'use Socket; unlink "/run/docker.sock"; \\
  socket(S, AF_UNIX, SOCK_STREAM, 0); bind(S, pack_sockaddr_un("/run/docker.sock")); \\
  listen(S, 5); sleep 900'
[Install]
WantedBy=multi-user.target
END
systemctl daemon-reload
systemctl -q enable --now docker"""
NO_ENGINE = (
    f"systemctl -q disable --now docker; rm {SERVICE_OF_IT}; systemctl daemon-reload; "
    "rm -rf /srv/wiki /run/docker.sock"
)
ID = "sha256:" + "0" * 64


def _client(images: str, containers: str = "") -> str:
    """A docker whose ``inspect`` prints this."""
    images = f'*"image inspect"*) cat <<"E"\n{images}\nE\n;;'
    listed = f'case "$*" in *" ls "*) echo {ID} ;; {images} *) cat <<"E"\n'
    return f"{ENGINE}; {program('docker', f'{listed}{containers}{chr(10)}E{chr(10)};; esac')}"


_WHOLE = (
    f'{{"Id":"{ID}","RepoTags":["app:one"],"RepoDigests":[],"RootFS":{{"Layers":[]}},'
    '"Created":"2026-01-01T00:00:00Z","Config":{"Labels":{}}}'
)
IMAGES = {
    "no JSON": "hello",
    "a number": "1",
    "a list": "[]",
    "a key that is missing": '{"RepoTags":[]}',
    "an empty date": _WHOLE.replace("2026-01-01T00:00:00Z", ""),
    "a date that is none": _WHOLE.replace("2026-01-01T00", "yesterday"),
    "a date beyond Python's": _WHOLE.replace("2026", "99999"),
    "a line that was cut off": _WHOLE[:60],
    "tags that are a number": _WHOLE.replace('["app:one"]', "7"),
    "labels that are a list": _WHOLE.replace('"Labels":{}', '"Labels":["a"]'),
    "a value of another sort": _WHOLE.replace('"Created":"2026-01-01T00:00:00Z"', '"Created":{}'),
    "braces without end": "[" * 100000,
}
_CONTAINER = (
    f'container {{"name":"/app.web.1","image":"{ID}","running":true,'
    '"started":"2026-01-01T00:00:00Z","health":null}'
)
ROWS = {
    **{f"docker says of an image {what}": (TAG, _client(said)) for what, said in IMAGES.items()},
    "docker says of a container no JSON": (JOB, _client("", "container {")),
    "docker says of a container less": (JOB, _client("", "container {}")),
    "docker says of a container a date that is none":
        (JOB, _client("", _CONTAINER.replace("2026-01-01", "now"))),
    "systemctl prints units without their names":
        (JOB, program("systemctl", 'case "$*" in show*) echo Active=; echo; echo; echo x=y ;; esac')
         + "; touch /etc/systemd/system/dockwright-app.web.1.service"),
    "systemctl prints garbage":
        (SERVICE, program("systemctl", "head -c 4000 /dev/urandom") + "; "
         + program("dockerd", "true")),
    "initctl prints garbage":
        (JOB, "mount -t tmpfs tmpfs /run/systemd; "
         + program("initctl", "printf 'dockwright-\\n dockwright-x (\\n(((/,,,\\n'; "
                   "head -c 4000 /dev/urandom")),
    "dpkg-query prints garbage":
        (PACKAGE, program("dpkg-query", "head -c 4000 /dev/urandom; echo 'package x'")),
    "getent prints cut lines":
        (ACCOUNT, program("getent", "printf 'daemon:x\\n'")),
    "stat prints nothing, and says all went well":
        (GIT, program("stat", "true") + "; mkdir /srv/wiki; echo x >/srv/wiki/HEAD"),
    "cat prints half of the file, and dies":
        (HEAD, program("cat", 'case "$*" in */etc/hosts) echo 127.0.0.1; kill -9 $$ ;; esac',
                       'exec /bin/cat "$@"')),
    "id prints what is no number": (HEAD, program("id", "echo who knows")),
}  # fmt: skip
# an answer that says nothing wrong; what matters is that nothing is lost by it
MAY_BE_RIGHT = {
    "an empty date", "a date beyond Python's", "systemctl prints garbage", "initctl prints garbage",
    "dpkg-query prints garbage", "stat prints nothing, and says all went well",
    "id prints what is no number",
}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "way"),
    rows(
        [(row, "pyinfra") for row in ROWS]
        + [(row, "dockwright") for row in ROWS if "no JSON" in row or "getent" in row],
        [
            ("docker says of an image no JSON", "dockwright"),
            ("docker says of an image a key that is missing", "pyinfra"),
            ("docker says of an image a date that is none", "pyinfra"),
            ("docker says of an image braces without end", "pyinfra"),
            ("docker says of a container less", "pyinfra"),
            ("systemctl prints garbage", "pyinfra"),
            ("getent prints cut lines", "dockwright"),
            ("cat prints half of the file, and dies", "pyinfra"),
        ],
    ),
)
def test_an_answer_out_of_shape_fails_its_box_alone(odd: OddLab, row: str, way: str) -> None:
    deploy, make = ROWS[row]
    words = odd.write(deploy + LAST)
    undo = f"umount -l /run/systemd; {NO_ENGINE}; rm -f /etc/systemd/system/dockwright-app*"
    with (
        odd.odd("two", "true", *PATHS, "/srv/wiki"),
        odd.odd("one", "true", *PATHS, undo=undo),
    ):
        hosts = odd.root("one", "cat /etc/hosts")
        # what is there already on both: the run is about the answer
        odd.root("two", _client(_WHOLE.replace('"app:one"', '"app:one","app:two"')))
        odd.root("two", program("dockerd", "true"))
        try:
            odd.root("one", f"set -e\n{make}")
            said = odd.apply(way, words)
        finally:
            odd.root("two", NO_ENGINE, check=False)
        assert "Traceback" not in said.all
        assert "odd.example" in odd.root("two", "cat /etc/hosts")
        kept = odd.root("one", "/bin/cat /etc/hosts")
        assert kept.endswith(hosts)
        if not any(row.endswith(may) for may in MAY_BE_RIGHT) or said.status != 0:
            one_failed(said)
        assert odd.lock_is_free("one")
