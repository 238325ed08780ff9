"""What the path to the other end carries, from its transport-wide feedback."""

from __future__ import annotations

from typing import Final

from media.congestion.control import RateControl
from media.congestion.delay import DelayTrend, Usage
from media.congestion.history import Report
from media.congestion.loss import LossBound
from media.congestion.probe import Probe, Prober
from media.congestion.throughput import Throughput

_SILENCE_SECONDS: Final = 1.0
_SILENCE_FACTOR: Final = 0.5
_SMOOTHING: Final = 0.1
_ROUND_TRIP_AT_FIRST: Final = 0.1
_ROUND_TRIP_WINDOW: Final = 10.0
_SLACK_SECONDS: Final = 0.1
_MIN_IN_FLIGHT: Final = 3000


class Estimator:
    """`start`, `lowest` and `highest`: bits a second, with all headers.

    Nothing is known before the first feedback: `is_informed`.
    """

    def __init__(self, start: float, lowest: float, highest: float) -> None:
        self.is_informed = False
        self._lowest, self._highest = lowest, highest
        self._control = RateControl(start, lowest, highest)
        self._trend = DelayTrend()
        self._loss = LossBound(highest)
        self._throughput = Throughput()
        self._prober = Prober(highest)
        self._round_trip = _ROUND_TRIP_AT_FIRST
        self._shortest: tuple[float, float] | None = None
        """Round trip without queues, and when it was measured."""
        self._interval = _ROUND_TRIP_AT_FIRST
        self._heard: float | None = None
        self._silent_since: float | None = None

    @property
    def bitrate(self) -> float:
        """What may be sent, bits a second."""
        return max(self._lowest, min(self._control.rate, self._loss.bound))

    @property
    def loss(self) -> float:
        """Share of packets lost of late, 0 to 1."""
        return self._loss.loss

    @property
    def arriving(self) -> float | None:
        """Bits a second that have come through of late; None while nothing is known."""
        return self._throughput.rate

    @property
    def round_trip(self) -> float:
        """From sending to the feedback, seconds."""
        return self._round_trip

    @property
    def shortest_round_trip(self) -> float:
        """Without queues and without the time feedback is collected, seconds."""
        return self._round_trip if self._shortest is None else self._shortest[0]

    @property
    def usage(self) -> Usage:
        return self._trend.usage

    def holds_back(self, in_flight: int) -> bool:
        """So many bytes on the way must be a queue: let the other end tell of some before more is sent. In silence
        there is nothing to wait for."""
        if self._shortest is None or self.is_in_silence:
            return False
        seconds = self._shortest[0] + 1.5 * self._interval + _SLACK_SECONDS
        return in_flight > max(_MIN_IN_FLIGHT, self.bitrate / 8 * seconds)

    def learn(self, reports: list[Report], now: float) -> None:
        """Feedback has come."""
        arrived = [report for report in reports if report.arrived is not None]
        self._note_time(arrived, now)
        usage = self._follow(arrived)
        found = self._prober.learn(arrived, now)
        rate, latest = self._throughput.rate, self._throughput.latest
        if self._control.update(usage, rate, latest, self._round_trip, now):
            self._prober.overused(now)
        elif found is not None and usage is not Usage.OVER and found > self._control.rate:
            self._control.set(found)
            self._loss.lift(found)
        self._loss.update(len(reports), len(reports) - len(arrived), self.bitrate, latest, now)

    def notice_silence(self, now: float) -> None:
        """Packets are on the way and nothing is told of them: send less and less. Call it now and then."""
        if self._heard is None or now - self._heard < _SILENCE_SECONDS:
            return
        if self._silent_since is None or now - self._silent_since >= _SILENCE_SECONDS:
            self._silent_since = now
            self._control.set(self.bitrate * _SILENCE_FACTOR)

    @property
    def is_in_silence(self) -> bool:
        return self._silent_since is not None

    def probe(self, wanted: float, now: float) -> Probe | None:
        """A burst to send now, if it is time for one; `wanted`: bits a second that could be made use of."""
        if not self.is_informed or self._trend.usage is Usage.OVER or self.is_in_silence:
            return None
        self._prober.enough = min(wanted, self._highest)
        return self._prober.next(self.bitrate, now)

    def _note_time(self, arrived: list[Report], now: float) -> None:
        if self._heard is not None:
            self._interval += _SMOOTHING * (min(now - self._heard, 1.0) - self._interval)
        self._heard, self.is_informed = now, True
        if self._silent_since is not None:
            self._silent_since = None
            self._prober.hurry(now)
        if not arrived:
            return
        round_trip = now - max(report.sent for report in arrived)
        self._round_trip += _SMOOTHING * (round_trip - self._round_trip)
        if self._shortest is None or round_trip <= self._shortest[0] or now - self._shortest[1] > _ROUND_TRIP_WINDOW:
            self._shortest = round_trip, now

    def _follow(self, arrived: list[Report]) -> Usage:
        """The worst that the feedback tells of; if none, the last."""
        over = False
        for report in arrived:
            if report.arrived is not None:
                self._trend.update(report.sent, report.arrived)
                over = over or self._trend.usage is Usage.OVER
                self._throughput.add(report.arrived, report.size)
        return Usage.OVER if over else self._trend.usage
