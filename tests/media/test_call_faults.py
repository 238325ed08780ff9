"""What a call does with bad offers, bad messages, silence and devices that fail; and transfers over the channel."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aioice.mdns import MDnsProtocol

from media.call import MAX_CANDIDATES, OfferRefused
from media.candidates import CandidateError
from media.channel import MAX_WAITING, ChannelClosed, ChannelFull, ConsultationChannel
from media.consultation import CallFigures, Chunk, ConsultationError, DeviceState, Heartbeat, Text
from media.lifecycle import CallLimits, CallState, CallTransitionError
from media.transfer import Assembler, TransferError, TransferFault, chunks, sha256
from tests.media.peers import PATIENCE, Booth, Clerk, connect, of_type, path_cut

Devices = Callable[..., Any]


def make_booth(devices: Devices, camera: str = "test", **options: Any) -> Booth:
    return Booth(devices("camera", camera), devices("microphone", "none"), devices("speaker", "none"), **options)


@pytest.mark.parametrize(
    "sdp",
    [
        "",
        "v=0\r\n",
        "garbage",
        "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n",
        "v=0\r\n" + "a=x\r\n" * 20_000,
        "v=0\r\na=candidate:nonsense\r\n",
        "\x00" * 100,
    ],
)
async def test_an_offer_that_makes_no_sense_is_refused(devices: Devices, sdp: str) -> None:
    booth = make_booth(devices)
    with pytest.raises(OfferRefused):
        await booth.call.answer(sdp)
    assert booth.call.state is CallState.FAILED
    await booth.call.close()
    assert booth.states.values == [CallState.CONNECTING, CallState.FAILED, CallState.CLOSED]


async def test_a_call_is_answered_once(devices: Devices) -> None:
    booth, clerk = make_booth(devices), Clerk()
    offer = await clerk.offer()
    await booth.call.answer(offer)
    with pytest.raises(CallTransitionError, match=r"connecting.*answered"):
        await booth.call.answer(offer)
    await booth.call.close()
    await clerk.close()


async def test_a_call_closed_while_it_is_answered_leaves_nothing(devices: Devices) -> None:
    booth, clerk = make_booth(devices), Clerk()
    answering = asyncio.create_task(booth.call.answer(await clerk.offer()), name="answering")
    await booth.states.until(lambda states: states)
    await booth.call.close()
    with pytest.raises(OfferRefused):
        await answering
    assert booth.call.state is CallState.CLOSED
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("call-")]
    await clerk.close()


async def test_the_answer_carries_candidates_and_asks_no_foreign_server(devices: Devices) -> None:
    booth, clerk = make_booth(devices), Clerk()
    answer = await booth.call.answer(await clerk.offer())
    assert "a=candidate:" in answer
    assert "typ srflx" not in answer
    assert booth.call._peer._RTCPeerConnection__configuration.iceServers == []  # type: ignore[attr-defined]
    assert "transport-cc" in answer
    assert "playout-delay" in answer
    await booth.call.close()
    await clerk.close()


async def test_hidden_addresses_do_not_hold_the_call_up(devices: Devices, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only `.local` names that are never resolved: the clerk's own checks must do."""

    async def never(_protocol: MDnsProtocol, _name: str, _timeout: float = 0) -> str | None:
        await asyncio.Event().wait()
        return None

    monkeypatch.setattr(MDnsProtocol, "resolve", never)
    booth, clerk = make_booth(devices), Clerk()
    name = "0b36eaac-bb2e-49bb-bb78-21c41c499901.local"
    offer = re.sub(r"(a=candidate:\S+ 1 udp \d+) \S+ ", rf"\1 {name} ", await clerk.offer())
    assert name in offer
    async with asyncio.timeout(PATIENCE):
        answer = await booth.call.answer(offer)
        await booth.call.add_candidate(f"candidate:9 1 udp 2122260223 {name} 40000 typ host", "0", 0)
        await booth.call.add_candidate(None, None, None)
    await clerk.take_answer(answer)
    await booth.states.until(lambda states: CallState.CONNECTED in states)
    await booth.call.close()
    await clerk.close()


async def test_candidates_may_come_first_and_alone(devices: Devices) -> None:
    """A browser trickles: its description is empty of candidates, and the switchboard may reorder."""
    booth, clerk = make_booth(devices), Clerk()
    offer = await clerk.offer()
    lines = re.findall(r"a=(candidate:.*?)\r\n", offer)
    assert lines
    for line in lines:
        await booth.call.add_candidate(line, "0", 0)
    bare = re.sub(r"a=(candidate:.*?|end-of-candidates)\r\n", "", offer)
    answer = await booth.call.answer(bare)
    await clerk.take_answer(answer)
    await booth.states.until(lambda states: CallState.CONNECTED in states)
    assert not booth.errors.values
    await booth.call.close()
    await clerk.close()


async def test_bad_candidates_are_told_and_left_out(devices: Devices) -> None:
    booth = make_booth(devices)
    await booth.call.add_candidate("candidate:nonsense", "0", 0)
    for port in range(1, MAX_CANDIDATES + 3):
        await booth.call.add_candidate(f"candidate:1 1 udp 1 192.0.2.7 {port} typ host", "0", 0)
    assert len(booth.errors.values) == 4
    assert all(isinstance(error, CandidateError) for error in booth.errors.values)
    await booth.call.close()


async def test_bad_messages_are_counted_and_the_call_goes_on(quiet_call: tuple[Clerk, Booth]) -> None:
    clerk, booth = quiet_call
    for frame in [
        "",
        "garbage",
        '{"type":"unknown"}',
        "[" * 1000,
        b"\xff\xfe",
        '{"type":"text","line":-1}',
        "x" * 62_000,
    ]:
        clerk.channel.send(frame)
    clerk.send(Text(line=0, text="still here", done=True))
    await booth.messages.until(of_type(Text))
    await booth.errors.until(lambda errors: len(errors) == 7)
    assert all(isinstance(error, ConsultationError) for error in booth.errors.values)
    assert booth.call.figures().bad_messages == 7
    assert booth.call.state is CallState.CONNECTED


async def test_a_fault_in_the_screen_does_not_end_the_call(devices: Devices) -> None:
    booth, clerk = make_booth(devices), Clerk()
    await connect(clerk, booth)

    def fail(message: Any) -> None:
        raise KeyError("screen")

    booth.call._on_message = fail
    clerk.send(Text(line=0, text="a", done=True))
    await booth.errors.until(lambda errors: any(isinstance(error, KeyError) for error in errors))
    booth.call._on_message = booth.messages.add
    clerk.send(Text(line=1, text="b", done=True))
    await booth.messages.until(of_type(Text))
    await booth.call.close()
    await clerk.close()


async def test_transfers_pass_both_ways_with_the_right_digest(quiet_call: tuple[Clerk, Booth]) -> None:
    clerk, booth = quiet_call
    data = random.Random(1).randbytes(100_000)
    await booth.call.send_transfer("chip-0102", data)
    assembler = Assembler("chip-0102", len(data), sha256(data))
    await clerk.messages.until(lambda values: len(of_type(Chunk)(values)) == 9)
    assert [assembler.add(chunk) for chunk in of_type(Chunk)(clerk.messages.values)][-1] == data

    for chunk in chunks("document", data):
        clerk.send(chunk)
    await booth.messages.until(lambda values: len(of_type(Chunk)(values)) == 9)
    received = Assembler("document", len(data), sha256(data))
    assert [received.add(chunk) for chunk in of_type(Chunk)(booth.messages.values)][-1] == data

    wrong = Assembler("document", len(data), sha256(b"something else"))
    *first, last = of_type(Chunk)(booth.messages.values)
    assert [wrong.add(chunk) for chunk in first] == [None] * 8
    with pytest.raises(TransferError) as caught:
        wrong.add(last)
    assert caught.value.fault is TransferFault.WRONG_DIGEST


async def test_a_large_transfer_keeps_to_the_pace_of_the_other_end(quiet_call: tuple[Clerk, Booth]) -> None:
    _, booth = quiet_call
    highest = 0
    sending = asyncio.create_task(booth.call.send_transfer("document", bytes(1_000_000)), name="sending")
    while not sending.done():
        highest = max(highest, booth.call._channel._channel.bufferedAmount)  # type: ignore[union-attr]
        await asyncio.sleep(0)
    await sending
    assert 0 < highest < 128 * 1024


async def test_a_transfer_ends_with_the_call(quiet_call: tuple[Clerk, Booth]) -> None:
    _, booth = quiet_call
    sending = asyncio.create_task(booth.call.send_transfer("document", bytes(8_000_000)), name="sending")
    await asyncio.sleep(0)
    await booth.call.close()
    with pytest.raises(ChannelClosed):
        await sending
    with pytest.raises(ChannelClosed):
        booth.call.send(Text(line=0, text="", done=True))


async def test_messages_do_not_pile_up_before_the_channel_opens() -> None:
    channel = ConsultationChannel(lambda message: None, lambda error: None)
    for line in range(MAX_WAITING):
        channel.send(Text(line=line, text="", done=True))
    with pytest.raises(ChannelFull):
        channel.send(Text(line=0, text="", done=True))


async def test_silence_makes_a_call_suspect_and_a_sign_of_life_brings_it_back(devices: Devices) -> None:
    limits = CallLimits(silent=0.5, dead=30, beat=0.05)
    booth, clerk = make_booth(devices, limits=limits), Clerk()
    await connect(clerk, booth)
    with path_cut(clerk):
        await booth.states.until(lambda states: states[-1] is CallState.SUSPECT)
    await booth.states.until(lambda states: states[-1] is CallState.CONNECTED)
    await booth.call.close()
    await clerk.close()


async def test_sound_alone_is_a_sign_of_life(devices: Devices, clerk_tone: Path) -> None:
    limits = CallLimits(silent=0.3, dead=30, beat=0.05)
    booth, clerk = make_booth(devices, limits=limits), Clerk(microphone=devices("microphone", str(clerk_tone)))
    await connect(clerk, booth)
    clerk.beating = False
    await clerk.messages.until(lambda said: len(of_type(Heartbeat)(said)) >= 20)
    assert CallState.SUSPECT not in booth.states.values
    await booth.call.close()
    await clerk.close()


async def test_lasting_silence_fails_the_call(devices: Devices) -> None:
    booth, clerk = make_booth(devices, limits=CallLimits(silent=0.3, dead=0.6, beat=0.05)), Clerk()
    await connect(clerk, booth)
    with path_cut(clerk):
        await booth.states.until(lambda states: states[-1] is CallState.FAILED)
    assert booth.states.values[-2:] == [CallState.SUSPECT, CallState.FAILED]
    await booth.call.close()
    await clerk.close()


async def test_nobody_there_fails_the_call_in_time(devices: Devices) -> None:
    booth, clerk = make_booth(devices, limits=CallLimits(connect=0.3, beat=0.05)), Clerk()
    offer = await clerk.offer()
    await booth.call.answer(re.sub(r"a=candidate:.*?\r\n", "", offer))
    await booth.states.until(lambda states: states[-1] is CallState.FAILED)
    await booth.call.close()
    await clerk.close()


async def test_the_clerk_hanging_up_ends_the_call(devices: Devices) -> None:
    booth, clerk = make_booth(devices), Clerk()
    await connect(clerk, booth)
    await clerk.close()
    await booth.states.until(lambda states: states[-1] is CallState.FAILED)
    await booth.call.close()


async def test_a_missing_camera_sends_a_still(devices: Devices) -> None:
    states: list[DeviceState] = []
    camera = devices("camera", "/no/such/camera.mp4", on_state=states.append)
    clerk = Clerk()
    booth = Booth(camera, devices("microphone", "none"), devices("speaker", "none"))
    await connect(clerk, booth)
    await clerk.barcodes.until(lambda numbers: len(numbers) >= 3)
    grey = clerk.greys[0]
    assert grey.shape == (720, 1280)
    assert grey[360, 500] > 180, "the camera symbol"
    assert grey[100, 100] < 120, "the ground"
    assert states == [DeviceState.MISSING]
    assert not of_type(CallFigures)(booth.messages.values)
    await booth.call.close()
    await clerk.close()
