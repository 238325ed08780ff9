"""The parts of the estimator and what is made of its word, one by one, on a clock of the test's."""

from __future__ import annotations

import pytest

from media.congestion.control import DECREASE, RateControl
from media.congestion.delay import DelayTrend, Usage
from media.congestion.history import Report
from media.congestion.loss import LossBound
from media.congestion.pacer import TICK, Pacer
from media.congestion.playout import CALM, MAX_DELAY, PlayoutDelay
from media.congestion.probe import MIN_PACKETS, Probe, Prober
from media.congestion.share import REST_BELOW, RETURN_ABOVE, FairShare
from media.congestion.throughput import Throughput


@pytest.mark.parametrize(("growth", "usage"), [(0.0, Usage.NORMAL), (0.004, Usage.OVER), (-0.004, Usage.UNDER)])
def test_a_delay_that_grows_means_a_queue_that_grows(growth: float, usage: Usage) -> None:
    trend = DelayTrend()
    seen = set()
    for number in range(60):
        sent = 0.02 * number
        trend.update(sent, 500 + sent + 0.3 + growth * number)
        seen.add(trend.usage)
    assert seen - {Usage.NORMAL} == {usage} - {Usage.NORMAL}


def test_the_senders_own_bursts_are_no_queue() -> None:
    trend = DelayTrend()
    for number in range(60):
        for place in range(8):
            trend.update(number / 30 + 0.0005 * place, number / 30 + 0.003 * place)
            assert trend.usage is Usage.NORMAL


def test_control_falls_below_what_arrives_and_then_climbs_with_care() -> None:
    control = RateControl(1e6, 60e3, 3e6)
    assert control.update(Usage.OVER, 9e5, 5e5, 0.05, 1.0)
    assert control.rate == DECREASE * 5e5
    assert not control.update(Usage.OVER, 9e5, 5e5, 0.05, 1.01), "its effect has not been seen yet"
    control.update(Usage.UNDER, 5e5, 5e5, 0.05, 1.1)
    held = control.rate
    control.update(Usage.NORMAL, 5e5, 5e5, 0.05, 1.2)
    assert control.rate == held
    for step in range(10):
        control.update(Usage.NORMAL, 5e5, 5e5, 0.05, 1.3 + 0.1 * step)
    assert 1.02 * held < control.rate < 1.2 * held


def test_control_does_not_climb_beyond_what_is_used() -> None:
    control = RateControl(1e6, 60e3, 3e6)
    for step in range(1, 200):
        control.update(Usage.NORMAL, 1e5, 1e5, 0.05, 0.1 * step)
    assert control.rate == 1e6
    for step in range(200, 400):
        control.update(Usage.NORMAL, control.rate, control.rate, 0.05, 0.1 * step)
    assert control.rate == 3e6


@pytest.mark.parametrize(("lost", "least", "most"), [(1, 3e6, 3e6), (5, 3e6, 3e6), (20, 0.8e6, 0.95e6)])
def test_only_much_loss_binds(lost: int, least: float, most: float) -> None:
    bound = LossBound(3e6)
    for step in range(2):
        bound.update(100, lost, 1e6, 1e6 * (1 - lost / 100), 0.4 * step)
    assert least <= bound.bound <= most
    assert 0 < bound.loss < lost / 100
    for step in range(2, 60):
        bound.update(100, 0, 1e6, 1e6, 0.4 * step)
    assert bound.bound == 3e6


def test_throughput_is_what_arrived_in_a_window() -> None:
    throughput = Throughput()
    for number in range(100):
        throughput.add(0.01 * number, 125)
    assert throughput.rate == pytest.approx(100_000, rel=0.05)
    assert throughput.latest == pytest.approx(100_000, rel=0.06)
    throughput.add(1.4, 125)
    assert throughput.latest == pytest.approx(5_000)


def answered(probe: Probe, rate: float, capacity: float) -> list[Report]:
    """Packets of a probe that was sent at `rate` over a path of `capacity`."""
    count = max(MIN_PACKETS, -(-probe.size // 500))
    seconds = 500 * 8 / rate, 500 * 8 / min(rate, capacity)
    return [Report(place * seconds[0], 9 + place * seconds[1], 500, probe.number, False) for place in range(count)]


def test_probes_double_until_the_path_says_no() -> None:
    prober = Prober(3e6)
    now, rate, found = 0.0, 100e3, []
    for _ in range(200):
        now += 0.05
        if probe := prober.next(rate, now):
            assert probe.rate <= 2 * rate
            result = prober.learn(answered(probe, probe.rate, 1e6), now)
            assert result is not None
            found.append(result)
            rate = max(rate, result)
    assert rate == pytest.approx(0.95e6, rel=0.05)
    assert len(found) < 12, "one that says no is followed by a pause"


def test_a_probe_that_was_wrong_makes_the_next_one_wait_longer() -> None:
    prober = Prober(3e6)
    waits, now = [], 0.0
    for _ in range(4):
        began = now
        while (probe := prober.next(100e3, now)) is None:
            now += 0.1
        waits.append(now - began)
        prober.learn(answered(probe, probe.rate, 1e9), now)
        now += 0.3
        prober.overused(now)
    assert waits[0] == 0
    assert waits[1:] == pytest.approx([4, 8, 8], abs=0.2)


def test_an_unanswered_probe_is_given_up() -> None:
    prober = Prober(3e6)
    assert prober.next(100e3, 0.0)
    assert prober.next(100e3, 1.0) is None
    assert prober.next(100e3, 2.0) is None
    assert prober.next(100e3, 4.0)


def test_the_pacer_spreads_a_large_picture_and_lets_a_small_one_go() -> None:
    pacer = Pacer(1e6)
    now, left = 0.0, []
    for _ in range(16):
        while wait := pacer.wait(now):
            assert wait >= TICK
            now += wait
        pacer.sent(1250, now)
        left.append(now)
    assert left[:3] == [0.0] * 3
    # 20 kB at 2.5 Mbit/s, less the burst.
    assert 0.04 < left[-1] < 0.07
    assert pacer.wait(now + 1) == 0


def test_the_pacer_holds_a_probe_to_its_rate() -> None:
    pacer = Pacer(1e6)
    pacer.hold_to(4e6)
    now = 0.0
    for _ in range(8):
        while wait := pacer.wait(now):
            now += wait
        pacer.sent(1250, now)
    assert 0.01 < now < 0.025


def spoken(share: FairShare, now: float) -> float:
    """A second of sound, 58 kbit/s of it."""
    for number in range(50):
        share.sound.add(145)
        share.picture_bitrate(1e6, now + 0.02 * number)
    return now + 1


def test_the_picture_gets_what_sound_and_repairs_leave() -> None:
    share = FairShare(62)
    now = spoken(share, spoken(share, 0.0))
    assert share.picture_bitrate(1e6, now) == pytest.approx((1e6 - 58e3) * (1 - 62 * 8 / 9600), rel=0.03)
    for _ in range(100):
        share.repairs.add(1250)
    assert share.picture_bitrate(1e6, now + 1) < 7e5


def test_the_picture_rests_and_returns_with_patience() -> None:
    share = FairShare(0)
    states = []
    for step, bitrate in enumerate([30e3] * 10 + [REST_BELOW - 1] * 20 + [REST_BELOW + 1] * 30 + [RETURN_ABOVE] * 30):
        share.picture_bitrate(bitrate, 0.1 * step)
        states.append(share.rests)
    assert states.index(True) == 25
    assert states[25:80] == [True] * 55
    assert states[80:] == [False] * 10


def test_a_calm_path_asks_for_no_delay_and_an_uneven_one_for_what_it_needs() -> None:
    playout = PlayoutDelay()
    now = 0.0

    def second(jitter: float, loss: float = 0.0) -> float:
        nonlocal now
        for number in range(30):
            playout.add(now + number / 30, 77 + now + number / 30 + jitter * (number % 10) / 9)
        now += 1.01
        playout.consider(now, loss, 0.08)
        return playout.delay

    assert [second(CALM / 2) for _ in range(5)] == [0.0] * 5
    # One bad second is an accident.
    assert second(0.3) == 0.0
    assert [second(CALM / 2) for _ in range(5)] == [0.0] * 5
    assert [second(0.045) for _ in range(5)][-1] == 0.05
    assert second(2.0) == second(2.0) == 0.05
    assert second(2.0) == MAX_DELAY
    later = [second(0.0) for _ in range(12)]
    assert later[5] == MAX_DELAY
    assert later[-1] == 0.0
    assert second(0.0, loss=0.01) == 0.0
    assert second(0.0, loss=0.05) == pytest.approx(0.1)
    assert second(0.045, loss=0.05) == pytest.approx(0.1)
