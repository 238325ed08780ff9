"""Decodes pictures on a thread of its own and shows the newest: what is behind is decoded but not shown, and what is
far behind is given up, so that nothing ever queues for long."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import av
import structlog

from media.pictures.packet import EncodedPicture

MAX_PIXELS: Final = 1920 * 1200
MAX_WAITING: Final = 60
BEHIND_SECONDS: Final = 0.4
"""A decoder that is so far behind begins again with a key frame."""
SHOW_AT_LEAST_SECONDS: Final = 0.1
"""While behind, one picture is shown in this time, so that it does not look frozen."""

_CODECS: Final = {"H264": "h264", "VP8": "libvpx"}
_CLOSE_SECONDS: Final = 2.0
_SMOOTHING: Final = 1 / 16

log = structlog.get_logger(__name__)


class Decoded(NamedTuple):
    """A picture to be shown now; `timestamp` as it was sent."""

    timestamp: int
    frame: av.VideoFrame


class _Waiting(NamedTuple):
    picture: EncodedPicture
    due: float


class PictureDecoder:
    """`put` on any thread. `show` and `broken` are called on the decoder's: `broken` when only a key frame helps."""

    def __init__(
        self,
        show: Callable[[Decoded], None],
        broken: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.decoded = 0
        self.hidden = 0
        """Pictures that were decoded but not shown, because a newer one was there."""
        self.failed = 0
        self.seconds = 0.0
        """That decoding a picture takes, smoothed."""
        self._show = show
        self._broken = broken
        self._clock = clock
        self._codec = ""
        self._context: Any = None
        self._needs_key = True
        self._shown_at = float("-inf")
        self._waiting: deque[_Waiting] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="picture-decoder", daemon=True)
        self._thread.start()

    def put(self, picture: EncodedPicture, due: float) -> bool:
        """Decode it in its turn and show it at `due`, on the clock. False: too far behind; what waited is dropped, and
        the next picture must be a key frame."""
        now = self._clock()
        with self._changed:
            behind = self._waiting and now - self._waiting[0].due > BEHIND_SECONDS
            if behind or len(self._waiting) >= MAX_WAITING:
                self._waiting.clear()
                self._needs_key = True
            if self._needs_key and not self._waiting and not picture.key:
                return False
            # What the network has delayed is not the decoder's lateness.
            self._waiting.append(_Waiting(picture, max(due, now)))
            self._changed.notify()
        return True

    def close(self) -> None:
        """Show nothing more and end the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(_CLOSE_SECONDS)
        if self._thread.is_alive():
            log.warning("picture decoder hangs")

    def _run(self) -> None:
        while (waiting := self._next()) is not None:
            try:
                self._decode(waiting.picture)
            except (av.FFmpegError, ValueError) as error:
                self._fail(type(error).__name__)

    def _next(self) -> _Waiting | None:
        """The next picture once it is due; None at the end."""
        with self._changed:
            while not self._closing:
                wait = self._waiting[0].due - self._clock() if self._waiting else None
                if wait is not None and wait <= 0:
                    return self._waiting.popleft()
                self._changed.wait(wait)
        return None

    def _decode(self, picture: EncodedPicture) -> None:
        if self._needs_key and not picture.key:
            return
        if not picture.data:
            raise ValueError("An empty picture would end the stream.")
        began = self._clock()
        frames = self._opened(picture.codec).decode(_packet(picture))
        self.seconds += (self._clock() - began - self.seconds) * (_SMOOTHING if self.decoded else 1.0)
        self._needs_key = False
        self.decoded += 1
        for frame in frames:
            if frame.is_corrupt or frame.width * frame.height > MAX_PIXELS:
                self._fail("damaged or too large")
                return
            self._show_newest(Decoded(picture.timestamp, frame))

    def _opened(self, codec: str) -> Any:
        if self._context is None or codec != self._codec:
            self._context, self._codec = _open(codec), codec
        return self._context

    def _show_newest(self, decoded: Decoded) -> None:
        now = self._clock()
        with self._changed:
            newer = bool(self._waiting) and self._waiting[0].due <= now
            if self._closing or (newer and now - self._shown_at < SHOW_AT_LEAST_SECONDS):
                self.hidden += 1
                return
        self._shown_at = now
        self._show(decoded)

    def _fail(self, reason: str) -> None:
        log.warning("picture not decoded", reason=reason)
        self.failed += 1
        self._context = None
        self._needs_key = True
        self._broken()


def _packet(picture: EncodedPicture) -> Any:
    packet: Any = av.Packet(picture.data)
    packet.pts = picture.timestamp
    return packet


def _open(codec: str) -> Any:
    """Raises ValueError for a codec that was never agreed on."""
    if codec not in _CODECS:
        raise ValueError(codec)
    context: Any = av.VideoCodecContext.create(_CODECS[codec], "r")
    context.flags |= av.codec.context.Flags.low_delay
    # One picture is one slice: more threads only wait for each other.
    context.thread_count = 1
    context.options = {"max_pixels": str(MAX_PIXELS)}
    return context
