"""A push of a chain that the registry has already: what is asked, how long it takes, what it sees.

What was asked is read in the registry's own log, and in what a `docker` of the test on the builder
wrote down; what is wrong is made by curl and by another box's engine.
"""

import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.lab.labs.every_run import rows
from tests.lab.labs.figures import figure
from tests.lab.labs.pushed_lab import CHAIN, LAB, MOVE, NAMES, NOTED, OCI, Pushed, stand_up

# what others may have done to an image in the registry, and what a plan then says of it
WRONG = {
    "latest moved": "lacks latest",
    "recipe moved": "lacks r-",
    "manifest gone": "lacks r-",
    "signature gone": "not signed by",
    "SBOM gone": "its signature names no SBOM that is kept there",
    "SBOM is another": "its signature names no SBOM that is kept there",
}
EVERY_RUN = ("latest moved", "signature gone", "SBOM gone")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pushed]:
    state = tmp_path_factory.mktemp("pushes")
    with LAB.up(state):
        made = stand_up(state)
        with made.one_connection_a_box():
            yield made


def test_each_thing_is_asked_once_and_nothing_else(site: Pushed) -> None:
    site.pushes("images.py")  # what it foresees
    site.root("app", NOTED)
    since = site.now()
    try:
        _, changed = site.pushes("images.py")
    finally:
        said = site.root("app", "rm /usr/local/bin/docker; cat /run/asked; rm /run/asked")
    assert changed == []

    asked = Counter(site.requests_since(since))
    its = {
        name: [("HEAD", "latest"), ("HEAD", site.recipe(name)),
               ("GET", site.beside(name, "sig")), ("GET", site.beside(name, "sbom"))]
        for name in CHAIN
    }  # fmt: skip
    wanted = [
        (method, f"{name}/manifests/{tag}") for name, tags in its.items() for method, tag in tags
    ]
    assert asked == Counter(wanted)

    # of its engine: its images, and what containers use of them; not which registries it knows
    questions = Counter(" ".join(line.split()[2:4]) for line in said.splitlines())
    once = ("image ls", "image inspect", "container ls", "info --format")
    assert questions == dict.fromkeys(once, 1), said
    assert "RegistryConfig" not in said


def move(site: Pushed, name: str, tag: str, source: str = NAMES[1]) -> None:
    """Have ``name:tag`` name the image of another name."""
    script = MOVE.format(place=site.place, source=f"{source}:latest", target=f"{name}:{tag}")
    site.root("hub", site.logged_in("moving") + script)


def remove(site: Pushed, name: str, tag: str) -> None:
    site.asked(f"{name}/manifests/{site.digest(name, tag)}", "-X", "DELETE")
    assert site.digest(name, tag) is None


@pytest.mark.parametrize(
    ("what", "why"), rows(WRONG.items(), [(one, WRONG[one]) for one in EVERY_RUN])
)
def test_what_became_of_it_by_other_hands_is_seen_and_put_right(
    site: Pushed, what: str, why: str
) -> None:
    name, other = NAMES[0], NAMES[1]
    before, others = site.everything(name), site.everything(other)
    assert before.keys() >= {"latest", site.beside(name, "sig"), site.beside(name, "sbom")}
    {
        "latest moved": lambda: move(site, name, "latest"),
        "recipe moved": lambda: move(site, name, site.recipe(name)),
        "manifest gone": lambda: remove(site, name, "latest"),
        "signature gone": lambda: remove(site, name, site.beside(name, "sig")),
        "SBOM gone": lambda: remove(site, name, site.beside(name, "sbom")),
        "SBOM is another": lambda: another_sbom(site, name),
    }[what]()
    assert site.everything(name) != before
    reasons = [
        reason
        for box in site.plan()["boxes"]
        for one in box["operations"]
        for reason in one["reasons"]
        if one["status"] != "current"
    ]
    assert len(reasons) == 1, reasons
    assert reasons[0].startswith(f"{site.place}/{name}: {why}")
    _, changed = site.pushes("images.py")
    assert len(changed) == 1
    after = site.everything(name)
    # a signature is another one each time
    signature = site.beside(name, "sig")
    assert {**after, signature: ""}.items() >= {**before, signature: ""}.items()
    assert site.everything(other) == others
    assert site.pushes("images.py")[1] == []


def another_sbom(site: Pushed, name: str) -> None:
    """The manifest of its signature, which it has the parts of, in its SBOM's place."""
    text = site.asked(f"{name}/manifests/{site.beside(name, 'sig')}", "-H", f"Accept: {OCI}")
    put = ("-X", "PUT", "-H", f"Content-Type: {OCI}", "--data-binary", "@-")
    site.asked(f"{name}/manifests/{site.beside(name, 'sbom')}", *put, stdin=text)


def test_how_long_it_takes_against_a_loop_of_docker_push(site: Pushed) -> None:
    names = {"three.py": ("tools", *NAMES[:2]), "push.py": CHAIN}
    loops = {
        file: "\n".join(f"docker push -q {site.place}/{name}:latest >/dev/null" for name in its)
        for file, its in names.items()
    }
    took: dict[str, list[float]] = {}

    def timed(what: str, run: Callable[[], object]) -> None:
        began = time.monotonic()
        run()
        took.setdefault(what, []).append(time.monotonic() - began)

    def loop(lines: str) -> None:
        site.root("app", f"export DOCKER_CONFIG=/run/looping; set -e\n{lines}")

    site.root("app", site.logged_in("looping"))
    try:
        for _ in range(4):
            timed("importing pyinfra", lambda: site.run("python", "-c", "import pyinfra_cli.main"))
            for file, lines in loops.items():
                timed(f"ours {file}", lambda file=file: site.pushes(file))
                timed(f"loop {file}", lambda lines=lines: loop(lines))
    finally:
        site.root("app", "rm -r /run/looping")
    # the first of each is not counted
    medians = {what: statistics.median(seconds[1:]) for what, seconds in took.items()}
    for file, its in names.items():
        ours, theirs = medians[f"ours {file}"], medians[f"loop {file}"]
        figure(
            f"an unchanged push of {len(its)} images: {ours:.2f} s as a whole command, of which "
            f"{medians['importing pyinfra']:.2f} s are pyinfra's to be imported; a loop of docker "
            f"push {theirs:.2f} s"
        )
    more = {
        who: (medians[f"{who} push.py"] - medians[f"{who} three.py"]) / (len(CHAIN) - 3)
        for who in ("ours", "loop")
    }
    figure(f"an image more: {more['ours'] * 1e3:.0f} ms, and {more['loop'] * 1e3:.0f} ms")
    assert more["ours"] < more["loop"] / 2
