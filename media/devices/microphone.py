"""The microphone: a device, a media file in real time, or silence."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Protocol

import av

from media.consultation import DeviceState
from media.devices.faults import DeviceError
from media.devices.health import Hearing
from media.devices.pace import Pace
from media.devices.portaudio import SYSTEM
from media.devices.sound import BLOCK, BLOCK_SECONDS, NONE, RATE, Samples, SpeechPath, silence
from media.devices.upkeep import OnState, Patience, Turn, Upkeep

_CLEANING_SECONDS: Final = 0.015
"""What `media.speech` keeps back."""

OnBlock = Callable[[Samples], None]


class SoundSource(Protocol):
    """Used by one thread only. `live`: it hears a room, and is never wholly silent while it works. `latency`: seconds
    between the sound in the air and `read`."""

    @property
    def live(self) -> bool: ...
    @property
    def latency(self) -> float: ...

    def read(self) -> Samples:
        """The next 20 ms; blocks until they are due. Raises DeviceError, DeviceLent."""
        ...

    def close(self) -> None: ...


def sound_source(spec: str) -> SoundSource:
    """Open what `spec` names. Raises DeviceError."""
    if spec == NONE:
        return SilentSource()
    if Path(spec).is_file():
        return FileSource(spec)
    if "/" in spec or Path(spec).suffix:
        raise DeviceError(DeviceState.MISSING, spec, f"Microphone {spec}: there is no such file.")
    return DeviceSource(spec)


class SilentSource:
    """Nothing, in real time."""

    live = False
    latency = 0.0

    def __init__(self) -> None:
        self._pace = Pace(BLOCK_SECONDS)

    def read(self) -> Samples:
        self._pace.wait()
        return silence()

    def close(self) -> None:
        return


class FileSource:
    """A media file's sound in real time, over and over."""

    live = False
    latency = 0.0

    def __init__(self, spec: str) -> None:
        self._spec = spec
        self._pace = Pace(BLOCK_SECONDS)
        try:
            self._container = av.open(spec)
        except (av.FFmpegError, OSError) as error:
            raise DeviceError(DeviceState.BUSY, spec, f"Microphone {spec}: {error}") from None
        if not self._container.streams.audio:
            self._container.close()
            raise DeviceError(DeviceState.BUSY, spec, f"Microphone {spec}: there is no sound in the file.")
        self._blocks = self._play_once()

    def read(self) -> Samples:
        block = next(self._blocks, None)
        if block is None:
            self._container.seek(0)
            self._blocks = self._play_once()
            block = next(self._blocks, None)
        if block is None:
            raise DeviceError(DeviceState.MISSING, self._spec, f"Microphone {self._spec}: the file cannot be read.")
        self._pace.wait()
        return block

    def close(self) -> None:
        self._container.close()

    def _play_once(self) -> Iterator[Samples]:
        """The file as whole blocks; a rest shorter than 20 ms is left out."""
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE, frame_size=BLOCK)
        try:
            for frame in self._container.decode(audio=0):
                for resampled in resampler.resample(frame):
                    if resampled.samples == BLOCK:
                        yield resampled.to_ndarray()[0]
        except av.FFmpegError as error:
            raise DeviceError(DeviceState.MISSING, self._spec, f"Microphone {self._spec}: {error}") from None


class DeviceSource:
    """A sound card by PortAudio."""

    live = True

    def __init__(self, spec: str) -> None:
        self._stream = SYSTEM.open("Input", spec)
        self.latency = self._stream.latency

    def read(self) -> Samples:
        return self._stream.read()

    def close(self) -> None:
        self._stream.close()


class Microphone:
    """An open microphone. Blocks go to whoever listens, on one of the microphone's threads; silence while it is muted
    or does not work. `state` says how it is, `on_state` is told on a thread of the microphone. `speech` cleans what a
    sound card hears; files are left as they are."""

    def __init__(
        self,
        spec: str,
        on_state: OnState | None = None,
        speech: SpeechPath | None = None,
        opener: Callable[[str], SoundSource] = sound_source,
        patience: Patience | None = None,
    ) -> None:
        self.spec = spec
        self.muted = False
        self.latency = 0.0
        """Seconds between the air and the end of a block that is given out, as far as the device tells."""
        self._speech = speech
        self._opener = opener
        self._listeners: list[OnBlock] = []
        self._guard = threading.Lock()
        self._upkeep = Upkeep(
            "microphone", spec, self._work, self._stand_in, BLOCK_SECONDS, on_state=on_state, patience=patience
        )
        self._upkeep.start()

    @property
    def state(self) -> DeviceState:
        return self._upkeep.state

    def listen(self, listener: OnBlock) -> Callable[[], None]:
        """Give each block of 960 samples to `listener`; it must be quick. Returns the function that ends this."""
        with self._guard:
            self._listeners.append(listener)

        def unlisten() -> None:
            with self._guard:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unlisten

    def close(self) -> None:
        """Stop and let go of the device; gives up waiting after two seconds if the driver hangs."""
        self._upkeep.close()

    def _work(self, turn: Turn) -> None:
        if self._speech is not None:
            self._speech.load()
        source = self._opener(self.spec)
        cleaned = source.live and self._speech is not None
        self.latency = source.latency + (_CLEANING_SECONDS if cleaned else 0.0)
        try:
            self._deliver_from(source, turn)
        finally:
            source.close()

    def _deliver_from(self, source: SoundSource, turn: Turn) -> None:
        hearing = Hearing()
        while not turn.over:
            block = source.read()
            if not turn.over:
                turn.alive(hearing.judge(block) if source.live else DeviceState.OK)
                self._deliver(self._cleaned(block, source))

    def _cleaned(self, block: Samples, source: SoundSource) -> Samples:
        if source.live and self._speech is not None:
            # Also while muted, so that it keeps knowing the room.
            block = self._speech.captured(block, source.latency)
        return silence() if self.muted else block

    def _stand_in(self) -> None:
        self._deliver(silence())

    def _deliver(self, block: Samples) -> None:
        with self._guard:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(block)


def open_microphone(spec: str, on_state: OnState | None = None, speech: SpeechPath | None = None) -> Microphone:
    """Open the microphone that `spec` names and return at once: "default", a device's number or a part of its name,
    a media file (in real time, over and over), or "none". Never raises for one that does not work: it delivers
    silence, tells `on_state`, and tries again every second."""
    return Microphone(spec, on_state, speech)
