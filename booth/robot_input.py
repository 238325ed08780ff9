"""What the robot is told: standard input by the line, which another process can go on reading between two lines."""

from __future__ import annotations

import os
import select


class RobotInput:
    """`readline` is called on one thread, `stop` on any."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._rest = b""
        self._woken, self._waker = os.pipe()

    def readline(self, size: int) -> str:
        """The next line; empty at the end of the input and once it was stopped, before more is taken. A line longer
        than `size` bytes comes in parts."""
        while b"\n" not in self._rest and len(self._rest) < size:
            # Whoever has written half a line will write the rest of it.
            waited_for = [self._descriptor] if self._rest else [self._descriptor, self._woken]
            ready, _, _ = select.select(waited_for, [], [])
            if self._woken in ready:
                return ""
            more = os.read(self._descriptor, size)
            if not more:
                break
            self._rest += more
        end = self._rest.find(b"\n") + 1 or len(self._rest)
        line, self._rest = self._rest[: min(end, size)], self._rest[min(end, size) :]
        return line.decode(errors="replace")

    def stop(self) -> None:
        """Take no more from the input; call once."""
        os.close(self._waker)
