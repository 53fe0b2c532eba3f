"""The control groups of this process, of both versions."""

from dockwright.lab import cgroup as lab_cgroup


def test_own_control_groups_of_version_1_and_2() -> None:
    mounts = (
        "30 25 0:26 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
        "31 30 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
        "32 30 0:28 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n"
        "33 30 0:29 /deep /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
        "34 30 0:30 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
    )
    membership = "4:memory:/deep/er\n3:cpu,cpuacct:/\n1:name=systemd:/shell\n0::/two\n"
    assert [str(path) for path in lab_cgroup.own_groups(mounts, membership)] == [
        "/sys/fs/cgroup/cpu,cpuacct",
        "/sys/fs/cgroup/systemd/shell",
        "/sys/fs/cgroup/memory/er",
        "/sys/fs/cgroup/unified/two",
    ]
