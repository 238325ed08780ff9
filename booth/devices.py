"""Camera, microphone and speaker of the booth: on from the start of a visit to its end, off when nobody is there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog
from msgspec import structs

from booth.chime import Playing, chime
from booth.considerate import Considerate
from booth.idcard.reader import ReaderStatus
from media.consultation import DeviceState, DeviceStates
from media.devices import Camera, Microphone, Speaker, open_camera, open_microphone, open_speaker
from media.devices.camera import Photograph
from media.devices.check import check
from media.devices.sound import Samples
from media.i420 import I420
from media.latest import LatestSlot
from media.speech import Speech
from media.tracks import call_in_loop

CHECK_SECONDS: Final = 30.0
"""While nobody is there, the devices are looked for that often, without being opened."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DeviceNames:
    """As given on the command line."""

    camera: str = "0"
    microphone: str = "default"
    speaker: str = "default"
    document_camera: str = "none"


@dataclass(frozen=True, slots=True)
class Loudspeaker:
    """An open speaker, and what takes its sound out of the microphone's."""

    speaker: Speaker
    speech: Speech


@dataclass(frozen=True, slots=True)
class OpenDevices:
    camera: Camera
    microphone: Microphone
    speaker: Speaker


READER_STATES: Final = {
    ReaderStatus.NO_READER: DeviceState.MISSING,
    ReaderStatus.SERVICE_DOWN: DeviceState.BUSY,
    ReaderStatus.EMPTY: DeviceState.OK,
    ReaderStatus.CARD_PRESENT: DeviceState.OK,
}


def with_reader(states: DeviceStates, status: ReaderStatus) -> DeviceStates:
    """The states of the devices with that of the card reader."""
    return structs.replace(states, card_reader=READER_STATES[status])


class Devices:
    """`preview` gets the self view while the devices are open. The speaker may be open without the others, for what
    the booth says when nobody calls. Lives on one loop, but for the pictures."""

    def __init__(self, names: DeviceNames, preview: LatestSlot[I420]) -> None:
        self._names = names
        self._preview = preview
        self._open: OpenDevices | None = None
        self._loudspeaker: Loudspeaker | None = None
        self._unlisten: Callable[[], None] | None = None
        self._muted = False
        self._turn = 0
        self._states = DeviceStates()
        self._listener: Callable[[DeviceStates], None] | None = None

    @property
    def are_open(self) -> bool:
        """Whether somebody may be seen and heard."""
        return self._open is not None

    def listen(self, listener: Callable[[DeviceStates], None]) -> None:
        """Tell one listener how the devices are, at each change, on the loop."""
        self._listener = listener

    async def watch(self) -> None:
        """Look now and then whether the devices are there while they are closed; until cancelled."""
        names = self._names
        while True:
            if self._open is None:
                states = await asyncio.to_thread(check, names.camera, names.microphone, names.speaker)
                if self._open is None:
                    self._settle(states)
            await asyncio.sleep(CHECK_SECONDS)

    def open(self) -> OpenDevices:
        """Open what is not open yet. Returns at once; a device that does not work shows or plays a stand-in."""
        if self._open is None:
            heard = self._open_loudspeaker()
            camera = open_camera(self._names.camera, self._teller("camera"))
            self._open = opened = OpenDevices(
                camera,
                open_microphone(self._names.microphone, self._teller("microphone"), heard.speech),
                heard.speaker,
            )
            opened.microphone.muted = self._muted
            self._settle(DeviceStates(speaker=heard.speaker.state))
            self._unlisten = camera.preview.listen(lambda: self._forward(camera))
            log.info("devices opened")
        return self._open

    async def still(self) -> Photograph:
        """A picture of the citizen with all the pixels the camera has. Raises DeviceError."""
        return await asyncio.to_thread(self.open().camera.photograph)

    def mute(self, muted: bool) -> None:
        """Silence instead of the microphone."""
        self._muted = muted
        if self._open is not None:
            self._open.microphone.muted = muted

    def sound(self, tones: tuple[float, ...]) -> None:
        """Play tones, if the devices are open."""
        if self._open is None:
            return
        playing = Playing(chime(tones))
        stop: Callable[[], None] | None = None

        def pull(samples: int) -> Samples:
            if playing.over and stop is not None:
                stop()
            return playing(samples)

        stop = self._open.speaker.play(pull)

    async def play(self, sound: Samples, factor: float = 1.0) -> None:
        """Play `sound`, `factor` times as loud, until it has been heard, or until cancelled; whoever talks in a call
        is not drowned. The speaker is opened if it is not open."""
        speaker, loop, over = self._open_loudspeaker().speaker, asyncio.get_running_loop(), asyncio.Event()
        playing = Considerate(sound, factor)

        def pull(samples: int, others: float) -> Samples:
            if playing.over:
                call_in_loop(loop, over.set)
            return playing(samples, others)

        stop = speaker.play_beside(pull)
        try:
            await over.wait()
            # Taken is not heard yet.
            await asyncio.sleep(speaker.latency)
        finally:
            stop()

    async def rest(self) -> None:
        """Nothing is to be played for now: let go of the speaker unless it is open with the others."""
        if self._open is None:
            await self._close_loudspeaker()

    async def close(self) -> None:
        """Let go of all devices and forget the self view."""
        opened, self._open, self._muted = self._open, None, False
        if self._unlisten is not None:
            self._unlisten()
            self._unlisten = None
        closing = [self._close_loudspeaker()]
        if opened is not None:
            closing += [asyncio.to_thread(device.close) for device in (opened.camera, opened.microphone)]
        await asyncio.gather(*closing)
        if opened is not None:
            log.info("devices closed")
        self._preview.clear()

    def _open_loudspeaker(self) -> Loudspeaker:
        if self._loudspeaker is None:
            speech = Speech()
            speaker = open_speaker(self._names.speaker, self._teller("speaker"), speech)
            self._loudspeaker = Loudspeaker(speaker, speech)
        return self._loudspeaker

    async def _close_loudspeaker(self) -> None:
        heard, self._loudspeaker = self._loudspeaker, None
        if heard is not None:
            self._turn += 1
            await asyncio.to_thread(heard.speaker.close)

    def _teller(self, device: str) -> Callable[[DeviceState], None]:
        """Tells how a device is while this opening of the devices lasts."""
        loop, turn = asyncio.get_running_loop(), self._turn
        return lambda state: call_in_loop(loop, lambda: self._changed(turn, device, state))

    def _changed(self, turn: int, device: str, state: DeviceState) -> None:
        if turn == self._turn:
            self._settle(structs.replace(self._states, **{device: state}))

    def _settle(self, states: DeviceStates) -> None:
        before, self._states = self._states, states
        if states != before and self._listener is not None:
            self._listener(states)

    def _forward(self, camera: Camera) -> None:
        picture = camera.preview.latest
        if picture is not None:
            self._preview.put(picture)
