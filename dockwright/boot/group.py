"""From a leaf's Procfile to its jobs: names, images, ports, limits and environment filled in."""

import re
from collections.abc import Mapping, Sequence
from ipaddress import ip_address

from dockwright.boot.collisions import check_ports
from dockwright.boot.env import checked, merged
from dockwright.boot.job import Group, Job
from dockwright.boot.limits import DEFAULT_LIMITS, limits_for
from dockwright.boot.moved import Moved, apply
from dockwright.boot.ports import Port
from dockwright.boot.procfile import parse
from dockwright.boot.reach import Reach, within
from dockwright.boot.run_line import Option, RunSpecification, read
from dockwright.boot.scale import counts, instance_ports
from dockwright.boot.scale import moved as with_host_ports
from dockwright.boot.words import default_port
from dockwright.errors import DockwrightError

# A reference's component without dots: a dot parts the leaf from its process in every name.
_LEAF = re.compile(r"[a-z0-9]+(?:(?:_|__|-+)[a-z0-9]+)*")
_IMAGE = re.compile(r"[A-Za-z0-9\[][^\s\x00-\x1f]*")
_LONGEST = 200  # a name; a file name has 255 bytes, and units and settings lengthen it
_STOP_TIMEOUT = 10  # docker's own, in seconds
NO_COPY = (
    "none"  # the logging driver that keeps nothing: a client in the foreground still hears all
)
_FIRST_PORT, _PORTS_A_PROCESS = 5000, 100  # as foreman numbers $PORT
_HIGHEST_PORT = 65535


def group(
    leaf: str,
    procfile: str,
    source: str,
    *,
    image: str | None = None,
    runs: str | None = None,
    address: str | Sequence[str] | None = None,
    scale: Mapping[str, int] | None = None,
    env: Mapping[str, str] | None = None,
    limits: Sequence[Option] = DEFAULT_LIMITS,
    after: Sequence[str] = (),
    host_ports: Mapping[int, int] | None = None,
    moved: Moved | None = None,
    log_driver: str | None = NO_COPY,
    reach: Reach | None = None,
) -> Group:
    """The jobs of ``leaf``, one for each process and instance.

    Args:
        leaf: the image folder's name.
        procfile: the text of its Procfile.
        source: what errors call the Procfile, such as ``images/zenweb/Procfile``.
        image: what runs in place of the Procfile's image, ``NAME@sha256:…`` or an image's ID.
        runs: the image that the run lines name, as they write it (`named_image`); None where it
            is the leaf's own.
        address: where ports are published that name no address; several where it is several.
        scale: how many instances, by process; 1 where it says nothing. An instance's host ports
            lie above those of the one before it, unless they come from $PORT or from a range.
        env: the site's values, which may be secret, for every job.
        limits: docker options (long name, value) that hold unless the run line says otherwise.
        after: leaves of the same box that are to be up before it.
        host_ports: host ports by the container's, in place of those that the Procfile gives
            these without an address.
        moved: other ports of the host and other data than the run lines say.
        log_driver: of containers whose run line says nothing of logs; None for the engine's own.
            By default none: the init's log has what they say, and needs no copy.
        reach: what its containers may reach, in a network of their own; None where nothing is
            said of that.

    Raises:
        DockwrightError: what cannot run, or cannot run together; it names the Procfile's line.

    Example:
        >>> group("zenweb", "web: docker run -p 80:80 zenweb", "Procfile").jobs[0].name
        'zenweb.web.1'
    """
    for name in (leaf, *after):
        if not _LEAF.fullmatch(name):
            raise DockwrightError(
                f"{source}: leaf {name!r}: a job cannot be called so; use lower-case letters and "
                "digits, parted by _ or -"
            )
    if image is not None and not _IMAGE.fullmatch(image):
        raise DockwrightError(f"{source}: image {image!r}: not an image; use NAME@sha256:… or ID")
    processes = parse(procfile, source)
    instances = counts(scale or {}, processes, source)
    values = checked(env or {}, f"{source}: env")
    base = _base_port(env or {}, source)
    named = [address] if address is None or isinstance(address, str) else list(address)
    published = list(dict.fromkeys(_canonical(one, source) for one in named))
    jobs: list[Job] = []
    notices: list[str] = []
    for index, process in enumerate(processes):
        where = f"{source}:{process.line}"
        lowest = first_port(index) if base is None else first_port(index, base)
        if base is None and (default := default_port(process.command)) is not None:
            lowest = default
        first = with_host_ports(_read(process.command, where, lowest, moved), host_ports or {})
        if runs is not None and first.image != runs:
            raise DockwrightError(
                f"{where}: image {first.image}: another process of the leaf runs {runs}; name one "
                "image in all lines, in one spelling, or give the other a leaf of its own"
            )
        if runs is None and not is_own(first.image, leaf):
            raise DockwrightError(
                f"{where}: image {first.image}: not the leaf's own; run {leaf} here, and give "
                "the other image a Procfile of its own"
            )
        notices += first.notices
        for number in range(1, instances[process.name] + 1):
            port = lowest + number - 1
            run = with_host_ports(_read(process.command, where, port, moved), host_ports or {})
            placed = instance_ports(first, run, number, instances[process.name], published, where)
            ports = tuple(port for of_one in placed for port in of_one)
            its = tuple((k, str(port) if k == "PORT" else v) for k, v in values)
            options, replaced = merged(run.options, its, port, where)
            held = limits_for(options, limits, f"{source}: limits")
            bounds = within(options, leaf, reach, where)
            options = [*held, *_log(options, log_driver), *bounds, *_with(placed, options)]
            name = f"{leaf}.{process.name}.{number}"
            if len(name) > _LONGEST:
                raise DockwrightError(
                    f"{where}: {name[:40]}…: {len(name)} characters; a job's name has {_LONGEST} "
                    "at most, so rename the process or the leaf"
                )
            jobs.append(
                Job(
                    leaf=leaf,
                    process=process.name,
                    number=number,
                    image=image or run.image,
                    argv=(
                        *("run", "--rm", "--name", name),
                        *(word for option in options for word in _words(option)),
                        *(image or run.image, *run.command),
                    ),
                    ports=ports,
                    env=its,
                    stop_timeout=_stop_timeout(run.options, where),
                    when=process.when,
                )
            )
            notices += replaced if number == 1 else []
    made = Group(leaf, tuple(jobs), tuple(notices), tuple(sorted(after)), reach)
    check_ports([made], source)
    return made


def _read(command: str, where: str, port: int, moved: Moved | None) -> RunSpecification:
    run = read(command, where, port=port)
    return run if moved is None else apply(run, moved)


def named_image(procfile: str, source: str) -> str:
    """The image that a Procfile's first run line names, as it is written there.

    Args:
        procfile: its text.
        source: what errors call it.

    Raises:
        DockwrightError: the Procfile, or its first run line, does not parse.

    Example:
        >>> named_image("db: docker run -v data:/data postgres:16", "Procfile")
        'postgres:16'
    """
    first = parse(procfile, source)[0]
    return read(first.command, f"{source}:{first.line}").image


def first_port(index: int, base: int = _FIRST_PORT) -> int:
    """What ``$PORT`` stands for in the first instance of a Procfile's process ``index``, from 0.

    Args:
        index: the process's place in the Procfile.
        base: the site's PORT, which is that of the first process; foreman's 5000 by default.

    Example:
        >>> first_port(1)
        5100
    """
    return base + _PORTS_A_PROCESS * index


def _base_port(env: Mapping[str, str], source: str) -> int | None:
    """The PORT that the site gives, as foreman takes it: what the first process's begins with."""
    if "PORT" not in env:
        return None
    if not re.fullmatch("[0-9]{1,5}", env["PORT"]) or not 1 <= int(env["PORT"]) <= _HIGHEST_PORT:
        raise DockwrightError(f"{source}: env: PORT: no port; give a number from 1 to 65535")
    return int(env["PORT"])


def _canonical(address: str | None, source: str) -> str | None:
    try:
        return None if address is None else str(ip_address(address))
    except ValueError as error:
        raise DockwrightError(
            f"{source}: address {address}: not an address; write 192.168.50.10 or ::1"
        ) from error


def _with(ports: Sequence[Sequence[Port]], options: Sequence[Option]) -> list[Option]:
    """``options`` with the ports of each ``--publish`` in its place."""
    placed = iter(ports)
    made: list[Option] = []
    for name, value in options:
        if name == "publish":
            made += [("publish", str(port)) for port in next(placed)]
        else:
            made.append((name, value))
    return made


def _log(options: Sequence[Option], driver: str | None) -> list[Option]:
    """The logging driver, where the run line leaves it open; its options belong to a driver."""
    said = {"log-driver", "log-opt"} & {name for name, _ in options}
    return [] if driver is None or said else [("log-driver", driver)]


def _words(option: Option) -> tuple[str, ...]:
    name, value = option
    if value is None:
        return (f"--{name}",)
    # a boolean takes its value after = only
    return (f"--{name}={value}",) if value == "false" else (f"--{name}", value)


def _stop_timeout(options: Sequence[Option], where: str) -> int:
    written = [value or "" for name, value in options if name == "stop-timeout"]
    if not written:
        return _STOP_TIMEOUT
    if not re.fullmatch("[0-9]{1,6}", written[-1]):
        raise DockwrightError(f"{where}: --stop-timeout {written[-1]}: use seconds, 0 or more")
    return int(written[-1])


def is_own(image: str, leaf: str) -> bool:
    """Whether ``image`` is called as the leaf is, whatever its registry and tag.

    Example:
        >>> is_own("host:5000/zenweb:1", "zenweb"), is_own("postgres:16", "db")
        (True, False)
    """
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0] == leaf
