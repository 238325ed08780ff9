"""The speaker: a device, a WAV file that records what is heard, or nothing at the same pace."""

from __future__ import annotations

import threading
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

import structlog

from media.consultation import DeviceState
from media.devices.faults import DeviceError
from media.devices.pace import Pace
from media.devices.portaudio import SYSTEM
from media.devices.sound import BLOCK, BLOCK_SECONDS, NONE, RATE, Samples, SpeechPath, level, mixed
from media.devices.upkeep import OnState, Patience, Turn, Upkeep

_PRIMING: Final = 4
"""Blocks beyond its latency that a sound card takes at once when it opens, before it plays any."""

log = structlog.get_logger(__name__)

Pull = Callable[[int], Samples]
"""Gives exactly that many samples, mono at 48 kHz, at once."""
Beside = Callable[[int, float], Samples]
"""The same, told how loud all that is pulled is, 0 to 1 of full scale."""


class SoundSink(Protocol):
    """Used by one thread only. `live`: it is heard in a room. `latency`: seconds between `write` and the air."""

    @property
    def live(self) -> bool: ...
    @property
    def latency(self) -> float: ...

    def write(self, block: Samples) -> None:
        """Play 20 ms; blocks as long as playing takes, on average. Raises DeviceError, DeviceLent."""
        ...

    def close(self) -> None: ...


def sound_sink(spec: str) -> SoundSink:
    """Open what `spec` names. Raises DeviceError."""
    if spec == NONE:
        return DiscardingSink()
    return RecordingSink(spec) if spec.lower().endswith(".wav") else DeviceSink(spec)


class DiscardingSink:
    """Nobody listens; sound is used up in real time all the same."""

    live = False
    latency = 0.0

    def __init__(self) -> None:
        self._pace = Pace(BLOCK_SECONDS)

    def write(self, block: Samples) -> None:
        self._pace.wait()

    def close(self) -> None:
        return


class RecordingSink:
    """A WAV file in place of a speaker, in real time, gaps and all; readable at any moment."""

    live = False
    latency = 0.0

    def __init__(self, spec: str) -> None:
        self._spec = spec
        self._pace = Pace(BLOCK_SECONDS)
        try:
            self._raw = Path(spec).open("wb")  # noqa: SIM115 - closed by close()
        except OSError as error:
            raise DeviceError(DeviceState.BUSY, spec, f"Speaker {spec}: {error.strerror}.") from None
        self._file = wave.open(self._raw, "wb")  # noqa: SIM115
        self._file.setnchannels(1)
        self._file.setsampwidth(2)
        self._file.setframerate(RATE)

    def write(self, block: Samples) -> None:
        self._pace.wait()
        try:
            self._file.writeframes(block.tobytes())
        except OSError as error:
            raise DeviceError(DeviceState.MISSING, self._spec, f"Speaker {self._spec}: {error.strerror}.") from None

    def close(self) -> None:
        self._file.close()
        self._raw.close()


class DeviceSink:
    """A sound card by PortAudio."""

    live = True

    def __init__(self, spec: str) -> None:
        self._stream = SYSTEM.open("Output", spec)
        self.latency = self._stream.latency

    def write(self, block: Samples) -> None:
        self._stream.write(block)

    def close(self) -> None:
        self._stream.close()


class Speaker:
    """An open speaker. It asks for sound when it is due, on its own thread, so that its clock sets the pace; what
    plays at the same time is mixed. `state` says how it is, `on_state` is told on a thread of the speaker; while it
    does not work, sound is used up unheard. `speech` learns what is heard in the room."""

    def __init__(
        self,
        spec: str,
        on_state: OnState | None = None,
        speech: SpeechPath | None = None,
        opener: Callable[[str], SoundSink] = sound_sink,
        patience: Patience | None = None,
    ) -> None:
        self.spec = spec
        self.latency = 0.0
        """Seconds between what is pulled and its being heard, as far as the device tells."""
        self._speech = speech
        self._opener = opener
        self._playing: list[Pull] = []
        self._beside: list[Beside] = []
        self._guard = threading.Lock()
        self._upkeep = Upkeep(
            "speaker", spec, self._work, self._stand_in, BLOCK_SECONDS, on_state=on_state, patience=patience
        )
        self._upkeep.start()

    @property
    def state(self) -> DeviceState:
        return self._upkeep.state

    def play(self, pull: Pull) -> Callable[[], None]:
        """Play what `pull` gives; it must be quick. Returns the function that ends this."""
        with self._guard:
            self._playing.append(pull)

        return lambda: self._forget(pull)

    def play_beside(self, beside: Beside) -> Callable[[], None]:
        """The same for what minds the others that play."""
        with self._guard:
            self._beside.append(beside)

        return lambda: self._forget(beside)

    def close(self) -> None:
        """Stop and let go of the device; gives up waiting after two seconds if the driver hangs."""
        self._upkeep.close()

    def _work(self, turn: Turn) -> None:
        sink = self._opener(self.spec)
        self.latency = sink.latency
        taken = 0
        try:
            while not turn.over:
                block = self._next_block()
                if sink.live and self._speech is not None:
                    self._speech.played(block, sink.latency)
                sink.write(block)
                taken += 1
                if taken > sink.latency / BLOCK_SECONDS + _PRIMING:
                    turn.alive()
        finally:
            sink.close()

    def _stand_in(self) -> None:
        self._next_block()

    def _next_block(self) -> Samples:
        with self._guard:
            playing, beside = tuple(self._playing), tuple(self._beside)
        blocks = [block for pull in playing if (block := self._pulled(pull, pull, BLOCK)) is not None]
        if beside:
            others = level(mixed(blocks))
            blocks += [block for one in beside if (block := self._pulled(one, one, BLOCK, others)) is not None]
        return mixed(blocks)

    def _pulled(self, sound: Pull | Beside, give: Callable[..., Samples], *asked: float) -> Samples | None:
        try:
            return give(*asked)
        except Exception:
            # A fault in one sound must not silence the others for good.
            log.exception("sound stopped", speaker=self.spec)
            self._forget(sound)
            return None

    def _forget(self, sound: Pull | Beside) -> None:
        with self._guard:
            self._playing = [one for one in self._playing if one != sound]
            self._beside = [one for one in self._beside if one != sound]


def open_speaker(spec: str, on_state: OnState | None = None, speech: SpeechPath | None = None) -> Speaker:
    """Open the speaker that `spec` names and return at once: "default", a device's number or a part of its name, a
    `.wav` path (records what is heard), or "none". Never raises for one that does not work: it discards the sound,
    tells `on_state`, and tries again every second."""
    return Speaker(spec, on_state, speech)
