"""The CA certificates of ours that a box trusts."""

from __future__ import annotations

from collections.abc import Iterable

from dockwright import places
from dockwright.box.fact import Fact

FOLDER = places.AUTHORITIES


class Authorities(Fact[dict[str, str]]):
    """PEM texts by name, of the files that `certificate.authorities` keeps.

    Example::

        list(host.get_fact(Authorities))  # ['corporate']
    """

    about = "its CA certificates"

    def script(self) -> str:
        return (
            f"cd {FOLDER} 2>/dev/null && for file in dockwright-*.crt; do "
            '[ ! -f "$file" ] || grep -aH "" -- "$file"; done; true'
        )

    @staticmethod
    def default() -> dict[str, str]:
        return {}

    def read(self, said: Iterable[str]) -> dict[str, str]:
        lines: dict[str, list[str]] = {}
        for line in said:
            file, _, text = line.partition(":")
            name = file.removeprefix("dockwright-").removesuffix(".crt")
            lines.setdefault(name, []).append(text)
        return {name: "\n".join(text) for name, text in lines.items()}
