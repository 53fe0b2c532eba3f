"""Environment files: what an init and a shell read back is the value that was given."""

import pytest

from dockwright.boot.job import Job
from dockwright.errors import DockwrightError
from dockwright.inits import systemd
from dockwright.inits.env_file import env_file


def test_a_noncharacter_is_refused_since_systemd_takes_none() -> None:
    with pytest.raises(DockwrightError, match="noncharacter"):
        systemd.exec_word("a\ufffe")
    job = Job("app", "web", 1, "app", ("run", "app"), (), (("A", "s3cret\ufdd0"),), 10)
    with pytest.raises(DockwrightError, match=r"env of app\.web\.1: A: .*noncharacter") as caught:
        env_file(job)
    assert "s3cret" not in str(caught.value)
