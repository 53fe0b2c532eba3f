"""What two containers would write at once: volumes and folders, by any spelling."""

import pytest

from dockwright.boot.data import data_of, lasting
from dockwright.boot.group import group


@pytest.mark.parametrize(
    ("options", "data"),
    [
        ("-v dbdata:/data", {"dbdata"}),
        ("--volume=/srv/app:/data:z", {"/srv/app"}),
        ("-v /etc/app:/etc/app:ro", set()),
        ("-v dbdata:/data:ro,z", set()),
        ("-v /data", set()),
        ("--mount type=volume,src=dbdata,dst=/data", {"dbdata"}),
        ("--mount source=dbdata,target=/data", {"dbdata"}),
        ("--mount type=bind,source=/srv/app,target=/data,readonly", set()),
        ("--mount type=bind,source=/srv/app,target=/data,readonly=false", {"/srv/app"}),
        ("--mount type=tmpfs,dst=/tmp", set()),
    ],
)
def test_what_a_line_lets_its_container_write(options: str, data: set[str]) -> None:
    [job] = group("app", f"web: docker run {options} app", "Procfile").jobs
    assert data_of(job.argv) == data


@pytest.mark.parametrize("path", ["/run/db", "/var/run/docker.sock", "/dev", "/tmp/x"])
def test_what_does_not_outlive_a_start_is_no_data(path: str) -> None:
    assert lasting([path, f"/srv{path}", "data"]) == {f"/srv{path}", "data"}
