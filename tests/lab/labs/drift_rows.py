"""The rows of the drift matrix: how each sort is made by hand, and what is to come of it.

`script/test drift` tries them all; another run one of those of which the same is to come.
"""

import os
from dataclasses import dataclass

from tests.lab.labs.site_lab import DOCKER, REGISTRY

ADDRESS = {"docker": DOCKER, "registry": REGISTRY}
UNITS = "/etc/systemd/system"
ZENWEB = "dockwright-zenweb.web.1.service"
WEB = f"{UNITS}/{ZENWEB}"
ENV = "/etc/dockwright/env/stash.web.1.env"
DAEMON = "/etc/docker/daemon.json"
RUN = "/run/systemd/system"
OURS = f"{UNITS}/dockwright-.service.d"
UP = (
    "for i in $(seq 60); do sleep 1; docker inspect -f '{{.State.Health.Status}}' zenweb.web.1 "
    "2>/dev/null | grep -qx healthy && break; done"
)
HOME = "/etc/dockwright/registry"
ALL = "zenweb", "projectwiki", "rails", "stash"


@dataclass(frozen=True)
class Row:
    """A sort of drift.

    ``make`` and ``look`` are lines of root's shell; ``look`` prints ``right`` when all is well.
    ``plan`` names the operations that would change, ``restarted`` the leaves that are started
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
    Row("daemon.json: registry of other hands (kept)",
        f"sed -i '1a \"insecure-registries\": [\"192.0.2.1:5000\"],' {DAEMON}", (),
        f"grep -c 192.0.2.1 {DAEMON}; sed -i /192.0.2.1/d {DAEMON}", "1"),
    Row("vendor's apt source before all others (kept)",
        "echo 'deb [signed-by=/k.gpg] http://vendor.example/debian bookworm main' "
        ">/etc/apt/sources.list.d/a.list", (),
        "cat /etc/apt/sources.list.d/a.list | wc -l; rm /etc/apt/sources.list.d/a.list", "1"),
    Row("daemon.json: a byte of others that is no UTF-8 (kept)",
        f"sed -i \"1a \\\"labels\\\": [\\\"place=B$(printf '\\374')ro\\\"],\" {DAEMON}", (),
        f"LC_ALL=C grep -ac place=B {DAEMON}; LC_ALL=C sed -i /place=B/d {DAEMON}", "1"),
    Row("daemon.json: managed key changed, beside a byte that is no UTF-8",
        f"sed -i \"1a \\\"labels\\\": [\\\"place=B$(printf '\\374')ro\\\"],\" {DAEMON}; "
        f"LC_ALL=C sed -i s/max-size/max-sise/ {DAEMON}", ("daemon.json",),
        f"grep -ac max-size {DAEMON}; LC_ALL=C grep -aoP 'place=B\\xfcro' {DAEMON} | wc -l; "
        f"LC_ALL=C sed -i /place=B/d {DAEMON}", "1\n1", ALL),
    Row("daemon.json: deleted", f"rm {DAEMON}", ("daemon.json",), f"grep -c max-size {DAEMON}",
        "1", ALL),
    Row("daemon.json: deleted, of an engine that was restarted as often as systemd allows",
        f"rm {DAEMON}; systemctl reset-failed docker.service; "
        "for i in 1 2 3; do systemctl restart docker.service; done", ("daemon.json",),
        f"grep -c max-size {DAEMON}", "1", ALL),
    Row("daemon.json: writable by all", f"chmod 666 {DAEMON}", ("daemon.json",), _access(DAEMON),
        "644 0:0 regular file"),
    Row("daemon.json: replaced by an empty folder", f"rm {DAEMON}; mkdir {DAEMON}",
        ("daemon.json",), _access(DAEMON), "644 0:0 regular file", ALL),
    Row("daemon.json: replaced by a link to the same", f"mv {DAEMON} /tmp/d; ln -s /tmp/d {DAEMON}",
        ("daemon.json",), _access(DAEMON), "644 0:0 regular file"),
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
    Row("hosts file with a comment in Latin-1 (kept)",
        "printf '10.9.9.2 printer # B\\374ro\\n' >>/etc/hosts", (),
        "LC_ALL=C grep -ac printer /etc/hosts; LC_ALL=C sed -i /printer/d /etc/hosts", "1"),
    Row("hosts entry edited, beside a comment in Latin-1",
        f"printf '10.9.9.2 printer # B\\374ro\\n10.9.9.3 copier\\n' >>/etc/hosts; "
        f"LC_ALL=C sed -i 's/^{REGISTRY} /10.9.9.9 /' /etc/hosts",
        ("/etc/hosts knows the boxes",),
        "getent ahostsv4 registry.vagrant | head -n 1 | cut -d' ' -f1; "
        "LC_ALL=C grep -aoP 'B\\xfcro|copier' /etc/hosts | wc -l; "
        "LC_ALL=C sed -i '/printer/d; /copier/d' /etc/hosts", f"{REGISTRY}\n2"),
    Row("hosts block doubled",
        "sed -n '/dockwright: begin/,/dockwright: end/p' /etc/hosts >/tmp/h; "
        "cat /tmp/h >>/etc/hosts", ("/etc/hosts knows the boxes",),
        "grep -c 'dockwright: begin' /etc/hosts", "1"),
    Row("hosts file replaced by a link",
        "echo 127.0.0.1 localhost >/tmp/h; ln -sfT /tmp/h /etc/hosts",
        ("/etc/hosts knows the boxes",), "stat -c %F /etc/hosts", "regular file"),
    Row("user's home folder: mode", "chmod 755 /srv/stash", ("user stash",),
        _access("/srv/stash"), "700 60801:60801 directory"),
    Row("user's home folder: owner", "chown 0:0 /srv/stash", ("user stash",),
        _access("/srv/stash"), "700 60801:60801 directory"),
    Row("user's number changed", "sed -i 's/^stash:x:60801:/stash:x:997:/' /etc/passwd",
        ("user stash",), "id -u stash", "60801", ("stash",), waits=True),
    Row("user's home changed", "sed -i 's|:/srv/stash:|:/srv/other:|' /etc/passwd", ("user stash",),
        "getent passwd stash | cut -d: -f6", "/srv/stash"),
    Row("CA of the registry deleted", "rm /etc/docker/certs.d/*/ca.crt",
        ("trust in the registry",), "ls /etc/docker/certs.d/*/ca.crt | wc -l", "1"),
    Row("CA of the registry: mode", "chmod 600 /etc/docker/certs.d/*/ca.crt",
        ("trust in the registry",), "stat -c %a /etc/docker/certs.d/*/ca.crt", "444"),
    Row("unit deleted", f"rm {WEB}", ("zenweb: boot job",), _access(WEB), "644 0:0 regular file"),
    Row("unit edited", f"sed -i 's/^RestartSec=2/RestartSec=9/' {WEB}; systemctl daemon-reload",
        ("zenweb: boot job",), f"grep ^RestartSec {WEB}", "RestartSec=2", ("zenweb",)),
    Row("unit writable by all", f"chmod 666 {WEB}", ("zenweb: boot job",), _access(WEB),
        "644 0:0 regular file", ("zenweb",)),
    Row("unit's owner changed", f"chown 998:998 {WEB}", ("zenweb: boot job",), _access(WEB),
        "644 0:0 regular file", ("zenweb",)),
    Row("unit replaced by a link to the same", f"mv {WEB} /tmp/u; ln -s /tmp/u {WEB}",
        ("zenweb: boot job",), _access(WEB), "644 0:0 regular file", ("zenweb",)),
    Row("unit replaced by an empty folder", f"rm {WEB}; mkdir {WEB}", ("zenweb: boot job",),
        _access(WEB), "644 0:0 regular file", ("zenweb",)),
    Row("unit overridden by a drop-in",
        f"mkdir {WEB}.d; printf '[Service]\nRestartSec=9\n' >{WEB}.d/override.conf; "
        "systemctl daemon-reload", ("zenweb: boot job",),
        f"systemctl show -p RestartUSec --value {ZENWEB}; ls -d {WEB}.d 2>&1 | grep -c cannot",
        "2s\n1", ("zenweb",)),
    Row("unit overridden by a drop-in until the next boot, not loaded yet",
        f"mkdir -p {RUN}/{ZENWEB}.d; printf '[Service]\nUMask=0\n' >{RUN}/{ZENWEB}.d/50.conf",
        ("zenweb: boot job",),
        f"systemctl show -p UMask --value {ZENWEB}; ls {RUN}/{ZENWEB}.d | wc -l", "0077\n0",
        ("zenweb",)),
    Row("drop-in for all units of ours (the administrator's, kept)",
        f"mkdir {OURS}; printf '[Unit]\nDescription=x\n' >{OURS}/all.conf; "
        "systemctl daemon-reload", (), f"ls {OURS}; rm -r {OURS}; systemctl daemon-reload",
        "all.conf"),
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
    Row("password of a leaf that others could read (made anew)",
        "cd /etc/dockwright/leaves; cp -p stash.password /root/former; chmod 755 .; "
        "chmod 644 stash.password", ("stash: password",),
        "cd /etc/dockwright/leaves; chmod 700 .; stat -c '%a %u:%g' stash.password; "
        f"cmp -s stash.password /root/former || echo another; grep -cf /root/former {ENV}; true",
        "600 0:0\nanother\n0", ("stash",), waits=True),
    Row("password of a leaf changed",
        "echo another-password >/etc/dockwright/leaves/stash.password",
        ("stash: boot job",), f"grep -c another-password {ENV}", "1", ("stash",)),
    Row("container stopped (its init starts it again)", f"docker stop -t 1 zenweb.web.1; {UP}", (),
        "docker inspect -f '{{.State.Running}}' zenweb.web.1", "true", ("zenweb",)),
    Row("container removed (its init makes it again)", f"docker rm -f zenweb.web.1; {UP}", (),
        "docker inspect -f '{{.State.Running}}' zenweb.web.1", "true", ("zenweb",)),
    Row("container of another image in its place",
        f"systemctl stop {ZENWEB}; docker run -d --name zenweb.web.1 debian:bookworm sleep 900",
        ("zenweb: boot job",),
        "docker inspect -f '{{.Config.Image}}' zenweb.web.1 | grep -c /zenweb@", "1", ("zenweb",)),
    Row("boot job left over from another leaf",
        f"sed s/zenweb/former/g {WEB} >{UNITS}/dockwright-former.web.1.service",
        ("no leaves but those declared",),
        f"ls {UNITS}/dockwright-former* 2>/dev/null | wc -l", "0"),
    Row("image deleted", "docker image ls -q --no-trunc chef-client | xargs docker rmi -f",
        ("chain of images",), "docker image inspect -f '{{.Size}}' chef-client | wc -l", "1",
        waits=True),
    Row("image of another recipe",
        "printf 'FROM chef-client\nLABEL dockwright.recipe=sha256:0\n' | "
        "docker build -q -t chef-client -", ("chain of images",),
        "docker inspect -f '{{index .Config.Labels \"dockwright.recipe\"}}' chef-client | "
        "grep -c '^sha256:0$'; true", "0", waits=True),
    Row("image retagged", "docker tag debian:bookworm zenweb:latest",
        ("chain of images",),
        "docker inspect -f '{{json .Config.Cmd}}' zenweb:latest | grep -c bash; true",
        "0", waits=True),
    Row("variables of all logins: language, and where docker looks (kept)",
        "printf '%s\\n' LC_ALL=de_DE.UTF-8 DOCKER_HOST=tcp://127.0.0.1:9 >>/etc/environment", (),
        "grep -c 'LC_ALL\\|DOCKER_HOST' /etc/environment; "
        "sed -i '/LC_ALL/d; /DOCKER_HOST/d' /etc/environment", "2"),
    Row("root's docker context (kept)",
        "docker context create odd --docker host=tcp://127.0.0.1:9 >/dev/null 2>&1; "
        "docker context use odd >/dev/null 2>&1", (),
        "grep -c '.currentContext.*odd' /root/.docker/config.json; "
        "docker context use default >/dev/null 2>&1; "
        "docker context rm odd >/dev/null; rm -f /root/.docker/config.json", "1"),
    Row("sshd forbids forwarding (kept; the engine asks the registry)",
        "echo 'AllowTcpForwarding no' >/etc/ssh/sshd_config.d/05-odd.conf; systemctl reload ssh",
        (), "ls /etc/ssh/sshd_config.d | grep -c 05-odd; rm /etc/ssh/sshd_config.d/05-odd.conf; "
        "systemctl reload ssh", "1"),
    Row("a greeting in the user's .bashrc (no answer)",
        "sed -i '1i echo Welcome' /home/vagrant/.bashrc", (),
        "grep -c '^echo Welcome' /home/vagrant/.bashrc; "
        "sed -i '/^echo Welcome/d' /home/vagrant/.bashrc", "Welcome\n1"),
    Row("registry's data folder: mode", "chmod 777 /srv/registry",
        ("registry: settings and storage",), _access("/srv/registry"), "750 5000:5000 directory",
        box="registry"),
    Row("registry's settings edited",
        f"sed -i 's/enabled: true/enabled: false/' {HOME}/registry.yml",
        ("registry: settings and storage",),
        f"grep -c 'enabled: false' {HOME}/registry.yml; true", "0",
        ("registry",), waits=True, box="registry"),
    Row("registry's key readable by all", f"chmod 644 {HOME}/tls.key", ("registry: certificate",),
        f"stat -c %a {HOME}/tls.key", "640", ("registry",), waits=True, box="registry"),
    Row("registry's certificate replaced",
        f"cd /tmp; openssl req -x509 -newkey rsa:2048 -nodes -keyout k -out {HOME}/tls.crt "
        "-subj /CN=other -days 900 2>/dev/null",
        ("registry: certificate",),
        f"openssl verify -CAfile /etc/dockwright/ca/ca.crt {HOME}/tls.crt",
        f"{HOME}/tls.crt: OK", ("registry",), waits=True, box="registry"),
    Row("registry's certificate expired",
        f"cd /tmp; openssl req -newkey rsa:2048 -nodes -keyout k -out r -subj /CN={REGISTRY} "
        "2>/dev/null; openssl x509 -req -in r -days 0 -CA /etc/dockwright/ca/ca.crt "
        f"-CAkey /etc/dockwright/ca/ca.key -out {HOME}/tls.crt 2>/dev/null; cat k >{HOME}/tls.key",
        ("registry: certificate",), f"openssl x509 -checkend 86400 -noout -in {HOME}/tls.crt",
        "Certificate will not expire", ("registry",), waits=True, box="registry"),
    Row("registry's password changed",
        "echo another-password-of-the-site >/etc/dockwright/registry.password",
        ("registry: login",),
        "login=$(printf dockwright:another-password-of-the-site | base64); "
        "printf 'GET /v2/ HTTP/1.0\\r\\nHost: r\\r\\nAuthorization: Basic %s\\r\\n\\r\\n' $login | "
        f"openssl s_client -quiet -connect {REGISTRY}:5000 2>/dev/null | head -n 1 | cut -d' ' -f2",
        "200", box="registry"),
    Row("everybody who reads may write",
        f"sed -i 's/limit_except GET/& POST PUT PATCH/' {HOME}/nginx.conf",
        ("registry: settings and storage",), f"grep -c 'limit_except GET {{' {HOME}/nginx.conf",
        "1", ("registry",), waits=True, box="registry"),
    Row("registry's reader edited", f"sed -i s/dockwright/other/ {HOME}/readers.htpasswd",
        ("registry: login that reads",), f"cut -d: -f1 {HOME}/readers.htpasswd",
        "dockwright-reader", box="registry"),
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
        ("registry",), waits=True, box="registry"),
)  # fmt: skip


def rows_of_this_run() -> tuple[Row, ...]:
    """All rows in the tier of their own, else one of each operation, that restarts if any does."""
    if os.environ.get("DOCKWRIGHT_ALL_DRIFT"):
        return ROWS
    rows = sorted(ROWS, key=lambda row: (bool(row.restarted), -ROWS.index(row)))
    kinds = {(row.plan, row.box): row for row in rows}
    found = tuple(row for row in ROWS if row in kinds.values())
    if os.environ.get("DOCKWRIGHT_LONG"):
        return found
    return tuple(row for row in found if row.kind in OF_EVERY_RUN)


# one of a box, an engine, a registry's trust, a leaf, an image, a registry
OF_EVERY_RUN = {
    "package removed",
    "daemon.json: managed key changed",
    "hosts entry edited",
    "CA of the registry deleted",
    "unit edited",
    "container stopped (its init starts it again)",
    "image deleted",
    "registry's settings edited",
    "registry stopped",
}
