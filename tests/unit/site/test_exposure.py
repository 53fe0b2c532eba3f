"""Which modes and owners leave a secret to others than root."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.site.exposure import exposed


@pytest.mark.parametrize(
    ("file", "folder", "groups", "open_"),
    [
        (None, "777 0:0", [], False),
        ("link", None, [], False),
        ("600 0:0", "755 0:0", [], False),
        ("600 0:0", None, [], False),
        ("644 0:0", None, [], True),
        ("644:root:root", "755:root:root", [], True),
        ("644 0:0", "700 0:0", [], False),
        ("644 0:0", "711 0:0", [], True),
        ("644 0:0", "700 1000:0", [], True),
        ("600 1000:0", "755 0:0", [], True),
        ("600 1000:0", "700 0:0", [], False),
        ("640 0:0", "755 0:0", [], False),
        ("640 0:50", "755 0:0", [], True),
        ("640 0:5000", "750 0:5000", ["5000"], False),
        ("640 0:5000", "750 0:5000", [], True),
        ("622 0:0", "755 0:0", [], True),
        ("611 0:0", "755 0:0", [], False),
        ("600 0:0", "777 0:0", [], True),
        ("600 0:0", "1777 0:0", [], False),
        ("644 0:0", "1777 0:0", [], True),
        ("600 0:0", "770 0:50", [], True),
        ("4600 0:0", "755 0:0", [], False),
    ],
)
def test_who_could_read_or_replace_it(
    file: str | None, folder: str | None, groups: list[str], open_: bool
) -> None:
    assert exposed(file, folder, groups) is open_


_MODES = st.integers(0, 0o777).map(lambda mode: f"{mode:o}")


@given(_MODES, _MODES)
def test_a_folder_of_root_alone_keeps_others_out(file: str, folder: str) -> None:
    closed = f"{int(folder, 8) & 0o700:o} 0:0"
    assert not exposed(f"{file} 0:0", closed)
    assert exposed(f"{file} 0:0") == (int(file, 8) & 0o6 != 0)
