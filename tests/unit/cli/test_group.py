"""The commands of `dockwright`: each is imported when it is called, and is there."""

import subprocess
import sys

import click
import pytest

from dockwright.cli.group import LazyGroup

GROUP = LazyGroup()
CONTEXT = click.Context(GROUP)


@pytest.mark.parametrize("name", GROUP.list_commands(CONTEXT))
def test_each_name_that_is_listed_is_a_command_of_that_name(name: str) -> None:
    command = GROUP.get_command(CONTEXT, name)
    assert command is not None
    # `boxes` is the former word for `vagrant`
    assert command.name in (name, "vagrant")
    assert command.help or command.hidden


def test_what_is_no_command_is_none_and_modules_are_no_commands() -> None:
    for name in ("nothing", "options", "one_off", "", "__init__"):
        assert GROUP.get_command(CONTEXT, name) is None
    assert GROUP.list_commands(CONTEXT) == sorted(GROUP.list_commands(CONTEXT))


def test_the_list_says_of_each_command_what_the_command_itself_does() -> None:
    listed, own = click.HelpFormatter(width=100), click.HelpFormatter(width=100)
    GROUP.format_commands(CONTEXT, listed)
    commands = {name: GROUP.get_command(CONTEXT, name) for name in GROUP.list_commands(CONTEXT)}
    click.Group(commands={name: one for name, one in commands.items() if one}).format_commands(
        CONTEXT, own
    )
    assert listed.getvalue() == own.getvalue()
    assert "  apply " in listed.getvalue() and "  boxes " not in listed.getvalue()


def test_a_list_of_commands_imports_none_of_them() -> None:
    script = (
        "import sys, dockwright.cli\nsys.argv[1:] = ['--help']\n"
        "try:\n    dockwright.cli.main()\nexcept SystemExit:\n    pass\n"
        "print({'paramiko', 'pydantic', 'jinja2', 'docker', 'pyinfra'} & {*sys.modules})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "set()"


def test_a_command_that_asks_no_box_does_not_wait_for_pyinfra() -> None:
    script = (
        "import sys, click\nimport dockwright.cli\nfrom dockwright.cli.group import LazyGroup\n"
        "LazyGroup().get_command(click.Context(LazyGroup()), 'boot')\n"
        "print('pyinfra.api' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
