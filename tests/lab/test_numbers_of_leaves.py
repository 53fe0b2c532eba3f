"""A box whose leaves had other numbers: their data go over to the new ones, and nothing is lost."""

from pathlib import Path

import pytest

from tests.lab.labs.git_host import STASH, Git
from tests.lab.labs.plans import WHAT, drift
from tests.lab.labs.site_lab import DOCKER, SiteLab, inventory_with
from tests.lab.labs.wiki import Wiki

# As a version left it that knew no other numbers; links and files of others are in between.
FORMER = """
set -eu
systemctl stop dockwright-projectwiki.web.1.service
chown -R --from=60802:60802 33:33 /srv/projectwiki
userdel projectwiki
ln -sfn /etc/passwd /srv/stash/link
chown -h 998:998 /srv/stash/link
touch /srv/stash/administrators
chgrp 998 /srv/stash/administrators
"""
# a run that was killed in the middle has done a part, and not yet the user's entry
INTERRUPTED = """
set -eu
systemctl stop dockwright-stash.web.1.service
chown -R -h 60801:60801 /srv/stash/repositories
sed -i 's/^stash:x:998:/stash:x:60801:/' /etc/group
"""
OWNERS = "find /srv/stash /srv/projectwiki -printf '%U:%G\\n' | sort | uniq -c | sort -rn"


def _root(site: SiteLab, lines: str) -> str:
    return site.ssh(DOCKER, "sudo sh -s", stdin=lines)


def _numbers(site: SiteLab) -> str:
    user = "docker inspect -f '{{.Config.User}}' stash.web.1"
    return _root(site, f"id -u stash; id -g stash; stat -c %u:%g /srv/stash; {user}")


@pytest.fixture
def git(site: SiteLab, tmp_path: Path) -> Git:
    password = site.ssh(DOCKER, "sudo cat /etc/dockwright/leaves/stash.password")
    return Git(tmp_path, "dockwright", password)


def test_data_of_a_former_number_go_over_while_the_leaf_is_stopped(
    site: SiteLab, git: Git, tmp_path: Path
) -> None:
    wiki = Wiki(site)
    assert git("-C", git.work("kept"), "push", "-q", f"{STASH}/moved", "main").returncode == 0
    assert wiki.save("Moved", "kept\n")[0] == 303
    passwd = _root(site, "getent passwd systemd-network; stat -c %u:%g /etc/passwd")
    # the number that a site chooses is the one that it has, and comes over as any other
    chosen = inventory_with(tmp_path, str({"dockwright_build_args": {"STASH_ID": "998"}}))
    try:
        done = site.run("dockwright", "apply", "-i", chosen, "deploy/site.py", "--yes")
        assert done.returncode == 0, done.stdout + done.stderr
        assert _numbers(site) == "998\n998\n998:998\n998:998"
        assert site.run("dockwright", "plan", "-i", chosen, "deploy/site.py").returncode == 0
        assert git("clone", "-q", f"{STASH}/moved", "once").returncode == 0
        _root(site, FORMER)
        _root(site, INTERRUPTED)
    finally:
        planned = site.run("dockwright", "plan", *WHAT)
        done = site.run("dockwright", "apply", *WHAT, "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    for line in (
        "~ /srv/stash  files of 998:60801, 998:998 → 60801:60801",
        "~ user stash  number 998 → 60801",
        "~ /srv/projectwiki  files of 33:33 → 60802:60802",
        "+ user projectwiki  number 60802",
    ):
        assert line in planned.stdout, planned.stdout
    assert _numbers(site) == "60801\n60801\n60801:60801\n60801:60801"
    assert _root(site, "id -u projectwiki") == "60802"
    owners = {line.split()[1] for line in _root(site, OWNERS).splitlines()}
    assert owners == {"60801:60801", "60802:60802", "0:60801"}
    assert _root(site, "stat -c %u:%g /srv/stash/link /srv/stash/administrators").split() == [
        "60801:60801", "0:60801",
    ]  # fmt: skip
    assert _root(site, "getent passwd systemd-network; stat -c %u:%g /etc/passwd") == passwd
    assert git("clone", "-q", f"{STASH}/moved", "again").returncode == 0
    assert (tmp_path / "again/page").read_text() == "kept"
    assert git("-C", git.work("new"), "push", "-q", f"{STASH}/moved2", "main").returncode == 0
    assert "kept" in wiki.page("/wiki/Moved")[1]
    assert wiki.save("Moved", "and written\n")[0] == 303
    _root(site, "rm -f /srv/stash/link /srv/stash/administrators")
    assert drift(site) == {}
