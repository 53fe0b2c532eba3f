"""A mistake in a person's file: its place, and no class of Python."""

from pyinfra.api.exceptions import OperationError

from dockwright.errors import DockwrightError
from dockwright.run.user_file import mistake


def test_an_error_of_a_deploy_of_ours_has_its_place_and_no_class() -> None:
    error = OperationError("box a: images: no such folder; make it")
    error.__cause__ = DockwrightError(str(error))
    assert str(mistake(error, "deploy/site.py")) == (
        "deploy/site.py: box a: images: no such folder; make it"
    )
