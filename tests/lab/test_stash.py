"""The git host, as its users have it: by git, curl and docker."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

from tests.lab.labs.git_host import STASH, Git
from tests.lab.labs.site_lab import DOCKER, SiteLab, inventory_with

JOB = "stash.web.1"
PUSH = "info/refs?service=git-receive-pack"


@pytest.fixture
def git(site: SiteLab, tmp_path: Path) -> Git:
    password = site.ssh(DOCKER, "sudo cat /etc/dockwright/leaves/stash.password")
    return Git(tmp_path, "dockwright", password)


@pytest.fixture
def name() -> str:
    """A repository that nobody has pushed yet."""
    return f"r{uuid4().hex[:10]}"


def kept(site: SiteLab) -> list[str]:
    found = site.ssh(DOCKER, "sudo find /srv/stash/repositories -name '*.git' | sort").splitlines()
    return [path.removeprefix("/srv/stash/repositories/") for path in found]


def status(site: SiteLab, path: str, *options: str) -> int:
    return site.page(f"{STASH}/{path}", "--path-as-is", *options)[0]


def with_login(git: Git) -> tuple[str, str]:
    """curl's options for a request with the login, from a file."""
    path = git.folder / "curlrc"
    login = f"{git.environment['GIT_USER']}:{git.environment['GIT_PASSWORD']}"
    path.touch(mode=0o600)
    path.write_text(f'user = "{login}"\n')
    return "--config", str(path)


def test_two_repositories_are_made_by_their_first_push_and_cloned_by_anybody(
    site: SiteLab, git: Git, name: str, tmp_path: Path
) -> None:
    for repository in (name, f"project/{name}"):
        work = git.work(f"text of {repository}")
        done = git("-C", work, "push", "-q", f"{STASH}/{repository}.git", "main")
        assert done.returncode == 0, done.stderr
        # without .git, and without a login: a program that is asked for one fails
        cloned = git("clone", "-q", f"{STASH}/{repository}", f"c-{work}", GIT_ASKPASS="/bin/false")
        assert cloned.returncode == 0, cloned.stderr
        assert cloned.stderr == ""
        assert (tmp_path / f"c-{work}/page").read_text() == f"text of {repository}"
        assert f"{repository}.git" in kept(site)


def test_the_page_lists_name_clone_url_and_last_commit_escaped(
    site: SiteLab, git: Git, name: str
) -> None:
    work = git.work("<script>alert('x')</script>")
    assert git("-C", work, "push", "-q", f"{STASH}/{name}", "main").returncode == 0
    code, text = site.page(f"{STASH}/")
    assert code == 200
    [row] = [line for line in text.splitlines() if f"<td>{name}</td>" in line]
    assert f"<code>{STASH}/{name}.git</code>" in row
    assert git("-C", work, "rev-parse", "--short=8", "HEAD").stdout.strip() in row
    assert "&lt;script&gt;" in row
    assert "<script" not in text


@pytest.mark.parametrize("password", [None, "", "wrong"])
def test_a_push_without_the_login_is_refused_and_makes_nothing(
    site: SiteLab, git: Git, name: str, password: str | None
) -> None:
    before = kept(site)
    if password is None:
        code = status(site, f"{name}.git/{PUSH}")
        further = {"GIT_ASKPASS": "/bin/false"}
    else:
        (git.folder / "wrong").write_text(f'user = "dockwright:{password}"\n')
        code = status(site, f"{name}.git/{PUSH}", "--config", str(git.folder / "wrong"))
        further = {"GIT_PASSWORD": password}
    assert code == 401
    work = git.work("refused")
    done = git("-C", work, "push", "-q", f"{STASH}/{name}", "main", **further)
    assert done.returncode != 0
    assert kept(site) == before


def test_the_second_request_of_a_push_needs_the_login_too(
    site: SiteLab, git: Git, name: str
) -> None:
    assert git("-C", git.work("x"), "push", "-q", f"{STASH}/{name}", "main").returncode == 0
    sent = (
        "--request", "POST", "--data-binary", "0000",
        "--header", "Content-Type: application/x-git-receive-pack-request",
    )  # fmt: skip
    for path in ("git-receive-pack", "git-receive-pack;a=b", "git-receive-%70ack"):
        assert status(site, f"{name}.git/{path}", *sent) == 401
    # and makes no repository by itself
    assert status(site, f"{name}2.git/git-receive-pack", *sent, *with_login(git)) == 404
    assert f"{name}2.git" not in kept(site)


def test_a_clone_of_what_is_not_there_is_404_and_makes_nothing(
    site: SiteLab, git: Git, name: str
) -> None:
    before = kept(site)
    assert status(site, f"{name}.git/info/refs?service=git-upload-pack") == 404
    # with a login neither: it is no push
    login = with_login(git)
    assert status(site, f"{name}.git/info/refs?service=git-upload-pack", *login) == 404
    done = git("clone", f"{STASH}/{name}")
    assert done.returncode != 0
    assert "not found" in done.stderr
    assert kept(site) == before


ODD = [
    "..", "../x", "../../x", "%2e%2e/x", "%2e%2e%2fx", "..%2fx", "..%5cx", "%252e%252e%252fx",
    "a/../../x", "a/..%2f..%2fx", "%2fsrv%2fx", "/x", ".x", "-x", "_x", ".git", "x/.git",
    "a/b/c", "a.git/b", "x.git.git", "a%00b", "a%0ab", "a%20b", "a%3bb", "%c3%a9", "a" * 102,
]  # fmt: skip


def test_an_odd_name_is_refused_even_with_the_login(site: SiteLab, git: Git) -> None:
    look = "sudo find /srv -xdev -path '*/objects' -prune -o -print | sort"
    before = site.ssh(DOCKER, look)
    codes = {odd: status(site, f"{odd}/{PUSH}", *with_login(git)) for odd in ODD}
    assert {odd: code for odd, code in codes.items() if code not in (400, 404)} == {}
    assert site.ssh(DOCKER, look) == before


def test_no_link_leads_out_of_the_folder(site: SiteLab, git: Git, name: str) -> None:
    site.ssh(DOCKER, f"sudo ln -s /tmp /srv/stash/repositories/{name}")
    try:
        assert status(site, f"{name}/x/{PUSH}", *with_login(git)) == 404
        assert site.page(f"{STASH}/")[0] == 200
    finally:
        site.ssh(DOCKER, f"sudo rm /srv/stash/repositories/{name}")


def test_no_file_of_a_repository_is_handed_out(site: SiteLab, git: Git, name: str) -> None:
    assert git("-C", git.work("x"), "push", "-q", f"{STASH}/{name}", "main").returncode == 0
    for path in ("HEAD", "config", "objects/info/packs", "refs/heads/main"):
        assert status(site, f"{name}.git/{path}") == 404


def test_what_git_fsck_would_not_take_is_not_taken(site: SiteLab, git: Git, name: str) -> None:
    work = git.work("x")
    head = git("-C", work, "rev-parse", "HEAD^{tree}").stdout.strip()
    (git.folder / "broken").write_text(f"tree {head}\nauthor nobody\ncommitter nobody\n\nbroken\n")
    broken = git(
        "-C", work, "hash-object", "--literally", "-t", "commit", "-w", str(git.folder / "broken")
    ).stdout.strip()
    done = git("-C", work, "push", "-q", f"{STASH}/{name}", f"{broken}:refs/heads/broken")
    assert done.returncode != 0
    listed = site.ssh(
        DOCKER, f"sudo git --git-dir /srv/stash/repositories/{name}.git show-ref; true"
    )
    assert listed == ""


def test_pushes_survive_another_container(site: SiteLab, git: Git, name: str) -> None:
    work = git.work("to be kept")
    assert git("-C", work, "push", "-q", f"{STASH}/{name}", "main").returncode == 0
    former = site.ssh(DOCKER, f"docker inspect -f '{{{{.Id}}}}' {JOB}")
    since = site.ssh(DOCKER, "date +%s")
    try:
        site.ssh(DOCKER, f"sudo systemctl stop dockwright-{JOB}")
        # the engine's own times: SIGTERM alone ended it, and no SIGKILL after 10 s
        events = site.ssh(
            DOCKER,
            f"sleep 1; docker events --since {since} --until $(date +%s) --filter container={JOB} "
            "--filter event=kill --filter event=die --format '{{json .}}'",
        )
        killed, died = [json.loads(line) for line in events.splitlines()]
        assert (killed["Action"], killed["Actor"]["Attributes"]["signal"]) == ("kill", "15")
        assert (died["Action"], died["Actor"]["Attributes"]["exitCode"]) == ("die", "0")
        assert died["timeNano"] - killed["timeNano"] < 10e9
        assert site.ssh(DOCKER, f"docker ps -aq --filter name={JOB}") == ""
    finally:
        site.ssh(DOCKER, f"sudo systemctl start dockwright-{JOB}")
    assert site.page(f"{STASH}/")[0] == 200
    assert site.ssh(DOCKER, f"docker inspect -f '{{{{.Id}}}}' {JOB}") != former
    assert git("clone", "-q", f"{STASH}/{name}", "again").returncode == 0
    assert (git.folder / "again/page").read_text() == "to be kept"
    place = f"/srv/stash/repositories/{name}.git"
    site.ssh(DOCKER, f"sudo git -c safe.directory='*' --git-dir {place} fsck --full --strict")
    assert site.ssh(DOCKER, "sudo find /srv/stash ! -uid 60801 -o ! -gid 60801") == ""


def test_a_push_goes_on_from_the_one_before_it(site: SiteLab, git: Git, name: str) -> None:
    work = git.work("one")
    assert git("-C", work, "push", "-q", f"{STASH}/{name}", "main").returncode == 0
    (git.folder / work / "page").write_text("two")
    git("-C", work, "-c", "user.name=A", "-c", "user.email=a@b", "commit", "-qam", "two")
    assert git("-C", work, "push", "-q", f"{STASH}/{name}", "main", "main:other").returncode == 0
    assert git("clone", "-q", "-b", "other", f"{STASH}/{name}", "c").returncode == 0
    assert git("-C", "c", "log", "--format=%s").stdout == "two\none\n"


def test_it_runs_with_little_and_is_healthy(site: SiteLab) -> None:
    health = f'docker inspect -f "{{{{.State.Health.Status}}}}" {JOB}'
    site.ssh(DOCKER, f"timeout 60 sh -c 'until {health} | grep -qx healthy; do sleep 1; done'")
    raw = json.loads(site.ssh(DOCKER, f"docker inspect {JOB}"))[0]
    assert raw["Config"]["User"] == "60801:60801"
    assert raw["Config"]["Hostname"] == "stash"
    assert raw["HostConfig"]["CapDrop"] == ["ALL"]
    assert raw["HostConfig"]["SecurityOpt"] == ["no-new-privileges"]
    assert raw["HostConfig"]["Binds"] == ["/srv/stash:/opt/stash-home"]
    for port in ("7990/tcp", "7999/tcp"):
        assert [b["HostIp"] for b in raw["HostConfig"]["PortBindings"][port]] == [DOCKER]
    listed = site.ssh(DOCKER, f"docker top {JOB} -eo uid,gid,pid,args").splitlines()[1:]
    assert any("supervisord" in line for line in listed)
    assert any("stash.Main" in line for line in listed)
    assert {tuple(line.split()[:2]) for line in listed} == {("60801", "60801")}


def test_the_password_is_in_no_log_and_no_argument(site: SiteLab, git: Git, name: str) -> None:
    assert git("-C", git.work("x"), "push", "-q", f"{STASH}/{name}", "main").returncode == 0
    password = git.environment["GIT_PASSWORD"]
    log = site.ssh(DOCKER, f"sudo journalctl -u dockwright-{JOB}")
    assert f"{name}.git refs/heads/main" in log
    assert password not in log
    assert password not in site.ssh(DOCKER, "sudo ps -eo args")


def test_a_dying_server_is_started_anew_by_supervisor(site: SiteLab) -> None:
    container = site.ssh(DOCKER, f"docker inspect -f '{{{{.State.StartedAt}}}}' {JOB}")
    former = site.ssh(DOCKER, "pgrep -x java")
    site.ssh(DOCKER, f"sudo kill -KILL {former}")
    assert site.page(f"{STASH}/")[0] == 200
    assert site.ssh(DOCKER, "pgrep -x java") != former
    assert site.ssh(DOCKER, f"docker inspect -f '{{{{.State.StartedAt}}}}' {JOB}") == container


def test_flavour_upstream_names_what_it_lacks_before_anything_is_built(
    site: SiteLab, tmp_path: Path
) -> None:
    images = site.ssh(DOCKER, "docker images --quiet --no-trunc | sort")
    for given, lacking in (({}, "STASH_URL"), ({"STASH_URL": "http://x/y"}, "STASH_SHA256")):
        others = dict.fromkeys(("CHEF_URL", "CHEF_SHA256", "GEM_SOURCE"), "given")
        data = {"dockwright_flavour": "upstream", "dockwright_build_args": {**others, **given}}
        inventory = inventory_with(tmp_path, str(data))
        done = site.pyinfra("deploy/images.py", "--limit", "docker", inventory=inventory)
        assert done["status"] == 1
        assert (
            f"{lacking}: not given, and flavour upstream of stash is fetched by it" in done["said"]
        )
    assert site.ssh(DOCKER, "docker images --quiet --no-trunc | sort") == images
