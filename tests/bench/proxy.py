"""A proxy on this machine that delays each direction of TCP connections, and counts round trips.

It stands in for a far network where the kernel has no netem. What it leaves out: a connection's own
handshake takes no time, no packet is lost, and the bandwidth is the machine's. It listens on the
loopback address alone, and leads to one place.
"""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

from tests.bench.round_trips import RoundTrips

_CHUNK = 65536
_QUEUED = 512  # chunks on their way in one direction
_CONNECTIONS = 64  # at a time
# when it is due, its depth, and its bytes; None: the sender has ended
_OnItsWay = tuple[float, int, "bytes | None"]


class Proxy:
    """The way to ``place`` that takes ``delay`` seconds there and back, half of it each way.

    Args:
        place: address and port of the server.
        delay: seconds of a round trip; set it between runs as you like.

    Example::

        with Proxy(("192.168.72.10", 22), delay=0.05) as proxy:
            run(["ssh", "-p", str(proxy.port), "127.0.0.1", "true"])
            proxy.round_trips
    """

    def __init__(self, place: tuple[str, int], delay: float = 0.0) -> None:
        self.place, self.delay = place, delay
        self._trips, self._lock = RoundTrips(), threading.Lock()
        self._open: set[socket.socket] = set()
        self._free = threading.Semaphore(_CONNECTIONS)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Proxy:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self.end()

    @property
    def round_trips(self) -> int:
        """How many there were since the last `reset`."""
        return self._trips.count

    def reset(self) -> None:
        """Count from 0, and end connections that a run has left open."""
        self._end_connections()
        with self._lock:
            self._trips = RoundTrips()

    def end(self) -> None:
        """Take no connections any more, and end those that are open."""
        # an accept that waits is woken by this, not by the close
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._end_connections()

    def _end_connections(self) -> None:
        with self._lock:
            left = list(self._open)
        for one in left:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:  # the end
                return
            threading.Thread(target=self._connection, args=(client,), daemon=True).start()

    def _connection(self, client: socket.socket) -> None:
        with self._free, client:
            try:
                server = socket.create_connection(self.place, timeout=30)
            except OSError:
                return  # the client sees its connection end
            with server:
                server.settimeout(None)
                self._relay(client, server)

    def _relay(self, client: socket.socket, server: socket.socket) -> None:
        # the count is the one that was begun last when the connection was made
        with self._lock:
            trips = self._trips
            self._open |= {client, server}
        for one in (client, server):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ended = threading.Event()  # the client sends no more
        threads = [
            *self._one_way(client, server, trips.client_sends, trips.server_hears, ends=ended),
            *self._one_way(server, client, trips.server_sends, trips.client_hears, after=ended),
        ]
        for thread in threads:
            thread.join()
        with self._lock:
            self._open -= {client, server}

    def _one_way(
        self,
        of: socket.socket,
        to: socket.socket,
        sends: Callable[[], int],
        hears: Callable[[int], None],
        ends: threading.Event | None = None,
        after: threading.Event | None = None,
    ) -> list[threading.Thread]:
        on_its_way: queue.Queue[_OnItsWay] = queue.Queue(_QUEUED)
        take, hand_over = (of, on_its_way, sends, ends), (to, on_its_way, hears, after)
        threads = [
            threading.Thread(target=self._take, args=take, daemon=True),
            threading.Thread(target=self._hand_over, args=hand_over, daemon=True),
        ]
        for thread in threads:
            thread.start()
        return threads

    def _take(
        self,
        of: socket.socket,
        on_its_way: queue.Queue[_OnItsWay],
        sends: Callable[[], int],
        ends: threading.Event | None,
    ) -> None:
        data: bytes | None = b""
        while data is not None:
            try:
                data = of.recv(_CHUNK) or None
            except OSError:
                data = None
            if data is None and ends is not None:
                ends.set()
            with self._lock:
                depth = sends()
            on_its_way.put((time.monotonic() + self.delay / 2, depth, data))

    def _hand_over(
        self,
        to: socket.socket,
        on_its_way: queue.Queue[_OnItsWay],
        hears: Callable[[int], None],
        after: threading.Event | None,
    ) -> None:
        alive = True
        while True:
            due, depth, data = on_its_way.get()
            if (left := due - time.monotonic()) > 0:
                time.sleep(left)
            if data is None:
                with suppress(OSError):
                    to.shutdown(socket.SHUT_WR)
                return
            if not alive:  # what still comes is read, or its sender would wait for ever
                continue
            may_be_gone = after is not None and after.is_set()
            if not may_be_gone:  # it may send at once what it knows by this
                with self._lock:
                    hears(depth)
            try:
                to.sendall(data)
            except OSError:
                alive = False
            # what comes for one that has gone is heard by nobody: its system has said so by now
            if may_be_gone and alive and not to.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                with self._lock:
                    hears(depth)
