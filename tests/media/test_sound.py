"""Tones, the playout buffer, and microphones and speakers that are files."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from media.devices.faults import DeviceError, DeviceFault
from media.devices.microphone import FileSource, Microphone, sound_source
from media.devices.playout import PlayoutBuffer
from media.devices.sound import BLOCK, Samples, level, open_stream
from media.devices.speaker import DiscardingSink, Speaker
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


def test_playout_waits_at_the_start_and_after_a_gap() -> None:
    buffer = PlayoutBuffer(start=4, limit=100)
    buffer.push(np.array([1, 2, 3], np.int16))
    assert buffer.pull(2).tolist() == [0, 0]
    buffer.push(np.array([4, 5], np.int16))
    assert buffer.pull(3).tolist() == [1, 2, 3]
    assert buffer.pull(4).tolist() == [4, 5, 0, 0]
    buffer.push(np.array([6], np.int16))
    assert buffer.pull(1).tolist() == [0]
    assert (buffer.played, buffer.missing, buffer.depth) == (5, 5, 1)


def test_playout_drops_the_oldest_over_its_limit() -> None:
    buffer = PlayoutBuffer(start=1, limit=4)
    for number in range(6):
        buffer.push(np.array([number, number], np.int16))
    assert buffer.dropped == 8
    assert buffer.pull(4).tolist() == [4, 4, 5, 5]


def blocks_of(microphone: Microphone, count: int) -> Samples:
    """The next blocks a microphone delivers."""
    arrived: queue.Queue[Samples] = queue.Queue()
    unlisten = microphone.listen(arrived.put)
    blocks = [arrived.get(timeout=5) for _ in range(count)]
    unlisten()
    assert all(block.dtype == np.int16 and block.shape == (BLOCK,) for block in blocks)
    return np.concatenate(blocks)


def test_a_file_is_a_microphone_that_never_ends(devices: Devices, tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    write_tone(path, 500, 0.1)
    microphone = devices("microphone", path)
    samples = blocks_of(microphone, 20)
    assert tone_level(samples, 500) > 0.4
    assert microphone.fault is None


def test_a_muted_microphone_is_silent(devices: Devices, booth_tone: Path) -> None:
    microphone = devices("microphone", booth_tone)
    microphone.muted = True
    blocks_of(microphone, 1)
    assert not blocks_of(microphone, 5).any()
    microphone.muted = False
    blocks_of(microphone, 1)
    assert blocks_of(microphone, 5).any()


def test_a_microphone_that_is_not_there_delivers_silence_and_says_so(devices: Devices) -> None:
    faults: queue.Queue[DeviceError | None] = queue.Queue()
    microphone = devices("microphone", "/no/such/sound.wav", on_fault=faults.put)
    fault = faults.get(timeout=5)
    assert fault is not None
    assert fault.fault is DeviceFault.NOT_FOUND
    assert not blocks_of(microphone, 3).any()


def test_a_microphone_comes_back() -> None:
    faults: list[DeviceError | None] = []
    recovered = threading.Event()
    attempts: list[str] = []

    def opener(spec: str) -> Any:
        attempts.append(spec)
        if len(attempts) == 1:
            raise DeviceError(DeviceFault.CANNOT_OPEN, spec, "in use")
        return sound_source("none")

    def on_fault(fault: DeviceError | None) -> None:
        faults.append(fault)
        if fault is None:
            recovered.set()

    microphone = Microphone("mic", on_fault, opener, retry_seconds=0.04)
    assert recovered.wait(5)
    microphone.close()
    assert [fault and fault.fault for fault in faults] == [DeviceFault.CANNOT_OPEN, None]


def test_a_file_without_sound_is_refused(citizen_video: Path, tmp_path: Path) -> None:
    with pytest.raises(DeviceError) as caught:
        FileSource(str(citizen_video))
    assert caught.value.fault is DeviceFault.CANNOT_OPEN
    garbage = tmp_path / "garbage.wav"
    garbage.write_bytes(b"not a sound at all")
    with pytest.raises(DeviceError):
        FileSource(str(garbage))


def test_a_wav_speaker_records_what_it_is_given(devices: Devices, tmp_path: Path) -> None:
    path = tmp_path / "heard.wav"
    speaker = devices("speaker", path)
    for block in tone(800, 0.2).reshape(-1, BLOCK):
        speaker.play(block)
    wait_until(lambda: speaker.buffer.played >= 9600)
    speaker.close()
    samples, rate = read_wav(path)
    assert rate == 48_000
    start = int(np.flatnonzero(samples)[0])
    assert tone_level(samples[start : start + 9600], 800) > 0.4


def wait_until(condition: Callable[[], bool]) -> None:
    """For counters of device threads, which tell nobody."""
    patience = threading.Event()
    for _ in range(500):
        if condition():
            return
        patience.wait(0.01)
    raise AssertionError("did not happen within five seconds")


def test_a_speaker_that_cannot_open_discards_and_says_so(devices: Devices) -> None:
    faults: queue.Queue[DeviceError | None] = queue.Queue()
    speaker = devices("speaker", "/no/such/folder/heard.wav", on_fault=faults.put)
    fault = faults.get(timeout=5)
    assert fault is not None
    assert fault.fault is DeviceFault.CANNOT_OPEN
    speaker.play(tone(500, 0.1))
    wait_until(lambda: speaker.buffer.played == 4800)


def test_a_speaker_comes_back() -> None:
    recovered = threading.Event()
    attempts: list[str] = []

    def opener(spec: str) -> Any:
        attempts.append(spec)
        if len(attempts) == 1:
            raise DeviceError(DeviceFault.GONE, spec, "unplugged")
        return DiscardingSink()

    speaker = Speaker("speaker", lambda fault: recovered.set() if fault is None else None, opener, retry_seconds=0.04)
    assert recovered.wait(5)
    speaker.close()
    assert speaker.fault is None


def test_an_unknown_sound_device_is_a_clear_error() -> None:
    with pytest.raises(DeviceError) as caught:
        open_stream("Input", "no such microphone anywhere")
    assert caught.value.fault in (DeviceFault.NOT_FOUND, DeviceFault.NO_AUDIO_SYSTEM)


def test_files_play_without_portaudio() -> None:
    """A booth that plays files must run where PortAudio is not installed."""
    import subprocess
    import sys

    code = (
        "import sys; sys.modules['sounddevice'] = None\n"
        "from media.devices import *\n"
        "m = open_microphone('none'); s = open_speaker('none'); m.close(); s.close()\n"
        "from media.devices.sound import portaudio\n"
        "try: portaudio('default')\n"
        "except DeviceError as error: print(error.fault.value)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "no_audio_system"
