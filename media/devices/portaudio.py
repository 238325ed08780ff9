"""The way to PortAudio, which lists the devices once, when it starts, and knows of no other for the rest of its life.

A device that was plugged in later is found by a process of its own. Only if that one can open it, PortAudio is ended
here and started again: ending it kills every stream, so all that are open are asked to let go for a moment first.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import structlog

from media.consultation import DeviceState
from media.devices import sound_probe
from media.devices.faults import DeviceError, DeviceLent
from media.devices.sound import BLOCK, RATE, Samples

if TYPE_CHECKING:
    from collections.abc import Iterator

PROBE_SECONDS: Final = 2.0
"""A missing device is looked for that often; each look costs 0.1 s of CPU."""

_PROBE_TIMEOUT: Final = 5.0
_RENEW_SECONDS: Final = 1.0
_OPEN_SECONDS: Final = 5.0

log = structlog.get_logger(__name__)


def load(spec: str) -> ModuleType:
    """The `sounddevice` module, loaded only when a device is wanted: a booth that plays files runs without PortAudio.
    Raises DeviceError."""
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        text = f"Sound device {spec}: PortAudio is not on this machine ({error})."
        raise DeviceError(DeviceState.MISSING, spec, text) from None
    module: ModuleType = sounddevice
    return module


class SoundSystem:
    """PortAudio in this process: its open streams, and when its list may be renewed."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._calling = threading.Lock()
        self._streams = 0
        self._renewing = False
        self._answers: dict[tuple[str, str], tuple[float, DeviceState | None]] = {}

    @property
    def renewing(self) -> bool:
        return self._renewing

    def open(self, direction: str, spec: str) -> SoundStream:
        """A started stream of the device that `spec` names: "default", a number, or a part of its name; `direction`
        is "Input" or "Output". Raises DeviceError."""
        module = load(spec)
        try:
            return self._open(module, direction, spec)
        except DeviceError as error:
            if not self._found_anew(module, direction, spec, error):
                raise
        return self._open(module, direction, spec)

    def _open(self, module: ModuleType, direction: str, spec: str) -> SoundStream:
        with self._changed:
            self._changed.wait_for(lambda: not self._renewing, _OPEN_SECONDS)
            self._streams += 1
        try:
            with self.calling(spec):
                return SoundStream(self, module, direction, spec)
        except BaseException:
            self.closed()
            raise

    @contextmanager
    def calling(self, spec: str) -> Iterator[None]:
        """PortAudio wants to be called by one thread at a time. Raises DeviceError when another hangs in it."""
        if not self._calling.acquire(timeout=_OPEN_SECONDS):
            raise DeviceError(DeviceState.BUSY, spec, f"Sound device {spec}: the sound system hangs.")
        try:
            yield
        finally:
            self._calling.release()

    def closed(self) -> None:
        with self._changed:
            self._streams -= 1
            self._changed.notify_all()

    def _found_anew(self, module: ModuleType, direction: str, spec: str, error: DeviceError) -> bool:
        """Whether the device is there after all and the list has been renewed. Raises DeviceError when it knows
        better than `error` what is wrong."""
        answer, fresh = self._answer(direction, spec)
        if answer is DeviceState.OK:
            return fresh and self._renew(module, spec)
        if answer is not None and answer is not error.state:
            raise DeviceError(answer, spec, str(error)) from None
        return False

    def _answer(self, direction: str, spec: str) -> tuple[DeviceState | None, bool]:
        """What a fresh process says, now or a moment ago."""
        now = time.monotonic()
        at, answer = self._answers.get((direction, spec), (-PROBE_SECONDS, None))
        if now - at < PROBE_SECONDS:
            return answer, False
        answer = ask(direction, spec)
        self._answers[direction, spec] = now, answer
        return answer, True

    def _renew(self, module: ModuleType, spec: str) -> bool:
        with self._changed:
            self._renewing = True
            try:
                if not self._changed.wait_for(lambda: self._streams == 0, _RENEW_SECONDS):
                    log.warning("sound devices not listed anew", streams=self._streams)
                    return False
                with self.calling(spec):
                    module._terminate()
                    module._initialize()
            finally:
                self._renewing = False
                self._changed.notify_all()
        log.info("sound devices listed anew", wanted=spec)
        return True


def ask(direction: str, spec: str) -> DeviceState | None:
    """What a process that has just been started makes of a device; None when it does not say."""
    program = [sys.executable, "-P", sound_probe.__file__, direction, spec]
    try:
        done = subprocess.run(program, capture_output=True, text=True, timeout=_PROBE_TIMEOUT)
    except (OSError, subprocess.TimeoutExpired):
        return None
    answer = done.stdout.strip()
    return DeviceState(answer) if answer in ("ok", "missing", "busy") else None


class SoundStream:
    """A blocking stream, mono, 48 kHz, 16 bit, used by one thread."""

    def __init__(self, system: SoundSystem, module: ModuleType, direction: str, spec: str) -> None:
        self._system = system
        self._spec = spec
        self._errors = module.PortAudioError
        kind = module.InputStream if direction == "Input" else module.OutputStream
        try:
            self._stream: Any = kind(
                device=sound_probe.device_of(spec),
                samplerate=RATE,
                channels=1,
                dtype="int16",
                blocksize=BLOCK,
                latency="low",
            )
        except ValueError as error:
            raise DeviceError(DeviceState.MISSING, spec, f"Sound device {spec}: {error}") from None
        except self._errors as error:
            raise DeviceError(DeviceState.BUSY, spec, f"Sound device {spec}: {error}") from None
        try:
            self._stream.start()
        except self._errors as error:
            self._stream.close(ignore_errors=True)
            raise DeviceError(DeviceState.BUSY, spec, f"Sound device {spec}: {error}") from None

    @property
    def latency(self) -> float:
        """Seconds between the sound in the air and in this program, as PortAudio reckons."""
        return float(self._stream.latency)

    def read(self) -> Samples:
        """The next 20 ms. Raises DeviceError, DeviceLent."""
        self._lend()
        try:
            samples, _overflowed = self._stream.read(BLOCK)
        except self._errors as error:
            raise DeviceError(DeviceState.MISSING, self._spec, f"Sound device {self._spec}: {error}") from None
        block: Samples = samples[:, 0]
        return block

    def write(self, block: Samples) -> None:
        """Blocks until there is room for it. Raises DeviceError, DeviceLent."""
        self._lend()
        try:
            self._stream.write(block.reshape(-1, 1))
        except self._errors as error:
            raise DeviceError(DeviceState.MISSING, self._spec, f"Sound device {self._spec}: {error}") from None

    def close(self) -> None:
        try:
            with self._system.calling(self._spec):
                # Waiting until all is played can take as long as a broken device likes.
                self._stream.abort(ignore_errors=True)
                self._stream.close(ignore_errors=True)
        finally:
            self._system.closed()

    def _lend(self) -> None:
        if self._system.renewing:
            raise DeviceLent


SYSTEM: Final = SoundSystem()
"""There is one PortAudio in a process."""
