"""Which picture codec a call uses, over real sockets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiortc import RTCRtpSender

from media.consultation import CallFigures
from media.encoding.h264 import H264Encoder
from media.encoding.sharing import pictures_of
from media.testing.tone import best_tone_level, read_wav, write_tone
from tests.media.peers import CLERK_HZ, Booth, Clerk, connect, of_type
from tests.media.test_call_loopback import advancing

OTHER_HZ = 1600.0


@pytest.mark.parametrize(("known", "used"), [({"h264", "vp8"}, "H264"), ({"vp8"}, "VP8")])
async def test_h264_where_the_clerk_knows_it_else_vp8(
    devices: Callable[..., Any], citizen_video: Path, clerk_video: Path, known: set[str], used: str
) -> None:
    clerk = Clerk(devices("camera", clerk_video))
    booth = Booth(devices("camera", citizen_video), devices("microphone", "none"), devices("speaker", "none"))
    [picture] = [one for one in clerk.peer.getTransceivers() if one.kind == "video"]
    capabilities = RTCRtpSender.getCapabilities("video").codecs
    picture.setCodecPreferences([codec for codec in capabilities if codec.name.lower() in known | {"rtx"}])
    await connect(clerk, booth)

    answer = clerk.peer.remoteDescription.sdp.splitlines()
    [line] = [line for line in answer if line.startswith("m=video")]
    assert f"a=rtpmap:{line.split()[3]} {used}/90000" in answer
    await clerk.barcodes.until(advancing(30))
    assert clerk.greys[0].shape == (720, 1280)
    await booth.call.close()
    await clerk.close()


async def test_two_clerks_see_one_encoding_of_one_camera(devices: Callable[..., Any], citizen_video: Path) -> None:
    """Both read the pictures' numbers; one leaves and the other goes on."""
    camera = devices("camera", citizen_video)
    microphone, speaker = devices("microphone", "none"), devices("speaker", "none")
    clerks = [Clerk(), Clerk()]
    booths = [Booth(camera, microphone, speaker) for _ in clerks]
    for clerk, booth in zip(clerks, booths, strict=True):
        await connect(clerk, booth)
    shared = pictures_of(camera.frames, H264Encoder)
    before = shared.encoded
    for clerk in clerks:
        await clerk.barcodes.until(advancing(40))
    assert shared.encoded - before < 1.5 * max(len(clerk.barcodes.values) for clerk in clerks), "not one for each"

    await booths[0].call.close()
    await clerks[0].close()
    seen = len(clerks[1].barcodes.values)
    await clerks[1].barcodes.until(lambda values: len(values) > seen + 20)
    assert pictures_of(camera.frames, H264Encoder) is shared
    await booths[1].call.close()
    await clerks[1].close()


async def test_what_two_clerks_say_is_heard_together(
    devices: Callable[..., Any], clerk_tone: Path, tmp_path: Path
) -> None:
    """One speaker plays both calls, mixed."""
    other_tone, heard = tmp_path / "other.wav", tmp_path / "heard.wav"
    write_tone(other_tone, OTHER_HZ, 1)
    camera, microphone = devices("camera", "test"), devices("microphone", "none")
    speaker = devices("speaker", heard)
    clerks = [Clerk(microphone=devices("microphone", tone)) for tone in (clerk_tone, other_tone)]
    booths = [Booth(camera, microphone, speaker) for _ in clerks]
    for clerk, booth in zip(clerks, booths, strict=True):
        await connect(clerk, booth)
    for clerk in clerks:
        await clerk.messages.until(lambda said: any(one.audio_seconds > 2 for one in of_type(CallFigures)(said)))
    samples, rate = read_wav(heard)
    assert min(best_tone_level(samples, hz, rate) for hz in (CLERK_HZ, OTHER_HZ)) > 0.2
    for clerk, booth in zip(clerks, booths, strict=True):
        await booth.call.close()
        await clerk.close()
