"""The speaker: a device, a WAV file that records what is heard, or nothing at the same pace."""

from __future__ import annotations

import threading
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

import structlog

from media.devices.faults import DeviceError, DeviceFault
from media.devices.pace import Pace
from media.devices.sound import (
    BLOCK,
    BLOCK_SECONDS,
    NONE,
    RATE,
    RETRY_SECONDS,
    Samples,
    mixed,
    open_stream,
    portaudio,
)

_CLOSE_SECONDS: Final = 2.0

log = structlog.get_logger(__name__)

OnFault = Callable[[DeviceError | None], None]
Pull = Callable[[int], Samples]
"""Gives exactly that many samples, mono at 48 kHz, at once."""


class SoundSink(Protocol):
    """Used by one thread only."""

    def write(self, block: Samples) -> None:
        """Play 20 ms; blocks as long as playing takes, on average. Raises DeviceError."""
        ...

    def close(self) -> None: ...


def sound_sink(spec: str) -> SoundSink:
    """Open what `spec` names. Raises DeviceError."""
    if spec == NONE:
        return DiscardingSink()
    return RecordingSink(spec) if spec.lower().endswith(".wav") else DeviceSink(spec)


class DiscardingSink:
    """Nobody listens; sound is used up in real time all the same."""

    def __init__(self) -> None:
        self._pace = Pace(BLOCK_SECONDS)

    def write(self, block: Samples) -> None:
        self._pace.wait()

    def close(self) -> None:
        return


class RecordingSink:
    """A WAV file in place of a speaker, in real time, gaps and all; readable at any moment."""

    def __init__(self, spec: str) -> None:
        self._spec = spec
        self._pace = Pace(BLOCK_SECONDS)
        try:
            self._raw = Path(spec).open("wb")  # noqa: SIM115 - closed by close()
        except OSError as error:
            raise DeviceError(DeviceFault.CANNOT_OPEN, spec, f"Speaker {spec}: {error.strerror}.") from None
        self._file = wave.open(self._raw, "wb")  # noqa: SIM115
        self._file.setnchannels(1)
        self._file.setsampwidth(2)
        self._file.setframerate(RATE)

    def write(self, block: Samples) -> None:
        self._pace.wait()
        try:
            self._file.writeframes(block.tobytes())
        except OSError as error:
            raise DeviceError(DeviceFault.GONE, self._spec, f"Speaker {self._spec}: {error.strerror}.") from None

    def close(self) -> None:
        self._file.close()
        self._raw.close()


class DeviceSink:
    """A sound card by PortAudio."""

    def __init__(self, spec: str) -> None:
        self._spec = spec
        self._errors = portaudio(spec).PortAudioError
        self._stream: Any = open_stream("Output", spec)

    def write(self, block: Samples) -> None:
        try:
            self._stream.write(block.reshape(-1, 1))
        except self._errors as error:
            raise DeviceError(DeviceFault.GONE, self._spec, f"Speaker {self._spec}: {error}") from None

    def close(self) -> None:
        self._stream.close()


class Speaker:
    """An open speaker. It asks for sound when it is due, on its own thread, so that its clock sets the pace; what
    plays at the same time is mixed. `on_fault` is called with the error when it stops and with None when it works
    again."""

    def __init__(
        self,
        spec: str,
        on_fault: OnFault | None = None,
        opener: Callable[[str], SoundSink] = sound_sink,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self.spec = spec
        self.fault: DeviceError | None = None
        self._on_fault = on_fault
        self._opener = opener
        self._retry_blocks = round(retry_seconds / BLOCK_SECONDS)
        self._playing: list[Pull] = []
        self._guard = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="speaker", daemon=True)
        self._thread.start()

    def play(self, pull: Pull) -> Callable[[], None]:
        """Play what `pull` gives; it must be quick. Returns the function that ends this."""
        with self._guard:
            self._playing.append(pull)

        return lambda: self._forget(pull)

    def close(self) -> None:
        """Stop and let go of the device; gives up waiting after two seconds if the driver hangs."""
        self._stopping.set()
        self._thread.join(_CLOSE_SECONDS)
        if self._thread.is_alive():
            log.warning("speaker thread hangs", speaker=self.spec)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._play_until_fault()
            except DeviceError as error:
                self._set_fault(error)
                self._discard()

    def _play_until_fault(self) -> None:
        sink = self._opener(self.spec)
        try:
            self._set_fault(None)
            while not self._stopping.is_set():
                sink.write(self._next_block())
        finally:
            sink.close()

    def _discard(self) -> None:
        sink = DiscardingSink()
        for _ in range(self._retry_blocks):
            if self._stopping.is_set():
                return
            sink.write(self._next_block())

    def _next_block(self) -> Samples:
        with self._guard:
            playing = tuple(self._playing)
        return mixed([block for pull in playing if (block := self._pulled(pull)) is not None])

    def _pulled(self, pull: Pull) -> Samples | None:
        try:
            return pull(BLOCK)
        except Exception:
            # A fault in one sound must not silence the others for good.
            log.exception("sound stopped", speaker=self.spec)
            self._forget(pull)
            return None

    def _forget(self, pull: Pull) -> None:
        with self._guard:
            if pull in self._playing:
                self._playing.remove(pull)

    def _set_fault(self, fault: DeviceError | None) -> None:
        before, self.fault = self.fault, fault
        if (before and before.fault) == (fault and fault.fault):
            return
        if fault:
            log.warning("speaker unavailable", speaker=self.spec, fault=fault.fault.value)
        if self._on_fault:
            self._on_fault(fault)


def open_speaker(spec: str, on_fault: OnFault | None = None) -> Speaker:
    """Open the speaker that `spec` names and return at once: "default", a device's number or a part of its name, a
    `.wav` path (records what is heard), or "none". Never raises for one that does not work: it discards the sound,
    tells `on_fault`, and tries again every two seconds."""
    return Speaker(spec, on_fault)
