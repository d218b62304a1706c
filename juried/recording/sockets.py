"""A process without network: while it is blocked, no socket of Python connects anywhere, not even to this machine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from juried.errors import ReplayError

_EVENTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"})


class _Block:
    """How many blocks are in force, and what was tried meanwhile; an audit hook cannot be taken away again."""

    def __init__(self) -> None:
        self.depth = 0
        self.hooked = False
        self.tried: list[str] = []

    def watch(self, event: str, arguments: tuple[object, ...]) -> None:
        """Refuse an event of the network."""
        if self.depth and event in _EVENTS:
            address = arguments[1] if event in ("socket.connect", "socket.sendto") else arguments[0]
            self.tried.append(f"{event} {address}")
            raise ReplayError(
                f"a replay must not use the network, and something tried to ({event} {address}).",
                advice="Only HTTP exchanges can be recorded; leave out the plug-in that needs more.",
            )


_block = _Block()


@contextmanager
def blocked_sockets() -> Iterator[list[str]]:
    """Block all sockets of the process; gives the list of what was tried all the same."""
    if not _block.hooked:
        sys.addaudithook(_block.watch)
        _block.hooked = True
    _block.depth += 1
    tried = len(_block.tried)
    seen: list[str] = []
    try:
        yield seen
    finally:
        _block.depth -= 1
        seen += _block.tried[tried:]
