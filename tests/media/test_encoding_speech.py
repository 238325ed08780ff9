"""One microphone, one encoder, however many calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from media.devices.sound import BLOCK, Samples
from media.encoding.opus import SpeechEncoder
from media.encoding.speech import NOTHING_SAID, SharedSpeech, SpeechPacket, speech_of
from tests.media.speech import voice


class Spoken:
    """A microphone that says what the test gives it."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[Samples], None]] = []

    def listen(self, listener: Callable[[Samples], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def say(self, samples: Samples) -> None:
        for block in samples.reshape(-1, BLOCK):
            for listener in tuple(self.listeners):
                listener(block)


class Opened:
    def __init__(self) -> None:
        self.encoders: list[SpeechEncoder] = []

    def __call__(self) -> SpeechEncoder:
        self.encoders.append(SpeechEncoder())
        return self.encoders[-1]


def share() -> tuple[Any, SharedSpeech, Opened]:
    microphone, opened = Spoken(), Opened()
    return microphone, SharedSpeech(microphone, opened), opened  # type: ignore[arg-type]


def test_two_calls_share_one_encoder_and_hear_the_same() -> None:
    microphone, speech, opened = share()
    first: list[SpeechPacket] = []
    second: list[SpeechPacket] = []
    one, _ = speech.join(first.append), speech.join(second.append)
    microphone.say(voice(1))
    assert speech.count == 50
    assert len(opened.encoders) == 1
    assert [packet.payload for packet in first] == [packet.payload for packet in second]
    assert all(packet.hearer is one for packet in first)


def test_one_leaves_and_the_other_goes_on() -> None:
    microphone, speech, _ = share()
    first: list[SpeechPacket] = []
    second: list[SpeechPacket] = []
    one, other = speech.join(first.append), speech.join(second.append)
    microphone.say(voice(0.4))
    one.leave()
    one.leave()
    microphone.say(voice(0.4))
    assert (len(first), len(second)) == (20, 40)
    other.leave()
    assert not microphone.listeners, "nobody listens, nothing is encoded"


def test_a_silence_is_announced_and_not_sent_and_time_goes_on() -> None:
    microphone, speech, _ = share()
    heard: list[SpeechPacket] = []
    speech.join(heard.append)
    microphone.say(np.concatenate([voice(1), np.zeros(48_000 * 2, np.int16), voice(1)]))
    times = [packet.pts // BLOCK for packet in heard]
    quiet = [time for time in times if 75 <= time < 150]
    assert 2 <= len(quiet) <= 12, "now and then the other end is told what the silence sounds like"
    assert times[-1] == 199
    begins = [time for packet, time in zip(heard, times, strict=True) if packet.begins]
    assert begins[0] == 0
    assert any(150 <= time <= 152 for time in begins)
    assert not any(packet.begins for packet in heard if len(packet.payload) <= NOTHING_SAID)


def test_the_worst_path_decides_about_repairs() -> None:
    _, speech, opened = share()
    one, other = speech.join(lambda _: None), speech.join(lambda _: None)
    one.expected_loss, other.expected_loss = 0.25, 0.15
    [encoder] = opened.encoders
    assert encoder.expected_loss == 0.25
    one.leave()
    assert encoder.expected_loss == 0.15


def test_calls_with_the_same_microphone_share_without_being_told(devices: Callable[..., Any]) -> None:
    microphone = devices("microphone", "none")
    speech = speech_of(microphone)
    assert speech_of(microphone) is speech
    assert speech_of(devices("microphone", "none")) is not speech
