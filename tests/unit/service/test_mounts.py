"""Mounts of a service, and which of them keep a leaf on one box."""

import pytest

from dockwright.errors import DockwrightError
from dockwright.service.mounts import mounts, of_one_box, written


def test_each_form() -> None:
    made = mounts(
        [
            ("volume", "data:/data"),
            ("volume", "/srv/x:/x:ro,rslave"),
            ("volume", "/alone"),
            ("tmpfs", "/tmp:size=1m,mode=1777,noexec"),
            ("mount", 'type=volume,src=n,dst=/n,volume-driver=nfs,"volume-opt=o=a,b"'),
        ],
        {},
        "web",
        "P:1",
    )
    assert made == [
        {"Type": "volume", "Source": "data", "Target": "/data"},
        {
            "Type": "bind", "Source": "/srv/x", "Target": "/x", "ReadOnly": True,
            "BindOptions": {"Propagation": "rslave"},
        },
        {"Type": "volume", "Target": "/alone"},
        {"Type": "tmpfs", "Target": "/tmp", "TmpfsOptions": {"SizeBytes": 1048576, "Mode": 0o1777}},
        {
            "Type": "volume", "Source": "n", "Target": "/n",
            "VolumeOptions": {"DriverConfig": {"Name": "nfs", "Options": {"o": "a,b"}}},
        },
    ]  # fmt: skip
    assert of_one_box(made) == {"data"}
    assert written(made)


def test_a_driver_of_the_site_frees_a_volume_from_its_box() -> None:
    options = [("volume", "data:/data"), ("volume", "other:/other")]
    made = mounts(options, {"data": "nfs"}, "web", "P:1")
    assert of_one_box(made) == {"other"}
    assert of_one_box(mounts([*options, ("volume-driver", "nfs")], {}, "web", "P:1")) == set()


def test_what_is_only_read_or_passes_keeps_nothing() -> None:
    made = mounts([("volume", "/etc/app:/app:ro"), ("volume", "/run/x:/x")], {}, "web", "P:1")
    assert (of_one_box(made), written(made)) == (set(), False)


@pytest.mark.parametrize(
    ("option", "value", "named"),
    [
        ("volume", "data:/data:z", "no option z"),
        ("tmpfs", "/tmp:exec", "no option exec"),
        ("mount", "type=bind,src=/a,dst=/b,consistency=cached", "no consistency"),
        ("mount", "type=npipe,dst=/b", "write type=volume"),
        ("mount", "type=volume,src=a", "target=/path"),
    ],
)
def test_what_it_has_not_is_refused(option: str, value: str, named: str) -> None:
    with pytest.raises(DockwrightError, match=named):
        mounts([(option, value)], {}, "web", "P:1")
