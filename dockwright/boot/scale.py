"""Several instances of a process: how many, and ports that lie apart."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dockwright.boot.ports import Port
from dockwright.boot.procfile import Process
from dockwright.boot.run_line import RunSpecification
from dockwright.errors import DockwrightError


def counts(scale: Mapping[str, int], processes: Sequence[Process], source: str) -> dict[str, int]:
    """How many instances each of ``processes`` has: as ``scale`` says, else 1.

    Raises:
        DockwrightError: a process the Procfile lacks or that ends by itself, or no count.

    Example:
        >>> counts({"web": 2}, [Process("web", "docker run web", 1)], "Procfile")
        {'web': 2}
    """
    instances = dict.fromkeys((process.name for process in processes), 1)
    ends = {process.name for process in processes if not process.lives}
    for name, count in scale.items():
        if name not in instances:
            known = ", ".join(instances)
            raise DockwrightError(f"{source}: scale {name}={count}: no such process; has {known}")
        if name in ends:
            raise DockwrightError(
                f"{source}: scale {name}={count}: it runs to its end, once at a time; "
                "leave it out of scale"
            )
        if isinstance(count, bool) or not isinstance(count, int) or count < 0:
            raise DockwrightError(f"{source}: scale {name}={count}: not a count; use 0 or more")
        instances[name] = count
    return instances


def moved(run: RunSpecification, ports: Mapping[int, int]) -> RunSpecification:
    """``run``, with the host ports of ``ports``, by the container's, where it gives no address.

    Example:
        >>> from dockwright.boot.run_line import read
        >>> run = moved(read("docker run -p 5000:5000 hub", "Procfile:1"), {5000: 5443})
        >>> [str(port) for port in run.ports]
        ['5443:5000']
    """
    to = {(inner, inner): (outer, outer) for inner, outer in ports.items()}
    return replace(
        run,
        ports=tuple(
            replace(port, host=to.get(port.container, port.host))
            if port.address is None and port.protocol == "tcp"
            else port
            for port in run.ports
        ),
    )


def instance_ports(
    first: RunSpecification,
    run: RunSpecification,
    number: int,
    count: int,
    addresses: Sequence[str | None],
    where: str,
) -> tuple[tuple[Port, ...], ...]:
    """The ports of instance ``number`` of ``count``, apart from those of the instances before it.

    Of each port that the run line publishes, one for every address.

    Args:
        first: the run line as instance 1 reads it.
        run: the same line as this instance reads it; they differ where it says $PORT.
        number: from 1.
        count: how many instances there are.
        addresses: for ports that name none; None is every address of the box.
        where: what errors call the line.

    Raises:
        DockwrightError: past the last port.

    Example:
        >>> from dockwright.boot.run_line import read
        >>> run = read("docker run -p 80:80 web", "Procfile:1")
        >>> [list(map(str, of)) for of in instance_ports(run, run, 2, 2, [None], "Procfile:1")]
        [['81:80']]
    """
    ports = []
    for before, port in zip(first.ports, run.ports, strict=True):
        # a port that $PORT has moved is apart already, and in a wide range the engine chooses
        if before == port and port.choice < count:
            try:
                port = port.shifted(number - 1)
            except DockwrightError as error:
                raise DockwrightError(f"{where}: {error}") from error
        on = [port.address] if port.address else addresses
        ports.append(tuple(replace(port, address=one) for one in on))
    return tuple(ports)
