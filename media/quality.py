"""The quality of one connection as this end measures it: what goes to the clerk each second, and what engineers read.

Loss is that of the packets of sound: they are never sent again, so what is missing was lost. Mouth to ear is estimated
where both ends are known, at the console: this end says how old sound is when it leaves, and how long it waits after
it has come.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any, Final, overload

from aiortc import RTCPeerConnection

from media.aiortc_reach.sending import sending_figures
from media.congestion.figures import SendingFigures
from media.consultation import CallFigures
from media.devices import Microphone, Speaker
from media.devices.sound import BLOCK_SECONDS, RATE
from media.figures import BitrateMeter, Figures, LossMeter
from media.reception import AudioReception, VideoReception
from media.tracks import CameraTrack

ENCODE_SECONDS: Final = 0.005
"""For a block of sound from the microphone's thread through Opus to the network: under 1 ms of it is work, the rest is
waiting for the loop."""
_LONGEST_MS: Final = 60_000.0


class CallQuality:
    """`measure` once a second; the figures are those of that moment, but for pictures and sound, which are counted
    as they come."""

    def __init__(
        self,
        video: VideoReception,
        audio: AudioReception,
        camera: CameraTrack,
        microphone: Microphone,
        speaker: Speaker,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._video = video
        self._audio = audio
        self._camera = camera
        self._microphone = microphone
        self._speaker = speaker
        self._clock = clock
        self._answered_at: float | None = None
        self._connected_at: float | None = None
        self._round_trip: float | None = None
        self._jitter: float | None = None
        self._loss = LossMeter()
        self._sent = BitrateMeter()
        self._arrived = BitrateMeter()
        self._sending: SendingFigures | None = None

    def answered(self) -> None:
        """The clerk's offer has come: set-up begins."""
        self._answered_at = self._clock()

    def connected(self) -> None:
        self._connected_at = self._clock()

    async def measure(self, peer: RTCPeerConnection) -> None:
        """Read the connection's counters."""
        for sender in peer.getSenders():
            self._sending = sending_figures(sender) or self._sending
            for entry in (await sender.getStats()).values():
                if sender.kind == "video":
                    self._read_sent(entry)
        for receiver in peer.getReceivers():
            if self._kind(receiver) == "audio":
                for entry in (await receiver.getStats()).values():
                    self._read_received(entry)

    @staticmethod
    def _kind(receiver: Any) -> str:
        return str(receiver.track.kind) if receiver.track is not None else ""

    def _read_sent(self, entry: Any) -> None:
        if entry.type == "outbound-rtp":
            self._sent.read(self._clock(), entry.bytesSent)
        elif entry.type == "remote-inbound-rtp":
            self._round_trip = entry.roundTripTime

    def _read_received(self, entry: Any) -> None:
        if entry.type == "transport":
            self._arrived.read(self._clock(), entry.bytesReceived)
        elif entry.type == "inbound-rtp":
            self._loss.read(entry.packetsReceived, entry.packetsLost)
            self._jitter = entry.jitter / RATE

    def received(self) -> CallFigures:
        """What this end receives, for the other one."""
        now, video, sound = self._clock(), self._video, self._audio.figures()
        freezes, offset = video.freezes.read(now), video.sync_offset
        return CallFigures(
            video_fps=round(video.frames.rate(now), 1),
            video_width=video.width,
            video_height=video.height,
            video_frames=video.frames.count,
            audio_seconds=round(self._audio.seconds, 2),
            audio_level=round(self._audio.level, 4),
            set_up_ms=milliseconds(self._since_answer(video.first_at)),
            video_freezes=freezes.count,
            video_frozen_s=round(freezes.seconds, 2),
            bitrate=round(self._arrived.rate),
            loss=self._loss.share,
            jitter_ms=milliseconds(max(self._jitter, video.figures().jitter) if self._jitter is not None else None),
            round_trip_ms=milliseconds(self._round_trip),
            audio_concealed_s=round(sound.concealed / RATE, 2),
            audio_capture_ms=milliseconds(self._microphone.latency + BLOCK_SECONDS + ENCODE_SECONDS),
            audio_buffer_ms=milliseconds(sound.depth),
            audio_playout_ms=milliseconds(self._speaker.latency + BLOCK_SECONDS),
            sync_offset_ms=None if offset is None else math.copysign(milliseconds(abs(offset)), offset),
            picture_paused=self._sending is not None and self._sending.picture_paused,
        )

    def figures(self, bad_messages: int) -> Figures:
        """Everything measured, now."""
        return Figures(
            received=self.received(),
            sent_fps=self._camera.sent.rate(self._clock()),
            sent_frames=self._camera.sent.count,
            sent_bitrate=self._sent.rate,
            round_trip=self._round_trip,
            connected_after=self._since_answer(self._connected_at),
            first_frame_after=self._since_answer(self._video.first_at),
            bad_messages=bad_messages,
            sending=self._sending,
            pictures=self._video.figures(),
            sound=self._audio.figures(),
        )

    def _since_answer(self, moment: float | None) -> float | None:
        return None if moment is None or self._answered_at is None else moment - self._answered_at


@overload
def milliseconds(seconds: None) -> None: ...
@overload
def milliseconds(seconds: float) -> float: ...
def milliseconds(seconds: float | None) -> float | None:
    """As they are told, within the protocol's bounds."""
    return None if seconds is None else round(min(max(0.0, seconds * 1000), _LONGEST_MS), 1)
