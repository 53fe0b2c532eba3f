"""Host keys of a box made from a packaged one: of each machine its own, made at its first boot."""

# where the unit stands, and the link that has it start
UNIT_FILE = "/etc/systemd/system/dockwright-host-keys.service"
WANTED = "/etc/systemd/system/multi-user.target.wants/dockwright-host-keys.service"
# sshd's socket is up before basic.target: the usual dependencies would make a circle
UNIT = """[Unit]
Description=Host keys of its own, at a box's first boot
DefaultDependencies=no
Conflicts=shutdown.target
After=local-fs.target
Before=ssh.socket ssh.service shutdown.target
ConditionPathExistsGlob=!/etc/ssh/ssh_host_*_key
[Service]
Type=oneshot
ExecStart=/usr/bin/ssh-keygen -A
[Install]
WantedBy=multi-user.target
"""
