"""What a booth tells of a real call over the loopback, and that it notices what does not come."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from media.consultation import CallFigures
from tests.media.peers import Booth, Clerk, connect, of_type

Devices = Callable[..., Any]


def told(condition: Callable[[CallFigures], object]) -> Callable[[list[Any]], bool]:
    return lambda values: any(condition(figures) for figures in of_type(CallFigures)(values))


async def test_every_figure_is_told(
    devices: Devices, citizen_video: Path, clerk_video: Path, booth_tone: Path, clerk_tone: Path
) -> None:
    clerk = Clerk(devices("camera", clerk_video), devices("microphone", clerk_tone))
    booth = Booth(devices("camera", citizen_video), devices("microphone", booth_tone), devices("speaker", "none"))
    await connect(clerk, booth)
    await clerk.messages.until(told(lambda figures: None not in msgspec.structs.asdict(figures).values()))
    figures = [one for one in of_type(CallFigures)(clerk.messages.values) if one.sync_offset_ms is not None][-1]
    assert figures.loss == 0
    assert figures.bitrate is not None and figures.bitrate > 100_000
    assert figures.audio_capture_ms == 25, "A block of 20 ms and its way out; a file has no latency."
    assert figures.audio_playout_ms == 20
    assert figures.audio_buffer_ms is not None and 0 < figures.audio_buffer_ms < 1000
    assert figures.set_up_ms is not None and 0 < figures.set_up_ms < 20_000
    await booth.call.close()
    await clerk.close()


async def test_a_clerk_whose_picture_stops_is_told_of_the_freeze(
    devices: Devices, citizen_video: Path, clerk_video: Path, booth_tone: Path, clerk_tone: Path
) -> None:
    clerk = Clerk(devices("camera", clerk_video), devices("microphone", clerk_tone))
    booth = Booth(devices("camera", citizen_video), devices("microphone", booth_tone), devices("speaker", "none"))
    await connect(clerk, booth)
    await clerk.messages.until(told(lambda figures: figures.video_frames > 10))
    before = booth.call.figures().received
    next(sender for sender in clerk.peer.getSenders() if sender.kind == "video").replaceTrack(None)
    assert before.video_freezes is not None
    frozen = (before.video_frozen_s or 0) + 1.5
    await clerk.messages.until(told(lambda figures: (figures.video_frozen_s or 0) > frozen))
    after = booth.call.figures().received
    assert after.video_freezes is not None
    assert after.video_freezes > before.video_freezes
    assert after.video_fps < 5
    await booth.call.close()
    await clerk.close()
