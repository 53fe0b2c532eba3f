"""A registry of others that lets people in by tokens (Bearer), as Harbor and the hubs do.

It is the distribution's own registry on the box, with a token service beside it that checks the
user by basic authentication, which is what engines are told to ask.
"""

import base64
import json
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from tests.lab.labs.own_lab import OwnLab
from tests.lab.labs.own_site import COPY, OwnSite, server

LAB = OwnLab("bearer", "192.168.79.0/24", ("box",))
BOX = LAB.address("box")
# engines take plain HTTP from a loopback address
PLACE = "127.0.0.1:5000/team"
USER, PASSWORD = "robot$ci+bot@corp.test", "p%40:ss-w$rd"
ISSUER, SERVICE = "tokens.corp.test", "registry.corp.test"
IMAGES = ("tools", "web")
SITE = """
from dockwright.deploys import docker_host, images, leaves

docker_host()
images()
leaves()
"""
REGISTRY = f"""
version: 0.1
storage: {{filesystem: {{rootdirectory: /srv/other}}, delete: {{enabled: true}}}}
http: {{addr: 127.0.0.1:5000}}
auth:
  token:
    realm: http://127.0.0.1:5001/token
    service: {SERVICE}
    issuer: {ISSUER}
    rootcertbundle: /etc/other/token.crt
"""
SET_UP = """
set -eu
DEBIAN_FRONTEND=noninteractive apt-get -qq -y install docker-registry busybox-static >/dev/null
systemctl disable -q --now docker-registry
mkdir -p /etc/other /srv/other /srv/tokens
base64 -d >/tmp/files.tar <<'END'
{files}
END
tar -C / -xf /tmp/files.tar
for unit in "registry /usr/bin/docker-registry serve /etc/other/registry.yml" \\
    "tokens /bin/busybox httpd -f -p 127.0.0.1:5001 -h /srv/tokens -c /etc/other/httpd.conf"; do
    systemd-run -q --unit="other-${{unit%% *}}" -- ${{unit#* }}
done
"""


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _token() -> tuple[str, bytes]:
    """A token for all images of the site, and the certificate that vouches for it."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, ISSUER)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(True, None), critical=True)
        .sign(key, hashes.SHA256())
    )
    der = certificate.public_bytes(serialization.Encoding.DER)
    head = {"typ": "JWT", "alg": "RS256", "x5c": [base64.b64encode(der).decode()]}
    at = int(time.time()) - 60
    claims = {
        "iss": ISSUER, "sub": USER, "aud": SERVICE, "exp": at + 86400, "nbf": at, "iat": at,
        "jti": secrets.token_hex(8),
        "access": [
            {"type": "repository", "name": f"team/{image}", "actions": ["pull", "push"]}
            for image in (*IMAGES, "dockwright-access")
        ],
    }  # fmt: skip
    body = ".".join(_b64(json.dumps(part).encode()) for part in (head, claims))
    signed = key.sign(body.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{body}.{_b64(signed)}", certificate.public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnSite]:
    state = tmp_path_factory.mktemp("bearer")
    with LAB.up(state):
        made = OwnSite(LAB, state, ())
        made.furnish("box", SITE)
        token, certificate = _token()
        files = {
            "etc/other/registry.yml": REGISTRY.encode(),
            "etc/other/token.crt": certificate,
            "etc/other/httpd.conf": f"/:{USER}:{PASSWORD}\n".encode(),
            "srv/tokens/token": json.dumps({"token": token, "expires_in": 3600}).encode(),
        }
        root = state / "root"
        for path, data in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
        packed = made.run("sh", "-c", f"tar -C {root} -c etc srv | base64")
        made.ssh(BOX, "sudo sh -s", stdin=SET_UP.format(files=packed.stdout.strip()))
        made.write({"box": ["web"]})
        made.leaf("web", "web: docker run --stop-timeout 1 -p 8000:8000 web", *COPY, server(8000))
        made.data(
            dockwright_registry=PLACE, dockwright_registry_tls=False, dockwright_registry_user=USER
        )
        made.environment["DOCKWRIGHT_REGISTRY_PASSWORD"] = PASSWORD
        with made.one_connection_a_box():
            yield made


@pytest.mark.long
def test_a_site_is_built_pushed_and_run_with_a_registry_that_hands_out_tokens(
    site: OwnSite,
) -> None:
    question = r"printf 'GET /v2/ HTTP/1.0\r\n\r\n'"
    asked = site.ssh(BOX, f"{question} | busybox nc 127.0.0.1 5000")
    assert "Www-Authenticate: Bearer realm" in asked
    done = site.apply()
    log = "sudo journalctl --quiet --no-pager -o cat -n 5 -u other-registry -u other-tokens"
    assert done.returncode == 0, done.stdout + done.stderr + site.ssh(BOX, log)
    assert site.page(f"http://{BOX}:8000/")[1].strip() == "web"
    assert site.plan()["drift"] is False
    there = site.ssh(BOX, "sudo ls /srv/other/docker/registry/v2/repositories/team")
    assert there.split() == ["tools", "web"]
    job = site.ssh(BOX, "cat /etc/systemd/system/dockwright-web.web.1.service")
    assert f" {PLACE}/web@sha256:" in job
    # a new page is pushed and pulled by its digest like the first one
    site.leaf(
        "web", "web: docker run --stop-timeout 1 -p 8000:8000 web", *COPY, server(8000), page="two"
    )
    site.as_planned()
    assert site.page(f"http://{BOX}:8000/")[1].strip() == "two"


@pytest.mark.long
def test_a_wrong_password_is_refused_before_anything_is_changed(site: OwnSite) -> None:
    site.leaf(
        "web", "web: docker run --stop-timeout 1 -p 8000:8000 web", *COPY, server(8000), page="no"
    )
    before = site.started()
    done = site.run(
        *("dockwright", "apply", "inventory.py", "site.py", "--yes"),
        DOCKWRIGHT_REGISTRY_PASSWORD="wrong",
    )
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert f"registry {PLACE.partition('/')[0]}" in said
    assert f"refused as user {USER}" in said
    assert PASSWORD not in said and "wrong" not in said.replace("went wrong", "")
    assert site.started() == before
