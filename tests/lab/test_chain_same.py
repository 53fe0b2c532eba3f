"""One chain, asked and run in each way that there is: the order, recipes and refusals are the same.

On a box of Docker 26 with a site that names its registry and has arguments of its own.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.lab.labs.engine_box import EngineBox, engine_box, write
from tests.public_trees import TREES

RUN = """
from dockwright.deploys.base import build_arguments, check_chain
from dockwright.deploys.box import this_box
from dockwright.operations import image

box = this_box()
image.chain(name="chain", path=check_chain(box, build_arguments(box)), _sudo=True)
"""
INVENTORY = """
from dockwright import lab

docker_hosts = lab.inventory()
registry_hosts = []
"""
PLACE = "127.0.0.1:5999"  # where nobody listens on a box
DATA = {
    "dockwright_registry": PLACE,
    "dockwright_base_image": "docker.io/library/debian:bookworm",
    "dockwright_build_args": {"COLOUR": "blue", "SUITE": "trixie"},
    "dockwright_own": ["acme"],
    "dockwright_flavour": "upstream",
}
# a site's own: by its registry, by an owner, in spellings of one base, with arguments that count
SITE = {
    "base-x/Dockerfile": "ARG BASE=nothing\nFROM $BASE\nARG FLAVOUR\nCOPY is /is-base-x\n",
    "web/Dockerfile": f"FROM {PLACE}/base-x\nARG COLOUR\nCOPY is /is-web\n",
    "app/Dockerfile": "FROM acme/web\nCOPY --from=library/debian:bookworm /is-debian /copied\n",
    "tool/Dockerfile": "FROM scratch AS t\nCOPY --from=tool / /\nFROM debian:bookworm\n",
    **{f"{name}/is": name for name in ("base-x", "web")},
}
BROKEN = {**SITE, "bad/Dockerfile": "FROM gone\n", "upon/Dockerfile": "FROM bad\n"}
# which are only planned: their bases are not here
_LONG = ("desktop", "matrix", "program")
ASKED = ("stacks", "mono", *(pytest.param(tree, marks=pytest.mark.long) for tree in _LONG))
DEBIAN = (
    "mkdir -p d && echo {0} >d/is-debian && tar -C d -c . | "
    "sudo docker import - debian:bookworm >/dev/null"
)


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineBox]:
    with engine_box("26.1", tmp_path_factory.mktemp("same")) as made:
        made.ssh(DEBIAN.format("old"))
        yield made


class Site:
    """A folder with an inventory, data and images, and its commands."""

    def __init__(
        self, box: EngineBox, folder: Path, images: Mapping[str, str], **further: str
    ) -> None:
        self.box, self.folder = box, folder
        data = "".join(f"{key} = {value!r}\n" for key, value in {**DATA, **further}.items())
        write(folder, {f"images/{path}": text for path, text in images.items()})
        write(folder, {"inventory.py": INVENTORY, "group_data/all.py": data, "run.py": RUN})

    def run(self, *argv: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            argv, cwd=self.folder, capture_output=True, text=True, timeout=600, check=False,
            env={**self.box.site.environment, "DOCKWRIGHT_INVENTORY": "inventory.py"},
        )  # fmt: skip
        print(f"$ {' '.join(argv)}\n{done.stdout}{done.stderr}[{done.returncode}]")
        return done

    def asked(self, *options: str) -> tuple[list[tuple[str, str]], list[str]]:
        """Names and recipes in their order, and what is in error, as `images plan` has them."""
        done = self.run("dockwright", "images", "plan", "--json", *options)
        found = [(one["name"], one["recipe"]) for one in json.loads(done.stdout)["images"]]
        return found, errors(done.stderr)

    def exported(self) -> tuple[list[tuple[str, str]], list[str]]:
        done = self.run("dockwright", "images", "export", "--format", "bake")
        made = json.loads(done.stdout)["target"].values()
        labels = [one["labels"] for one in made]
        found = [(one["dockwright.image"], one["dockwright.recipe"]) for one in labels]
        return found, errors(done.stderr)

    def drawn(self) -> tuple[set[str], list[str]]:
        done = self.run("dockwright", "graph", "chain")
        nodes = re.findall(r'^\t"?([a-z0-9.-]+)"? \[label', done.stdout, re.MULTILINE)
        return set(nodes), errors(done.stderr)


def errors(said: str) -> list[str]:
    return [line for line in said.splitlines() if line.startswith("error: ")]


@pytest.mark.parametrize("tree", ASKED)
def test_a_public_tree_is_the_same_asked_in_each_way(
    box: EngineBox, tmp_path: Path, tree: str
) -> None:
    site = Site(box, tmp_path, TREES[tree])
    found, wrong = site.asked()
    assert len(found) > 0
    assert site.asked("--box", "docker") == (found, wrong)
    assert site.exported() == (found, wrong)
    nodes, also_wrong = site.drawn()
    assert nodes >= {name for name, _ in found}
    assert also_wrong == wrong


def test_a_run_builds_the_recipes_that_all_plans_name(box: EngineBox, tmp_path: Path) -> None:
    site = Site(box, tmp_path, SITE)
    found, wrong = site.asked()
    assert ([name for name, _ in found], wrong) == (["base-x", "tool", "web", "app"], [])
    assert site.asked("--box", "docker") == site.exported() == (found, [])
    done = site.run("pyinfra", "-y", "inventory.py", "run.py")
    assert done.returncode == 0, done.stderr
    look = "sudo docker image inspect --format '{{index .Config.Labels \"dockwright.recipe\"}}' "
    for name, recipe in found:
        assert box.ssh(f"{look} {name}") == recipe
    assert site.run("dockwright", "images", "plan", "--box", "docker").returncode == 0


def test_all_spellings_of_a_base_that_was_renewed_are_built_anew(
    box: EngineBox, tmp_path: Path
) -> None:
    spellings = (
        *("debian:bookworm", "library/debian:bookworm", "docker.io/debian:bookworm"),
        *("docker.io/library/debian:bookworm", "index.docker.io/library/debian:bookworm"),
    )
    images = {f"s{n}/Dockerfile": f"FROM {name}\nCOPY f /f\n" for n, name in enumerate(spellings)}
    site = Site(box, tmp_path, {**images, **{f"s{n}/f": "" for n in range(len(spellings))}})
    assert site.run("pyinfra", "-y", "inventory.py", "run.py").returncode == 0
    plan = ("dockwright", "images", "plan", "--json", "--box", "docker")
    assert {one["action"] for one in json.loads(site.run(*plan).stdout)["images"]} == {"none"}
    box.ssh(DEBIAN.format("new"))
    made = json.loads(site.run(*plan).stdout)["images"]
    assert {one["reason"].partition(" on the ")[0] for one in made} == {"not built"}
    assert {one["action"] for one in made} == {"build"}


@pytest.mark.long
def test_a_run_changes_nothing_where_one_image_is_in_error(box: EngineBox, tmp_path: Path) -> None:
    site = Site(box, tmp_path, BROKEN)
    found, wrong = site.asked()
    assert len(found) == len(SITE) - 2
    [error] = wrong
    assert error.endswith("; not planned without it: upon")
    assert site.asked("--box", "docker") == site.exported() == (found, wrong)
    done = site.run("pyinfra", "-y", "inventory.py", "run.py")
    assert done.returncode == 1
    assert "images/bad/Dockerfile:1: gone: no image folder" in done.stderr + done.stdout
    # nothing was begun
    assert "Beginning operation run" not in done.stderr + done.stdout
    # one that does not hang on it is planned by itself
    assert site.asked("--only", "app")[1] == []


@pytest.mark.parametrize("builder", ["buildkit", "classic"])
def test_a_step_that_fails_is_told_with_image_file_and_line(
    box: EngineBox, tmp_path: Path, builder: str
) -> None:
    images = {
        "base/Dockerfile": "FROM debian:bookworm\nONBUILD COPY f /one\nONBUILD COPY none /\n",
        "web/Dockerfile": "# why\nFROM base\nCOPY f /two\n",
        "reader/Dockerfile": "# escape=\\\n# syntax=nowhere.test/reader:1\nFROM debian:bookworm\n",
        "web/f": "",
    }
    site = Site(box, tmp_path, images, dockwright_builder=builder)
    done = site.run("pyinfra", "-y", "inventory.py", "run.py")
    said = re.sub(r"\x1b\[[0-9;]*m|\n", " ", done.stdout + done.stderr)
    assert done.returncode == 1
    assert "Traceback" not in said
    assert re.search(r"image web: \S*web/Dockerfile:2: ", said), said
    if builder == "buildkit":
        assert re.search(r"image reader: \S*reader/Dockerfile:2: nowhere.test/reader:1: ", said), (
            said
        )
        assert "dockwright images mirror nowhere.test/reader:1" in said


HUGE = 3 << 30
_MEASURED = (
    "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]); "
    "print('most', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024); sys.exit(code)"
)


@pytest.mark.long
@pytest.mark.parametrize("builder", ["buildkit", "classic"])
def test_a_context_of_3_gb_is_planned_and_built_in_300_mb(
    box: EngineBox, tmp_path: Path, builder: str
) -> None:
    site = Site(box, tmp_path, {"big/Dockerfile": "FROM scratch\nCOPY small /\n", "big/small": "s"})
    with (site.folder / "images/big/data").open("wb") as file:
        file.truncate(HUGE)
    run = f"image.chain(name='chain', builder={builder!r}, _sudo=True)"
    run = f"from dockwright.operations import image\n{run}\n"
    write(site.folder, {"run.py": run})
    for argv in (
        ("dockwright", "images", "plan"),
        ("pyinfra", "-y", "inventory.py", "run.py"),
    ):
        done = site.run(sys.executable, "-c", _MEASURED, *argv)
        assert done.returncode == 0, done.stderr
        most = int(done.stdout.rpartition("most ")[2])
        print(f"{builder}: {argv[0]}: {most} MB")
        assert most < 300
    assert box.ssh("sudo docker image inspect --format '{{.Size}}' big") == "1"
    box.forget()
    box.ssh(DEBIAN.format("old"))
