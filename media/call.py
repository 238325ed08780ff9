"""The booth's end of a call: it answers the clerk's offer, sends camera and microphone, and shows what comes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Final

import structlog
from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCDataChannel,
    RTCIceCandidate,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamTrack

from media import aiortc_reach
from media.aiortc_reach.encoders import prefer_h264
from media.aiortc_reach.extensions import ask_for_sound_again, prefer_transport_feedback
from media.aiortc_reach.gathering import Servers, unprobed
from media.candidates import MAX_DESCRIPTION_CHARACTERS, CandidateError, is_hidden, parse_candidate, take_out_hidden
from media.channel import ChannelClosed, ChannelFull, ConsultationChannel
from media.connectivity.servers import IceServer
from media.consultation import LABEL, FromClerk, Heartbeat, Message
from media.devices import Camera, Microphone, Speaker
from media.figures import Figures
from media.i420 import I420
from media.latest import LatestSlot
from media.lifecycle import CallEvent, CallLifecycle, CallLimits, CallState
from media.quality import CallQuality
from media.reception import AudioReception, VideoReception
from media.tracks import CameraTrack, MicrophoneTrack

MAX_CANDIDATES: Final = 64
_CLOSE_SECONDS: Final = 5.0

log = structlog.get_logger(__name__)


class OfferRefused(Exception):
    """The offer cannot be answered: garbage, too long, or nothing in common."""


def _ignore(_: object) -> None:
    return


class Call:
    """One call, answered once. Lives on the loop it was made on; all callbacks run there and should be quick.

    `camera`, `microphone` and `speaker` are borrowed and stay open. `on_frame` is the slot for the clerk's picture
    (I420). `on_message` gets the clerk's messages in order, but no heartbeats; `on_error` what
    was refused. Heartbeats and, each second, this end's `call_figures` go out by themselves.
    """

    def __init__(
        self,
        *,
        camera: Camera,
        microphone: Microphone,
        speaker: Speaker,
        ice_servers: Iterable[IceServer] | Servers,
        on_frame: LatestSlot[I420],
        on_message: Callable[[FromClerk], None],
        on_state: Callable[[CallState], None],
        on_error: Callable[[Exception], None] = _ignore,
        limits: CallLimits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        aiortc_reach.prepare()
        self._clock = clock
        self._limits = limits or CallLimits()
        self._lifecycle = CallLifecycle(self._limits)
        self._on_message = on_message
        self._on_state = on_state
        self._on_error = on_error
        self._camera_track = CameraTrack(camera, clock)
        self._microphone_track = MicrophoneTrack(microphone)
        self._audio = AudioReception(speaker)
        self._video = VideoReception(on_frame, clock, self._audio.lag)
        self._quality = CallQuality(self._video, self._audio, self._camera_track, microphone, speaker, clock)
        self._channel = ConsultationChannel(self._received, on_error)
        self._tasks: set[asyncio.Task[None]] = set()
        self._early: list[RTCIceCandidate] = []
        self._candidates = 0
        self._described = False
        self._beats = 0
        self._echo: int | None = None
        self._arrived_bytes = 0
        self._beat_due = 0.0
        self._figures_due = 0.0
        self._servers = ice_servers if isinstance(ice_servers, Servers) else unprobed(ice_servers)
        self._peer = self._open_peer()

    @property
    def state(self) -> CallState:
        return self._lifecycle.state

    async def answer(self, offer_sdp: str) -> str:
        """Answer the clerk's offer; the answer carries all of this end's candidates. Once a call.
        Raises OfferRefused, CallTransitionError."""
        self._apply(CallEvent.ANSWERED)
        self._quality.answered()
        try:
            sdp = await self._negotiate(offer_sdp)
        except Exception as error:
            # aiortc's parser raises whatever it stumbles over, down to AssertionError and KeyError.
            self._apply_if_due(CallEvent.LOST)
            log.warning("offer refused", error=type(error).__name__)
            raise OfferRefused(f"The offer cannot be answered: {error or type(error).__name__}") from error
        if self.state is CallState.CLOSED:
            raise OfferRefused("The call was closed while it was being answered.")
        self._start(self._keep_watch(), "call-watch")
        return sdp

    async def add_candidate(self, candidate: str | None, sdp_mid: str | None, sdp_m_line_index: int | None) -> None:
        """Take a candidate the clerk's browser has trickled, in any order with `answer`; None and "" end them.
        Never waits for a name to be resolved. One that is not a candidate is told to `on_error` and left out."""
        if not candidate or self.state in (CallState.FAILED, CallState.CLOSED):
            return
        self._candidates += 1
        try:
            if self._candidates > MAX_CANDIDATES:
                raise CandidateError(f"More than {MAX_CANDIDATES} candidates.")
            parsed = parse_candidate(candidate, sdp_mid, sdp_m_line_index)
        except CandidateError as error:
            self._on_error(error)
            return
        if parsed is None or (sdp_mid is None and sdp_m_line_index is None):
            return
        if self._described:
            await self._use_candidate(parsed)
        else:
            self._early.append(parsed)

    def send(self, message: Message) -> None:
        """Send over the consultation channel, now or as soon as it opens. Raises ChannelClosed, ChannelFull."""
        self._channel.send(message)

    async def send_transfer(self, transfer: str, data: bytes) -> None:
        """Send data as chunks, no faster than the clerk's end takes them; announce it before.
        Raises ChannelClosed, TransferError."""
        await self._channel.send_transfer(transfer, data)

    def doubt(self) -> None:
        """The network has changed: suspect until something is heard, without waiting for the silence."""
        self._lifecycle.doubt(self._clock())
        self._apply_what_is_due()

    def hold(self, held: bool) -> None:
        """Send neither picture nor sound for now, and show and play nothing; the connection stays."""
        self._camera_track.hold(held)
        self._microphone_track.hold(held)
        self._video.held = self._audio.held = held

    def figures(self) -> Figures:
        """What the call measures, now."""
        return self._quality.figures(self._channel.bad)

    async def close(self) -> None:
        """End the call and everything it has started; the devices stay open. May be called again."""
        if self.state is CallState.CLOSED:
            return
        self._apply(CallEvent.CLOSED)
        self._channel.close()
        self._camera_track.stop()
        self._microphone_track.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._peer.close()
        except TimeoutError:
            log.warning("peer connection does not close")
        await self._servers.close()

    def _open_peer(self) -> RTCPeerConnection:
        configuration = RTCConfiguration(iceServers=self._servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        peer = RTCPeerConnection(configuration)
        peer.on("track", self._track_arrived)
        peer.on("datachannel", self._channel_arrived)
        peer.on("connectionstatechange", self._connection_changed)
        return peer

    async def _negotiate(self, offer_sdp: str) -> str:
        if len(offer_sdp) > MAX_DESCRIPTION_CHARACTERS:
            raise ValueError(f"{len(offer_sdp)} characters are too many.")
        offer = take_out_hidden(offer_sdp)
        await self._peer.setRemoteDescription(RTCSessionDescription(sdp=offer.sdp, type="offer"))
        if not self._peer.getTransceivers() or self._peer.sctp is None:
            raise ValueError("It offers no picture and sound, or no data channel.")
        self._described = True
        tracks: dict[str, MediaStreamTrack] = {"video": self._camera_track, "audio": self._microphone_track}
        for transceiver in self._peer.getTransceivers():
            if transceiver.kind == "video":
                prefer_h264(transceiver)
                prefer_transport_feedback(transceiver)
            else:
                ask_for_sound_again(transceiver)
            if track := tracks.pop(transceiver.kind, None):
                transceiver.sender.replaceTrack(track)
                transceiver.direction = "sendrecv"
        for candidate in [*offer.plain, *offer.hidden, *self._early]:
            await self._use_candidate(candidate)
        await self._peer.setLocalDescription(await self._peer.createAnswer())
        return str(self._peer.localDescription.sdp)

    async def _use_candidate(self, candidate: RTCIceCandidate) -> None:
        if is_hidden(candidate):
            self._start(self._resolve_candidate(candidate), "mdns-candidate")
        else:
            await self._peer.addIceCandidate(candidate)

    async def _resolve_candidate(self, candidate: RTCIceCandidate) -> None:
        try:
            await self._peer.addIceCandidate(candidate)
        except OSError as error:
            # No multicast on this machine; the browser's own checks will do.
            log.info("local name not resolved", error=str(error))

    def _track_arrived(self, track: MediaStreamTrack) -> None:
        reception = self._video if track.kind == "video" else self._audio
        self._start(reception.run(track), f"call-receive-{track.kind}")

    def _channel_arrived(self, channel: RTCDataChannel) -> None:
        if channel.label != LABEL or not channel.ordered or channel.maxRetransmits is not None:
            channel.close()
            return
        self._channel.adopt(channel)
        self._lifecycle.heard(self._clock())

    def _connection_changed(self) -> None:
        state = self._peer.connectionState
        if state == "connected":
            if self._apply_if_due(CallEvent.CONNECTED):
                self._quality.connected()
        elif state in ("failed", "closed"):
            self._apply_if_due(CallEvent.LOST)

    def _received(self, message: FromClerk) -> None:
        self._lifecycle.heard(self._clock())
        self._apply_what_is_due()
        if isinstance(message, Heartbeat):
            self._echo = message.n
            return
        try:
            self._on_message(message)
        except Exception as error:
            # A fault in a screen must not take the transport down with it.
            log.exception("message handler failed", message=type(message).__name__)
            self._on_error(error)

    async def _keep_watch(self) -> None:
        while True:
            await asyncio.sleep(min(self._limits.look, self._limits.beat))
            await self._listen()
            self._apply_what_is_due()
            if self._clock() >= self._beat_due:
                self._beat_due = self._clock() + self._limits.beat
                self._beat()
            if self._clock() >= self._figures_due:
                self._figures_due = self._clock() + self._limits.figures
                await self._quality.measure(self._peer)
                self._tell(self._quality.received())

    async def _listen(self) -> None:
        """Whatever has come over the transport, sound and picture first of all, is a sign of life."""
        for receiver in self._peer.getReceivers()[:1]:
            for entry in (await receiver.getStats()).values():
                if entry.type == "transport" and entry.bytesReceived != self._arrived_bytes:
                    self._arrived_bytes = entry.bytesReceived
                    self._lifecycle.heard(self._clock())

    def _apply_what_is_due(self) -> None:
        event = self._lifecycle.due(self._clock())
        if event is not None:
            self._apply(event)

    def _beat(self) -> None:
        if self._tell(Heartbeat(n=self._beats, echo=self._echo)):
            self._beats += 1

    def _tell(self, message: Message) -> bool:
        """Send what nobody waits for."""
        if not self._channel.is_open:
            return False
        try:
            self.send(message)
        except (ChannelClosed, ChannelFull):
            return False
        return True

    def _apply(self, event: CallEvent) -> None:
        before = self.state
        after = self._lifecycle.apply(event, self._clock())
        log.info("call", before=before.value, cause=event.value, state=after.value)
        self._on_state(after)

    def _apply_if_due(self, event: CallEvent) -> bool:
        """For events of the transport, which may come late or twice."""
        if not self._lifecycle.accepts(event):
            return False
        self._apply(event)
        return True

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("call task failed", task=task.get_name(), error=repr(error))
            self._on_error(error if isinstance(error, Exception) else RuntimeError(repr(error)))
