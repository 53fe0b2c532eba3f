"""What a person sees of a chain being built."""

from dockwright.building.progress import ImageOutcome, table


def test_the_table_tells_what_became_of_each_image_and_the_critical_path() -> None:
    outcomes = [
        ImageOutcome("base", "pulled", "absent, and the registry has it", 1.25, 164_000_000),
        ImageOutcome("ruby", "built", "Dockerfile changed", 10.0, 1_200_000_000),
        ImageOutcome("web", "failed", "parent ruby rebuilt", 2.0),
        ImageOutcome("shop", "not built", "web failed"),
    ]
    assert table(outcomes, ["ruby", "web"], 13.5) == [
        "image  action     reason                             time     size",
        "base   pulled     absent, and the registry has it   1.2 s   164 MB",
        "ruby   built      Dockerfile changed               10.0 s  1200 MB",
        "web    failed     parent ruby rebuilt               2.0 s",
        "shop   not built  web failed",
        "13.5 s in all; critical path 12.0 s: ruby > web; one after the other 13.2 s",
    ]
    assert table(outcomes[:1], [], 1.3)[-1].startswith("base ")
