"""A chain of four small images, and the box that builds it by a deploy of its own."""

import json
import re
import subprocess
import time
from pathlib import Path

from tests.lab.labs.site_lab import BIN, PLACE, ROOT, SiteLab

SCRIPT = """
import os
from pyinfra.api import HiddenValue
from dockwright.operations import image
from dockwright.registry.login import Login

login = Login(*os.environ["CREDENTIALS"].split(":", 1))
given = dict(path={path!r}, max_age=None, **eval(os.environ["GIVEN"]))
image.chain(name="chain", **given)
if os.environ.get("PUSH"):
    image.push(name="push", registry={place!r}, login=login, path={path!r})
"""
# tc-base <- tc-mid <- tc-leaf, tc-base <- tc-side
FILES = {
    "tc-base/Dockerfile": "FROM debian:bookworm\nRUN echo base >/base\n",
    "tc-mid/Dockerfile": "FROM tc-base\nCOPY file /file\n",
    "tc-mid/file": "one\n",
    "tc-leaf/Dockerfile": "FROM tc-mid\nRUN cp /file /leaf\n",
    "tc-side/Dockerfile": "FROM tc-base\nRUN echo side >/side\n",
}
BUILDERS = ("buildkit", "classic")


class Chain:
    """A chain in a folder, and the box that builds it."""

    def __init__(self, site: SiteLab, folder: Path, address: str, credentials: str) -> None:
        self.site, self.folder, self.address = site, folder / "chain", address
        self.credentials = credentials
        self.write(FILES)
        self.script = folder / "chain.py"
        self.script.write_text(SCRIPT.format(path=str(self.folder), place=PLACE))

    def write(self, files: dict[str, str]) -> None:
        for path, text in files.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(text)

    def environment(self, push: bool = False, **given: object) -> dict[str, str]:
        shown = ", ".join(f"{key!r}: {value!r}" for key, value in given.items())
        text = f"{{{shown}}}".replace("'LOGIN'", "login")
        return {"CREDENTIALS": self.credentials, "GIVEN": text, "PUSH": "yes" if push else ""}

    def run(self, push: bool = False, **given: object) -> tuple[int, list[str], str]:
        """The exit status, the images of the table as `name action`, and what was said."""
        done = self.site.run(
            *("pyinfra", "-y", "inventories/lab.py", str(self.script), "--limit", "docker"),
            **self.environment(push, **given),
        )
        said = re.sub(r"\x1b\[[0-9;]*m", "", done.stderr + done.stdout)
        _, _, after = said.partition("image  ")
        rows = re.findall(r"\] +(tc-\w+) +(built|pulled|failed|not built) ", after)
        return done.returncode, [" ".join(row) for row in rows], said

    def start(self, **given: object) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [BIN / "pyinfra", "-y", "inventories/lab.py", self.script, "--limit", "docker"],
            cwd=ROOT,
            env={**self.site.environment, **self.environment(**given)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def ids(self) -> dict[str, str]:
        lines = self.docker("image ls --no-trunc --format '{{.Repository}}:{{.Tag}} {{.ID}}'")
        found = dict(line.split() for line in lines.splitlines())
        return {tag: id_ for tag, id_ in found.items() if tag.startswith("tc-")}

    def latest(self) -> dict[str, str]:
        return {
            tag.split(":")[0]: id_ for tag, id_ in self.ids().items() if tag.endswith(":latest")
        }

    def docker(self, line: str, check: bool = True) -> str:
        return self.site.ssh(self.address, f"sudo docker {line}", check=check)

    def sees(self, word: str) -> bool:
        """Whether a program of the box has ``word`` in its command line, in a container or not."""
        # in brackets, so that the one who looks is not found
        pattern = f"[{word[0]}]{word[1:]}"
        return bool(self.site.ssh(self.address, f"pgrep -f '{pattern}'", check=False))

    def wait_for(self, word: str, there: bool = True) -> None:
        until = time.monotonic() + 60
        while self.sees(word) is not there:
            assert time.monotonic() < until, f"{word}: {'not ' * there}there after 60 s"
            time.sleep(0.5)

    def forget(self) -> None:
        self.site.ssh(
            self.address,
            "sudo docker image ls -q --filter label=dockwright.recipe --format "
            f"'{{{{.Repository}}}}:{{{{.Tag}}}}' | grep -E '^(tc-|{PLACE}/tc-)' | "
            "xargs -r sudo docker rmi -f >/dev/null; sudo docker builder prune -af >/dev/null",
        )

    def digest(self, image: str) -> str:
        done = self.site.run(
            "skopeo", "inspect", "--cert-dir", str(self.site.authority()),
            "--creds", self.credentials, f"docker://{PLACE}/{image}:latest",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return str(json.loads(done.stdout)["Digest"])


class Hidden(dict[str, str]):
    """Secrets as the script is to write them."""

    def __init__(self, **secrets: str) -> None:
        super().__init__(secrets)

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{k!r}: HiddenValue({v!r})" for k, v in self.items()) + "}"
