"""What was brought from boxes, as a person reads it at 80 columns."""

from dockwright.registry.kept.from_boxes import Holder, Lost
from dockwright.run.wording.from_boxes import came, lacks

DIGEST, OTHER = (f"sha256:{letter * 64}" for letter in "12")
WEB = Lost("web", DIGEST, ("web1: job web.web.1",), (Holder("web1", "sha256:a"),), ("latest",))
SHOP = Lost("shop", OTHER, ("web1: way back of shop",), (Holder("web2", "sha256:b"),))
GONE = Lost("", OTHER, ("web1: way back of web",))


def test_what_is_lacking_names_who_holds_and_who_needs_it() -> None:
    said = [*lacks([WEB, SHOP, GONE], True)]
    assert said == [
        "  web sha256:111111111111 (latest): on box web1; for web1: job web.web.1",
        "  shop sha256:222222222222: on box web2; for web1: way back of shop",
        "- sha256:222222222222: no box holds it; for web1: way back of web",
        "lacks 2 images that boxes hold",
    ]
    assert "this site signs nothing" in " ".join(lacks([SHOP], False))
    assert "this site signs nothing" not in " ".join(lacks([GONE], False))


def test_what_came_what_did_not_and_what_is_left_to_an_admin() -> None:
    rows = [(WEB, "web1", ("latest",), ""), (SHOP, "", (), "comes out as another")]
    said = [*came([WEB, SHOP, GONE], rows, [f"web@{DIGEST}"])]
    assert said[0] == "+ web sha256:111111111111 (latest): from box web1; for web1: job web.web.1"
    assert said[1].startswith("! shop sha256:222222222222: comes out as another; for web1: way")
    assert f"  dockwright images sign web@{DIGEST}" in said
    assert said[-1] == "was given 1 of 2 images that boxes hold"
    assert all(len(line) <= 80 for line in said if DIGEST not in line)
    # one that is there, without all of its tags, is both
    both = [*came([WEB], [(WEB, "web1", (), "it is there, and not its tag: no")], [])]
    assert [line[0] for line in both[:2]] == ["+", "!"]


def test_what_a_box_calls_itself_moves_no_terminal() -> None:
    odd = Lost("web", DIGEST, ("x\x1b[2J: job a",), (Holder("web1\n", "sha256:a"),))
    assert not any("\x1b" in line or "\n" in line for line in lacks([odd], True))
