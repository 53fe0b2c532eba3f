"""What a status reads like: the worst first, at 80 columns, and nothing of a box unescaped."""

from dataclasses import replace

import click

from dockwright.run.wording.status import lines
from dockwright.status.rows import BoxRow, LeafRow, Remark, Site
from tests.unit.status.whole_site import WHOLE


def _plain(site: Site) -> list[str]:
    return [click.unstyle(line) for line in lines(site)]


def test_what_is_wrong_comes_first_and_then_a_table_each() -> None:
    assert _plain(WHOLE) == [
        "? box gone: is silent",
        "~ box docker: reboot it",
        "",
        "   box     engine    free   cert      CA  behind  drift  last run",
        "~  docker  20.10.24  44 %  820 d  3640 d       2      -  ok, 24 h ago, jane@desk",
        "?  gone",
        "",
        "instance      box     image    state, restarts  memory  address",
        "zenweb.web.1  docker  current  healthy, 24 h       9 %  192.0.2.1:80",
        "",
        "registry  box       images  tags   size  collected  verified",
        "reg:5000  registry       3     9  1 MiB  24 h ago   2 d ago",
        "",
        "backup of  box     last good  tried  files   size",
        "stash      docker        3 h    4 d      4  3 MiB",
        "",
        "box     build cache  volumes left  journal  records",
        "docker        1 GiB             2    3 MiB    4 KiB",
        "",
        "2 boxes, 1 instance: 1 without an answer, 1 to do",
    ]


def test_no_line_is_longer_than_a_terminal() -> None:
    long = Remark("due", "is to be done: " + "word " * 60)
    site = replace(WHOLE, boxes=(replace(WHOLE.boxes[0], remarks=(long,)),), notes=("x " * 90,))
    assert max(map(len, _plain(site))) <= 80


def test_a_restarted_instance_of_several_addresses_is_no_longer_than_90() -> None:
    web = replace(
        WHOLE.leaves[0],
        job="projectwiki.web.1",
        restarts=12,
        seconds=3540.0,
        memory=11,
        memory_limit=100,
        addresses=("192.168.251.10:11001", "192.168.251.10:11002"),
    )
    rows = _plain(replace(WHOLE, leaves=(web, replace(web, box="registry"))))
    assert any("healthy, 59 min, 12×" in row for row in rows)
    assert max(map(len, rows)) <= 90


def test_an_instance_says_its_version_its_end_and_its_restarts() -> None:
    web = replace(WHOLE.leaves[0], version="1.2", current=False, restarts=4, memory_limit=None)
    down = LeafRow("docker", "db", "db.db.1", "wrong", (Remark("wrong", "is not up"),))
    [*_, first, second, _, _] = _plain(Site("", leaves=(down, web)))
    assert first.split() == ["!", "db.db.1", "docker", "down"]
    assert " ".join(second.split()) == (
        "zenweb.web.1 docker 1.2 behind healthy, 24 h, 4× 9 B 192.0.2.1:80"
    )


def test_a_box_that_was_left_out_has_no_figures() -> None:
    absent = BoxRow("web2", "absent", (Remark("absent", "left out by --skip"),))
    assert _plain(Site("", (absent,))) == [
        "- box web2: left out by --skip", "", "1 box, 0 instances: well",
    ]  # fmt: skip


def test_what_a_box_says_cannot_move_the_cursor() -> None:
    evil = "\x1b[2Jgone\n\u202e"
    row = replace(
        WHOLE.leaves[0], job=evil, health=evil, addresses=(evil,), remarks=(Remark("due", evil),)
    )
    box = replace(WHOLE.boxes[0], engine=evil, remarks=(Remark("due", evil),))
    run = replace(WHOLE.boxes[0].last_run, who=evil, began=evil, result=evil)  # type: ignore[type-var]
    said = "".join(_plain(Site("", (replace(box, last_run=run),), (row,))))
    assert said.isprintable()
