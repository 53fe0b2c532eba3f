"""A site with a row of each kind, and every field of them."""

from dockwright.status.rows import (
    BackupRow,
    BoxRow,
    Disk,
    Grown,
    LastRunOf,
    LeafRow,
    RegistryRow,
    Remark,
    Site,
)

WHOLE = Site(
    "2026-11-30T07:00:00Z",
    (
        BoxRow(
            "docker",
            "due",
            (Remark("due", "reboot it"),),
            "20.10.24",
            (Disk("/", 9, 4, 0, 0, True),),
            820.5,
            3640.0,
            "a kernel",
            2,
            1,
            0.5,
            LastRunOf(
                "2026-11-29T07:00:00Z", "jane@desk (process 1)", "ok", "deploy/site.py", "0a"
            ),
            0,
            Grown(1 << 30, 2, 3 << 20, 4096),
        ),
        BoxRow("gone", "silent", (Remark("silent", "is silent"),)),
    ),
    (
        LeafRow(
            "docker",
            "zenweb",
            "zenweb.web.1",
            "well",
            (),
            True,
            "reg/zenweb@sha256:0a",
            "latest",
            "sha256:0a",
            True,
            "healthy",
            "2026-11-29T07:00:00Z",
            86400.0,
            0,
            9,
            99,
            ("192.0.2.1:80",),
        ),
    ),
    (
        RegistryRow(
            "reg:5000",
            "registry",
            "well",
            (),
            3,
            9,
            1 << 20,
            "2026-11-29T07:00:00Z",
            4096,
            "2026-11-28T07:00:00Z",
            0,
        ),
    ),
    backups=(
        BackupRow(
            "docker",
            "stash",
            "well",
            (),
            "2026-11-30T04:00:00Z",
            10800.0,
            "2026-11-26T07:00:00Z",
            4,
            3 << 20,
        ),
    ),
)
