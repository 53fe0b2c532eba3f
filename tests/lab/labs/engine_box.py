"""A box with a Docker of some age: trees built on it by that Docker's own client, and looked into.

It is the oracle of how a chain is read: what it makes of a tree is held against what we said.
"""

import io
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from shlex import quote

from dockwright.chain.declared import Chain
from dockwright.chain.dialect import Dialect, dialect
from tests.lab.labs.own_lab import WITH_CLIENT, WITH_ENGINE, OwnLab
from tests.lab.labs.site_lab import SiteLab

WITH_BUILDX = (*WITH_ENGINE, *WITH_CLIENT)
LABS = {
    "20.10": OwnLab("oracle20", "192.168.93.0/24", suite="bookworm", packages=WITH_ENGINE),
    "26.1": OwnLab("oracle26", "192.168.94.0/24", suite="trixie", packages=WITH_BUILDX),
    "28.5": OwnLab("oracle28", "192.168.95.0/24", suite="forky", packages=WITH_BUILDX),
}
# for each line "BUILDKIT NAME FOLDER FILE TAG…" an image is built, and what is in it is told
_BUILD = r"""
cd "$HOME/trees" || exit 1
while read -r kit name folder file tags; do
  set --
  for tag in $tags; do set -- "$@" --tag "$tag"; done
  if said=$(sudo env DOCKER_BUILDKIT="$kit" BUILDKIT_PROGRESS=plain timeout 60 \
      docker build --no-cache --file "$folder/$file" "$@" "$folder" 2>&1 </dev/null); then
    made=$(sudo docker create "${tags%% *}" none 2>/dev/null)
    files=$(sudo docker export "$made" | tar -t | grep -v '/$' |
      grep -vE '^(dev|etc|proc|sys)/|^\.dockerenv$' | sort | tr '\n' ' ')
    sudo docker rm "$made" >/dev/null
    echo "$name 0 $files"
  else
    echo "$name 1 $(printf '%s\n' "$said" | grep -v '^ *$' | tail -n 3 | tr '\r\n' '~~')"
  fi
done
"""


class EngineBox:
    """The box of a lab that is up."""

    def __init__(self, engine: str, lab: OwnLab, state: Path) -> None:
        self.engine = engine
        self.site = SiteLab(state, lab.name)
        self.address = lab.address("docker")
        line = "sudo docker version --format '{{.Server.Version}} {{.Server.Os}}/{{.Server.Arch}}'"
        self.version, self.platform = self.ssh(line).split()

    def ssh(self, line: str, stdin: str | None = None, check: bool = True) -> str:
        return self.site.ssh(self.address, line, check=check, stdin=stdin)

    def dialect(self, buildkit: bool) -> Dialect:
        return dialect(self.version, buildkit, self.platform)

    def send(self, folder: Path) -> None:
        """The folder's content as ``trees`` of the box's user."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            tar.add(folder, "trees")
        file = folder.parent / "trees.tar.gz"
        file.write_bytes(packed.getvalue())
        key = self.site.state / self.site.name / "ssh"
        done = self.site.run(
            "scp", "-q", "-F", "/dev/null", "-o", f"UserKnownHostsFile={key}/known_hosts",
            "-i", str(key / "id_ed25519"), str(file), f"vagrant@{self.address}:trees.tar.gz",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        self.ssh("rm -rf trees && tar -xzf trees.tar.gz")

    def build(self, lines: Sequence[str]) -> dict[str, tuple[bool, str]]:
        """By name, whether the image was built, and its files or the last that was said."""
        said = self.ssh(f"sh -c {quote(_BUILD)}", stdin="\n".join(lines) + "\n")
        found = {}
        for line in said.splitlines():
            name, status, rest = (line + " ").split(" ", 2)
            found[name] = (status == "0", rest.strip())
        return found

    def in_order(self, chains: Mapping[str, Chain], buildkit: bool) -> dict[str, tuple[bool, str]]:
        """All images of ``chains``, which were sent as ``trees/NAME``, by the box's own client.

        Those that we refuse come last in their tree: they are to fail.
        """
        lines = []
        for tree, chain in chains.items():
            planned = {image.name: image for image in chain.images}
            by_name = {source.name: source for source in chain.sources}
            for name in [*planned, *(name for name in by_name if name not in planned)]:
                source = by_name[name]
                folder = Path(source.path).parent.relative_to(chain.path)
                tags = planned[name].references if name in planned else (f"{name}:latest",)
                where = f"{tree}/{folder} {source.dockerfile}"
                lines.append(f"{int(buildkit)} {name} {where} {' '.join(tags)}")
        return self.build(lines)

    def forget(self) -> None:
        self.ssh("sudo docker image prune -af >/dev/null; sudo docker builder prune -af >/dev/null")


@contextmanager
def engine_box(engine: str, state: Path) -> Iterator[EngineBox]:
    """The box with the Docker ``engine``, in a lab of its own."""
    with LABS[engine].up(state):
        made = EngineBox(engine, LABS[engine], state)
        with made.site.one_connection_a_box():
            yield made


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder
