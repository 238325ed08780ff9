"""Pictures that are received. aiortc holds a picture until the next one begins, 48 ms; the RTP marker bit releases it,
14 ms."""

from __future__ import annotations

from typing import Any

from aiortc.jitterbuffer import JitterBuffer, JitterFrame


class FrameBuffer(JitterBuffer):
    """Gives a picture out with its last packet, which carries the RTP marker bit (RFC 3550, 5.1; RFC 7741, 4.1)."""

    def _remove_frame(self, sequence_number: int) -> JitterFrame | None:
        if not self._is_video:
            return super()._remove_frame(sequence_number)
        self._drop_padding()
        payloads: list[bytes] = []
        timestamp: int | None = None
        for count in range(self.capacity):
            packet: Any = self._packets[(self._origin + count) % self.capacity] if self._origin is not None else None
            if packet is None:
                return None
            if timestamp is not None and packet.timestamp != timestamp:
                return self._release(count, payloads, timestamp)
            timestamp = packet.timestamp
            payloads.append(packet._data)
            if packet.marker:
                return self._release(count + 1, payloads, packet.timestamp)
        return None

    def _release(self, count: int, payloads: list[bytes], timestamp: int) -> JitterFrame:
        self.remove(count)
        return JitterFrame(data=b"".join(payloads), timestamp=timestamp)

    def _drop_padding(self) -> None:
        """Empty packets that probe the bandwidth after a picture; alone they would flush the decoder."""
        while self._origin is not None:
            packet: Any = self._packets[self._origin % self.capacity]
            if packet is None or packet._data:
                return
            self.remove(1)
