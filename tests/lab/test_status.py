"""status of the standing site: all well, and then a case each of what is not, named and counted."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from tests.lab.labs.figures import figure
from tests.lab.labs.plans import WHAT
from tests.lab.labs.site_lab import ABSENT, DOCKER, PLACE, REGISTRY, ROOT, SiteLab, inventory_with

INVENTORY = WHAT[0]
SCHEMA = json.loads((ROOT / "docs/status.schema.json").read_text())
HEALTHY = (
    "for _ in $(seq 60); do [ \"$(docker inspect -f '{{.State.Health.Status}}' stash.web.1 2>&1)\" "
    "= healthy ] && exit 0; sleep 1; done; exit 1"
)
UNIT = "dockwright-stash.web.1.service"
SETTINGS = "/etc/dockwright/registry"
# what mirrors have, and what other tests did to leaves, decides nothing here
OF_OTHERS = ("updates of security", " in the last hour: ", "is started again and again")


@pytest.fixture(scope="module", autouse=True)
def _as_declared(site: SiteLab) -> Iterator[None]:
    """Other tests may have left it otherwise, or their last run failed."""
    applied = site.run("dockwright", "apply", *WHAT, "--yes")
    assert applied.returncode == 0, applied.stdout + applied.stderr
    yield


def _status(site: SiteLab, *words: str, inventory: str = INVENTORY) -> tuple[int, dict[str, Any]]:
    done = site.run("dockwright", "status", inventory, "--json", *words)
    told: dict[str, Any] = json.loads(done.stdout)
    jsonschema.validate(told, SCHEMA)
    assert told["code"] == done.returncode
    return done.returncode, told


def _remarks(told: dict[str, Any]) -> list[str]:
    rows = [*told["boxes"], *told["leaves"], *told["registries"]]
    texts = [f"{one['severity']}: {one['text']}" for row in rows for one in row["remarks"]]
    return [text for text in texts if not any(one in text for one in OF_OTHERS)]


def _ending(site: SiteLab, days: int) -> str:
    """The registry's certificate as it is, but that it began long ago and ends in ``days``."""
    had = x509.load_pem_x509_certificate(
        site.ssh(REGISTRY, f"sudo cat {SETTINGS}/tls.crt").encode()
    )
    key = site.ssh(REGISTRY, "sudo cat /etc/dockwright/ca/ca.key").encode()
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        issuer_name=had.issuer,
        subject_name=had.subject,
        public_key=had.public_key(),  # type: ignore[arg-type]
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(days=100),
        not_valid_after=now + timedelta(days=days),
        extensions=list(had.extensions),
    )
    signed = builder.sign(load_pem_private_key(key, None), hashes.SHA256())  # type: ignore[arg-type]
    return signed.public_bytes(Encoding.PEM).decode()


def test_a_site_that_is_well_says_so_with_its_figures_and_changes_nothing(
    site: SiteLab, tmp_path: Path
) -> None:
    before = site.ssh(DOCKER, "sudo sha256sum /var/log/dockwright/runs.jsonl; docker ps -q")
    began = time.monotonic()
    done = site.run("dockwright", "status", INVENTORY)
    figure(f"status of the standing site: {time.monotonic() - began:.1f} s")
    fine, first = _status(site)
    assert (fine in (0, 2), _remarks(first)) == (True, [])
    assert (done.returncode, done.stderr) == (fine, ""), done.stdout
    assert fine or done.stdout.splitlines()[-1].endswith(" instances: well")
    assert max(map(len, done.stdout.splitlines())) <= 90, done.stdout
    page, prom = tmp_path / "site.html", tmp_path / "site.prom"
    code, told = _status(site, "--plan", "--html", str(page), "--prometheus", str(prom))
    assert (code, _remarks(told), told["notes"]) == (fine, [], [])
    by_box = {row["box"]: row for row in told["boxes"]}
    for name, address in (("docker", DOCKER), ("registry", REGISTRY)):
        version = site.ssh(address, "docker version --format '{{.Server.Version}}'")
        row = by_box[name]
        assert (row["engine"], row["drift"], row["last_run"]["result"]) == (version, 0, "ok")
    assert 800 < by_box["registry"]["certificate_days"] <= 825
    assert by_box["docker"]["authority_days"] > 3600
    leaves = {row["job"]: row for row in told["leaves"]}
    web = leaves["zenweb.web.1"]
    assert (web["box"], web["current"], web["addresses"]) == ("docker", True, [f"{DOCKER}:11001"])
    inspected = site.ssh(DOCKER, "docker inspect -f '{{.HostConfig.Memory}}' zenweb.web.1")
    assert web["memory_limit"] == (int(inspected) or None)
    assert 0 < web["memory"] < (web["memory_limit"] or 1 << 40)
    running = set(site.ssh(DOCKER, "docker ps --format '{{.Names}}'").split())
    assert {row["job"] for row in told["leaves"] if row["box"] == "docker"} == running
    assert leaves["registry.web.1"]["box"] == "registry"
    [registry] = told["registries"]
    assert registry["registry"] == PLACE
    assert registry["images"] >= 5
    size = int(site.ssh(REGISTRY, "sudo du -sk /srv/registry").split()[0]) << 10
    assert registry["size"] == size
    assert all(row["job"] in page.read_text() for row in told["leaves"])
    assert f'dockwright_leaf_up{{box="docker",leaf="zenweb",job="{web["job"]}"}} 1\n' in (
        prom.read_text()
    )
    after = site.ssh(DOCKER, "sudo sha256sum /var/log/dockwright/runs.jsonl; docker ps -q")
    assert after == before


def test_a_leaf_that_is_stopped_is_wrong_and_comes_first(site: SiteLab) -> None:
    site.ssh(DOCKER, f"sudo systemctl stop {UNIT}")
    try:
        code, told = _status(site)
        done = site.run("dockwright", "status", INVENTORY)
    finally:
        site.ssh(DOCKER, f"sudo systemctl start {UNIT}; {HEALTHY}")
    assert code == 2
    # another one may be wrong too, by what other tests did to it
    wrong = [row for row in told["leaves"] if row["severity"] == "wrong"]
    assert told["leaves"][: len(wrong)] == wrong
    assert ("stash.web.1", False) in [(row["job"], row["running"]) for row in wrong]
    [remark] = _remarks(told)
    assert remark.startswith("wrong: is not up (inactive, no container of it runs)")
    assert "\n! stash.web.1 on docker: is not up (inactive, " in f"\n{done.stdout}"


def test_a_certificate_near_its_end_is_to_be_renewed(site: SiteLab) -> None:
    site.ssh(REGISTRY, f"sudo cp -p {SETTINGS}/tls.crt /root/tls.crt")
    ending = _ending(site, days=5)
    site.ssh(REGISTRY, f"sudo tee {SETTINGS}/tls.crt", stdin=ending)
    try:
        code, told = _status(site, "--limit", "registry")
    finally:
        site.ssh(REGISTRY, f"sudo cp -p /root/tls.crt {SETTINGS}/tls.crt; sudo rm /root/tls.crt")
    [remark] = _remarks(told)
    assert code == 2
    assert remark.startswith(
        "due: the registry's certificate (/etc/dockwright/registry/tls.crt) ends in 5.0 days, on "
    )


def test_a_box_that_is_down_is_a_row_within_its_time_and_the_others_are_told(
    site: SiteLab, tmp_path: Path
) -> None:
    gone = f"('gone', {{'ssh_hostname': '{ABSENT}', 'dockwright_address': '{ABSENT}'}})"
    inventory = inventory_with(tmp_path, "{}", f"docker_hosts.append({gone})\n")
    began = time.monotonic()
    code, told = _status(site, inventory=inventory)
    assert time.monotonic() - began < 30
    assert code == 1
    assert [row["box"] for row in told["boxes"]] == ["gone", "docker", "registry"]
    assert len(_remarks(told)) == 1, _remarks(told)
    [remark] = _remarks(told)
    assert remark.startswith(f"silent: no route to it ({ABSENT}:22"), told
    assert len(told["leaves"]) > 3
    code, told = _status(site, "--skip", "gone", inventory=inventory)
    assert (told["boxes"][-1]["severity"], _remarks(told)) == (
        "absent",
        ["absent: left out by --skip"],
    )
    assert code != 1


def test_a_box_that_hangs_is_given_up_within_its_time(site: SiteLab, tmp_path: Path) -> None:
    slow = "printf '#!/bin/sh\\nsleep 20\\n' >/usr/local/sbin/date; chmod 755 /usr/local/sbin/date"
    inventory = inventory_with(tmp_path, "{'dockwright_answer_seconds': 8}")
    site.ssh(DOCKER, f'sudo sh -c "{slow}"')
    try:
        began = time.monotonic()
        code, told = _status(site, inventory=inventory)
        took = time.monotonic() - began
    finally:
        site.ssh(DOCKER, "sudo rm /usr/local/sbin/date")
    assert (code, told["boxes"][0]["box"], took < 25) == (1, "docker", True)
    [remark] = _remarks(told)
    assert "within 8 s" in remark
