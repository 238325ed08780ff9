"""A simulated path for pictures: a sender that sends again and makes key frames when told to, loss, delay, jitter."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from media.pictures.assembler import Feedback, PictureAssembler
from media.pictures.packet import EncodedPicture, PicturePacket

INTERVAL = 1 / 30
SSRC = 7


def picture_packets(number: int, first: int, count: int, *, key: bool, codec: str = "H264") -> list[PicturePacket]:
    """The packets of picture `number`; each one's data tells the picture and the part."""
    return [
        PicturePacket(
            ssrc=SSRC,
            sequence=(first + part) & 0xFFFF,
            timestamp=(number * 3000) & 0xFFFFFFFF,
            last=part == count - 1,
            codec=codec,
            data=bytes([number >> 8 & 0xFF, number & 0xFF, part]),
            starts_key=key and part == 0,
            again=False,
        )
        for part in range(count)
    ]


def number_of(picture: EncodedPicture) -> int:
    """The picture's number, if it is whole. Raises AssertionError if parts are missing or mixed."""
    parts = [picture.data[start : start + 3] for start in range(0, len(picture.data), 3)]
    assert [part[2] for part in parts] == list(range(len(parts)))
    assert len({part[:2] for part in parts}) == 1
    return int.from_bytes(parts[0][:2])


@dataclass
class Path:
    """Seconds one way, what comes on top at random, shares of packets lost there and of feedback lost back."""

    delay: float = 0.040
    jitter: float = 0.0
    loss: float = 0.0
    feedback_loss: float = 0.0
    lost: Callable[[float, PicturePacket], bool] = lambda now, packet: False


@dataclass
class PictureCall:
    """Runs an assembler at the end of a path and keeps what it gives out and asks for."""

    path: Path
    seed: int = 1
    parts: int = 5
    key_parts: int = 20
    shown: list[tuple[float, EncodedPicture]] = field(default_factory=list)
    told: list[tuple[float, Feedback]] = field(default_factory=list)
    most_packets: int = 0

    def __post_init__(self) -> None:
        self.assembler = PictureAssembler()
        self._rng = random.Random(self.seed)
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._order = itertools.count()
        self._sent: dict[int, PicturePacket] = {}
        self._sent_again: dict[int, float] = {}
        self._sequence = self._rng.randrange(1 << 16)
        self._number = 0
        self._key = True

    def run(self, seconds: float) -> None:
        self._at(0.0, self._send_picture)
        while self._events and self._events[0][0] <= seconds:
            now, _, event = heapq.heappop(self._events)
            event(now)
            self.most_packets = max(self.most_packets, len(self.assembler))

    @property
    def numbers(self) -> list[int]:
        return [number_of(picture) for _, picture in self.shown]

    @property
    def keys_asked(self) -> int:
        return sum(feedback.key for _, feedback in self.told)

    @property
    def requested(self) -> int:
        """Sequence numbers asked for, repetitions too."""
        return sum(len(feedback.missing) for _, feedback in self.told)

    def freezes(self, longest: float = 0.2) -> list[float]:
        """Gaps between pictures that are longer."""
        moments = [moment for moment, _ in self.shown]
        return [after - before for before, after in itertools.pairwise(moments) if after - before > longest]

    def _at(self, moment: float, event: Callable[[float], None]) -> None:
        heapq.heappush(self._events, (moment, next(self._order), event))

    def _send_picture(self, now: float) -> None:
        count = self.key_parts if self._key else self.parts
        for packet in picture_packets(self._number, self._sequence, count, key=self._key):
            self._sent[packet.sequence] = packet
            self._sent_again.pop(packet.sequence, None)
            self._send(packet, now)
        self._sequence = (self._sequence + count) & 0xFFFF
        self._number += 1
        self._key = False
        self._at(now + INTERVAL, self._send_picture)

    def _send(self, packet: PicturePacket, now: float) -> None:
        if self._rng.random() < self.path.loss or self.path.lost(now, packet):
            return
        arrival = now + self.path.delay + self._rng.random() * self.path.jitter
        self._at(arrival, lambda moment: self._arrive(packet, moment))

    def _arrive(self, packet: PicturePacket, now: float) -> None:
        self.shown += [(now, picture) for picture in self.assembler.put(packet, now)]
        self._tell(now)

    def _tell(self, now: float) -> None:
        feedback = self.assembler.due(now)
        if feedback.missing or feedback.key:
            self.told.append((now, feedback))
            if self._rng.random() >= self.path.feedback_loss:
                self._at(now + self.path.delay, lambda moment: self._hear(feedback, moment))
        moment = self.assembler.next_due()
        if moment is not None:
            self._at(max(moment, now + 0.001), self._wake)

    def _wake(self, now: float) -> None:
        moment = self.assembler.next_due()
        if moment is not None and moment <= now:
            self._tell(now)

    def _hear(self, feedback: Feedback, now: float) -> None:
        """As Chromium does: a packet is sent again once in a round trip, a key frame with the next picture."""
        self._key = self._key or feedback.key
        for sequence in feedback.missing:
            again_at = self._sent_again.get(sequence, float("-inf"))
            if sequence in self._sent and now - again_at >= 2 * self.path.delay:
                self._sent_again[sequence] = now
                self._send(self._sent[sequence]._replace(again=True), now)
