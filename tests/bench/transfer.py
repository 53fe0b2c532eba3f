"""Push and pull of a chain that is in the registry already, against docker and skopeo."""

from __future__ import annotations

import base64
import json
import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from tests.bench import chain_on_box, stock
from tests.bench.page import Page, Row
from tests.bench.site import BUILDER, KEEPER, Site
from tests.bench.turns import Contender, in_turn

FILE = "push-and-pull"
OURS = "image.push, image.pull"
DOCKER, SKOPEO = "docker, one by one", "skopeo, one by one"
PUSH, PULL = "push", "pull"
ABOUT = """\
The chain is on the builder and in the registry, and is pushed, or pulled, once more.
*image.push* and *image.pull* are a whole run of pyinfra with these operations, from this
machine; the others run on the builder itself, from one call of ssh: a loop of `docker push` or
`docker pull`, and one of `skopeo copy` between the engine and the registry. They have names of
their own in the registry, where their first push is not counted."""
_NAMES = "bench"  # in the registry, before the images' own
_AUTH = "bench-auth"  # a folder on the builder
_WITH_LOGIN = """\
from dockwright.deploys.base import build_arguments, check_chain
from dockwright.deploys.box import this_box
from dockwright.deploys.registry_access import logins_that_write
from dockwright.operations import image

chain = check_chain(this_box(), build_arguments(this_box()), {images!r})
for place, login in logins_that_write(this_box()).items():
"""
_PUSH = """\
    image.push(name="push", registry=place, login=login, path=chain, _sudo=True)
"""
_PULL = """\
    for name in {names!r}:
        image.pull(name=f"pull {{name}}", image=name, registry=place, login=login, _sudo=True)
"""


def compare(site: Site, rounds: int, images: Path, echo: Callable[[str], None]) -> Page:
    """Measure it in turn, on the builder.

    Args:
        site: whose builder has the chain below ``images`` built, and whose registry has it.
        rounds: how often.
        images: the images' folder.
        echo: is told what each took.

    Raises:
        BenchError: a transfer fails, or ours moved something.

    Example::

        compare(site, rounds=5, images=Path("images"), echo=print)
    """
    names = [one.name for one in chain_on_box.chain(site, images)]
    registry = f"{site.lab.box(KEEPER).address}:5000"
    rows = []
    _log_in(site, registry)
    try:
        site.on_box(BUILDER, _sudo(_tags(registry, names)))
        for case in (PUSH, PULL):
            contenders = _contenders(site, case, registry, names, images)
            # the first pull may have to name what the builder has built and never pulled
            in_turn([replace(one, check=lambda said: None) for one in contenders], 1)
            for name, its in in_turn(contenders, rounds).items():
                processor = sorted(its.processor)[rounds // 2]
                rows.append(Row(case, name, its.spread, processor))
                echo(f"{case} {name}: {its.spread}")
    finally:
        _take_away(site, registry, names)
    return Page("Push and pull of an unchanged chain", ABOUT, OURS, rows)


def _contenders(
    site: Site, case: str, registry: str, names: Sequence[str], images: Path
) -> list[Contender]:
    inventory, deploy = site.inventory("straight", {}), site.work / f"{case}.py"
    text = _WITH_LOGIN + (_PUSH if case == PUSH else _PULL)
    deploy.write_text(text.format(images=str(images), names=list(names)), encoding="utf-8")
    ours = ["pyinfra", "--json", "-y", str(inventory), str(deploy), "--limit", BUILDER]

    lines = {
        DOCKER: [f"docker {case} -q {_name(registry, one)}" for one in names],
        SKOPEO: [_skopeo(case, _name(registry, one)) for one in names],
    }
    return [
        Contender(OURS, ours, site.environment, _nothing_moved),
        *(
            Contender(name, site.ssh(BUILDER, _sudo(each)), site.environment)
            for name, each in lines.items()
        ),
    ]


def _nothing_moved(said: str) -> None:
    stock.check(said)


def _name(registry: str, image: str) -> str:
    return f"{registry}/{_NAMES}/{image}:latest"


def _skopeo(case: str, name: str) -> str:
    engine, there = f"docker-daemon:{name}", f"docker://{name}"
    of, to = (engine, there) if case == PUSH else (there, engine)
    return f'skopeo copy -q --authfile "$DOCKER_CONFIG/config.json" {of} {to}'


def _tags(registry: str, names: Sequence[str]) -> list[str]:
    return [f"docker tag {one}:latest {_name(registry, one)}" for one in names]


def _sudo(lines: Sequence[str]) -> str:
    """A line that runs ``lines`` as root, with the login of the registry, until one fails."""
    script = "; ".join([f'export DOCKER_CONFIG="$PWD/{_AUTH}"', "set -e", *lines])
    return f"sudo sh -c {shlex.quote(script)}"


def _log_in(site: Site, registry: str) -> None:
    """The builder has the login that writes in a file, of root's alone, until the bench ends."""
    password = site.on_box(KEEPER, "sudo cat /etc/dockwright/registry.password").strip()
    auth = base64.b64encode(f"dockwright:{password}".encode()).decode()
    text = json.dumps({"auths": {registry: {"auth": auth}}})
    line = f"umask 077; rm -rf {_AUTH}; mkdir {_AUTH}; cat >{_AUTH}/config.json"
    site.on_box(BUILDER, f"sudo sh -c {shlex.quote(line)}", stdin=text)


def _take_away(site: Site, registry: str, names: Sequence[str]) -> None:
    tags = " ".join(_name(registry, one) for one in names)
    site.on_box(BUILDER, f"sudo rm -rf {_AUTH}; sudo docker rmi {tags} >/dev/null || true")
