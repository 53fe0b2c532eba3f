"""What a site leaves open: asked of its boxes by Lynis, ss, find and /proc (CIS: test_cis.py)."""

import base64
import re
import socket
import ssl
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dockwright.facts.manifests import TYPES
from tests.lab.labs.figures import figure
from tests.lab.labs.plans import secrets
from tests.lab.labs.site_lab import DOCKER, PLACE, REGISTRY, ROOT, SiteLab, inventory_with
from tests.lab.labs.watch import watching

BOXES = {"docker": DOCKER, "registry": REGISTRY}


def _root(site: SiteLab, address: str, line: str) -> str:
    return site.ssh(address, "sudo sh -s", stdin=line, check=False)


def test_the_registry_speaks_no_http_2(site: SiteLab) -> None:
    """Its streams, opened and reset by the thousand, are an attack that needs no login."""
    context = ssl.create_default_context(cafile=str(site.authority() / "ca.crt"))
    context.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection((REGISTRY, 5000), timeout=10) as connection,
        context.wrap_socket(connection, server_hostname=REGISTRY) as spoken,
    ):
        assert spoken.selected_alpn_protocol() in (None, "http/1.1")
    assert site.page(f"https://{PLACE}/v2/", "-k", "--http2", "-o", "/dev/null")[0] == 401
    limits = _root(site, REGISTRY, "docker inspect -f '{{.HostConfig.NanoCpus}}' registry.web.1")
    assert limits.strip() == str(10**9)


def test_who_reads_the_registry_can_t_write_to_it(site: SiteLab) -> None:
    password = site.ssh(REGISTRY, "sudo cat /etc/dockwright/registry.reader.password")
    reader = ("-k", "-o", "/dev/null", "-u", f"dockwright-reader:{password}")
    image = f"https://{PLACE}/v2/zenweb"
    assert site.page(f"{image}/tags/list", *reader)[0] == 200
    assert site.page(f"{image}/manifests/latest", *reader, "-H", f"Accept: {TYPES}")[0] == 200
    for method, path in (
        ("POST", "blobs/uploads/"),
        ("PUT", "manifests/latest"),
        ("DELETE", "manifests/latest"),
        ("PATCH", "blobs/uploads/1"),
    ):
        assert site.page(f"{image}/{path}", *reader, "-X", method)[0] == 401, method
    # by another spelling of the path, and from the container's own place for its health check
    assert site.page(f"https://{PLACE}//v2/zenweb/blobs/uploads/", *reader, "-X", "POST")[0] == 401
    assert site.page(f"https://{PLACE}/up", "-k", "-o", "/dev/null")[0] == 403
    assert site.page(f"{image}/tags/list", "-k", "-o", "/dev/null")[0] == 401


def test_no_secret_is_in_any_processs_arguments_during_a_run(site: SiteLab, tmp_path: Path) -> None:
    images = tmp_path / "images"
    subprocess.run(["cp", "-a", ROOT / "images", images], check=True)
    with (images / "projectwiki/Dockerfile").open("a") as file:
        file.write("LABEL watched=yes\n")
    inventory = inventory_with(tmp_path, str({"dockwright_images": str(images)}))
    words = secrets(site)
    words.append(base64.b64encode(site.credentials().encode()).decode())
    words = sorted(
        {part for word in words for part in (word, word.partition(":")[2]) if len(part) > 15}
    )
    # a login that is made meanwhile has a salt that nobody knows yet
    words.append("dockwright:$2")
    planted = "planted-for-the-watch"
    # shown for a twentieth of a second, ten times
    plant = (
        "word=$(cat); for turn in 1 2 3 4 5 6 7 8 9 10; do "
        "sleep 1; sh -c 'sleep 0.05; :' \"$word\" $turn; done"
    )
    _root(site, DOCKER, "rm -f /etc/dockwright/env/stash.web.1.env")
    _root(site, REGISTRY, "rm -f /etc/dockwright/registry/htpasswd")
    try:
        with watching([*words, planted]) as found, ThreadPoolExecutor() as beside:
            beside.submit(site.ssh, DOCKER, plant, stdin=planted)
            done = site.pyinfra("deploy/site.py", inventory=inventory)
        assert done["status"] == 0, done["said"]
        assert {
            "Leaves | stash: boot job on docker",
            "Leaves | projectwiki: boot job on docker",
        } <= set(done["changed"])
        assert any(name.startswith("Registry host | registry: login") for name in done["changed"])
    finally:
        assert site.pyinfra("deploy/site.py")["status"] == 0
    assert [line for line in found if planted not in line] == []
    # while the machine was at work, with other things too: one that is shown often is seen
    assert len([line for line in found if planted in line]) >= 3


def test_no_port_is_open_but_those_declared(site: SiteLab) -> None:
    declared = {
        "docker": {"7990", "7999", "10001", "11001", "12001"},
        "registry": {"5000"},
    }
    for box, address in BOXES.items():
        listening = _root(site, address, "ss -Hltun").splitlines()
        found = {line.split()[4].rpartition(":")[::2] for line in listening}
        # sshd is the box's own
        others = {(at, port) for at, port in found if port != "22" and not at.startswith("127.")}
        assert others == {(address, port) for port in declared[box]}
        engine = _root(site, address, "ss -Hltnp | grep -c dockerd; ss -Hlxp | grep -c docker.sock")
        assert engine.split() == ["0", "1"]


# Where files of ours are; what is within a leaf's data is the leaf's.
PLACES = (
    "/etc/dockwright /etc/docker /var/lib/dockwright /var/log/dockwright /srv /run/dockwright.lock "
    "/usr/local/share/ca-certificates /etc/hosts"
)


@pytest.mark.parametrize("box", BOXES)
def test_files_have_the_least_mode_that_works(site: SiteLab, box: str) -> None:
    address = BOXES[box]
    listing = _root(
        site, address,
        f"find {PLACES} /etc/systemd/system/dockwright-* -maxdepth 4 ! -type l "
        "! -path '/srv/*/*' -printf '%m %U:%G %y %p\\n'",
    )  # fmt: skip
    assert len(listing.splitlines()) > 10
    # whoever may not enter it does not reach the copies in it; without a switch there are none
    former = [line for line in listing.splitlines() if line.endswith("/dockwright/former")]
    assert former == ["700 0:0 d /var/lib/dockwright/former"][: len(former)]
    for line in listing.splitlines():
        mode, owner, kind, path = line.split(" ", 3)
        assert int(mode, 8) & 0o022 == 0, line
        if owner != "0:0":
            assert path.startswith(("/srv/", "/etc/dockwright/registry")), line
        secret = re.search(r"\.(env|password|key)$|htpasswd|\.lock$", path)
        if secret and kind == "f":
            group = "0040" if path.startswith("/etc/dockwright/registry/") else "0000"
            assert int(mode, 8) & 0o077 & ~int(group, 8) == 0, line


def test_a_box_with_another_host_key_is_refused(site: SiteLab, tmp_path: Path) -> None:
    known = site.state / site.name / "ssh/known_hosts"
    kept = known.read_text()
    key = tmp_path / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    other = (tmp_path / "other.pub").read_text().split()[:2]
    try:
        known.write_text("".join(f"{box} {' '.join(other)}\n" for box in BOXES.values()))
        done = site.pyinfra("deploy/docker_host.py")
        planned = site.run("dockwright", "plan", "inventories/lab.py", "deploy/docker_host.py")
    finally:
        known.write_text(kept)
    assert done["status"] == 1
    assert re.search(r"[Hh]ost key", done["said"]), done["said"]
    assert (planned.returncode, planned.stdout) == (1, "")
    assert re.search(r"[Hh]ost key", planned.stderr), planned.stderr
    # and of a host that nobody knows
    try:
        known.write_text("")
        unknown = site.run("dockwright", "plan", "inventories/lab.py", "deploy/docker_host.py")
    finally:
        known.write_text(kept)
    assert unknown.returncode == 1
    assert re.search(r"[Hh]ost key|not found in known_hosts|unknown host", unknown.stderr)


# What Lynis says of a bare box of the lab as well: not of what Dockwright sets up.
# fmt: off
BARE = {
    "ACCT-9622", "ACCT-9626", "ACCT-9628", "AUTH-9230", "AUTH-9262", "AUTH-9282", "AUTH-9284",
    "AUTH-9286", "AUTH-9328", "BANN-7126", "BANN-7130", "BOOT-5264", "DEB-0280", "DEB-0810",
    "DEB-0811", "DEB-0831", "DEB-0880", "FILE-6310", "FILE-7524", "FINT-4350", "HOME-9304",
    "HRDN-7230", "KRNL-5788", "KRNL-5820", "KRNL-6000", "LOGG-2154", "LYNIS", "NETW-3200",
    "PKGS-7370", "PKGS-7394", "PKGS-7420", "SSH-7408", "STRG-1846", "TOOL-5002", "USB-1000",
}
# fmt: on
EXPLAINED = {
    "FIRE-4513": "the engine's own iptables rules count as unused until a leaf is asked",
    "MACF-6208": "apparmor is there for the engine; the lab's kernel has none",
    "NAME-4402": "the lab has the box's own name in /etc/hosts already",
}


@pytest.mark.long  # the other audit, of CIS, is of each run
def test_lynis_finds_nothing_new_in_what_was_set_up(site: SiteLab) -> None:
    began = time.monotonic()
    site.ssh(
        DOCKER,
        "command -v lynis >/dev/null || { sudo apt-get update -qq; sudo apt-get install -y -qq "
        "--no-install-recommends lynis >/dev/null; }; "
        "sudo lynis audit system --quick --no-colors --quiet >/dev/null 2>&1; true",
    )
    report = _root(site, DOCKER, "grep -E '^(warning|suggestion)\\[\\]=' /var/log/lynis-report.dat")
    found = {}
    for line in report.splitlines():
        test, _, text = line.partition("=")[2].partition("|")
        found.setdefault(test, text.split("|")[0])
    figure(
        f"Lynis: {len(found)} findings in {time.monotonic() - began:.0f} s, beside a bare box's: "
        + ("; ".join(sorted(found.keys() - BARE)) or "none")
    )
    assert found
    assert found.keys() - BARE <= EXPLAINED.keys(), found
