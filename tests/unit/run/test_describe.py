"""The commands of an operation told: ours by themselves, pyinfra's by what they are."""

from io import BytesIO, StringIO
from pathlib import Path

import pytest
from pyinfra.api import FileUploadCommand, FunctionCommand, MaskString, StringCommand

from dockwright.commands.told import WholeFile, Words
from dockwright.commands.write import Write
from dockwright.run.describe import described


def test_a_file_of_pyinfra_s_is_whole_wherever_it_comes_from(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"one\xff\n")
    assert list(described(FileUploadCommand(str(path), "/etc/x"), 0o600)) == [
        WholeFile("/etc/x", "one\ufffd\n", 0o600)
    ]


@pytest.mark.parametrize("source", [StringIO("text\n"), BytesIO(b"text\n")])
def test_a_stream_is_as_it_was_for_who_uploads_it(source: StringIO | BytesIO) -> None:
    source.read()  # somebody has looked already
    assert list(described(FileUploadCommand(source, "/x"))) == [WholeFile("/x", "text\n")]
    assert source.tell() == 0


def test_a_secret_of_a_line_is_masked() -> None:
    [words] = described(StringCommand("login", MaskString("s3cret")))
    assert isinstance(words, Words)
    assert "s3cret" not in words.line


def test_a_function_is_told_by_its_name_and_ours_by_itself() -> None:
    def restart() -> None:
        raise AssertionError("it was run")

    assert list(described(FunctionCommand(restart, (), {}))) == [Words("call restart")]
    assert list(described(Write("/x", "t", mode=0o644))) == [
        WholeFile("/x", "t", 0o644, "root:root")
    ]
