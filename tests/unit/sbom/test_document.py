"""An SBOM is CycloneDX by its own schema, says what dpkg says, and is the same each time."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.errors import DockwrightError
from dockwright.sbom.contents import contents
from dockwright.sbom.document import Described, can_be_made, document

STATUS = (Path(__file__).parent / "samples/bookworm.status").read_bytes()
RELEASE = b'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n'
IMAGE = Described(f"sha256:{'1' * 64}", datetime(2026, 11, 1, tzinfo=UTC), "amd64")
PATH, OS = "var/lib/dpkg/status", "usr/lib/os-release"
# strict: also addresses of mail and URIs
VALIDATOR = JsonStrictValidator(SchemaVersion.V1_6)
DPKG = pytest.mark.skipif(
    shutil.which("dpkg-query") is None, reason="the oracle is dpkg's own list of packages"
)


def made(files: dict[str, bytes], image: Described = IMAGE) -> dict[str, Any]:
    text = document(files, image).decode("ascii")
    assert VALIDATOR.validate_str(text) is None
    return dict(json.loads(text))


def urls(whole: dict[str, Any]) -> set[str]:
    return {one["purl"] for one in whole.get("components", [])}


def test_packages_stand_in_it_with_the_sources_that_they_were_built_of() -> None:
    whole = made({PATH: STATUS, OS: RELEASE})
    assert {
        "pkg:deb/debian/bash@5.2.15-2%2Bb8?arch=amd64",
        "pkg:deb/debian/bash@5.2.15-2?arch=source",
        "pkg:deb/debian/libssl3@3.0.19-1~deb12u2?arch=amd64",
        "pkg:deb/debian/openssl@3.0.19-1~deb12u2?arch=source",
        "pkg:deb/debian/zlib1g@1:1.2.13.dfsg-1?arch=amd64",
    } <= {one.replace("%3A", ":") for one in urls(whole)}
    inside = contents(json.dumps(whole).encode(), "it")
    # half done is there all the same; what was purged left only its settings
    assert inside.debian == inside.packages == 13
    assert dict(inside.sources) == {
        "base-files": "12.4+deb12u11",
        "bash": "5.2.15-2",
        "gcc-12": "12.2.0-14+deb12u1",
        "glibc": "2.36-9+deb12u14",
        "golang-github-containernetworking-plugins": "1.1.1+ds1-3",
        "half-done": "2:1.0-1",
        "openssl": "3.0.19-1~deb12u2",
        "perl": "5.36.0-7+deb12u2",
        "tzdata": "2025b-0+deb12u2",
        "zlib": "1:1.2.13.dfsg-1",
    }
    assert (inside.distribution, inside.suite, inside.image) == ("debian", "bookworm", IMAGE.image)
    assert inside.unread is None


def test_sources_that_a_package_was_only_built_using_are_told_apart() -> None:
    whole = made({PATH: STATUS})
    (go,) = [one for one in whole["components"] if one["name"] == "golang-1.19"]
    assert {"name": "dockwright:built-using", "value": "yes"} in go["properties"]
    assert "golang-1.19" not in dict(contents(json.dumps(whole).encode(), "it").sources)


def test_the_same_files_are_the_same_bytes() -> None:
    files = {PATH: STATUS, OS: RELEASE, "opt/x-1.dist-info/METADATA": b"Name: x\nVersion: 1\n"}
    script = (
        "import json, sys; from tests.unit.sbom.test_document import IMAGE, document; "
        "files = {k: v.encode() for k, v in json.load(sys.stdin).items()}; "
        "sys.stdout.buffer.write(document(files, IMAGE))"
    )
    # another process has other hashes of its own
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps({name: text.decode() for name, text in files.items()}).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    assert done.stdout == document(dict(reversed(files.items())), IMAGE)


def test_wheels_and_gems_stand_in_it() -> None:
    files = {
        "opt/a/One_App-1.0.dist-info/METADATA": (
            b"Metadata-Version: 2.1\nName: One_App\nVersion: 1.0\n"
        ),
        "opt/b/none.dist-info/METADATA": b"Version: 1.0\n",
        "opt/c/odd.dist-info/METADATA": b"Name: a b\nVersion: \xff\n",
        "gems/specifications/nokogiri-1.16.0-x86_64-linux.gemspec": (
            b"# -*- encoding: utf-8 -*-\n# stub: nokogiri 1.16.0 x86_64-linux lib\n\nGem::"
        ),
        "gems/specifications/http-2-0.11.0.gemspec": b"# stub: http-2 0.11.0 ruby lib\n",
        "gems/specifications/odd.gemspec": b"Gem::Specification.new\n",
    }
    assert urls(made(files)) == {
        "pkg:pypi/one-app@1.0",
        "pkg:gem/nokogiri@1.16.0?platform=x86_64-linux",
        "pkg:gem/http-2@0.11.0",
    }


def test_an_image_without_dpkg_may_have_a_file_for_each_package() -> None:
    one = b"Package: tzdata\nVersion: 2025b-0+deb12u2\nArchitecture: all\n"
    folder = "var/lib/dpkg/status.d/"
    files = {f"{folder}tzdata": one, f"{folder}tzdata.md5sums": b"0  usr/share/zoneinfo\n"}
    assert contents(document(files, IMAGE), "it").sources == (("tzdata", "2025b-0+deb12u2"),)


def test_one_with_nothing_that_says_so_has_nothing_inside() -> None:
    whole = made({}, Described(IMAGE.image, None, ""))
    assert urls(whole) == set()
    inside = contents(json.dumps(whole).encode(), "it")
    assert (inside.debian, inside.suite, inside.unread) == (0, None, None)


@pytest.mark.parametrize(
    "status",
    [
        b"Package: x\nStatus: install ok installed\nArchitecture: all\nVersion: %%\n",
        b"Package: x\nStatus: no\nArchitecture: all\nVersion: 1\n",
        b"Version: 1\nStatus: install ok installed\n",
    ],
)
def test_a_word_of_dpkg_s_that_makes_no_sense_is_told_and_the_rest_kept(status: bytes) -> None:
    files = {PATH: status, OS: RELEASE, "opt/x-1.dist-info/METADATA": b"Name: x\nVersion: 1\n"}
    whole = made(files)
    assert urls(whole) == {"pkg:pypi/x@1"}
    unread = contents(json.dumps(whole).encode(), "it").unread
    assert unread is not None
    assert unread.startswith("dpkg's status: ")


FIELD = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=40, deadline=None)
@given(
    st.binary(max_size=200)
    | st.dictionaries(
        st.sampled_from(
            ["Package", "Version", "Architecture", "Maintainer", "Homepage", "Source", "Depends"]
        ),
        FIELD,
    ).map(lambda pairs: "".join(f"{k}: {v}\n" for k, v in pairs.items()).encode()),
    st.binary(max_size=80),
    st.binary(max_size=80),
)
def test_whatever_an_image_says_of_itself_is_no_traceback(
    status: bytes, release: bytes, metadata: bytes
) -> None:
    files = {PATH: status, OS: release, "a.dist-info/METADATA": b"Name: x\nVersion: 1\n" + metadata}
    text = document({**files, "specifications/a.gemspec": metadata}, IMAGE)
    assert json.loads(text)["bomFormat"] == "CycloneDX"
    contents(text, "it")


@DPKG
def test_this_machine_s_packages_are_those_that_dpkg_query_lists() -> None:
    form = "${db:Status-Status} ${Package} ${Version} ${Architecture} ${source:Package} "
    form += "${source:Version}\\n"
    said = subprocess.run(
        ["dpkg-query", "-W", "-f", form], check=True, capture_output=True, text=True
    ).stdout
    installed = [line.split()[1:] for line in said.splitlines() if line.startswith("installed ")]
    whole = made({PATH: Path("/var/lib/dpkg/status").read_bytes()})
    packages = {
        (one["name"], one["version"], one["purl"].partition("arch=")[2])
        for one in whole["components"]
    }
    binaries = {one for one in packages if one[2] != "source"}
    assert binaries == {(name, version, arch) for name, version, arch, *_ in installed}
    inside = contents(json.dumps(whole).encode(), "it")
    assert set(inside.sources) == {(source, version) for *_, source, version in installed}
    assert inside.debian == len(installed)


def test_a_python_without_the_packages_for_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert can_be_made()
    monkeypatch.setitem(sys.modules, "debsbom", None)
    assert not can_be_made()
    with pytest.raises(DockwrightError, match="debsbom, which is not installed here; install"):
        document({}, IMAGE)
