"""A call on hold: its connection stands, and nothing of camera and microphone passes, either way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from media.consultation import Heartbeat
from media.lifecycle import CallState
from tests.media.peers import Booth, Clerk, connect, of_type

Devices = Callable[..., Any]


async def heartbeats(clerk: Clerk, count: int) -> None:
    """The booth is heard over the channel that many times more: a quarter of a second each."""
    before = len(of_type(Heartbeat)(clerk.messages.values))
    await clerk.messages.until(lambda values: len(of_type(Heartbeat)(values)) >= before + count)


async def arrived(clerk: Clerk) -> dict[str, int]:
    """Packets of media that have come, by kind."""
    return {
        entry.kind: entry.packetsReceived
        for receiver in clerk.peer.getReceivers()
        for entry in (await receiver.getStats()).values()
        if entry.type == "inbound-rtp"
    }


async def test_nothing_is_sent_while_held_and_all_of_it_again_afterwards(
    devices: Devices, citizen_video: Path, clerk_video: Path, booth_tone: Path, clerk_tone: Path
) -> None:
    clerk = Clerk(devices("camera", clerk_video), devices("microphone", clerk_tone))
    booth = Booth(devices("camera", citizen_video), devices("microphone", booth_tone), devices("speaker", "none"))
    await connect(clerk, booth)
    await clerk.barcodes.until(lambda values: len(values) >= 5)
    await clerk.sounds.until(lambda values: len(values) >= 5)

    booth.call.hold(True)
    await heartbeats(clerk, 2)  # What was under way has come by now.
    before = await arrived(clerk)
    assert all(before.values())
    booth.frames.clear()
    await heartbeats(clerk, 4)
    assert await arrived(clerk) == before
    assert booth.frames.latest is None
    assert booth.call.figures().received.audio_level == 0
    assert booth.call.state is CallState.CONNECTED

    pictures, sounds = len(clerk.barcodes.values), len(clerk.sounds.values)
    booth.call.hold(False)
    await clerk.barcodes.until(lambda values: len(values) >= pictures + 5)
    await clerk.sounds.until(lambda values: len(values) >= sounds + 5)
    assert any(number is not None for number in clerk.barcodes.values[pictures:])
    await booth.call.close()
    await clerk.close()
