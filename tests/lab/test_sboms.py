"""What is inside an image is kept beside it in the registry, and is what dpkg itself says.

The registry is read by skopeo and curl; the packages are those that `dpkg-query` of the running
image lists. What an image plants for whoever reads it goes nowhere.
"""

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.lab.labs.cosign import cosign
from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.own_site import COPY, OwnSite, server

LAB = OwnLab("sboms", "192.168.70.0/24", ("app1", "hub"), packages=WITH_ENGINE)
OCI = "application/vnd.oci.image.manifest.v1+json"
QUERY = (
    "${db:Status-Status} ${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}"
)
# a wheel and a gem of nobody's package, a wheel that dpkg brought, and what reads more than it says
DEB = r"""FROM debian:bookworm
RUN cd /opt && mkdir -p one-1.0.dist-info two-2.0.dist-info /gems/specifications \
    && printf 'Metadata-Version: 2.1\nName: One_App\nVersion: 1.0\n' >one-1.0.dist-info/METADATA \
    && printf 'Name: two\nVersion: 2.0\n' >two-2.0.dist-info/METADATA \
    && echo /opt/two-2.0.dist-info/METADATA >/var/lib/dpkg/info/two.list \
    && cd /gems/specifications \
    && printf '# -*- encoding: utf-8 -*-\n# stub: rack 2.2.20 ruby lib\n' >rack-2.2.20.gemspec
RUN mkfifo /var/lib/dpkg/info/pipe.list && ln -s /dev/zero /var/lib/dpkg/info/zero.list \
    && mkdir -p "$(printf '/x\n/etc/dockwright')/specifications" \
    && touch "$(printf '/x\n/etc/dockwright')/specifications/x.gemspec" \
    && ln -s /etc/shadow /gems/specifications/shadow.gemspec
VOLUME /data
"""


class Described(OwnSite):
    """The site: app1 builds and runs the leaf, hub keeps the registry."""

    def __init__(self, state: Path) -> None:
        super().__init__(LAB, state, ("hub",))
        self.place = f"{self.boxes['hub']}:5000"
        self.environment["XDG_CONFIG_HOME"] = str(state / "config")

    def declare(self, **keys: Any) -> None:
        self.write({"app1": ["web"], "hub": []})
        self.data(dockwright_base_source="bootstrap", dockwright_wait_seconds=30, **keys)

    def root(self, box: str, script: str) -> str:
        return self.ssh(self.boxes[box], "sudo sh -s", stdin=script)

    def creds(self) -> str:
        return "dockwright:" + self.root("hub", "cat /etc/dockwright/registry.password")

    def asked(self, path: str, *options: str) -> str:
        login = ("-sk", "-u", self.creds(), *options)
        return self.run("curl", *login, f"https://{self.place}/v2/{path}").stdout

    def tags(self, name: str) -> list[str]:
        return sorted(json.loads(self.asked(f"{name}/tags/list"))["tags"] or [])

    def digest(self, name: str) -> str:
        words = ("inspect", "--tls-verify=false", "--creds", self.creds(), "--format")
        done = self.run("skopeo", *words, "{{.Digest}}", f"docker://{self.place}/{name}:latest")
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def tag(self, name: str) -> str:
        return f"{self.digest(name).replace(':', '-')}.sbom"

    def kept(self, name: str, folder: Path) -> str:
        """The SBOM as skopeo copies it out of the registry."""
        words = ("copy", "--src-tls-verify=false", "--src-creds", self.creds())
        at = f"docker://{self.place}/{name}:{self.tag(name)}"
        done = self.run("skopeo", *words, at, f"dir:{folder}")
        assert done.returncode == 0, done.stderr
        (layer,) = json.loads((folder / "manifest.json").read_text())["layers"]
        assert layer["mediaType"] == "application/vnd.cyclonedx+json"
        return (folder / layer["digest"].partition(":")[2]).read_text()

    def dpkg(self, name: str) -> list[list[str]]:
        """What dpkg of the image itself says, a package a line."""
        run = f"docker run --rm --pull never --network none {name}:latest dpkg-query -W -f "
        said = self.root("app1", f"{run} '{QUERY}\\n'").splitlines()
        return [line.split()[1:] for line in said if line.startswith("installed ")]

    def left(self) -> str:
        """What reading images left on their box."""
        look = "docker ps -a | grep inside; docker volume ls -q; ls -d /tmp/tmp.* 2>/dev/null; true"
        return self.root("app1", look)


def purls(text: str) -> set[str]:
    return {one["purl"] for one in json.loads(text).get("components", [])}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Described]:
    state = tmp_path_factory.mktemp("sboms")
    with LAB.up(state):
        made = Described(state)
        made.furnish("app1")
        made.declare(dockwright_sboms=False)
        made.leaf("web", "web: docker run --stop-timeout 1 -p 8000:8000 web", *COPY, server(8000))
        (made.folder / "images/deb").mkdir()
        (made.folder / "images/deb/Dockerfile").write_text(DEB)
        made.as_planned()
        yield made


def test_a_registry_of_before_sboms_is_given_them_and_then_nothing_is_to_do(
    site: Described, tmp_path: Path
) -> None:
    for name in ("deb", "web", "debian"):
        assert not [tag for tag in site.tags(name) if tag.endswith(".sbom")]
    made = site.dockwright("images", "sbom", "deb")
    assert made.returncode == 0
    assert "deb:latest: no registry keeps its SBOM; made of the image of box app1" in made.stderr

    site.declare()
    plan = site.plan()
    assert f"{site.place}/deb: its signature names no SBOM that is kept there" in json.dumps(plan)
    began = time.monotonic()
    site.as_planned()
    print(f"SBOMs of all images: {time.monotonic() - began:.1f} s with two plans")
    assert site.apply().returncode == 0
    assert site.record("app1")["changed"] == site.record("hub")["changed"] == []
    for name in ("deb", "web", "tools", "debian", "registry"):
        assert [tag for tag in site.tags(name) if tag.endswith(".sbom")], name
    assert made.stdout.strip() == site.kept("deb", tmp_path / "deb")
    assert site.left() == ""


def test_what_is_kept_is_what_dpkg_says_is_inside(site: Described, tmp_path: Path) -> None:
    text = site.kept("deb", tmp_path / "deb")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    whole = json.loads(text)
    installed = site.dpkg("deb")
    assert len(installed) > 80
    inside = {
        (one["name"], one["version"], one["purl"].partition("arch=")[2])
        for one in whole["components"]
        if one["purl"].startswith("pkg:deb/")
    }
    assert {one for one in inside if one[2] != "source"} == {(*one[:3],) for one in installed}
    assert {one for one in inside if one[2] == "source"} == {
        (source, version, "source") for *_, source, version in installed
    }
    rest = {one for one in purls(text) if not one.startswith("pkg:deb/")}
    assert rest == {"pkg:pypi/one-app@1.0", "pkg:gem/rack@2.2.20"}
    said = {one["name"]: one["value"] for one in whole["metadata"]["properties"]}
    assert said["dockwright:suite"] == "bookworm"
    assert said["dockwright:image"] == site.root(
        "app1", "docker image inspect -f '{{.Id}}' deb:latest"
    )
    # one without packages of Debian has none, and that is kept too
    assert purls(site.kept("web", tmp_path / "web")) == set()


@pytest.mark.long
def test_a_new_build_is_described_as_it_is_pushed(site: Described, tmp_path: Path) -> None:
    former = site.tag("deb")
    remove = "RUN dpkg --purge --force-all sysvinit-utils tzdata\n"
    (site.folder / "images/deb/Dockerfile").write_text(DEB + remove)
    site.as_planned()
    assert site.tag("deb") != former
    text = site.kept("deb", tmp_path / "deb")
    assert "pkg:deb/debian/tzdata@" not in text
    assert {one[0] for one in site.dpkg("deb")} == {
        one["name"]
        for one in json.loads(text)["components"]
        if one["purl"].startswith("pkg:deb/") and not one["purl"].endswith("arch=source")
    }
    assert site.left() == ""


@pytest.mark.long
def test_an_engine_that_is_killed_as_an_image_is_read_out_costs_no_sbom(site: Described) -> None:
    former = site.tag("deb")
    (site.folder / "images/deb/Dockerfile").write_text(DEB + "LABEL killed=1\n")
    killed = "/run/killed-as-it-was-read"
    # what reads it has begun, and stands still while the engine is killed, or it may be done before
    kill = f"""
until reader=$(pgrep -f "^docker .*container export"); do sleep 0.01; done
until [ "$(sed -n 's/^rchar: //p' "/proc/$reader/io")" -gt 5000000 ]; do sleep 0.01; done
kill -STOP $reader && systemctl kill --signal=KILL docker.service && touch {killed}
kill -CONT $reader
"""
    site.root("app1", f"setsid timeout 300 sh -c {quote(kill)} </dev/null >/dev/null 2>&1 &")
    done = site.apply()
    assert done.returncode == 0, done.stdout + done.stderr
    assert site.root("app1", f"ls {killed}") == killed
    assert "could not be made" not in done.stdout + done.stderr
    assert site.tag("deb") != former
    assert site.tag("deb") in site.tags("deb")
    site.plan(statuses=(0,))
    assert "inside" not in site.left()


def test_cves_are_those_of_the_database_that_are_not_fixed_inside(
    site: Described, tmp_path: Path
) -> None:
    installed = {source: version for *_, source, version in site.dpkg("deb")}

    def entry(status: str, **further: str) -> dict[str, Any]:
        said = {"status": status, "urgency": "medium", **further}
        return {"releases": {"bookworm": said, "trixie": {"status": "resolved"}}}

    database = tmp_path / "tracker.json"
    made: dict[str, Any] = {
        "bash": {
            "CVE-2099-1": entry("resolved", fixed_version=installed["bash"] + "+deb12u9"),
            "CVE-2099-2": entry("resolved", fixed_version=installed["bash"]),
            "CVE-2099-3": entry("open"),
        },
        "nosuch": {"CVE-2099-4": entry("open")},
    }
    database.write_text(json.dumps(made))
    done = site.dockwright("images", "cves", "deb", "--database", str(database))
    assert done.returncode == 2, done.stderr
    fix, left = done.stdout.splitlines()[-2:]
    had = installed["bash"]
    assert fix.strip() == f"fix     CVE-2099-1 bash {had} -> {had}+deb12u9 (medium)"
    assert left.strip() == f"open    CVE-2099-3 bash {had} (medium)"

    # all of the site, by the data's key: what has no packages of Debian is no error
    del made["bash"]["CVE-2099-1"]
    database.write_text(json.dumps(made))
    site.declare(dockwright_cve_database=str(database))
    done = site.dockwright("images", "cves", "--json")
    assert done.returncode == 0, done.stderr
    looked = {one["image"]: one for one in json.loads(done.stdout)["images"]}
    assert {"deb:latest", "web:latest", "tools:latest"} <= looked.keys()
    assert [one["cve"] for one in looked["deb:latest"]["findings"]] == ["CVE-2099-3"]
    assert looked["web:latest"]["looked_up"] == 0
    site.declare()


@pytest.mark.long
def test_a_planted_sbom_is_not_believed(site: Described, tmp_path: Path) -> None:
    honest = site.dockwright("images", "sbom", "deb").stdout
    # that of another image, under the tag of this one
    other = site.asked(f"web/manifests/{site.tag('web')}", "-H", f"Accept: {OCI}")
    for key in ("config", "layers"):
        part = json.loads(other)[key]
        for blob in part if isinstance(part, list) else [part]:
            mount = f"deb/blobs/uploads/?mount={blob['digest']}&from=web"
            site.asked(mount, "-X", "POST")
    (tmp_path / "planted").write_text(other)
    put = ("-X", "PUT", "-H", f"Content-Type: {OCI}", "--data-binary", f"@{tmp_path}/planted")
    site.asked(f"deb/manifests/{site.tag('deb')}", *put)
    assert purls(site.kept("deb", tmp_path / "deb")) == set(), "planted"
    done = site.dockwright("images", "sbom", "deb")
    assert (done.returncode, done.stdout) == (0, honest)

    # and one that was deleted is missed, not made up
    site.declare(dockwright_sboms=False)
    signatures = site.digest("deb").replace(":", "-") + ".sig"
    text = json.loads(site.asked(f"deb/manifests/{signatures}", "-H", f"Accept: {OCI}"))
    named = text["layers"][0]["annotations"]["dockwright.sbom"]
    site.asked(f"deb/manifests/{named}", "-X", "DELETE")
    done = site.dockwright("images", "sbom", "deb")
    assert done.returncode == 1
    assert "its SBOM is gone from there, or another one than was kept" in done.stderr
    # the way out that the error names
    digest = site.digest("deb")
    assert f"`dockwright images sign deb@{digest}`, then deploy/images.py" in done.stderr
    assert site.dockwright("images", "sign", f"deb@{digest}").returncode == 0
    site.declare()
    site.as_planned()
    assert site.dockwright("images", "sbom", "deb").stdout == honest


@pytest.mark.long
def test_cosign_finds_the_sbom_and_verifies_that_it_was_signed(
    site: Described, tmp_path: Path
) -> None:
    program = cosign(tmp_path)
    config = tmp_path / "config"
    config.mkdir()
    login = {"auth": base64.b64encode(site.creds().encode()).decode()}
    (config / "config.json").write_text(json.dumps({"auths": {site.place: login}}))
    image = f"{site.place}/deb:latest"
    how = ("--allow-insecure-registry", image)
    done = site.run(program, "download", "sbom", *how, DOCKER_CONFIG=str(config))
    assert done.stdout.strip() == site.kept("deb", tmp_path / "deb"), done.stderr
    key = site.state / "config/dockwright/signing.key"
    public = tmp_path / "site.pub"
    site.run("openssl", "pkey", "-in", str(key), "-pubout", "-out", str(public))
    verify = ("verify", "--insecure-ignore-tlog=true", "--key", str(public))
    done = site.run(program, *verify, *how, DOCKER_CONFIG=str(config))
    assert done.returncode == 0, done.stderr
    assert '"dockwright.sbom":"sha256:' in done.stdout
