"""A page that is asked for again and again while something is done: what was not answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.lab.labs.site_lab import SiteLab

# 2,000 requests at the most, in some four minutes
WATCH = """
asked=0
while [ ! -e "$1/stop" ] && [ $((asked += 1)) -le 2000 ]; do
    now=$(date +%s.%N)
    echo "$now $(curl -s -o /dev/null --noproxy '*' --max-time 5 -w '%{http_code}' "http://$2")"
    sleep 0.1
done
"""


@dataclass
class Seen:
    """What came of the requests of a while: the moment of each, and whether it was answered."""

    answers: list[tuple[float, bool]] = field(default_factory=list)

    @property
    def lost(self) -> int:
        return sum(1 for _, ok in self.answers if not ok)

    @property
    def out(self) -> float:
        """Seconds from the first request that was lost to the last."""
        bad = [when for when, ok in self.answers if not ok]
        return max(bad) - min(bad) if bad else 0.0


@contextmanager
def watched(site: SiteLab, folder: Path, place: str, path: str = "") -> Iterator[Seen]:
    """Ask for a page of ``place`` (ADDRESS:PORT), again and again, as long as the block lasts."""
    seen = Seen()
    own = folder / f"watch-{place.replace(':', '-')}"
    own.mkdir(exist_ok=True)
    stop, script = own / "stop", own / "watch.sh"
    stop.unlink(missing_ok=True)
    script.write_text(WATCH)
    asking = site.start("sh", str(script), str(own), f"{place}/{path}")
    try:
        yield seen
    finally:
        stop.touch()
        lines = asking.communicate(timeout=60)[0].splitlines()
        seen.answers += [(float(when), code == "200") for when, code in map(str.split, lines)]
