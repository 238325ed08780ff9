"""Real Opus through loss, jitter, bursts and drifting clocks, in simulated time."""

from __future__ import annotations

import numpy as np
import pytest

from media.audio.decoder import OpusDecoder, OpusError
from media.audio.opus_packet import redundancy
from media.audio.playback import Playback
from media.devices.sound import BLOCK, BLOCK_SECONDS, RATE
from media.testing.tone import tone, tone_level
from tests.media.speech import Arrival, Listener, error_power, network, opus, packet, voice

SECONDS = 20


@pytest.fixture(scope="module")
def speech() -> list[bytes]:
    return opus(voice(SECONDS))


def test_recovered_speech_is_nearer_to_the_original_than_concealed(speech: list[bytes]) -> None:
    """Every tenth packet lost, where the next one holds a copy."""
    whole = OpusDecoder()
    mended, concealed = OpusDecoder(), OpusDecoder()
    errors: list[tuple[float, float]] = []
    for number, payload in enumerate(speech[:-1]):
        original = whole.decode(payload)
        lost = number % 10 == 5 and redundancy(speech[number + 1])
        if lost and np.abs(original).max() > 1000:
            recovered = mended.recover(speech[number + 1], BLOCK)
            made_up = concealed.conceal(BLOCK)
            assert len(recovered) == len(made_up) == BLOCK
            errors.append((error_power(recovered, original), error_power(made_up, original)))
        else:
            mended.decode(payload)
            concealed.decode(payload)
    assert len(errors) > 30
    recovered_error, concealed_error = np.mean(errors, axis=0)
    assert recovered_error < 0.5 * concealed_error


def test_what_is_made_up_goes_on_like_the_sound_before_and_fades() -> None:
    decoder = OpusDecoder()
    for payload in opus(tone(200, 1.0)):
        last = decoder.decode(payload)
    seam = np.concatenate([last, decoder.conceal(BLOCK)])[BLOCK - 240 : BLOCK + 240]
    assert tone_level(seam, 200) > 0.6 * tone_level(last, 200)
    for _ in range(20):
        later = decoder.conceal(BLOCK)
    assert tone_level(later, 200) < 0.2 * tone_level(last, 200)


def test_a_decoder_starts_afresh_and_refuses_garbage(speech: list[bytes]) -> None:
    decoder = OpusDecoder()
    first = [decoder.decode(payload).tolist() for payload in speech[:5]]
    decoder.reset()
    assert [decoder.decode(payload).tolist() for payload in speech[:5]] == first
    with pytest.raises(OpusError):
        decoder.decode(b"\x7b\xff\xff")


@pytest.mark.parametrize(("loss", "share"), [(0.0, 1.0), (0.01, 0.99), (0.05, 0.97), (0.10, 0.93)])
def test_speech_is_played_in_spite_of_loss(speech: list[bytes], loss: float, share: float) -> None:
    listener = Listener(speech, network(len(speech), loss, jitter=0.005))
    sound = listener.hear(SECONDS - 1)
    assert listener.share >= share
    assert listener.depth <= 0.080
    assert len(sound) == (SECONDS - 1) * RATE


def test_without_jitter_the_sound_is_that_of_the_decoder_alone(speech: list[bytes]) -> None:
    decoder = OpusDecoder()
    expected = np.concatenate([decoder.decode(payload) for payload in speech])
    sound = Listener(speech, network(len(speech))).hear(SECONDS - 1)
    start = int(np.flatnonzero(sound)[0]) - int(np.flatnonzero(expected)[0])
    assert 0.06 < start / RATE < 0.08, "latency of the network and the target"
    assert (sound[start:] == expected[: len(sound) - start]).all()


def test_a_silence_is_filled_with_its_background_and_no_loss() -> None:
    """After number 99 the sender says that it rests, and sends nothing for a second."""
    payloads = [*opus(voice(2.0)), b"\x78", *opus(voice(3.0))[1:]]
    arrivals = [arrival for arrival in network(len(payloads)) if not 100 < arrival.number < 150]
    playback = Playback(lambda: now)
    now = 0.0
    for block in range(200):
        now = block * BLOCK_SECONDS + 0.007
        for arrival in arrivals:
            if now - BLOCK_SECONDS < arrival.at <= now:
                # Numbers leave out what was not sent, timestamps do not.
                sent = packet(arrival.number, payloads[arrival.number])
                left_out = 49 if arrival.number >= 150 else 0
                playback.put(sent._replace(sequence=(sent.sequence - left_out) & 0xFFFF))
        playback.pull(BLOCK)
    made = playback.figures()
    assert made.concealed == made.recovered == made.late == 0
    assert made.rested / RATE == pytest.approx(0.98, abs=0.03)


def test_a_freeze_is_caught_up_with_by_speaking_faster() -> None:
    """Nothing for 300 ms, then all of it at once: nothing is lost, and two seconds later the delay is gone."""
    payloads = opus(tone(200, 6.0))
    freeze = [Arrival(max(a.at, 2.3) if 2.0 < a.at < 2.3 else a.at, a.number) for a in network(len(payloads))]
    listener = Listener(payloads, freeze)
    listener.hear(2.0)
    calm = listener.depths[-1]
    listener.hear(0.5)
    deepest = max(listener.depths)
    sound = listener.hear(2.0)
    made = listener.playback.figures()
    assert deepest > calm + 0.1
    assert listener.depths[-1] < calm + 0.015
    assert made.late == made.skipped == 0
    assert made.stretched > 0.2 * RATE
    assert tone_level(sound[-RATE // 2 :], 200) > 0.4


@pytest.mark.parametrize("rate", [1.001, 0.999])
def test_a_sound_card_that_is_fast_or_slow_neither_starves_nor_fills_up(rate: float) -> None:
    """A thousandth is ten times what cards are off by: 60 ms a minute."""
    payloads = opus(voice(60.0))
    listener = Listener(payloads, network(len(payloads), jitter=0.003), rate)
    listener.hear(55.0)
    made = listener.playback.figures()
    assert made.stretched > 0.03 * RATE
    assert made.late == made.skipped == 0
    assert made.concealed < 0.002 * made.played
    assert abs(listener.depths[-1] - made.target) < 0.02


def test_a_packet_the_decoder_refuses_is_silence(speech: list[bytes]) -> None:
    now = 0.0
    playback = Playback(lambda: now)
    # One frame with more padding than there are bytes (RFC 6716, 3.2.5).
    for number, payload in enumerate([*speech[:3], b"\x7b\x41\xff", *speech[4:8]]):
        playback.put(packet(number, payload))
        playback.pull(BLOCK)
        now += BLOCK_SECONDS
    for _ in range(4):
        playback.pull(BLOCK)
        now += BLOCK_SECONDS
    assert playback.figures().bad == 1
    assert playback.heard >= 6 * BLOCK


def test_a_path_that_has_become_much_longer_is_followed(speech: list[bytes]) -> None:
    """From the fifth second on everything comes 0.9 s later, as through a queue that stays full: soon nothing is made
    up any more, nor spoken faster than it comes."""
    arrivals = [Arrival(a.at + (0.9 if a.at > 5 else 0), a.number) for a in network(len(speech), jitter=0.005)]
    listener = Listener(speech, arrivals)
    listener.hear(8.0)
    before = listener.playback.figures()
    listener.hear(6.0)
    after = listener.playback.figures()
    made_up = after.concealed - before.concealed
    assert made_up < 0.01 * 6 * RATE
    assert after.stretched - before.stretched < 0.02 * 6 * RATE
    assert after.depth < 0.15
