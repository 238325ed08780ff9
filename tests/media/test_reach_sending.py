"""Assumptions about aiortc 1.16 of `media.aiortc_reach.sending`: one fails when upstream changes."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiortc import rtp
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcrtpsender import RTCRtpSender

from media.aiortc_reach.sending import sending_figures
from tests.media.peers import Booth, Clerk, connect


def test_a_sender_gives_each_packet_away_and_waits_for_it() -> None:
    source = inspect.getsource(RTCRtpSender._run_rtp)
    assert "enc_frame = await self._next_encoded_frame(codec)" in source
    assert "await self.transport._send_rtp(packet_bytes)" in source
    assert "packet.marker = (i == len(enc_frame.payloads) - 1) and 1 or 0" in source
    assert "packet_bytes = packet.serialize(self.__rtp_header_extensions_map)" in source
    assert "csrc" not in source


def test_a_sender_that_is_not_enabled_reads_its_track_and_encodes_nothing() -> None:
    source = inspect.getsource(RTCRtpSender._next_encoded_frame)
    assert source.index("await self.__track.recv()") < source.index("if not self._enabled:\n            return None")
    assert "self.__encoder = get_encoder(codec)" in source
    assert "self.__force_keyframe = True" in inspect.getsource(RTCRtpSender._send_keyframe)


def test_what_was_sent_can_be_sent_again_on_a_stream_of_its_own() -> None:
    assert list(inspect.signature(RTCRtpSender._retransmit).parameters) == ["self", "sequence_number"]
    source = inspect.getsource(RTCRtpSender._retransmit)
    assert "self.__rtp_history.get(sequence_number % RTP_HISTORY_SIZE)" in source
    assert "ssrc=self._rtx_ssrc" in source
    assert "await self.transport._send_rtp(packet_bytes)" in source
    assert "sequence_number=self.__rtx_sequence_number" in source
    assert 'payload=pack("!H", packet.sequence_number) + packet.payload' in inspect.getsource(rtp.wrap_rtx)
    assert 'codec.parameters["apt"] == parameters.codecs[0].payloadType' in inspect.getsource(RTCRtpSender.send)


def test_a_transport_learns_of_its_senders_before_they_send() -> None:
    source = inspect.getsource(RTCRtpSender.send)
    registered = source.index("self.__transport._register_rtp_sender(self, parameters)")
    assert registered < source.index("self._run_rtp(parameters.codecs[0])")
    for name, parameters in (
        ("_register_rtp_sender", ["self", "sender", "parameters"]),
        ("_send_rtp", ["self", "data"]),
        ("_handle_rtcp_data", ["self", "data"]),
    ):
        assert list(inspect.signature(getattr(RTCDtlsTransport, name)).parameters) == parameters


async def test_a_call_learns_what_its_path_carries(
    devices: Callable[..., Any], citizen_video: Path, booth_tone: Path
) -> None:
    clerk = Clerk()
    speaker = devices("speaker", "none")
    booth = Booth(devices("camera", citizen_video), devices("microphone", booth_tone), speaker)
    await connect(clerk, booth)
    video = next(sender for sender in booth.call._peer.getSenders() if sender.kind == "video")
    await clerk.barcodes.until(lambda seen: sum(code is not None for code in seen) > 30)
    figures = sending_figures(video)
    assert figures is not None
    assert figures.bitrate is not None
    assert figures.bitrate > 500_000
    assert figures.loss < 0.05
    assert not figures.picture_paused
    history = video.transport.sending._history
    assert history._next > 30
    await booth.call.close()
    await clerk.close()
