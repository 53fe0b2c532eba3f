"""A site of a builder and a registry, with a chain of sixteen small images that is pushed."""

import base64
import json
import re
import time
from functools import cached_property
from pathlib import Path

from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import SITE, OwnSite

LAB = OwnLab("pushes", "192.168.110.0/24", ("app", "hub"), packages=WITH_ENGINE)
NAMES = tuple(f"image{number:02}" for number in range(15))
CHAIN = ("tools", *NAMES)
OCI = "application/vnd.oci.image.manifest.v1+json"
DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
REQUEST = re.compile(r'"(HEAD|GET|PUT|POST|PATCH|DELETE) /v2/(\S+) HTTP')
IMAGES = """
from dockwright.deploys import images

images()
"""
# as a user has it who has the operation alone
PUSH = """
from dockwright.deploys.base import build_arguments, check_chain
from dockwright.deploys.box import this_box
from dockwright.deploys.registry_access import logins_that_write
from dockwright.operations import image

chain = check_chain(this_box(), build_arguments(this_box()))
for place, login in logins_that_write(this_box()).items():
    image.push(registry=place, login=login, path=chain, only={only!r}, _sudo=True)
"""
# a docker that writes down what the box's engine is asked by its client
NOTED = r"""
cat >/usr/local/bin/docker <<'END'
#!/bin/sh
echo "$*" >>/run/asked
exec /usr/bin/docker "$@"
END
chmod 755 /usr/local/bin/docker
"""
# with the login that writes
LOGIN = """
set -eu
export DOCKER_CONFIG=/run/{folder}
mkdir -p -m 700 $DOCKER_CONFIG
cat >$DOCKER_CONFIG/config.json <<'END'
{login}
END
"""
# the image of another name, from a box that builds nothing
MOVE = """
docker pull -q {place}/{source} >/dev/null
docker tag {place}/{source} {place}/{target}
docker push -q {place}/{target} >/dev/null
docker rmi -f {place}/{source} {place}/{target} >/dev/null
rm -r $DOCKER_CONFIG
"""


class Pushed(OwnSite):
    """The site: app builds, hub keeps the registry."""

    def __init__(self, state: Path) -> None:
        super().__init__(LAB, state, ("hub",))
        self.place = f"{self.boxes['hub']}:5000"
        self.environment["XDG_CONFIG_HOME"] = str(state / "config")
        # what former runs of a site at the same place asked is foreseen by nobody here
        self.environment["XDG_CACHE_HOME"] = str(state / "cache")

    def root(self, box: str, script: str) -> str:
        return self.ssh(self.boxes[box], "sudo sh -s", stdin=script)

    @cached_property
    def login(self) -> str:
        return "dockwright:" + self.root("hub", "cat /etc/dockwright/registry.password")

    def logged_in(self, folder: str) -> str:
        """The lines of a script that has docker log in, until it removes the folder."""
        auth = base64.b64encode(self.login.encode()).decode()
        login = json.dumps({"auths": {self.place: {"auth": auth}}})
        return LOGIN.format(folder=folder, login=login)

    def asked(self, path: str, *options: str, stdin: str | None = None) -> str:
        words = ("-sk", "-u", self.login, *options)
        return self.run("curl", *words, f"https://{self.place}/v2/{path}", stdin=stdin).stdout

    def digest(self, name: str, tag: str) -> str | None:
        """What the registry has under a tag."""
        said = self.asked(f"{name}/manifests/{tag}", "-I", "-H", f"Accept: {DOCKER}, {OCI}")
        found = re.search(r"^docker-content-digest: (\S+)", said, re.M | re.I)
        return None if found is None else found[1]

    def recipe(self, name: str) -> str:
        tags = json.loads(self.asked(f"{name}/tags/list"))["tags"]
        (tag,) = [tag for tag in tags if tag.startswith("r-")]
        return str(tag)

    def beside(self, name: str, what: str) -> str:
        return f"{str(self.digest(name, 'latest')).replace(':', '-')}.{what}"

    def everything(self, name: str) -> dict[str, str | None]:
        """All that the registry has of an image, by its tags."""
        tags = json.loads(self.asked(f"{name}/tags/list"))["tags"]
        return {tag: self.digest(name, tag) for tag in sorted(tags)}

    def requests_since(self, moment: str) -> list[tuple[str, str]]:
        log = self.ssh(
            self.boxes["hub"], f"sudo journalctl -o cat -t registry.web.1 --since @{moment}"
        )
        return [
            (found[1], found[2])
            for line in log.splitlines()
            if (found := REQUEST.search(line)) and "dockwright-access" not in found[2]
        ]

    def now(self) -> str:
        return self.ssh(self.boxes["hub"], "sleep 1; date +%s")

    def pushes(self, deploy: str) -> tuple[float, list[str]]:
        """The seconds that the literal command took, and what it changed."""
        began = time.monotonic()
        done = self.run(
            "pyinfra", "--json", "-y", "inventory.py", deploy, "--limit", "app", timeout=300
        )
        seconds = time.monotonic() - began
        assert done.returncode == 0, done.stdout + done.stderr
        operations = json.loads(done.stdout)["results"]["operations"]
        return seconds, [one["name"] for one in operations if one["success"]]


def stand_up(state: Path) -> Pushed:
    made = Pushed(state)
    made.furnish("app", SITE)
    made.write({"app": [], "hub": []})
    made.data(dockwright_base_source="bootstrap", dockwright_wait_seconds=30)
    made.loops(*NAMES)
    (made.folder / "images.py").write_text(IMAGES)
    for file, only in (("push.py", ()), ("three.py", NAMES[:2])):
        (made.folder / file).write_text(PUSH.format(only=only))
    done = made.apply()
    assert done.returncode == 0, done.stdout + done.stderr
    return made
