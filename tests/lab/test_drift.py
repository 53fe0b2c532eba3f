"""The drift matrix: each sort of drift made by hand, named by the plan, and put right by apply.

Every row ends with an empty plan, and with the containers that had no part in it as they were.
"""

from dataclasses import dataclass

import pytest

from tests.lab.site_lab import DOCKER, REGISTRY, SiteLab
from tests.lab.test_plan_apply import WHAT, drift

# minutes of its own: `script/test drift`
pytestmark = pytest.mark.drift

ADDRESS = {"docker": DOCKER, "registry": REGISTRY}
UNITS = "/etc/systemd/system"
ZENWEB = "dockwright-zenweb.web.1.service"
WEB = f"{UNITS}/{ZENWEB}"
ENV = "/etc/dockwright/env/stash.web.1.env"
DAEMON = "/etc/docker/daemon.json"
HOME = "/etc/dockwright/registry"
ALL = "zenweb", "projectwiki", "rails", "stash"


@dataclass(frozen=True)
class Row:
    """A sort of drift.

    ``make`` and ``look`` are lines of root's shell; ``look`` prints ``right`` when all is well.
    ``plan`` names the operations that would change, ``restarted`` the leaves that may be started
    anew. ``waits``: others are known after apply. Without a name in ``plan`` it is no drift.
    """

    kind: str
    make: str
    plan: tuple[str, ...]
    look: str
    right: str
    restarted: tuple[str, ...] = ()
    waits: bool = False
    box: str = "docker"


def _access(path: str) -> str:
    return f"stat -c '%a %u:%g %F' {path}"


ROWS = (
    Row("package removed", "dpkg --remove --force-depends mmdebstrap", ("Docker Engine",),
        "dpkg-query -W -f '${db:Status-Abbrev}' mmdebstrap", "ii"),
    Row("package half configured",
        "sed -i '/^Package: mmdebstrap$/,/^$/s/^Status: .*/Status: install ok half-configured/' "
        "/var/lib/dpkg/status", ("Docker Engine",),
        "dpkg-query -W -f '${db:Status-Abbrev}' mmdebstrap", "ii"),
    Row("package held (which is the administrator's to do)", "apt-mark hold git", (),
        "apt-mark showhold; apt-mark unhold git >/dev/null", "git"),
    Row("daemon.json: managed key changed", f"sed -i s/max-size/max-sise/ {DAEMON}",
        ("daemon.json",), f"grep -c max-size {DAEMON}", "1", ALL),
    Row("daemon.json: foreign key added (kept)", f"sed -i '1a \"debug\": false,' {DAEMON}", (),
        f"grep -c debug {DAEMON}; sed -i /debug/d {DAEMON}", "1"),
    Row("daemon.json: deleted", f"rm {DAEMON}", ("daemon.json",), f"grep -c max-size {DAEMON}",
        "1", ALL),
    Row("daemon.json: writable by all", f"chmod 666 {DAEMON}", ("daemon.json",), _access(DAEMON),
        "644 0:0 regular file"),
    Row("engine disabled", "systemctl disable -q docker.service",
        ("Docker Engine runs, and comes up with the machine",),
        "systemctl is-enabled docker.service", "enabled"),
    Row("engine masked", "systemctl mask -q docker.service",
        ("Docker Engine runs, and comes up with the machine",),
        "systemctl is-enabled docker.service", "enabled"),
    Row(
        "engine stopped",
        "systemctl stop docker.socket docker.service",
        ("Docker Engine runs, and comes up with the machine",),
        "systemctl is-active docker.service",
        "active",
        ALL,
        waits=True,
    ),
    Row("group membership removed", "gpasswd -d vagrant docker", ("vagrant may use docker",),
        "id -nG vagrant | grep -ow docker", "docker"),
    Row("hosts entry edited", f"sed -i 's/^{REGISTRY} /10.9.9.9 /' /etc/hosts",
        ("/etc/hosts knows the boxes",),
        "getent ahostsv4 registry.vagrant | head -n 1 | cut -d' ' -f1", REGISTRY),
    Row("hosts block doubled",
        "sed -n '/dockwright: begin/,/dockwright: end/p' /etc/hosts >/tmp/h; "
        "cat /tmp/h >>/etc/hosts", ("/etc/hosts knows the boxes",),
        "grep -c 'dockwright: begin' /etc/hosts", "1"),
    Row("hosts file replaced by a link",
        "echo 127.0.0.1 localhost >/tmp/h; ln -sfT /tmp/h /etc/hosts",
        ("/etc/hosts knows the boxes",), "stat -c %F /etc/hosts", "regular file"),
    Row("user's home folder: mode", "chmod 755 /srv/stash", ("user stash",),
        _access("/srv/stash"), "700 998:998 directory"),
    Row("user's home folder: owner", "chown 0:0 /srv/stash", ("user stash",),
        _access("/srv/stash"), "700 998:998 directory"),
    Row("user's home changed", "sed -i 's|:/srv/stash:|:/srv/other:|' /etc/passwd", ("user stash",),
        "getent passwd stash | cut -d: -f6", "/srv/stash"),
    Row("CA of the registry deleted", "rm /etc/docker/certs.d/*/ca.crt",
        ("trust in the registry",), "ls /etc/docker/certs.d/*/ca.crt | wc -l", "1", waits=True),
    Row("CA of the registry: mode", "chmod 600 /etc/docker/certs.d/*/ca.crt",
        ("trust in the registry",), "stat -c %a /etc/docker/certs.d/*/ca.crt", "644"),
    Row("unit deleted", f"rm {WEB}", ("zenweb: boot job",), _access(WEB), "644 0:0 regular file"),
    Row("unit edited", f"sed -i 's/^RestartSec=2/RestartSec=9/' {WEB}; systemctl daemon-reload",
        ("zenweb: boot job",), f"grep ^RestartSec {WEB}", "RestartSec=2", ("zenweb",)),
    Row("unit writable by all", f"chmod 666 {WEB}", ("zenweb: boot job",), _access(WEB),
        "644 0:0 regular file", ("zenweb",)),
    Row("unit's owner changed", f"chown 998:998 {WEB}", ("zenweb: boot job",), _access(WEB),
        "644 0:0 regular file", ("zenweb",)),
    Row("unit masked by a link", f"ln -sfT /dev/null {WEB}; systemctl daemon-reload",
        ("zenweb: boot job",), f"stat -c %F {WEB}; systemctl is-active {ZENWEB}",
        "regular file\nactive", ("zenweb",)),
    Row("boot job stopped", f"systemctl stop {ZENWEB}", ("zenweb: boot job",),
        f"systemctl is-active {ZENWEB}", "active", ("zenweb",)),
    Row("boot job disabled", f"systemctl disable -q {ZENWEB}", ("zenweb: boot job",),
        f"systemctl is-enabled {ZENWEB}", "enabled"),
    Row("target disabled", "systemctl disable -q dockwright-zenweb.target", ("zenweb: boot job",),
        "systemctl is-enabled dockwright-zenweb.target", "enabled"),
    Row("secret environment edited", f"sed -i 's/=/=x/' {ENV}", ("stash: boot job",),
        f"grep -c =x {ENV}; stat -c %a {ENV}", "0\n600", ("stash",)),
    Row("secret environment readable by all", f"chmod 644 {ENV}", ("stash: boot job",),
        _access(ENV), "600 0:0 regular file", ("stash",)),
    Row("secret environment deleted", f"rm {ENV}", ("stash: boot job",), _access(ENV),
        "600 0:0 regular file", ("stash",)),
    Row("password of a leaf: mode", "chmod 644 /etc/dockwright/leaves/stash.password",
        ("stash: password",), _access("/etc/dockwright/leaves/stash.password"),
        "600 0:0 regular file"),
    Row("password of a leaf changed",
        "echo another-password >/etc/dockwright/leaves/stash.password",
        ("stash: boot job",), f"grep -c another-password {ENV}", "1", ("stash",)),
    Row("container of another image in its place",
        f"systemctl stop {ZENWEB}; docker run -d --name zenweb.web.1 debian:bookworm sleep 900",
        ("zenweb: boot job",),
        "docker inspect -f '{{.Config.Image}}' zenweb.web.1 | grep -c /zenweb@", "1", ("zenweb",)),
    Row("boot job left over from another leaf",
        f"sed s/zenweb/former/g {WEB} >{UNITS}/dockwright-former.web.1.service",
        ("no leaves but those declared",),
        f"ls {UNITS}/dockwright-former* 2>/dev/null | wc -l", "0"),
    Row("image retagged", "docker tag debian:bookworm zenweb:latest",
        ("chain of images",),
        "docker inspect -f '{{json .Config.Cmd}}' zenweb:latest | grep -c bash; true",
        "0", ("zenweb",), waits=True),
    Row("registry's data folder: mode", "chmod 777 /srv/registry",
        ("registry: settings and storage",), _access("/srv/registry"), "750 5000:5000 directory",
        box="registry"),
    Row("registry's settings edited", f"sed -i 's/enabled: true/enabled: false/' {HOME}/config.yml",
        ("registry: settings and storage",),
        f"grep -c 'enabled: false' {HOME}/config.yml; true", "0",
        ("registry",), waits=True, box="registry"),
    Row("registry's key readable by all", f"chmod 644 {HOME}/tls.key", ("registry: certificate",),
        f"stat -c %a {HOME}/tls.key", "640", ("registry",), waits=True, box="registry"),
    Row("registry's certificate replaced",
        f"cd /tmp; openssl req -x509 -newkey rsa:2048 -nodes -keyout k -out {HOME}/tls.crt "
        "-subj /CN=other -days 900 2>/dev/null",
        ("registry: certificate",),
        f"openssl verify -CAfile /etc/dockwright/ca/ca.crt {HOME}/tls.crt",
        f"{HOME}/tls.crt: OK", ("registry",), waits=True, box="registry"),
    Row("registry's login edited", f"sed -i s/dockwright/other/ {HOME}/htpasswd",
        ("registry: login",), f"cut -d: -f1 {HOME}/htpasswd", "dockwright", box="registry"),
    Row("registry's password readable by all", "chmod 644 /etc/dockwright/registry.password",
        ("registry: login",), _access("/etc/dockwright/registry.password"),
        "600 0:0 regular file", box="registry"),
    Row("CA's key readable by all", "chmod 644 /etc/dockwright/ca/ca.key",
        ("certificate authority of the registry",), "stat -c %a /etc/dockwright/ca/ca.key", "600",
        box="registry"),
    Row("registry stopped", "systemctl stop dockwright-registry.web.1.service",
        ("registry: boot job",), "systemctl is-active dockwright-registry.web.1.service", "active",
        ("registry",), box="registry"),
)  # fmt: skip


def _root(site: SiteLab, row: Row, line: str) -> str:
    return site.ssh(ADDRESS[row.box], "sudo sh -s", stdin=line)


def _started(site: SiteLab) -> dict[str, str]:
    look = "docker inspect -f '{{.Name}} {{.Id}} {{.State.StartedAt}}' $(docker ps -q)"
    lines = [line for box in ADDRESS.values() for line in site.ssh(box, look).splitlines()]
    return {line.split(".")[0].strip("/"): line for line in lines}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.kind)
def test_drift_is_named_put_right_and_nothing_else_is_touched(site: SiteLab, row: Row) -> None:
    limit = ("--limit", row.box)
    before = _started(site)
    _root(site, row, row.make)
    found = drift(site, *limit)
    named = {name.rpartition(" | ")[2] for name in found.get("change", [])}
    # a registry's name is part of its operations' names
    assert {next((w for w in row.plan if name.startswith(w)), name) for name in named} == set(
        row.plan
    ), found
    assert bool(found.get("unknown")) == row.waits, found
    done = site.run("dockwright", "apply", *WHAT, *limit, "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert _root(site, row, row.look).strip() == row.right
    assert drift(site, *limit) == {}
    after = _started(site)
    assert after.keys() == before.keys()
    touched = {leaf for leaf in after if after[leaf] != before[leaf]}
    assert touched <= set(row.restarted), touched


@pytest.mark.parametrize(
    ("kind", "make", "said", "undo"),
    [
        ("daemon.json is no JSON", f"cp -p {DAEMON} /tmp/d; echo '{{' >{DAEMON}", DAEMON,
         f"mv /tmp/d {DAEMON}"),
        ("a user's number changed", "cp -p /etc/passwd /tmp/p; "
         "sed -i 's/^stash:x:998:/stash:x:997:/' /etc/passwd",
         "user stash: has number 997, not 998", "mv /tmp/p /etc/passwd"),
        ("something else is in a repository's place",
         "mv /srv/projectwiki /srv/aside; mkdir /srv/projectwiki; touch /srv/projectwiki/x",
         "/srv/projectwiki: there, and no git repository",
         "rm -r /srv/projectwiki; mv /srv/aside /srv/projectwiki"),
    ],
)  # fmt: skip
def test_what_is_not_ours_to_put_right_is_refused_in_one_line(
    site: SiteLab, kind: str, make: str, said: str, undo: str
) -> None:
    site.ssh(DOCKER, "sudo sh -s", stdin=make)
    try:
        for words in (("plan", *WHAT), ("apply", *WHAT, "--yes")):
            done = site.run("dockwright", *words, "--limit", "docker")
            assert done.returncode == 1, kind
            assert done.stderr.startswith("error: "), done.stderr
            assert said in done.stderr
            assert done.stderr.count("\n") == 1
    finally:
        site.ssh(DOCKER, "sudo sh -s", stdin=undo)
    assert drift(site, "--limit", "docker") == {}
