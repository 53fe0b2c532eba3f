"""What a registry keeps: who needs it, what goes, and that nothing else is lost by that."""

from collections.abc import Iterator

import pytest

from tests.lab.labs import kept_lab
from tests.lab.labs.kept_lab import BOXES, LOGIN, REGISTRY, ROOT, Keeping


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keeping]:
    with kept_lab.standing(tmp_path_factory.mktemp("regkept")) as made:
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


def test_the_box_collects_and_verifies_by_itself_at_times_of_the_sites(site: Keeping) -> None:
    unit, data = "dockwright-registry-tidy", {**kept_lab.DATA, "dockwright_registry_generations": 2}
    site.data(**data, dockwright_registry_timer="Sun 03:00")
    assert site.apply().returncode == 0
    assert site.names(site.plan(statuses=(0,))).get("hub", []) == []
    assert "Sun" in site.root("hub", f"systemctl show -P TimersCalendar {unit}.timer")
    # what pushes left behind, and no image needs
    digest = site.push("untied", "first")
    site.does("rm", "untied:latest")
    site.root("hub", f"find {ROOT} -exec touch -d '2 days ago' {{}} +; systemctl start {unit}")
    before = site.listed("usage")
    assert before["uploads"] == 0
    with pytest.raises(AssertionError, match=r"not found|manifest unknown"):
        site.pull(f"untied@{digest}")
    assert not site.root("hub", f"find {ROOT}/blobs -path '*{digest[7:]}*'")
    row = site.row()
    assert (row["severity"], row["flaws"]) == ("well", 0)
    assert row["freed"] > 1 << 20
    assert row["collected"][:10] == row["verified"][:10]
    # what is needed by a job that no plan told the box of is there still
    site.pull(f"web@{runs(site)}")
    # a layer that is lost, and one that the disk changed
    site.push("broken", "first")
    [layer] = site.blobs("broken")[1:]
    path = f"{ROOT}/blobs/sha256/{layer[:2]}/{layer}/data"
    for strike in (f"printf x | dd of={path} bs=1 seek=99 conv=notrunc 2>&1", f"rm {path}"):
        site.root("hub", f"{strike}; ! systemctl start {unit}")
        row = site.row()
        assert (row["severity"], row["flaws"]) == ("wrong", 1), row
        assert "1 flaw as it was verified" in row["remarks"][0]["text"]
    site.does("rm", "broken:latest")
    # what a person asks for counts as well
    site.does("verify")
    assert (site.row()["severity"], site.row()["flaws"]) == ("well", 0)
    # one that does not run is not collected, and verified all the same
    target = "dockwright-registry.target"
    site.root("hub", f"systemctl stop {target}; ! systemctl start {unit}; systemctl start {target}")
    site.up()
    row = site.row()
    assert (row["severity"], row["freed"], row["flaws"]) == ("due", None, 0)
    assert "its last collection failed" in row["remarks"][0]["text"]
    site.does("gc")
    assert site.row()["severity"] == "well"
    site.data(**data)
    assert site.apply().returncode == 0
    assert site.root("hub", "ls /etc/dockwright /etc/systemd/system | grep -c tidy || :") == "0"


UPSTREAM = """
set -eu
apt-get -qq update >/dev/null
DEBIAN_FRONTEND=noninteractive apt-get -qq -y install docker-registry >/dev/null 2>&1
systemctl disable -q --now docker-registry
mkdir -p /srv/upstream
cat >/etc/upstream.yml <<'END'
version: 0.1
storage: {filesystem: {rootdirectory: /srv/upstream}}
http: {addr: ":5050"}
END
"""
# until it is stopped
BEGIN = "systemd-run -q --unit upstream docker-registry serve /etc/upstream.yml; sleep 1"


def test_what_was_pulled_of_another_registry_is_served_when_that_is_gone(site: Keeping) -> None:
    site.root("work", UPSTREAM + BEGIN)
    make = "tar -C /etc -c hostname | docker import - localhost:5050/{0} >/dev/null"
    push = f"{make}; docker push -q localhost:5050/{{0}}; docker rmi localhost:5050/{{0}}"
    for name in ("lib/one:1", "lib/two:1"):
        site.root("work", push.format(name))
    cache = {"hub": {"upstream": f"http://{BOXES['work']}:5050"}}
    data = {**kept_lab.DATA, "dockwright_registry_generations": 2}
    site.data(**data, dockwright_registry_cache=cache)
    assert site.apply().returncode == 0
    assert site.plan(statuses=(0,))
    site.up()
    site.pull("hub/lib/one:1")
    # nobody writes there, and what is there is no image of the registry's own
    three = f"{REGISTRY}/hub/lib/three"
    login = LOGIN.format(place=REGISTRY)
    line = f"{login}docker tag debian:bookworm {three}; docker push -q {three} 2>&1 || :"
    said = site.root("hub", f"{line}; docker rmi {three}")
    assert "denied" in said or "403" in said, said
    site.root("work", "systemctl stop upstream")
    site.pull("hub/lib/one:1")
    # and once the registry's container is another one; what is not there can't be had
    site.root("hub", "systemctl restart dockwright-registry.target")
    site.up()
    kept_lab.within(20, lambda: site.pull("hub/lib/one:1"))
    with pytest.raises(AssertionError, match=r"not found|unknown"):
        site.pull("hub/lib/two:1")
    assert "lib" not in site.does("ls")
    assert site.listed("verify")["flaws"] == []
    # it goes on fetching once that is back
    site.root("work", BEGIN)
    kept_lab.within(40, lambda: site.pull("hub/lib/two:1"))
    site.data(**data)
    assert site.apply().returncode == 0
    with pytest.raises(AssertionError, match=r"not found|unknown"):
        site.pull("hub/lib/one:1")


def test_what_grows_on_a_box_has_a_bound_and_status_tells_of_it(site: Keeping) -> None:
    data = {**kept_lab.DATA, "dockwright_registry_generations": 2}
    left = site.root("work", "docker volume create; docker volume create named >/dev/null")
    site.data(**data, dockwright_prune_volumes=True, dockwright_journal_gib=0.02)
    before = site.box("work")
    assert before["growth"]["volumes"] == 1
    assert before["growth"]["journal"] > before["growth"]["records"] > 0
    assert any("1 volume without a name" in one["text"] for one in before["remarks"])
    assert site.apply().returncode == 0
    assert site.root("work", "docker volume ls -q").split() == ["named"], left
    # as journald says it itself
    said = site.root("work", "journalctl -b -u systemd-journald -n 4 --no-pager")
    assert "max 20.0M" in said, said
    assert site.box("work")["growth"]["volumes"] == 0
    assert site.plan(statuses=(0,))
    site.data(**data)
    assert site.apply().returncode == 0
    assert site.root("work", "ls /etc/systemd/journald.conf.d; docker volume rm named") == "named"
