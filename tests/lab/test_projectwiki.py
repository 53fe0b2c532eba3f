"""The project's wiki: asked by curl, and its repository by git, as people do beside it."""

from html import unescape

import pytest

from tests.lab.labs.site_lab import DOCKER, SiteLab
from tests.lab.labs.wiki import ANYWHERE, JOB, REPOSITORY, Wiki, sent


@pytest.fixture(scope="module")
def wiki(site: SiteLab) -> Wiki:
    assert site.first["leaves"]["status"] == 0, site.first["leaves"]["said"]
    made = Wiki(site)
    # others may have written pages before
    made.git("for-each-ref --format='delete %(refname)' | "
        f"sudo -u projectwiki git -C {REPOSITORY} update-ref --stdin")  # fmt: skip
    return made


def test_an_empty_repository_is_a_wiki_without_pages(wiki: Wiki) -> None:
    assert wiki.commits() == 0
    code, text = wiki.page("/")
    assert code == 200
    assert "There is no page yet" in text


def test_a_page_that_is_made_is_a_commit_shown_listed_found_and_in_history(wiki: Wiki) -> None:
    text = "# Erste Schritte\n\nGrüße & [[Home]], **fett**.\n"
    assert wiki.save("docs/First%20steps", text)[0] == 303
    assert wiki.git("log -1 --format='%an|%ae|%s'") == (
        "dockwright|dockwright@projectwiki|Create docs/First steps"
    )
    assert wiki.git("show HEAD:docs/First-steps.md") == text.strip()
    code, shown = wiki.page("/wiki/docs/First-steps")
    assert code == 200
    assert "Grüße &amp; <a" in shown
    assert "<strong>fett</strong>" in shown
    link = 'href="/wiki/docs/First-steps"'
    assert link in wiki.page("/pages")[1]
    assert link in wiki.page("/search", "--get", "--data-urlencode", "q=grÜße & [")[1]
    assert link not in wiki.page("/search?q=nobody-wrote-this")[1]
    head = wiki.git("rev-parse HEAD")
    code, history = wiki.page("/history/docs/First-steps")
    assert code == 200
    assert f"?version={head}" in history
    assert "Create docs/First steps" in history


def test_an_old_version_is_still_to_be_read(wiki: Wiki) -> None:
    assert wiki.save("Notes", "as it was\n")[0] == 303
    old = wiki.git("rev-parse HEAD")
    assert wiki.save("Notes", "as it is\n")[0] == 303
    assert wiki.git("show HEAD:Notes.md") == "as it is"
    assert "as it was" in wiki.page(f"/wiki/Notes?version={old}")[1]
    assert "as it is" in wiki.page("/wiki/Notes")[1]
    assert wiki.page(f"/wiki/Notes?version={'0' * 40}")[0] == 404


def test_home_is_shown_first(wiki: Wiki) -> None:
    assert wiki.save("Home", "welcome at home\n")[0] == 303
    code, text = wiki.page("/")
    assert code == 200
    assert "welcome at home" in text


@pytest.mark.parametrize(
    "options",
    [[], ["--user", "dockwright:wrong"], ["--user", ":"], ["--header", "Authorization: Basic ??"]],
    ids=["anonymous", "wrong_password", "empty", "no_base64"],
)
def test_without_the_login_nothing_is_written(wiki: Wiki, options: list[str]) -> None:
    before, form = wiki.commits(), wiki.form("Intruder")
    assert wiki.page("/edit/Intruder", *options)[0] == 401
    assert wiki.page("/edit/Intruder", *options, *sent({**form, "text": "x"}))[0] == 401
    assert wiki.commits() == before
    assert wiki.page("/wiki/Intruder")[0] == 404


def test_another_sites_form_writes_nothing(wiki: Wiki) -> None:
    before, form = wiki.commits(), wiki.form("Forged")
    assert wiki.save("Forged", "x", {"version": ""})[0] == 403
    assert wiki.save("Forged", "x", {**form, "token": "0" * 64})[0] == 403
    assert wiki.commits() == before


@pytest.mark.parametrize(
    "name", ["../outside", "a/../../outside", "..%2foutside", "%2e%2e/outside", "a/..", "x%00"]
)
def test_a_name_that_leads_out_is_refused(wiki: Wiki, name: str) -> None:
    before, form = wiki.commits(), wiki.form("Home")
    fields = sent({**form, "version": "", "text": "x"})
    assert wiki.page(f"/wiki/{name}", ANYWHERE)[0] == 400
    assert wiki.page(f"/edit/{name}", ANYWHERE, *wiki.login, *fields)[0] == 400
    assert wiki.commits() == before


@pytest.mark.parametrize(
    "name", [".git/config", "_Sidebar", "a//b", "Home.md", "a%3Cb%3E", "x" * 201]
)
def test_a_name_that_no_page_may_have_is_refused(wiki: Wiki, name: str) -> None:
    before = wiki.commits()
    form = {**wiki.form("Home"), "version": ""}
    assert wiki.save(name, "x", form)[0] == 400
    assert wiki.commits() == before


def test_a_change_that_came_between_is_a_conflict_and_the_text_is_kept(wiki: Wiki) -> None:
    wiki.save("Shared", "one\n")
    form = wiki.form("Shared")
    assert wiki.save("Shared", "two\n", form)[0] == 303
    before = wiki.commits()
    code, text = wiki.save("Shared", "three <b>\n", form)
    assert code == 409
    assert "three <b>" in unescape(text)
    assert "<b>" not in text
    assert wiki.git("show HEAD:Shared.md") == "two"
    # the same name made twice, in other letters
    assert wiki.save("shared", "four\n", {**form, "version": ""})[0] == 409
    assert wiki.commits() == before


def test_what_plain_git_commits_is_there_at_once(wiki: Wiki) -> None:
    wiki.site.ssh(
        DOCKER,
        "sudo -u projectwiki sh -euc 'cd $(mktemp -d) && git clone -q /srv/projectwiki . && "
        "mkdir -p by && echo by hand, with git >by/Hand.md && echo old >LICENSE && "
        "printf x >$(printf Latin\\\\351.md) && git add -A && "
        "git -c user.name=Somebody -c user.email=somebody@example.org commit -qm typed && "
        "git push -q origin HEAD && rm -rf $PWD'",
    )
    assert wiki.git("log -1 --format=%an") == "Somebody"
    assert "by hand, with git" in wiki.page("/wiki/by/Hand")[1]
    assert "Somebody" in wiki.page("/history/by/Hand")[1]
    # a file whose name is no UTF-8 takes nothing along, and one of git's is not overwritten
    assert wiki.page("/pages")[0] == 200
    assert wiki.save("LICENSE/x", "x", {**wiki.form("Home"), "version": ""})[0] == 409
    assert wiki.git("show HEAD:LICENSE") == "old"
    assert wiki.save("by/Hand", "edited here\n")[0] == 303
    assert wiki.git("show HEAD:by/Hand.md") == "edited here"


def test_markup_runs_nothing_in_a_browser(wiki: Wiki) -> None:
    text = (
        "<script>alert(1)</script> <img src=x onerror=alert(2)> [link](javascript:alert(3))\n\n"
        "```ruby\nputs '<script>4</script>'\n```\n"
    )
    assert wiki.save("Hostile", text)[0] == 303
    code, shown = wiki.page("/wiki/Hostile", "--include")
    assert code == 200
    for word in ("<script", "onerror", "javascript:"):
        assert word not in shown
    headers = shown.partition("\r\n\r\n")[0].lower()
    assert "content-security-policy: default-src 'none'" in headers
    assert "x-content-type-options: nosniff" in headers


def test_pages_and_login_survive_a_replaced_container(wiki: Wiki) -> None:
    assert wiki.save("Lasting", "still here\n")[0] == 303
    form, which = wiki.form("Lasting"), f"docker inspect -f '{{{{.Id}}}}' {JOB}"
    before = wiki.site.ssh(DOCKER, which)
    wiki.site.ssh(DOCKER, f"sudo systemctl restart dockwright-{JOB}.service")
    assert "still here" in wiki.page("/wiki/Lasting")[1]
    assert wiki.site.ssh(DOCKER, which) != before
    assert wiki.save("Lasting", "edited in a form of the former one\n", form)[0] == 303


def test_it_runs_without_root_and_without_capabilities(wiki: Wiki) -> None:
    shown = wiki.site.ssh(
        DOCKER,
        "docker inspect -f '{{.Config.User}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}} "
        f"{{{{.HostConfig.Privileged}}}}' {JOB}",
    )
    assert shown == "60802:60802 [ALL] [no-new-privileges] false"
    processes = wiki.site.ssh(DOCKER, f"docker top {JOB} -eo pid,uid").splitlines()[1:]
    assert {process.split()[1] for process in processes} == {"60802"}


def test_its_log_has_what_people_ask_and_not_the_health_checks(wiki: Wiki) -> None:
    wiki.page("/wiki/Asked-for-the-log")
    log = wiki.site.ssh(DOCKER, f"sudo journalctl -o cat -t {JOB}")
    assert '"GET /wiki/Asked-for-the-log HTTP/1.1" 404' in log
    assert "127.0.0.1 -" not in log


def test_flavour_upstream_without_its_source_builds_nothing(wiki: Wiki) -> None:
    listing = "docker images --no-trunc --format '{{.Repository}}:{{.Tag}} {{.ID}}' | sort"
    before = wiki.site.ssh(DOCKER, listing)
    done = wiki.site.pyinfra("deploy/images.py", "--data", "dockwright_flavour=upstream")
    assert done["status"] == 1
    assert "not given, and flavour upstream of " in done["said"]
    assert wiki.site.ssh(DOCKER, listing) == before
