"""Trees read by us and built by Dockers of three ages, with both builders: all as we said."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dockwright.chain.declared import declared
from dockwright.chain.read import read
from tests.lab.labs.engine_box import LABS, EngineBox, engine_box, write
from tests.lab.labs.every_run import rows

IS = "FROM scratch\nCOPY is /is-{}\n"
# Each tree by name. Every image has a file is-NAME: what is in one says what it is made of.
# `~` stands for what tells the names of a tree from those of the others.
TREES: dict[str, dict[str, str]] = {
    "owner": {
        "base": "FROM scratch", "web": "ARG O=me\nFROM $O/~base", "app": "FROM docker.io/me/~web"
    },
    "registry": {"base": "FROM scratch", "web": "ARG R=reg.test:5000/me\nFROM ${R}/~base:latest"},
    "platform": {"b-amd64": "FROM scratch", "web": "FROM ~b-${TARGETARCH}"},
    "platform-declared": {
        "b-amd64": "FROM scratch", "web": "ARG TARGETARCH=amd64\nFROM ~b-$TARGETARCH"
    },
    "platform-os": {"b-linux": "FROM scratch", "web": "FROM ~b-${BUILDOS}${TARGETOSVERSION}"},
    "suffix": {"b-1": "FROM scratch", "web": "ARG V=1.2.3\nFROM ~b-${V%%.*}"},
    "prefix": {"b-1": "FROM scratch", "web": "ARG V=v1\nFROM ~b-${V#v}"},
    "replace": {"b-1-2": "FROM scratch", "web": "ARG V=1.2\nFROM ~b-${V//./-}"},
    "default": {"b-1": "FROM scratch", "web": "ARG V\nFROM ~b-${V:-1}"},
    "unset": {"b-1": "FROM scratch", "web": "ARG V\nFROM ~b-${V-1}"},
    "unset-in-default": {"b-1": "FROM scratch", "web": "ARG V\nARG W=${V-1}\nFROM ~b-$W"},
    "unset-again": {"b-1": "FROM scratch", "web": "ARG V=1\nARG V\nFROM ~b-$V"},
    "unset-to-default": {"b-1": "FROM scratch", "web": "ARG V=2\nARG V\nFROM ~b-${V-1}"},
    "unset-of-platform": {
        "b-amd64": "FROM scratch", "web": "ARG TARGETARCH\nFROM ~b-$TARGETARCH"
    },
    "empty": {"b-1": "FROM scratch", "web": "ARG V=\nFROM ~b-1${V-2}"},
    "empty-required": {"b-1": "FROM scratch", "web": "ARG V=\nFROM ~b-1${V?give it}"},
    "unset-required": {"b-1": "FROM scratch", "web": "ARG V\nFROM ~b-1${V?give it}"},
    "alternative": {"b-1": "FROM scratch", "web": "ARG V=2\nFROM ~b-${V+1}"},
    "required": {"b-1": "FROM scratch", "web": "FROM ~b-${V:?give it}"},
    "expose": {"web": "FROM scratch\nENV PORT=80\nEXPOSE ${PORT:?need}"},
    "unused": {"web": "FROM scratch AS former\nCOPY --from=~web /is-web /\nFROM scratch"},
    "unused-gone": {"web": "FROM ~gone AS former\nFROM scratch"},
    "stage": {"ruby": "FROM scratch", "web": "FROM ~ruby AS ~ruby\nFROM ~ruby"},
    "stages-alike": {"ruby": "FROM scratch", "web": "FROM ~ruby AS a\nFROM scratch AS a\nFROM a"},
    "later-stage": {
        "tool": "FROM scratch",
        "web": "FROM scratch AS one\nCOPY --from=~tool /is-tool /\nFROM scratch AS ~tool\n"
        "COPY is /is-stage\nFROM one",
    },
    "stage-by-variable": {
        "base": "FROM scratch", "web": "ARG N=base\nFROM ~base AS $N\nFROM ~base"
    },
    "on-build": {
        "tool": "FROM scratch", "base": "FROM scratch\nONBUILD COPY --from=~tool /is-tool /",
        "web": "FROM ~base",
    },
}  # fmt: skip
# What we plan and BuildKit before Docker 28 can't build: it takes the image of an ONBUILD line for
# a stage.
SHORT = frozenset({"on-build web"})


@pytest.fixture(scope="module", params=rows(LABS, ["20.10"]))
def box(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EngineBox]:
    with engine_box(request.param, tmp_path_factory.mktemp("oracle")) as made:
        yield made


@pytest.fixture(params=["BuildKit", pytest.param("classic", marks=pytest.mark.long)])
def buildkit(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "BuildKit")


def test_an_engine_builds_what_we_plan_and_refuses_what_we_refuse(
    box: EngineBox, buildkit: bool, tmp_path: Path
) -> None:
    folder = tmp_path / "trees"
    for number, (tree, images) in enumerate(TREES.items()):
        for name, text in images.items():
            own = f"{text}\nCOPY is /is-{name}\n".replace("~", f"t{number}-")
            where = f"{tree}/t{number}-{name}"
            write(folder, {f"{where}/Dockerfile": own, f"{where}/is": name})
    box.send(folder)
    chains = {tree: declared(folder / tree, dialect=box.dialect(buildkit)) for tree in TREES}
    built = box.in_order(chains, buildkit)
    box.forget()
    wrong = []
    is_old = int(box.version.partition(".")[0]) < 28
    short = SHORT if buildkit and is_old else frozenset[str]()
    for number, (tree, images) in enumerate(TREES.items()):
        for name in images:
            chain, own = chains[tree], f"t{number}-"
            image = next((one for one in chain.images if one.name == own + name), None)
            good, said = built[own + name]
            if f"{tree} {name}" in short:
                assert image is not None and not good
            elif good != (image is not None):
                why = [one.error for one in chain.arranged.refused]
                wrong.append(f"{tree} {name}: planned {image is not None}, and: {said}; {why}")
            elif image is not None and image.base is not None:
                # with what is copied from others
                above = [one.removeprefix(own) for one in image.parents]
                wants = {f"is-{one}" for one in (name, *above) if tree != "stages-alike"}
                if not wants <= set(said.split()):
                    wrong.append(f"{tree} {name}: made of {wants}, and in it: {said}")
    assert wrong == []


FILES = ["a.md", "b/c.md", "b/d/e", "node_modules/m/x", "node_modules/n", "x/.git/y", "q"]
IGNORING = [
    "node_modules/m\n!node_modules",
    "node_modules\n!node_modules",
    "*\n!b",
    "*\n!b/c.md",
    "**/*.md\n!a.md",
    "b\n!b/d/e",
    "**\n!**/*.md",
    "**/.git",
    "x/.git\n!x",
    "/q\n!q\nq",
    "# q\n\nb/*\n!b/d",
    "*/*\n!*/d\n",
    "**/m\n!node_modules",
]


def test_a_context_is_what_the_client_of_the_engine_sends(box: EngineBox, tmp_path: Path) -> None:
    # each in its time: the classic builder's client before 23, BuildKit's from then on
    buildkit = box.dialect(True).engine >= (23, 0)
    folder = tmp_path / "trees"
    for number, text in enumerate(IGNORING):
        files = {f"i{number}/{path}": path for path in FILES}
        files |= {f"i{number}/Dockerfile": "FROM scratch\nCOPY . /\n"}
        write(folder, {**files, f"i{number}/.dockerignore": f"{text}\nDockerfile\n.dockerignore\n"})
    box.send(folder)
    names = [f"i{number}" for number in range(len(IGNORING))]
    sent = box.build([f"{int(buildkit)} {name} {name} Dockerfile {name}" for name in names])
    box.forget()
    ours = {
        source.name: sorted(entry.path for entry in source.context if entry.kind == "file")
        for source in read(folder, box.dialect(buildkit))
    }
    wrong = [
        f"{IGNORING[number]!r}: {sent[name]} and {ours[name]}"
        for number, name in enumerate(names)
        if sorted(sent[name][1].split()) != ours[name]
    ]
    assert wrong == []


# what bake is to make as `docker build` in order does, whatever a stage is called
STAGES = {
    "app": "FROM ruby AS ruby\nCOPY is /extra\nFROM scratch\nCOPY --from=ruby / /\n",
    "upper": "FROM ruby:latest AS RUBY\nCOPY is /extra\nFROM ruby\n",
    "by-owner": "ARG O=me\nFROM $O/ruby AS ruby\nCOPY is /extra\nFROM ruby\nCOPY --from=tool / /\n",
    "other": "FROM tool AS ruby\nCOPY is /extra\nFROM me/ruby AS two\nCOPY --from=ruby / /\n",
    "none": "FROM ruby\nCOPY --from=tool:latest /is-tool /copied\n",
}

# what is in an image, in a line
_LOOK = (
    "made=$(sudo docker create {0} none) && echo {0} $(sudo docker export $made | tar -t "
    "| grep -v '/$' | grep -vE '^(dev|etc|proc|sys)/|^.dockerenv$' | sort);"
)


def test_bake_makes_what_builds_in_order_make(box: EngineBox, tmp_path: Path) -> None:
    if "buildx" not in box.ssh("docker buildx version 2>&1", check=False).partition(" ")[0]:
        assert box.version.startswith("20.")
        pytest.skip("the client of Docker 20.10 has no buildx, and so no bake")
    folder = tmp_path / "trees"
    for name in ("ruby", "tool"):
        write(folder, {f"{name}/Dockerfile": IS.format(name), f"{name}/is": name})
    for name, text in STAGES.items():
        write(folder, {f"{name}/Dockerfile": text, f"{name}/is": name})
    box.send(folder)
    chain = declared(folder, dialect=box.dialect(True))
    built = box.in_order({".": chain}, True)
    assert [f"{name}: {said}" for name, (good, said) in built.items() if not good] == []
    box.forget()
    made = box.site.run("dockwright", "images", "export", "--format", "bake", str(folder))
    assert made.returncode == 0, made.stderr
    text = made.stdout.replace(f'"{folder}/', '"')
    bake = "cat >trees/bake.json; cd trees && sudo docker buildx bake --file bake.json 2>&1"
    said = box.ssh(f"{bake} | tail -n 20", stdin=text)
    look = "".join(map(_LOOK.format, json.loads(text)["target"]))
    found = dict((f"{line} ").split(" ", 1) for line in box.ssh(look).splitlines())
    assert {name: files.split() for name, files in found.items()} == {
        name: files.split() for name, (_, files) in built.items()
    }, said
    box.forget()
