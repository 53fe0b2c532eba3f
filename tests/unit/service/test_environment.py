"""The site's values as a secret that `sh` reads: every value arrives as it is."""

import subprocess

from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.service.environment import (
    FILE,
    ImageProgram,
    command_line,
    health,
    secret_name,
    text_of,
)

_VALUES = st.one_of(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30),
    # what a shell reads otherwise
    st.text("'\"\\$`!\n a=", max_size=12),
)


@settings(max_examples=60, deadline=None)
@given(value=_VALUES)
def test_a_shell_reads_every_value_as_it_is(value: str) -> None:
    said = subprocess.run(
        ["/bin/sh"], input=f"{text_of([('VALUE', value)])}printf %s \"$VALUE\"".encode(),
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    assert said.decode() == value


def test_a_name_changes_with_the_content_and_is_short_enough() -> None:
    assert secret_name("a_web", "x") != secret_name("a_web", "y")
    assert len(secret_name("a" * 63, "x")) == 64


def test_the_images_program_runs_behind_the_shell() -> None:
    image = ImageProgram(("/entry",), ("serve",))
    made = command_line(image, None, (), reads=True)
    assert (made["Command"][0], made["Args"]) == ("/bin/sh", ["/entry", "serve"])
    assert f"/run/secrets/{FILE}" in made["Command"][2]
    assert command_line(image, None, ("other",), reads=True)["Args"] == ["/entry", "other"]
    # as docker itself: another entry point has not the image's command
    assert command_line(image, "/mine", (), reads=True)["Args"] == ["/mine"]
    made = command_line(image, "/mine", ("a",), reads=False)
    assert made == {"Command": ["/mine"], "Args": ["a"]}


def test_a_check_has_the_values_too() -> None:
    image = ImageProgram(health={"Test": ["CMD-SHELL", "test $X"], "Interval": 5})
    made = health(image, {}, reads=True)
    assert made["Test"][-3:] == ["/bin/sh", "-c", "test $X"]
    assert made["Interval"] == 5
    assert health(image, {}, reads=False) == {}
    assert health(image, {"Test": ["NONE"]}, reads=True) == {"Test": ["NONE"]}
