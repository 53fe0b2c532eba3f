"""What a registry keeps: who needs it, what goes, and that nothing else is lost by that."""

import time
from collections.abc import Iterator

import pytest

from tests.lab.labs import kept_lab
from tests.lab.labs.figures import figure
from tests.lab.labs.kept_lab import BOXES, LOGIN, REGISTRY, ROOT, Keeping


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keeping]:
    state = tmp_path_factory.mktemp("regkept")
    with kept_lab.LAB.up(state):
        made = kept_lab.stand_up(state)
        with made.one_connection_a_box():
            for page in ("two", "three", "four", "five", "six"):
                made.build(page)
            yield made


def runs(site: Keeping) -> str:
    """The digest that the job of web names."""
    line = "grep -hoE 'sha256:[0-9a-f]{64}' /etc/systemd/system/dockwright-web.web.1.service"
    return site.root("work", line).split()[0]


def test_each_build_is_listed_with_who_needs_it_and_the_rest_goes(site: Keeping) -> None:
    builds = site.listed("tags", "web")["builds"]
    assert len(builds) == 6
    newest = builds[0]
    assert newest["digest"] == runs(site)
    assert "latest" in newest["tags"]
    assert {"work: job web.web.1", "the site: leaf web"} <= set(newest["pinned"])
    # what rollback goes back to: three versions
    assert [one["pinned"] for one in builds[1:]] == [*[["work: way back of web"]] * 3, [], []]
    assert all(3 << 20 < one["own"] < 4 << 20 for one in builds), builds
    assert all(len(one["beside"]) >= 1 for one in builds)
    named = sorted(tag for one in builds for tag in [*one["tags"], *one["beside"]])
    assert named == site.tags("web")
    row = next(one for one in site.listed("ls")["images"] if one["image"] == "web")
    assert (row["builds"], row["pinned"]) == (6, 4)
    assert site.listed("usage")["size"] == site.size()

    # one by hand
    for one in builds[:4]:
        [tag, *_] = [tag for tag in one["tags"] if tag != "latest"]
        said = site.does("rm", f"web:{tag}", status=1)
        assert "needed by" in said, said
    [oldest] = builds[-1]["tags"]
    site.does("rm", f"web:{oldest}")
    left = site.tags("web")
    assert set(named) - set(left) == {oldest, *builds[-1]["beside"]}
    assert site.size() > 0
    assert "did you mean" in site.does("rm", "wab:latest", status=1)

    # the rest by what the site says
    site.data(**kept_lab.DATA, dockwright_registry_generations=2)
    before = site.size()
    said = site.does("gc", "--dry-run", "--grace", "0", status=2)
    assert "1 builds would go" in said, said
    assert site.size() == before
    assert site.tags("web") == left
    said = site.does("gc", "--grace", "0")
    assert "1 builds removed" in said, said
    freed = before - site.size()
    assert 2 * 3 << 20 < freed < 7 << 20, freed
    kept = site.listed("tags", "web")["builds"]
    assert [one["digest"] for one in kept] == [one["digest"] for one in builds[:4]]
    assert site.listed("verify")["flaws"] == []
    assert "0 builds removed, 0 B freed" in site.does("gc", "--grace", "0")

    # the way back is one, and whoever has lost its image pulls it
    for one in kept:
        site.pull(f"web@{one['digest']}")
    done = site.dockwright("rollback", "web")
    assert done.returncode == 0, done.stdout + done.stderr
    assert runs(site) == builds[1]["digest"]
    # and what was removed is pushed and pulled once more
    site.build("seven", dockwright_registry_generations=2)
    assert site.listed("tags", "web")["builds"][0]["digest"] == runs(site)


def test_what_is_pushed_again_after_it_was_removed_is_pulled_by_others(site: Keeping) -> None:
    digest = site.push("byhand", "first")
    site.does("rm", "byhand:latest")
    site.does("gc", "--grace", "0")
    site.root("hub", f"docker tag {REGISTRY}/byhand:latest kept-here; docker rmi {REGISTRY}/byhand")
    with pytest.raises(AssertionError, match=r"not found|manifest unknown"):
        site.pull(f"byhand@{digest}")
    # the same image: docker has it noted that the registry had its layers
    site.root("hub", f"docker tag kept-here {REGISTRY}/byhand; docker push -q {REGISTRY}/byhand")
    site.root("hub", f"docker rmi {REGISTRY}/byhand kept-here")
    site.pull(f"byhand@{digest}")
    assert site.listed("verify")["flaws"] == []
    site.does("rm", "byhand:latest")


def test_an_image_that_a_container_has_by_its_digest_alone_stays(site: Keeping) -> None:
    digest = site.push("pinned", "first")
    site.root("hub", f"docker create --name theirs {REGISTRY}/pinned@{digest} none")
    other = site.push("pinned", "second")
    assert "1 builds" not in site.does("gc", "--grace", "0")
    builds = {one["digest"]: one for one in site.listed("tags", "pinned")["builds"]}
    assert builds[digest]["tags"] == []
    assert builds[digest]["pinned"] == ["hub: container theirs"]
    site.root("hub", "docker rm theirs")
    assert "1 builds removed" in site.does("gc", "--grace", "0")
    assert [*{one["digest"] for one in site.listed("tags", "pinned")["builds"]}] == [other]
    site.does("rm", "pinned:latest")


def test_what_is_lost_or_changed_is_told_with_the_images_that_need_it(site: Keeping) -> None:
    site.push("broken", "first")
    [layer] = site.blobs("broken")[1:]
    path = f"{ROOT}/blobs/sha256/{layer[:2]}/{layer}/data"
    site.root("hub", f"cp -a {path} /root/saved; printf x | dd of={path} bs=1 seek=99 conv=notrunc")
    [flaw] = site.listed("verify", status=2)["flaws"]
    assert flaw["where"] == "broken:latest"
    assert f"sha256:{layer} is " in flaw["what"]
    assert site.listed("verify", "--quick")["flaws"] == []
    site.root("hub", f"rm {path}")
    [flaw] = site.listed("verify", "--quick", status=2)["flaws"]
    assert flaw == {"where": "broken:latest", "what": f"sha256:{layer} is not there"}
    site.root("hub", f"cp -a /root/saved {path}")
    assert site.listed("verify")["flaws"] == []
    link = f"{ROOT}/repositories/broken/_manifests/tags/latest/current/link"
    site.root("hub", f"cp -a {link} /root/saved; : >{link}")
    [flaw] = site.listed("verify", "--quick", status=2)["flaws"]
    assert flaw == {"where": "broken:latest", "what": "its file says no digest; push it again"}
    site.root("hub", f"cp -a /root/saved {link}")
    site.does("rm", "broken:latest")


def test_no_image_is_removed_while_a_box_does_not_say_what_it_needs(site: Keeping) -> None:
    site.push("idle", "first")
    site.push("idle", "second")
    before = len(site.listed("tags", "idle")["builds"])
    site.root("work", "systemctl stop ssh.socket ssh 2>/dev/null || :")
    try:
        assert "nobody knows who needs it" in site.does("rm", "idle:latest", status=1)
        said = site.does("gc", "--grace", "0", status=1)
        assert "no image was removed: box work" in said, said
    finally:
        site.root("work", "systemctl start ssh.socket ssh 2>/dev/null || :")
    assert len(site.listed("tags", "idle")["builds"]) == before == 2
    assert BOXES["work"]


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
        with pytest.raises(AssertionError, match=r"no space left on device|unknown"):
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
