"""Tones, mixing, and microphones and speakers that are files."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from media.consultation import DeviceState
from media.devices.faults import DeviceError
from media.devices.microphone import FileSource, Microphone, sound_source
from media.devices.portaudio import SYSTEM
from media.devices.sound import BLOCK, Samples, level, mixed
from media.devices.speaker import DiscardingSink, Speaker
from media.devices.upkeep import Patience
from media.testing.tone import read_wav, tone, tone_level, write_tone

Devices = Callable[..., Any]


def test_the_detector_tells_tones_apart() -> None:
    samples = tone(440, 0.5, level=0.5) // 2 + tone(1000, 0.5, level=0.2) // 2
    assert tone_level(samples, 440) == pytest.approx(0.25, abs=0.01)
    assert tone_level(samples, 1000) == pytest.approx(0.10, abs=0.01)
    assert tone_level(samples, 700) < 0.01
    assert tone_level(np.zeros(0, np.int16), 440) == 0


def test_level_is_root_mean_square() -> None:
    assert level(tone(100, 1, level=0.5)) == pytest.approx(0.5 / 2**0.5, abs=0.001)
    assert level(np.zeros(0, np.int16)) == 0


def test_what_plays_at_the_same_time_is_mixed_and_clipped() -> None:
    one, two = np.full(BLOCK, 20_000, np.int16), np.full(BLOCK, -5_000, np.int16)
    assert not mixed([]).any()
    assert len(mixed([])) == BLOCK
    assert mixed([one]).tolist() == one.tolist()
    assert set(mixed([one, two]).tolist()) == {15_000}
    assert set(mixed([one, one]).tolist()) == {32_767}


def blocks_of(microphone: Microphone, count: int) -> Samples:
    """The next blocks a microphone delivers."""
    arrived: queue.Queue[Samples] = queue.Queue()
    unlisten = microphone.listen(arrived.put)
    blocks = [arrived.get(timeout=30) for _ in range(count)]
    unlisten()
    assert all(block.dtype == np.int16 and block.shape == (BLOCK,) for block in blocks)
    return np.concatenate(blocks)


def test_a_file_is_a_microphone_that_never_ends(devices: Devices, tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    write_tone(path, 500, 0.1)
    microphone = devices("microphone", path)
    samples = blocks_of(microphone, 20)
    assert tone_level(samples, 500) > 0.4
    assert microphone.state is DeviceState.OK


def test_a_muted_microphone_is_silent(devices: Devices, booth_tone: Path) -> None:
    microphone = devices("microphone", booth_tone)
    microphone.muted = True
    blocks_of(microphone, 1)
    assert not blocks_of(microphone, 5).any()
    microphone.muted = False
    blocks_of(microphone, 1)
    assert blocks_of(microphone, 5).any()


def test_a_microphone_that_is_not_there_delivers_silence_and_says_so(devices: Devices) -> None:
    states: queue.Queue[DeviceState] = queue.Queue()
    microphone = devices("microphone", "/no/such/sound.wav", on_state=states.put)
    assert states.get(timeout=30) is DeviceState.MISSING
    assert not blocks_of(microphone, 3).any()


def test_a_microphone_comes_back() -> None:
    states: queue.Queue[DeviceState] = queue.Queue()
    attempts: list[str] = []

    def opener(spec: str) -> Any:
        attempts.append(spec)
        if len(attempts) == 1:
            raise DeviceError(DeviceState.BUSY, spec, "in use")
        return sound_source("none")

    microphone = Microphone("mic", states.put, opener=opener, patience=Patience(retry=0.04))
    assert [states.get(timeout=30) for _ in range(2)] == [DeviceState.BUSY, DeviceState.OK]
    microphone.close()


def test_a_file_without_sound_is_refused(citizen_video: Path, tmp_path: Path) -> None:
    with pytest.raises(DeviceError) as caught:
        FileSource(str(citizen_video))
    assert caught.value.state is DeviceState.BUSY
    garbage = tmp_path / "garbage.wav"
    garbage.write_bytes(b"not a sound at all")
    with pytest.raises(DeviceError):
        FileSource(str(garbage))


class Player:
    """Gives a tone block by block, then silence, and tells when the last one was pulled."""

    def __init__(self, hz: float, seconds: float) -> None:
        self.finished = threading.Event()
        self.pulled = 0
        self._blocks = list(tone(hz, seconds).reshape(-1, BLOCK))

    def pull(self, count: int) -> Samples:
        self.pulled += 1
        if self._blocks:
            return self._blocks.pop(0)
        self.finished.set()
        return np.zeros(count, np.int16)


def test_a_wav_speaker_records_what_it_pulls(devices: Devices, tmp_path: Path) -> None:
    path = tmp_path / "heard.wav"
    speaker = devices("speaker", path)
    player = Player(800, 0.2)
    speaker.play(player.pull)
    assert player.finished.wait(60)
    speaker.close()
    samples, rate = read_wav(path)
    assert rate == 48_000
    start = int(np.flatnonzero(samples)[0])
    assert tone_level(samples[start : start + 9600], 800) > 0.4


def test_a_speaker_plays_two_at_once_until_one_is_stopped(devices: Devices, tmp_path: Path) -> None:
    path = tmp_path / "heard.wav"
    speaker = devices("speaker", path)
    first, second = Player(500, 0.2), Player(900, 0.4)
    stop = speaker.play(first.pull)
    speaker.play(second.pull)
    assert first.finished.wait(60)
    stop()
    stop()
    pulled = first.pulled
    assert second.finished.wait(60)
    speaker.close()
    assert first.pulled <= pulled + 1, "one may have been under way"
    samples, _ = read_wav(path)
    start = int(np.flatnonzero(samples)[0])
    together = samples[start + 960 : start + 8640]
    assert min(tone_level(together, 500), tone_level(together, 900)) > 0.4


def test_a_sound_that_fails_leaves_the_others(devices: Devices) -> None:
    speaker = devices("speaker", "none")
    attempts: list[int] = []

    def fail(count: int) -> Samples:
        attempts.append(count)
        raise ValueError("broken")

    speaker.play(fail)
    player = Player(500, 0.1)
    speaker.play(player.pull)
    assert player.finished.wait(60)
    assert attempts == [BLOCK]


def test_a_speaker_that_cannot_open_discards_and_says_so(devices: Devices) -> None:
    states: queue.Queue[DeviceState] = queue.Queue()
    speaker = devices("speaker", "/no/such/folder/heard.wav", on_state=states.put)
    assert states.get(timeout=30) is DeviceState.BUSY
    player = Player(500, 0.1)
    speaker.play(player.pull)
    assert player.finished.wait(60)


def test_a_speaker_comes_back() -> None:
    states: queue.Queue[DeviceState] = queue.Queue()
    attempts: list[str] = []

    def opener(spec: str) -> Any:
        attempts.append(spec)
        if len(attempts) == 1:
            raise DeviceError(DeviceState.MISSING, spec, "unplugged")
        return DiscardingSink()

    speaker = Speaker("speaker", states.put, opener=opener, patience=Patience(retry=0.04))
    assert [states.get(timeout=30) for _ in range(2)] == [DeviceState.MISSING, DeviceState.OK]
    speaker.close()
    assert speaker.state is DeviceState.OK


def test_an_unknown_sound_device_is_a_clear_error() -> None:
    with pytest.raises(DeviceError) as caught:
        SYSTEM.open("Input", "no such microphone anywhere")
    assert caught.value.state is DeviceState.MISSING


def test_files_play_without_portaudio() -> None:
    """A booth that plays files must run where PortAudio is not installed."""
    import subprocess
    import sys

    code = (
        "import sys; sys.modules['sounddevice'] = None\n"
        "from media.devices import *\n"
        "m = open_microphone('none'); s = open_speaker('none'); m.close(); s.close()\n"
        "from media.devices.portaudio import load\n"
        "try: load('default')\n"
        "except DeviceError as error: print(error.state.value, error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.startswith("missing")
    assert "PortAudio is not on this machine" in done.stdout
