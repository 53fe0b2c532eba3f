"""What grows with the days, and what runs full: logs, builds, disks; an engine left behind."""

import os
from collections.abc import Iterator

import pytest

from tests.lab.labs import growth_lab
from tests.lab.labs.figures import figure
from tests.lab.labs.growth_lab import BOXES, CLOCK, PROCFILES, Growth
from tests.lab.labs.own_site import COPY, server

# than the registry has already
SIXTEEN_MORE = "size=$(($(du -sm /srv/registry | cut -f 1) + 16))m"


@pytest.fixture(scope="module")
def stood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Growth]:
    state = tmp_path_factory.mktemp("growth")
    with growth_lab.LAB.up(state):
        made = growth_lab.stand_up(state)
        with made.one_connection_a_box():
            yield made


@pytest.fixture
def site(stood: Growth) -> Iterator[Growth]:
    """The site as it was first, before and after."""
    yield stood
    stood.as_ever()
    done = stood.apply()
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
def test_what_containers_say_is_kept_once_and_health_checks_say_nothing(stood: Growth) -> None:
    for box, job in (("work", "web.web.1"), ("work", "clock.clock.1"), ("hub", "registry.web.1")):
        kept = "find /var/lib/docker/containers -name '*.log' | grep . || echo no"
        assert stood.root(box, kept) == "no", job
    said = stood.dockwright("logs", "clock")
    assert said.stdout.count("UTC") > 3, said.stdout
    # its health is asked for every 5 s
    log = stood.root("hub", "journalctl -o cat -t registry.web.1")
    assert '"GET /v2/' in log
    assert [line for line in log.splitlines() if '"GET /up ' in line or "127.0.0.1:" in line] == []


@pytest.mark.long
def test_a_driver_that_a_line_names_stays_and_its_leaf_alone_restarts(site: Growth) -> None:
    before = site.started()
    site.leaf(
        "clock", "clock: docker run --stop-timeout 1 --log-driver json-file clock",
        *("FROM tools", CLOCK[1]),
    )  # fmt: skip
    site.as_planned()
    after = site.started()
    assert {name for name in after if after[name] != before[name]} == {"clock.clock.1"}
    assert "UTC" in site.root("work", "sleep 2; docker logs clock.clock.1")
    # a failure shows the last lines, of which the engine has no copy
    site.leaf(
        "clock", "clock: docker run --stop-timeout 1 clock",
        *("FROM tools", 'CMD ["/bin/busybox", "sh", "-c", "echo the spring is broken; exit 3"]'),
    )  # fmt: skip
    done = site.apply()
    assert done.returncode == 1
    assert "the spring is broken" in done.stdout + done.stderr


@pytest.mark.long
def test_the_volumes_that_nobody_named_go_with_their_containers(stood: Growth) -> None:
    volumes = "docker volume ls -q | wc -l"
    before = stood.root("work", volumes)
    for way in (
        "systemctl restart dockwright-web.target",
        "timeout 30 sh -c 'until docker kill web.web.1; do sleep 1; done' 2>/dev/null; sleep 3",
    ):
        stood.root("work", way)
    up = f"until curl -fs http://{BOXES['work']}:8000/; do sleep 1; done"
    assert stood.root("work", f"timeout 60 sh -c '{up}'") == "web"
    assert stood.root("work", volumes) == before


@pytest.mark.long
def test_a_disk_without_room_is_told_by_the_plan_and_by_what_fails_on_it(site: Growth) -> None:
    before = site.started("hub")
    with site.small("work", "/var/lib/docker", "size=64m"):
        site.root(
            "work", "cp -a /etc/hosts /mnt/small/; dd if=/dev/zero of=/mnt/small/x bs=1M || :"
        )
        plan = site.plan()
        [note] = [line for line in plan["reminders"] if "little room" in line]
        assert "box work: little room on /var/lib/docker (tmpfs, the engine's data): 0 B" in note
        # a build
        site.leaf("web", PROCFILES["web"], *COPY, 'RUN ["sh", "-c", "echo new"]', "CMD x")
        done = site.apply()
        assert done.returncode == 1
        said = done.stdout + done.stderr
        assert "box work: no room on /var/lib/docker (tmpfs, the engine's data): " in said, said
        assert "its credentials" not in said
    assert site.started("hub") == before


@pytest.mark.long
def test_a_disk_without_inodes_is_told_with_them(site: Growth) -> None:
    with site.small("work", "/etc", "size=64m,nr_inodes=4k"):
        site.root("work", "mkdir /etc/many; cd /etc/many; seq 5000 | xargs touch 2>/dev/null || :")
        plan = site.plan()
        [note] = [line for line in plan["reminders"] if "little room" in line]
        assert note.startswith("box work: little room on /etc (tmpfs): 0 of "), note
        # a file of ours
        site.leaf("clock", PROCFILES["clock"].replace("run", "run --init"), *CLOCK)
        done = site.apply()
        assert done.returncode == 1
        assert "box work: no room on /etc (tmpfs): 0 of " in done.stdout + done.stderr
        site.root("work", "rm -rf /etc/many")
        # room again, and the same run does it
        site.as_planned()


@pytest.mark.long
def test_a_pull_and_a_push_without_room_name_the_box_and_its_file_system(site: Growth) -> None:
    site.leaf("web", PROCFILES["web"], *COPY, "COPY big /big", server(8000))
    big = site.folder / "images/web/big"
    big.write_bytes(os.urandom(48 << 20))
    with site.small("hub", "/srv/registry", SIXTEEN_MORE):
        done = site.apply()
        assert done.returncode == 1
        assert "box hub: no room on /srv/registry (tmpfs): " in done.stdout + done.stderr
    big.unlink()


@pytest.mark.long
def test_an_engine_that_was_upgraded_and_goes_on_is_told_and_restarted_by_choice(
    site: Growth,
) -> None:
    # as a package does it whose engine is kept from restarting: another file, the same version
    site.root("work", "cd /usr/sbin; cp -a dockerd dockerd.new; mv -f dockerd.new dockerd")
    plan, _ = site.as_planned()
    [note] = [line for line in plan["reminders"] if "its engine" in line]
    assert "box work: its engine runs the program of before its upgrade (20.10." in note
    assert "dockwright_engine_restart = True" in note
    before, hub = site.started("work"), site.started("hub")
    site.data(**growth_lab.DATA, dockwright_engine_restart=True)
    site.root("work", "docker run -d --name theirs tools:latest sleep 600")
    held, _ = site.as_planned()
    assert "containers of other hands: theirs" in "".join(held["reminders"])
    assert {name: site.started("work")[name] for name in before} == before
    site.root("work", "docker rm -f theirs")
    plan, _ = site.as_planned()
    [change] = [
        one["changes"]
        for box in plan["boxes"]
        for one in box["operations"]
        if one["status"] == "change"
    ]
    assert change[0]["thing"] == "the engine"
    assert site.started("work").keys() == before.keys()
    assert site.started("hub") == hub
    assert "deleted" not in site.root("work", "readlink /proc/$(pidof dockerd)/exe")


@pytest.mark.long
@pytest.mark.parametrize("times", [3, 15])
def test_builds_leave_no_more_than_the_site_lets_them(site: Growth, times: int) -> None:
    data = {**growth_lab.DATA, "dockwright_build_cache_gib": 0.02}
    site.data(**data)
    sizes = []
    for number in range(times):
        (site.folder / "images/web/www/big").write_bytes(os.urandom(8 << 20))
        site.leaf("web", PROCFILES["web"], *COPY, server(8000), page=str(number))
        before = site.started()
        site.as_planned()
        after = site.started()
        assert {name for name in after if after[name] != before[name]} == {"web.web.1"}
        sizes.append(int(site.root("work", "du -sm /var/lib/docker").split()[0]))
        # the present one, those that `dockwright rollback` goes back to, one more of the builder's
        kept = site.root("work", "docker images -q --no-trunc web | sort -u | wc -l")
        assert int(kept) <= 5
    figure(f"{times} builds of 8 MiB: {sizes} MiB of engine's data on the builder")
    cache = site.root("work", "docker system df | sed -n 's/^Build Cache *[0-9]* *[0-9]* *//p'")
    figure(f"BuildKit's cache after them, 0.02 GiB allowed: {cache}")
    (site.folder / "images/web/www/big").unlink()


@pytest.mark.long
def test_images_that_are_not_declared_go_by_choice(site: Growth) -> None:
    site.leaf("extra", "extra: docker run --stop-timeout 1 extra", *CLOCK, "ENV A=1")
    site.write({"work": [*PROCFILES, "extra"]})
    site.as_planned()
    site.root("work", "docker run -d --name theirs extra:latest; docker tag web:latest mine:1")
    site.no_leaf("extra")
    site.write({"work": list(PROCFILES)})
    before = site.started()
    site.as_planned()
    assert "extra" in site.root("work", "docker images")
    site.data(**growth_lab.DATA, dockwright_prune_undeclared=True)
    # a container of another hand needs it
    site.as_planned()
    assert "extra" in site.root("work", "docker images")
    site.root("work", "docker rm -f theirs")
    plan, _ = site.as_planned()
    named = [one for names in site.names(plan, "Images").values() for one in names]
    assert named == ["former builds"]
    listed = site.root("work", "docker images --format '{{.Repository}}'").split()
    assert "extra" not in listed
    assert {"web", "clock", "tools", "mine"} <= set(listed)
    after = site.started()
    assert {name: after[name] for name in after} == {
        name: when for name, when in before.items() if name in after
    }
    site.root("work", "docker rmi mine:1")
