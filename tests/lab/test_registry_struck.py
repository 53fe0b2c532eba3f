"""A registry that is collected under load, killed in a push, and whose disk runs full."""

import time
from collections.abc import Iterator

import pytest

from tests.lab.labs import kept_lab
from tests.lab.labs.figures import figure
from tests.lab.labs.kept_lab import LOGIN, REGISTRY, Keeping


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keeping]:
    with kept_lab.standing(tmp_path_factory.mktemp("regkept")) as made:
        yield made


# images pushed one after the other, half of whose layers are those of others; what was taken is
# noted, and so is what was not
PUSHING = """
mkdir -p /root/push$1; cd /root/push$1; : >taken; : >failed
head -c 300K /dev/urandom >base
n=0
while [ ! -e /root/enough ]; do
  n=$((n + 1)) place=@REGISTRY@/many$((n % 3)):p$1-$n
  head -c $((n % 7 * 100 + 1))K /dev/urandom >own
  printf 'FROM scratch\\nCOPY base /\\nCOPY own /\\n' >Dockerfile
  docker build -q -t $place . >/dev/null 2>&1 || continue
  if docker push -q $place >/dev/null 2>said; then
    docker inspect -f '{{index .RepoDigests 0}}' $place | sed "s,^,$place ," >>taken
  else cat said >>failed; fi
  docker rmi $place >/dev/null
done
"""


class Pushing:
    """Two that push on hub, and one that pulls, until it is enough."""

    def __init__(self, site: Keeping) -> None:
        self.site = site
        login = LOGIN.format(place=REGISTRY)
        site.root("hub", f"{login}rm -f /root/enough /root/pulls*")
        push = PUSHING.replace("@REGISTRY@", REGISTRY)
        pull = f"{site.asked('web/manifests/latest', '-f', '-o', '/dev/null')}"
        scripts = {f"sh /root/push.sh {one}": push for one in (1, 2)}
        site.root("hub", f"cat >/root/push.sh <<'END'\n{push}\nEND\n")
        site.root(
            "hub",
            "cat >/root/pull.sh <<'END'\nwhile [ ! -e /root/enough ]; do\n"
            f"  if {pull}; then echo >>/root/pulls; else echo >>/root/pulls.failed; fi\n"
            "  sleep 0.1\ndone\nEND\n",
        )
        for line in (*scripts, "sh /root/pull.sh"):
            site.root("hub", f"setsid {line} >/dev/null 2>&1 </dev/null &")

    def enough(self) -> tuple[dict[str, str], str, int, int]:
        """What was taken, by name; what failed, in words; pulls, and those of them that failed."""
        self.site.root("hub", "touch /root/enough; sleep 8")
        taken = self.site.root("hub", "cat /root/push?/taken")
        failed = self.site.root("hub", "cat /root/push?/failed")
        pulls = self.site.root("hub", "cd /root; touch pulls.failed; cat pulls | wc -l")
        not_pulled = self.site.root("hub", "wc -l </root/pulls.failed")
        pairs = (line.split() for line in taken.splitlines())
        return (
            {name: at.rpartition("@")[2] for name, at in pairs},
            failed,
            int(pulls),
            int(not_pulled),
        )

    def lost(self, taken: dict[str, str]) -> list[str]:
        """Those of ``taken`` that the registry has not any more, as it says itself."""
        lines = "\n".join(
            f"{name.removeprefix(REGISTRY + '/').replace(':', '/manifests/')} {digest}"
            for name, digest in taken.items()
        )
        accept = "Accept: application/vnd.docker.distribution.manifest.v2+json"
        has = self.site.asked("$path", "-I", f'-H "{accept}"')
        script = (
            f"while read -r path digest; do\n  {has} </dev/null | grep -qi "
            "\"^docker-content-digest: $digest\" || echo $path\ndone <<'END'\n" + lines + "\nEND\n"
        )
        return self.site.root("hub", script).split()


@pytest.mark.long
def test_twenty_collections_during_pushes_lose_nothing_and_hold_nobody_up(site: Keeping) -> None:
    pushing, took = Pushing(site), []
    for _ in range(20):
        site.push("moving", "x")  # whose build of before has no tag any more
        began = time.monotonic()
        site.does("gc", "--grace", "20")
        took.append(time.monotonic() - began)
    taken, failed, pulls, not_pulled = pushing.enough()
    figure(f"20 collections during pushes: images pushed and taken: {len(taken)}")
    figure(f"20 collections during pushes: seconds of the slowest gc: {round(max(took), 1)}")
    assert len(taken) > 20
    assert failed == ""
    assert pushing.lost(taken) == []
    assert (pulls > 50, not_pulled) == (True, 0)
    assert site.listed("verify")["flaws"] == []


@pytest.mark.long
def test_twenty_kills_in_a_push_lose_nothing_that_was_taken(site: Keeping) -> None:
    pushing = Pushing(site)
    for number in range(20):
        time.sleep(0.5 + number % 5 * 0.3)
        if number % 2:
            site.root("hub", "pkill -KILL -f '^docker push' || :")
            continue
        # every fourth while it collects
        if number % 4 == 0:
            gc = site.start("env", *site.at_site("registry", "gc", "--grace", "5"))
            time.sleep(2.5)
        site.root("hub", "docker kill -s KILL registry.web.1 >/dev/null || :")
        if number % 4 == 0:
            gc.wait(120)
        site.up()
    taken, _, _, _ = pushing.enough()
    figure(f"20 kills in a push: images pushed and taken: {len(taken)}")
    assert len(taken) > 5
    assert pushing.lost(taken) == []
    assert site.listed("verify")["flaws"] == []
    assert " 0 uploads" not in site.does("gc", "--grace", "0")
    assert site.listed("usage")["uploads"] == 0
    assert pushing.lost(taken) == []
    site.push("after", "kills")
    assert site.listed("verify")["flaws"] == []


@pytest.mark.long
def test_a_disk_that_runs_full_in_a_push_loses_nothing_and_is_freed(site: Keeping) -> None:
    with site.small("size=$(($(du -sm /srv/registry | cut -f 1) + 24))m"):
        site.push("kept", "first")
        with pytest.raises(AssertionError, match=r"no space left on device|unknown|500 "):
            site.push("large", "first", 48)
        assert site.listed("verify")["flaws"] == []
        site.root("hub", "dd if=/dev/zero of=/srv/registry/full bs=64K 2>/dev/null || :")
        with pytest.raises(AssertionError):
            site.push("kept", "second")
        assert site.listed("verify")["flaws"] == []
        said = site.does("gc", "--grace", "0")
        assert " 0 B freed" not in said, said
        site.root("hub", "rm /srv/registry/full")
        site.push("kept", "second")
        site.pull("kept:latest")
        assert site.listed("verify")["flaws"] == []


@pytest.mark.long
def test_fifteen_builds_take_what_three_do_once_they_were_collected(site: Keeping) -> None:
    for number in range(15):
        site.build(f"build {number}", dockwright_registry_generations=3)
    sizes = {}
    for when in ("before", "after"):
        if when == "after":
            said = site.does("gc", "--grace", "0")
            assert "builds removed" in said, said
        builds = site.listed("tags", "web")["builds"]
        on_work = site.root("work", "du -sm /var/lib/docker | cut -f 1")
        sizes[when] = (site.size(), len(builds), int(on_work))
        figure(
            f"15 builds, {when} gc: MiB of the registry's blobs: {round(site.size() / (1 << 20))}"
        )
        figure(f"15 builds, {when} gc: builds in the registry: {len(builds)}")
        figure(f"15 builds, {when} gc: MiB of the builder's engine: {int(on_work)}")
    assert sizes["before"][1] >= 15
    # the one that runs, and three ways back
    assert sizes["after"][1] == 4
    assert sizes["before"][0] - sizes["after"][0] > 11 * 3 << 20
    assert site.listed("verify")["flaws"] == []
