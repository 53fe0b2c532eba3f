"""How a site is as metrics of Prometheus, in the text format that its node-exporter reads.

What is not known has no sample: an alert on its absence is one on a box that gave no answer.
Rule: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dockwright.status.cells import moment
from dockwright.status.rows import BackupRow, BoxRow, LeafRow, RegistryRow, Site
from dockwright.text import line as shown

_DAY = 86400
_Labels = dict[str, str]
_Sample = tuple[_Labels, float | None]


@dataclass(frozen=True)
class _Metric:
    """One metric: its name behind ``dockwright_``, what it says, and its samples."""

    name: str
    about: str
    samples: Iterable[_Sample]


def metrics(site: Site) -> str:
    """The text of a file for node-exporter's ``--collector.textfile.directory``.

    Example:
        >>> print(metrics(Site("2026-11-30T07:00:00Z")), end="")
        # HELP dockwright_status_timestamp_seconds When the site was asked.
        # TYPE dockwright_status_timestamp_seconds gauge
        dockwright_status_timestamp_seconds 1796022000
        # HELP dockwright_status_code Exit status of dockwright status: 0, 1 or 2.
        # TYPE dockwright_status_code gauge
        dockwright_status_code 0
    """
    return "".join(line for metric in _metrics(site) for line in _lines(metric))


def _metrics(site: Site) -> Iterator[_Metric]:
    at = moment(site.at)
    yield _Metric("status_timestamp_seconds", "When the site was asked.", [({}, at)])
    about = "Exit status of dockwright status: 0, 1 or 2."
    yield _Metric("status_code", about, [({}, site.code)])
    asked = [one for one in site.boxes if one.severity != "absent"]
    yield from _of_boxes(asked)
    yield from _of_disks(asked)
    yield from _of_leaves(site.leaves)
    yield from _of_registries(site.registries)
    yield from _of_backups(site.backups)


def _of_boxes(rows: list[BoxRow]) -> Iterator[_Metric]:
    yield from _of_answers(rows)
    yield from _of_upkeep(rows)
    yield from _of_runs(rows)
    yield from _of_growth(rows)
    yield _Metric("drift_operations", "Operations that would change it.", _each(rows, "drift"))


def _of_answers(rows: list[BoxRow]) -> Iterator[_Metric]:
    """Whether boxes and their engines are up, and what is not well of them."""
    # one that could not tell a part of it did answer
    answered = [one for one in rows if one.updates is not None]
    up = (({"box": one.box}, float(one in answered)) for one in rows)
    yield _Metric("box_up", "Whether the box gave an answer.", up)
    yield _Metric(
        "box_remarks",
        "What is not well of the box itself, by severity.",
        (
            ({"box": one.box, "severity": severity}, _count(one, severity))
            for one in rows
            for severity in ("silent", "wrong", "due")
        ),
    )
    yield _Metric(
        "engine_up",
        "Whether the Docker engine of the box runs.",
        (({"box": one.box}, float(one.engine is not None)) for one in answered),
    )


def _of_upkeep(rows: list[BoxRow]) -> Iterator[_Metric]:
    """What a person is to see to in time: certificates, a reboot, updates."""
    yield _Metric(
        "certificate_remaining_seconds",
        "Seconds until the certificate (of=server) or CA (of=authority) ends.",
        (
            ({"box": one.box, "of": of}, None if days is None else days * _DAY)
            for one in rows
            for of, days in (("server", one.certificate_days), ("authority", one.authority_days))
        ),
    )
    yield _Metric(
        "reboot_required",
        "Whether the box needs a reboot.",
        (
            ({"box": one.box}, None if one.reboot is None else float(one.reboot != ""))
            for one in rows
        ),
    )
    yield _Metric("updates", "Packages that are behind.", _each(rows, "updates"))
    yield _Metric("updates_security", "Those of security among them.", _each(rows, "security"))


def _of_runs(rows: list[BoxRow]) -> Iterator[_Metric]:
    runs = [(one.box, one.last_run) for one in rows if one.last_run is not None]
    yield _Metric(
        "last_run_timestamp_seconds",
        "When the last run on the box began.",
        (({"box": box}, moment(run.began)) for box, run in runs),
    )
    yield _Metric(
        "last_run_ok",
        "Whether the last run on the box came to its end.",
        (({"box": box}, float(run.result == "ok")) for box, run in runs),
    )


def _of_growth(rows: list[BoxRow]) -> Iterator[_Metric]:
    for value, name, about in (
        ("build_cache", "build_cache_bytes", "BuildKit's cache."),
        ("volumes", "volumes_left", "Volumes without a name that no container has."),
        ("journal", "journal_bytes", "What the journal takes."),
        ("records", "records_bytes", "What the records of runs take."),
    ):
        grown = (({"box": o.box}, getattr(o.growth, value)) for o in rows if o.growth is not None)
        yield _Metric(name, about, grown)


def _of_disks(rows: list[BoxRow]) -> Iterator[_Metric]:
    for value, name, about in (
        ("size", "filesystem_size_bytes", "Size of a file system that the box writes to."),
        ("free", "filesystem_avail_bytes", "What is left of it."),
        ("inodes", "filesystem_files", "Its inodes; 0: it has no fixed number of them."),
        ("free_inodes", "filesystem_files_free", "How many more files it takes."),
    ):
        yield _Metric(
            name,
            about,
            (
                ({"box": one.box, "mountpoint": disk.mount}, getattr(disk, value))
                for one in rows
                for disk in one.disks
            ),
        )


def _of_leaves(rows: Iterable[LeafRow]) -> Iterator[_Metric]:
    rows = list(rows)

    def each(value: str) -> Iterator[_Sample]:
        for one in rows:
            of = getattr(one, value)
            yield _leaf(one), None if of is None else float(of)

    yield _Metric("leaf_up", "Whether its container runs.", each("running"))
    yield _Metric(
        "leaf_healthy",
        "Whether its health check says so.",
        ((_leaf(one), float(one.health == "healthy")) for one in rows if one.health is not None),
    )
    yield _Metric("leaf_image_current", "Whether the registry has the same.", each("current"))
    yield _Metric("leaf_uptime_seconds", "Since its container began.", each("seconds"))
    yield _Metric("leaf_restarts_last_hour", "By its init, by itself.", each("restarts"))
    yield _Metric("leaf_memory_bytes", "What its processes hold.", each("memory"))
    yield _Metric("leaf_memory_limit_bytes", "Its limit, if any.", each("memory_limit"))


def _of_registries(rows: Iterable[RegistryRow]) -> Iterator[_Metric]:
    rows = list(rows)

    def each(value: str) -> Iterator[_Sample]:
        return (({"registry": one.registry}, getattr(one, value)) for one in rows)

    up = (({"registry": one.registry}, float(one.severity != "silent")) for one in rows)
    yield _Metric("registry_up", "Whether the registry gave an answer.", up)
    yield _Metric("registry_images", "Names that it has.", each("images"))
    yield _Metric("registry_tags", "Tags of these.", each("tags"))
    yield _Metric("registry_size_bytes", "What its data take.", each("size"))
    for value, about in (
        ("collected", "When it was collected last, or was to be."),
        ("verified", "When all of it was read and verified last, or was to be."),
    ):
        samples = (({"registry": o.registry}, moment(getattr(o, value) or "")) for o in rows)
        yield _Metric(f"registry_{value}_timestamp_seconds", about, samples)
    yield _Metric("registry_flaws", "What was found unsound then.", each("flaws"))


def _of_backups(rows: Iterable[BackupRow]) -> Iterator[_Metric]:
    rows = list(rows)

    def each(value: str) -> Iterator[_Sample]:
        return (({"box": one.box, "part": one.part}, getattr(one, value)) for one in rows)

    def moments(value: str) -> Iterator[_Sample]:
        return ((labels, None if at is None else moment(str(at))) for labels, at in each(value))

    well = (({"box": one.box, "part": one.part}, float(one.severity == "well")) for one in rows)
    yield _Metric("backup_ok", "Whether it was made, and tried, as lately as it should.", well)
    yield _Metric("backup_timestamp_seconds", "When the last good backup was made.", moments("at"))
    yield _Metric("backup_drill_timestamp_seconds", "When one was tried last.", moments("drilled"))
    yield _Metric("backup_files", "Files that are in it.", each("files"))
    yield _Metric("backup_size_bytes", "What they take.", each("size"))


def _lines(metric: _Metric) -> Iterator[str]:
    samples = [(labels, value) for labels, value in metric.samples if value is not None]
    if not samples:
        return
    name = f"dockwright_{metric.name}"
    yield f"# HELP {name} {metric.about}\n# TYPE {name} gauge\n"
    for labels, value in samples:
        written = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        yield f"{name}{f'{{{written}}}' if written else ''} {value:.16g}\n"


def _escaped(text: str) -> str:
    # of what a box says, no line of its own
    return shown(text, 200).replace("\\", "\\\\").replace('"', '\\"')


def _leaf(row: LeafRow) -> _Labels:
    return {"box": row.box, "leaf": row.leaf, "job": row.job}


def _each(rows: Iterable[BoxRow], value: str) -> Iterator[_Sample]:
    return (({"box": one.box}, getattr(one, value)) for one in rows)


def _count(row: BoxRow, severity: str) -> int:
    return sum(one.severity == severity for one in row.remarks)
