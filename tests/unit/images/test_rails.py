"""The images rails and zenweb: what can be said of their files without building them."""

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import dockerfile
import pytest

from dockwright.chain.read import read

IMAGES = Path(__file__).parents[3] / "images"
RAILS = IMAGES / "rails"
PAGES = sorted((IMAGES / "zenweb/site").glob("*.md"))


def stub(folder: Path, name: str, line: str = "true") -> None:
    """A program of the image that isn't here; it notes that it was called."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f'#!/bin/sh\necho "{name} $*" >>"$CALLS"\n{line}\n', encoding="utf-8")
    path.chmod(0o755)


def shell(folder: Path, *argv: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        argv,
        cwd=folder,
        env={
            "PATH": f"{folder}/stubs:{os.environ['PATH']}",
            "CALLS": f"{folder}/calls",
            **env,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def serve(folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the image's `serve` on the volume `folder/data`; it ends as the server starts."""
    text = (RAILS / "serve").read_text(encoding="utf-8")
    (folder / "serve").write_text(text.replace("/var/lib/rails", f"{folder}/data"), "utf-8")
    stub(folder / "stubs", "behind-nginx", 'echo "$SECRET_KEY_BASE"')
    return shell(folder, "sh", "serve", **env)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    stub(tmp_path / "bin", "rails")
    return tmp_path


@pytest.mark.parametrize("name", ["serve", "copy-notes"])
def test_a_script_is_clean(name: str) -> None:
    tool = shutil.which("shellcheck", path=str(Path(sys.executable).parent))
    assert tool, "shellcheck is not installed; run script/install"
    found = subprocess.run([tool, str(RAILS / name)], capture_output=True, check=False)
    assert found.stdout == b""


def test_the_secret_is_made_once_and_only_its_user_may_read_it(image: Path) -> None:
    first, second = serve(image), serve(image)
    assert first.stderr == ""
    assert re.fullmatch(r"[0-9a-f]{128}\n", first.stdout)
    assert second.stdout == first.stdout
    kept = image / "data/secret_key_base"
    assert kept.read_text(encoding="utf-8") == first.stdout
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_secret_that_is_given_is_used_and_none_is_kept(image: Path) -> None:
    assert serve(image, SECRET_KEY_BASE="given").stdout == "given\n"
    assert not (image / "data/secret_key_base").exists()


def test_the_database_is_brought_up_to_date_before_the_server_starts(image: Path) -> None:
    assert serve(image).returncode == 0
    calls = (image / "calls").read_text(encoding="utf-8").splitlines()
    assert calls == ["rails db:migrate", "behind-nginx puma --config config/puma.rb"]


def test_no_server_starts_on_a_database_that_is_not_up_to_date(image: Path) -> None:
    stub(image / "bin", "rails", "exit 3")
    assert serve(image).returncode == 3
    assert "puma" not in (image / "calls").read_text(encoding="utf-8")


def test_a_volume_that_is_not_there_or_anothers_is_one_clear_line(tmp_path: Path) -> None:
    done = serve(tmp_path)
    assert done.returncode == 1
    assert done.stderr == (
        f"serve: {tmp_path}/data: not writable for user {os.getuid()}; "
        "mount a volume or folder of that user's\n"
    )


def test_one_port_stands_everywhere() -> None:
    for name in ("Dockerfile", "Procfile", "rails.conf"):
        text = (RAILS / name).read_text(encoding="utf-8")
        found = re.findall(r"(?:EXPOSE |127\.0\.0\.1:|listen |-p |12001:)(\d+)", text)
        assert set(found) == {"12001"}, name


def run_lines(image: str) -> list[str]:
    commands = dockerfile.parse_file(str(IMAGES / image / "Dockerfile"))
    return [command.value[0] for command in commands if command.cmd.upper() == "RUN"]


@pytest.mark.parametrize("image", ["rails", "zenweb"])
@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"FLAVOUR": "nope"}, "FLAVOUR nope: no such flavour; use upstream, or leave it empty"),
        (
            {"FLAVOUR": "upstream"},
            "GEM_SOURCE: not given, and flavour upstream of {} is fetched from it; "
            "give the URI of a gem source",
        ),
    ],
)
def test_what_a_build_by_hand_lacks_is_one_clear_line(
    tmp_path: Path, image: str, env: dict[str, str], said: str
) -> None:
    done = shell(tmp_path, "sh", "-c", run_lines(image)[0], **env)
    assert (done.returncode, done.stderr) == (1, said.format(image) + "\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["rails", "zenweb"])
def test_a_site_is_asked_for_the_gem_source_before_anything_builds(name: str) -> None:
    [source] = [source for source in read(IMAGES) if source.name == name]
    assert source.upstream_args == ("GEM_SOURCE",)


def test_upstream_takes_a_declared_rails_from_the_gem_source_alone(tmp_path: Path) -> None:
    for name in ("install-packages", "bundle"):
        stub(tmp_path / "stubs", name)
    given = {"FLAVOUR": "upstream", "GEM_SOURCE": "http://gems.example/", "RAILS_VERSION": "7.0"}
    done = shell(tmp_path, "sh", "-c", run_lines("rails")[0], **given)
    assert (done.returncode, done.stderr) == (0, "")
    gemfile = (tmp_path / "Gemfile").read_text(encoding="utf-8").splitlines()
    assert gemfile[:2] == ['source "http://gems.example/"', 'gem "rails", "7.0"']
    packages, install = (tmp_path / "calls").read_text(encoding="utf-8").splitlines()
    assert "ruby-rails" not in packages
    assert install == "bundle install"


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_a_page_of_zenweb_is_one_for_both_generators(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    # jekyll takes the same layout for all and any name; zenweb wants both said
    assert page.name.endswith(".html.md")
    assert re.match(r"---\nlayout: page\ntitle: .+\ndescription: .+\n\.\.\.\n", text)
    # jekyll's own language would be text for zenweb
    assert not re.search(r"\{[{%]", text)
