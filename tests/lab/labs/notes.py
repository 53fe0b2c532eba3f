"""The leaf rails as a browser reads and writes it."""

import re
from html import unescape
from pathlib import Path

from tests.lab.labs.site_lab import DOCKER, SiteLab

RAILS = f"http://{DOCKER}:12001"


class Browser:
    """A visitor with a jar of cookies."""

    def __init__(self, site: SiteLab, folder: Path) -> None:
        self.site, self.jar = site, str(folder / "jar")

    def get(self, path: str, *options: str) -> tuple[int, str]:
        return self.site.page(f"{RAILS}{path}", "-b", self.jar, "-c", self.jar, *options)

    def form(self) -> str:
        """Open the form of a new note; its token."""
        code, text = self.get("/notes/new")
        assert code == 200
        [token] = re.findall(r'name="authenticity_token" value="([^"]+)"', text)
        return unescape(token)

    def post(self, title: str, token: str | None) -> int:
        fields = [f"note[title]={title}", "note[text]=by curl"]
        if token is not None:
            fields.append(f"authenticity_token={token}")
        words = [word for field in fields for word in ("--data-urlencode", field)]
        return self.get("/notes", *words)[0]
