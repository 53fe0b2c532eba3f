"""What BuildKit and the classic builder say, as recorded from Docker 20.10 and 26.1, read."""

from dockwright.engine.build import Output, short


def test_what_a_build_prints_of_a_secret_is_masked() -> None:
    output = Output({"tok": "s3cret\nsecond line\n", "empty": ""})
    output.add("\x1b[31mit is s3cret\x1b[0m ")
    output.add("with second line of it")
    assert list(output.last) == ["it is *MASKED*", "with *MASKED* of it"]


def test_an_instruction_is_shown_on_one_line() -> None:
    assert short("RUN a &&     b") == "RUN a && b"
    assert len(short("RUN " + "x" * 100)) == 72
