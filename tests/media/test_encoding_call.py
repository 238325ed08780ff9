"""Which picture codec a call uses, over real sockets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiortc import RTCRtpSender

from tests.media.peers import Booth, Clerk, connect
from tests.media.test_call_loopback import advancing


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
