"""A box as a new machine at the same address: nothing of ours, nothing of the engine's data."""

# what stays is what a new machine of the same lab has too: its packages, its login
SCRIPT = """
set -eu
systemctl stop 'dockwright-*' docker docker.socket
find /etc/systemd/system -name 'dockwright-*' -delete
find /var/lib/docker -mindepth 1 -delete
rm -rf /etc/docker /etc/dockwright /var/lib/dockwright /var/log/dockwright /srv/registry
systemctl daemon-reload
"""
