"""A booth's end of a call without a screen: `python -m tests.benchmarks.booth_end FILM SPEECH`.

Reads one JSON object a line and answers one: `{"do": "answer", "sdp": …}` → `{"sdp": …}`, `{"do": "join", "sdp": …}`
(the offer of a guest: a second call with the same camera, microphone and speaker), `{"do": "begin"}` (forget what was
seen), `{"do": "records"}` → what was seen in the first call, as `peer.js` has it, `{"do": "quit"}`.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

import numpy as np
import structlog

from media.call import Call
from media.devices import CameraFrame, open_camera, open_microphone, open_speaker
from media.i420 import I420, size_of
from media.latest import LatestSlot
from media.testing.barcode import read_barcode

SERIES_SECONDS: Final = 0.2
MAX_LINE: Final = 1 << 20


class BoothEnd:
    """A Call with a film for a camera. Moments are milliseconds of the Unix clock, as the browser's."""

    def __init__(self, film: str, speech: str) -> None:
        self._unix = time.time() - time.monotonic()
        self._camera = open_camera(film)
        self._microphone = open_microphone(speech)
        self._speaker = open_speaker("none")
        self._frames: LatestSlot[I420] = LatestSlot()
        self._begin()
        self._camera.frames.listen(self._captured)
        self._frames.listen(self._shown)
        self._call = self._make_call(self._frames)
        self._guests: list[Call] = []

    def _make_call(self, frames: LatestSlot[I420]) -> Call:
        return Call(
            camera=self._camera,
            microphone=self._microphone,
            speaker=self._speaker,
            ice_servers=[],
            on_frame=frames,
            on_message=lambda message: None,
            on_state=lambda state: None,
        )

    def _begin(self) -> None:
        self._records: dict[str, list[Any]] = {"captured": [], "shown": [], "encoded": [], "series": []}

    def _at(self, monotonic: float) -> float:
        return (monotonic + self._unix) * 1000

    def _captured(self) -> None:
        frame: CameraFrame | None = self._camera.frames.latest
        if frame and (number := read_barcode(frame.i420[: size_of(frame.i420)[1]])) is not None:
            self._records["captured"].append((number, self._at(frame.stamp)))

    def _shown(self) -> None:
        now = time.monotonic()
        picture = self._frames.latest
        if picture is not None:
            width, height = size_of(picture)
            self._records["shown"].append((read_barcode(picture[:height]), self._at(now), width, height))

    async def watch(self) -> None:
        while True:
            await asyncio.sleep(SERIES_SECONDS)
            self._records["series"].append(self._counters())

    def _counters(self) -> dict[str, Any]:
        figures = self._call.figures()
        sound, sending = figures.sound, figures.sending
        return {
            "at": self._at(time.monotonic()),
            "frames": figures.received.video_frames,
            "height": figures.received.video_height,
            "sent_frames": figures.sent_frames,
            "target_bitrate": sending.bitrate if sending else None,
            "paused": bool(sending and sending.picture_paused),
            "key_frames_asked": sending.key_frames_asked if sending else 0,
            "samples": sound.played + sound.recovered + sound.concealed,
            "made_up_samples": sound.concealed,
            "sync_offset": self._call._video.sync_offset,
        }

    async def obey(self, order: dict[str, Any]) -> dict[str, Any]:
        match order["do"]:
            case "answer":
                return {"sdp": await self._call.answer(order["sdp"])}
            case "join":
                guest = self._make_call(LatestSlot())
                self._guests.append(guest)
                return {"sdp": await guest.answer(order["sdp"])}
            case "begin":
                self._begin()
                return {}
            case "records":
                return {**self._records, "figures": asdict(self._call.figures())}
        raise ValueError(f"unknown order {order['do']}")

    async def close(self) -> None:
        for call in (self._call, *self._guests):
            await call.close()
        for device in (self._camera, self._microphone, self._speaker):
            device.close()


def plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else str(value)


async def orders(each: Callable[[dict[str, Any]], Any]) -> None:
    """Until `quit` or the end of input."""
    lines = asyncio.StreamReader(limit=MAX_LINE)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        order = json.loads(line)
        if order["do"] == "quit":
            return
        print(json.dumps(await each(order), default=plain), flush=True)


async def main(film: str, speech: str) -> None:
    end = BoothEnd(film, speech)
    watch = asyncio.create_task(end.watch(), name="watch")
    try:
        await orders(end.obey)
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
        await end.close()


if __name__ == "__main__":
    # Standard output is for answers.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(main(*sys.argv[1:3]))
