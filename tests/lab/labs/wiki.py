"""The project's wiki as a browser, and git beside it, read and write it."""

import re

from tests.lab.labs.site_lab import DOCKER, SiteLab

URL = f"http://{DOCKER}:10001"

REPOSITORY, JOB = "/srv/projectwiki", "projectwiki.web.1"

ANYWHERE = "--path-as-is"  # curl would resolve `..` itself


class Wiki:
    """The wiki on the lab's box, read and written as a browser does."""

    def __init__(self, site: SiteLab) -> None:
        self.site = site
        password = site.ssh(DOCKER, "sudo cat /etc/dockwright/leaves/projectwiki.password")
        self.login = ("--user", f"dockwright:{password}")

    def page(self, path: str, *options: str) -> tuple[int, str]:
        return self.site.page(f"{URL}{path}", *options)

    def form(self, name: str) -> dict[str, str]:
        """The hidden fields of a page's form."""
        code, text = self.page(f"/edit/{name}", *self.login)
        assert code == 200, text
        return hidden(text)

    def save(self, name: str, text: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        fields = sent({**(self.form(name) if form is None else form), "text": text})
        return self.page(f"/edit/{name}", *self.login, *fields)

    def git(self, line: str) -> str:
        return self.site.ssh(DOCKER, f"sudo -u projectwiki git -C {REPOSITORY} {line}")

    def commits(self) -> int:
        return int(self.git("rev-list --all --count"))


def hidden(text: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text))


def sent(fields: dict[str, str]) -> list[str]:
    return [word for field in fields.items() for word in ("--data-urlencode", "=".join(field))]
