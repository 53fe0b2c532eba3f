"""Which images a box needs, and for what: its containers, its jobs, and its ways back."""

from __future__ import annotations

import re

from dockwright.facts.boot import Boot
from dockwright.inits.names import is_job_unit, job_unit, leaf_of

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_JOB = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[1-9][0-9]*")


def pins(box: str, boot: Boot) -> dict[str, tuple[str, ...]]:
    """Who needs an image, in words, by its digest or its ID on an engine.

    Args:
        box: the box's name.
        boot: what the fact `dockwright.facts.boot.BootJobs` says of it.

    Example:
        >>> pins("web1", Boot(former={"web.2": {"sha256:" + "0" * 64}})).popitem()[1]
        ('web1: way back of web',)
    """
    found: dict[str, dict[str, None]] = {}

    def needed(digest: str, what: str) -> None:
        found.setdefault(digest, {})[f"{box}: {what}"] = None

    for name, container in boot.containers.items():
        is_job = is_job_unit(leaf_of(name), job_unit(name))
        needed(container.image, f"{'job' if is_job else 'container'} {name}")
    for path, file in boot.files.items():
        job = _JOB.search(path.rpartition("/")[2].removeprefix("dockwright-"))
        for digest in _DIGEST.findall(file.content):
            needed(digest, f"job {job[0]}" if job else path)
    for folder, digests in boot.former.items():
        for digest in digests:
            needed(digest, f"way back of {folder.partition('.')[0]}")
    return {digest: tuple(who) for digest, who in found.items()}
