"""What the image is to have: a user who copies files between the site's boxes, and the tools.

Run by the Dockerfile; a second run says "No changes". Each step may be run on a box as well.
"""

from pyinfra import host
from pyinfra.facts.deb import DebPackages
from pyinfra.operations import apt, files, server

PACKAGES = ["openssh-client", "rsync"]
USER, NUMBER, HOME = "courier", 5001, "/srv/courier"

# the image that this one is built upon keeps no lists of packages
if not set(PACKAGES) <= host.get_fact(DebPackages).keys():
    apt.update(name="lists of packages")
apt.packages(name="tools", packages=PACKAGES, no_recommends=True)

server.group(name=f"group {USER}", group=USER, gid=NUMBER)
server.user(name=f"user {USER}", user=USER, uid=NUMBER, group=USER, home=HOME)
files.directory(name=HOME, path=HOME, user=USER, group=USER, mode="700")
files.template(
    name="settings of ssh",
    src="site.conf.j2",
    dest="/etc/ssh/ssh_config.d/site.conf",
    mode="644",
    patterns=["*.vagrant", "192.168.*"],
    timeout=10,
)
