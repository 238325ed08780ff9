"""A whole call over real sockets: what is sent is recognised at the other end by its content."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from media.consultation import CallFigures, Greeting, Heartbeat, Text
from media.lifecycle import CallState
from media.testing.barcode import read_barcode
from media.testing.tone import best_tone_level, read_wav, tone_level
from tests.media.peers import BOOTH_HZ, CLERK_HZ, PATIENCE, Booth, Clerk, connect, of_type

Devices = Callable[..., Any]


def clear(tone_hz: float, other_hz: float) -> Callable[[list[Any]], bool]:
    """Whether the last half second is one tone and not the other."""

    def heard(blocks: list[Any]) -> bool:
        samples = np.concatenate(blocks[-25:]) if len(blocks) >= 25 else np.zeros(0, np.int16)
        return tone_level(samples, tone_hz) > 0.2 and tone_level(samples, other_hz) < 0.02

    return heard


def advancing(count: int) -> Callable[[list[Any]], bool]:
    def condition(numbers: list[Any]) -> bool:
        read = [number for number in numbers if number is not None]
        return len(read) >= count and sum(b > a for a, b in pairwise(read)) >= count - 2

    return condition


async def test_picture_and_sound_pass_both_ways(
    devices: Devices,
    citizen_video: Path,
    clerk_video: Path,
    booth_tone: Path,
    clerk_tone: Path,
    tmp_path: Path,
) -> None:
    heard = tmp_path / "heard.wav"
    clerk = Clerk(devices("camera", clerk_video), devices("microphone", clerk_tone))
    speaker = devices("speaker", heard)
    booth = Booth(devices("camera", citizen_video), devices("microphone", booth_tone), speaker)
    await connect(clerk, booth)

    await clerk.barcodes.until(advancing(60))
    await clerk.sounds.until(clear(BOOTH_HZ, CLERK_HZ))
    assert all(number < 1000 for number in clerk.barcodes.values if number is not None)

    first, second = await two_pictures(booth)
    assert 100_000 <= first < 101_000
    assert 100_000 <= second < 101_000
    assert first != second
    # Sound that is mended for a moment is softer.
    await clerk.messages.until(
        lambda values: any(
            figures.audio_seconds > 1 and figures.audio_level > 0.2 for figures in of_type(CallFigures)(values)
        )
    )

    figures = booth.call.figures()
    # A busy machine has slow seconds too; both ways have one with the whole rate.
    async with asyncio.timeout(PATIENCE):
        while not (figures.received.video_fps > 20 and figures.sent_fps > 20):
            await asyncio.to_thread(booth.frames.wait, booth.frames.version, PATIENCE)
            figures = booth.call.figures()
    assert figures.received.video_width == 1280
    assert figures.received.video_height == 720
    assert figures.sent_bitrate > 100_000
    assert figures.round_trip is None or 0 <= figures.round_trip < 1
    assert figures.connected_after is not None
    assert figures.first_frame_after is not None

    await booth.call.close()
    speaker.close()
    samples, rate = read_wav(heard)
    assert best_tone_level(samples, CLERK_HZ, rate) > 0.2
    await clerk.close()


async def two_pictures(booth: Booth) -> tuple[int, int]:
    """The barcodes of two different pictures on the booth's screen."""
    numbers: list[int] = []
    seen = 0
    while len(numbers) < 2:
        entry = await asyncio.to_thread(booth.frames.wait, seen, PATIENCE)
        assert entry, "no picture came"
        seen = entry.version
        assert entry.value.shape == (1080, 1280)
        number = read_barcode(entry.value[:720])
        if number is not None:
            numbers.append(number)
    return numbers[0], numbers[1]


async def test_messages_pass_both_ways(devices: Devices) -> None:
    clerk = Clerk()
    booth = Booth(devices("camera", "test"), devices("microphone", "none"), devices("speaker", "none"))
    booth.call.send(Greeting(version=1, name="Gemeindehaus Elbtal"))
    await connect(clerk, booth)
    clerk.send(Greeting(version=1, name="Frau Beispiel"))
    clerk.send(Text(line=0, text="Guten Tag", done=True))

    await booth.messages.until(lambda values: len(values) >= 2)
    assert booth.messages.values[:2] == [
        Greeting(version=1, name="Frau Beispiel"),
        Text(line=0, text="Guten Tag", done=True),
    ]
    assert not of_type(Heartbeat)(booth.messages.values)
    await clerk.messages.until(of_type(Heartbeat))
    assert clerk.messages.values[0] == Greeting(version=1, name="Gemeindehaus Elbtal")

    await booth.call.close()
    await clerk.close()


async def test_close_leaves_no_task_and_no_thread(devices: Devices) -> None:
    tasks = asyncio.all_tasks()
    clerk = Clerk()
    opened = [devices("camera", "test"), devices("microphone", "none"), devices("speaker", "none")]
    booth = Booth(*opened)
    await connect(clerk, booth)

    await booth.call.close()
    await booth.call.close()
    await clerk.close()
    for device in opened:
        device.close()
    left = {task for task in asyncio.all_tasks() - tasks if not task.done()}
    if left:
        await asyncio.wait(left, timeout=2)
    assert not {task.get_name() for task in left if not task.done()}
    assert booth.states.values == [CallState.CONNECTING, CallState.CONNECTED, CallState.CLOSED]
