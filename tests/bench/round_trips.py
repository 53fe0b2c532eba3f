"""Round trips counted by cause: the longest chain of messages each sent after an answer was heard.

Questions put side by side are one round trip, however many they are; a question that waited for
the answer to the one before is one more. So a run at a delay takes at least this number times it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class RoundTrips:
    """The count of one box, by what a proxy in the middle sees of both sides.

    What is on its way has the depth that its sender had: the receiver takes it over on arrival.

    Example:
        >>> box = RoundTrips()
        >>> asked = [box.client_sends(), box.client_sends()]  # two questions side by side
        >>> for depth in asked:
        ...     box.server_hears(depth)
        >>> box.client_hears(box.server_sends())
        >>> box.count
        1
    """

    count: int = 0  # the deepest answer that the client has heard
    _asked: int = 0  # the deepest question that the server has heard

    def client_sends(self) -> int:
        """The depth of what the client sends now."""
        return self.count + 1

    def server_hears(self, depth: int) -> None:
        """What the client sent with ``depth`` has arrived."""
        self._asked = max(self._asked, depth)

    def server_sends(self) -> int:
        """The depth of what the server sends now: that of the deepest question it knows."""
        return self._asked

    def client_hears(self, depth: int) -> None:
        """What the server sent with ``depth`` has arrived."""
        self.count = max(self.count, depth)
