"""What a registry keeps: who needs it, what goes, and that nothing else is lost by that."""

from collections.abc import Iterator

import pytest

from tests.lab.labs import kept_lab
from tests.lab.labs.kept_lab import BOXES, REGISTRY, ROOT, Keeping


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
