"""A short burst, faster than what is sent otherwise: how fast it arrives shows what the path would carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from media.congestion.history import Report

PROBE_SECONDS: Final = 0.02
MIN_PACKETS: Final = 4
_STEP: Final = 2.0
_PAUSE: Final = 2.0
_STEP_SECONDS: Final = 0.4
"""From one that succeeded to the next: what was found has to bear being used."""
_LONGEST_PAUSE: Final = 8.0
_PATIENCE: Final = 1.5
"""An answer that has not come by then will not come."""
_TRUST_AFTER: Final = 1.5
_SATURATED: Final = 0.9
_CAREFUL: Final = 0.95
_MIN_SHARE: Final = 0.7
_MIN_SECONDS: Final = 0.004


@dataclass(frozen=True)
class Probe:
    """Send at least `size` bytes in `MIN_PACKETS` or more at `rate` bits a second, marked with `number`."""

    number: int
    rate: float
    size: int


class _Cluster:
    """Of a probe, what has been told of."""

    def __init__(self, probe: Probe, now: float) -> None:
        self.probe = probe
        self.began = now
        self._arrived: list[tuple[float, float, int]] = []

    def add(self, report: Report) -> None:
        if report.arrived is not None:
            self._arrived.append((report.sent, report.arrived, report.size))

    def result(self) -> tuple[float, bool] | None:
        """Bits a second, and whether the path may carry more than that; None while too little has arrived."""
        packets, size = len(self._arrived), sum(size for _, _, size in self._arrived)
        if packets < max(2, MIN_PACKETS * _MIN_SHARE) or size < self.probe.size * _MIN_SHARE:
            return None
        sending = self._rate([sent for sent, _, _ in self._arrived])
        arriving = self._rate([arrived for _, arrived, _ in self._arrived])
        if arriving < _SATURATED * sending:
            return _CAREFUL * arriving, False
        # A machine that stood still sends and hears all at once, which says nothing.
        return min(sending, arriving, self.probe.rate), True

    def _rate(self, times: list[float]) -> float:
        """Bits a second; the first packet only marks the time."""
        seconds = max(max(times) - min(times), _MIN_SECONDS)
        return sum(size for _, _, size in self._arrived[1:]) * 8 / seconds


class Prober:
    """When to probe and how fast; stops at `enough` bits a second.

    A path with a bucket of tokens lets any short burst through. So after a rise that was followed by overuse the next
    probe waits twice as long.
    """

    def __init__(self, enough: float) -> None:
        self.enough = enough
        self._cluster: _Cluster | None = None
        self._count = 0
        self._due = float("-inf")
        self._pause = _PAUSE
        self._rose: float | None = None

    def overused(self, now: float) -> None:
        """Less is sent from now on."""
        if self._rose is not None and now - self._rose < _TRUST_AFTER:
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)
        self._rose = None
        self._cluster = None
        self._due = now + self._pause

    def hurry(self, now: float) -> None:
        """The path is back: what it carries is to be found out at once."""
        self._due = now

    def next(self, rate: float, now: float) -> Probe | None:
        """A probe if one is due while `rate` is sent at most; called when the path is not overused."""
        if self._cluster is not None and now - self._cluster.began > _PATIENCE:
            self._cluster = None
            self._due = now + self._pause
        if self._rose is not None and now - self._rose >= _TRUST_AFTER:
            self._rose, self._pause = None, _PAUSE
        if self._cluster is not None or now < self._due or rate >= self.enough:
            return None
        self._count += 1
        wanted = min(_STEP * rate, 1.2 * self.enough)
        probe = Probe(self._count, wanted, round(wanted * PROBE_SECONDS / 8))
        self._cluster = _Cluster(probe, now)
        return probe

    def learn(self, reports: list[Report], now: float) -> float | None:
        """The bitrate that has been found, if the feedback completes a probe."""
        cluster = self._cluster
        if cluster is None:
            return None
        for report in reports:
            if report.probe == cluster.probe.number:
                cluster.add(report)
        result = cluster.result()
        if result is None:
            return None
        self._cluster = None
        found, more = result
        if more:
            self._rose = now if self._rose is None else self._rose
            self._due = now + _STEP_SECONDS
        else:
            self._due = now + self._pause
        return found
