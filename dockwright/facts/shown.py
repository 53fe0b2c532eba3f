"""Which certificate a registry shows by now, beside the one in its file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from dockwright.box.fact import Fact
from dockwright.engine.place import USE
from dockwright.registry import places, renewal
from dockwright.value import Value

_SCRIPT = (
    USE
    + renewal.shown()
    + f"""case $state in
  ready*)
    for name in $(registries); do
      echo "job:$name"
      shown "$name" | sed 's/^/shown:/'
    done
    ;;
esac
sed 's/^/file:/' {places.CERTIFICATE} 2>/dev/null; true
"""
)


@dataclass
class Shown(Value):
    """The ``file``'s certificate, PEM, and by container of the registry the one that it shows."""

    file: str = ""
    by_job: dict[str, str] = field(default_factory=dict)


class ShownCertificate(Fact[Shown]):
    """What the containers of a box's registry show; one that shows nothing, as one that speaks
    plain HTTP does, has an empty text.

    Example::

        host.get_fact(ShownCertificate).by_job  # {'registry.web.1': '-----BEGIN CERTIFICATE…'}
    """

    about = "the certificate that its registry shows"

    def script(self) -> str:
        return _SCRIPT

    @staticmethod
    def default() -> Shown:
        return Shown()

    def read(self, lines: Iterable[str]) -> Shown:
        file: list[str] = []
        by_job: dict[str, list[str]] = {}
        of: list[str] = []
        for line in lines:
            key, _, value = line.partition(":")
            if key == "job":
                of = by_job.setdefault(value, [])
            elif key == "shown":
                of.append(value)
            elif key == "file":
                file.append(value)
        return Shown("\n".join(file), {job: "\n".join(text) for job, text in by_job.items()})
