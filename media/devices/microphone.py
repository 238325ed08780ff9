"""The microphone: a device, a media file in real time, or silence."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, Protocol

import av
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
    open_stream,
    portaudio,
    silence,
)

_CLOSE_SECONDS: Final = 2.0

log = structlog.get_logger(__name__)

OnFault = Callable[[DeviceError | None], None]
OnBlock = Callable[[Samples], None]


class SoundSource(Protocol):
    """Used by one thread only."""

    def read(self) -> Samples:
        """The next 20 ms; blocks until they are due. Raises DeviceError."""
        ...

    def close(self) -> None: ...


def sound_source(spec: str) -> SoundSource:
    """Open what `spec` names. Raises DeviceError."""
    if spec == NONE:
        return SilentSource()
    if Path(spec).is_file():
        return FileSource(spec)
    if "/" in spec or Path(spec).suffix:
        raise DeviceError(DeviceFault.NOT_FOUND, spec, f"Microphone {spec}: there is no such file.")
    return DeviceSource(spec)


class SilentSource:
    """Nothing, in real time."""

    def __init__(self) -> None:
        self._pace = Pace(BLOCK_SECONDS)

    def read(self) -> Samples:
        self._pace.wait()
        return silence()

    def close(self) -> None:
        return


class FileSource:
    """A media file's sound in real time, over and over."""

    def __init__(self, spec: str) -> None:
        self._spec = spec
        self._pace = Pace(BLOCK_SECONDS)
        try:
            self._container = av.open(spec)
        except (av.FFmpegError, OSError) as error:
            raise DeviceError(DeviceFault.CANNOT_OPEN, spec, f"Microphone {spec}: {error}") from None
        if not self._container.streams.audio:
            self._container.close()
            raise DeviceError(DeviceFault.CANNOT_OPEN, spec, f"Microphone {spec}: there is no sound in the file.")
        self._blocks = self._play_once()

    def read(self) -> Samples:
        block = next(self._blocks, None)
        if block is None:
            self._container.seek(0)
            self._blocks = self._play_once()
            block = next(self._blocks, None)
        if block is None:
            raise DeviceError(DeviceFault.GONE, self._spec, f"Microphone {self._spec}: the file cannot be read.")
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
            raise DeviceError(DeviceFault.GONE, self._spec, f"Microphone {self._spec}: {error}") from None


class DeviceSource:
    """A sound card by PortAudio."""

    def __init__(self, spec: str) -> None:
        self._spec = spec
        self._errors = portaudio(spec).PortAudioError
        self._stream: Any = open_stream("Input", spec)

    def read(self) -> Samples:
        try:
            samples, _overflowed = self._stream.read(BLOCK)
        except self._errors as error:
            raise DeviceError(DeviceFault.GONE, self._spec, f"Microphone {self._spec}: {error}") from None
        block: Samples = samples[:, 0]
        return block

    def close(self) -> None:
        self._stream.close()


class Microphone:
    """An open microphone. Blocks go to whoever listens, on the microphone's thread; silence while it is muted or
    does not work. `on_fault` is called with the error when it stops and with None when it works again."""

    def __init__(
        self,
        spec: str,
        on_fault: OnFault | None = None,
        opener: Callable[[str], SoundSource] = sound_source,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self.spec = spec
        self.muted = False
        self.fault: DeviceError | None = None
        self._on_fault = on_fault
        self._opener = opener
        self._retry_blocks = round(retry_seconds / BLOCK_SECONDS)
        self._listeners: list[OnBlock] = []
        self._guard = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="microphone", daemon=True)
        self._thread.start()

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
        self._stopping.set()
        self._thread.join(_CLOSE_SECONDS)
        if self._thread.is_alive():
            log.warning("microphone thread hangs", microphone=self.spec)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._deliver_until_fault()
            except DeviceError as error:
                self._set_fault(error)
                self._deliver_silence()

    def _deliver_until_fault(self) -> None:
        source = self._opener(self.spec)
        try:
            while not self._stopping.is_set():
                block = source.read()
                self._set_fault(None)
                self._deliver(silence() if self.muted else block)
        finally:
            source.close()

    def _deliver_silence(self) -> None:
        source = SilentSource()
        for _ in range(self._retry_blocks):
            if self._stopping.is_set():
                return
            self._deliver(source.read())

    def _deliver(self, block: Samples) -> None:
        with self._guard:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(block)

    def _set_fault(self, fault: DeviceError | None) -> None:
        before, self.fault = self.fault, fault
        if (before and before.fault) == (fault and fault.fault):
            return
        if fault:
            log.warning("microphone unavailable", microphone=self.spec, fault=fault.fault.value)
        if self._on_fault:
            self._on_fault(fault)


def open_microphone(spec: str, on_fault: OnFault | None = None) -> Microphone:
    """Open the microphone that `spec` names and return at once: "default", a device's number or a part of its name,
    a media file (in real time, over and over), or "none". Never raises for one that does not work: it delivers
    silence, tells `on_fault`, and tries again every two seconds."""
    return Microphone(spec, on_fault)
