"""Whether packets queue up on the path, from how their delay changes (draft-ietf-rmcat-gcc-02, sections 5.2 to 5.4,
with a line fitted through the last delays in place of the Kalman filter)."""

from __future__ import annotations

from collections import deque
from enum import Enum
from typing import Final

_GROUP_SECONDS: Final = 0.005
"""Packets sent within this are one group: the sender's own bursts say nothing about the path."""
_BURST_SECONDS: Final = 0.1
_WINDOW: Final = 20
_SMOOTHING: Final = 0.9
_GAIN: Final = 4.0
_MAX_GROUPS: Final = 60
_OVERUSE_SECONDS: Final = 0.01

_THRESHOLD_MS: Final = 12.5
_THRESHOLD_RANGE_MS: Final = 6.0, 600.0
_THRESHOLD_UP: Final = 0.0087
_THRESHOLD_DOWN: Final = 0.039
_OUTLIER_MS: Final = 15.0


class Usage(Enum):
    """Of the path: queues grow, shrink, or neither."""

    OVER = "over"
    NORMAL = "normal"
    UNDER = "under"


class _Group:
    def __init__(self, sent: float, arrived: float) -> None:
        self.first_sent = self.last_sent = sent
        self.first_arrived = self.last_arrived = arrived

    def takes(self, sent: float, arrived: float) -> bool:
        if sent - self.first_sent <= _GROUP_SECONDS:
            return True
        # What arrives bunched was held up together, for example by Wi-Fi.
        since = arrived - self.last_arrived
        bunched = since <= _GROUP_SECONDS and since < sent - self.last_sent
        return bunched and arrived - self.first_arrived < _BURST_SECONDS

    def add(self, sent: float, arrived: float) -> None:
        self.last_sent = max(self.last_sent, sent)
        self.last_arrived = max(self.last_arrived, arrived)


class DelayTrend:
    """Packets in order of sending go in, `usage` comes out."""

    def __init__(self) -> None:
        self.usage = Usage.NORMAL
        self._group: _Group | None = None
        self._previous: _Group | None = None
        self._origin = 0.0
        self._sum_ms = 0.0
        self._smoothed_ms = 0.0
        self._points: deque[tuple[float, float]] = deque(maxlen=_WINDOW)
        """Arrival and smoothed delay in milliseconds."""
        self._groups = 0
        self._detector = _Detector()

    def update(self, sent: float, arrived: float) -> None:
        """A packet has arrived, on the clocks of the two ends."""
        if self._group is None:
            self._group, self._origin = _Group(sent, arrived), arrived
        elif sent < self._group.first_sent:
            return
        elif self._group.takes(sent, arrived):
            self._group.add(sent, arrived)
        else:
            if self._previous is not None:
                self._compare(self._previous, self._group)
            self._previous, self._group = self._group, _Group(sent, arrived)

    def _compare(self, before: _Group, after: _Group) -> None:
        between_ms = 1000 * (after.last_arrived - before.last_arrived)
        if between_ms < 0:
            return
        self._sum_ms += between_ms - 1000 * (after.last_sent - before.last_sent)
        self._smoothed_ms = _SMOOTHING * self._smoothed_ms + (1 - _SMOOTHING) * self._sum_ms
        self._points.append((1000 * (after.last_arrived - self._origin), self._smoothed_ms))
        self._groups = min(self._groups + 1, _MAX_GROUPS)
        if len(self._points) == _WINDOW:
            self.usage = self._detector.judge(self._groups * _slope(self._points) * _GAIN, between_ms / 1000)


class _Detector:
    """Compares the trend with a threshold that follows it slowly, else a flow that fills queues would win."""

    def __init__(self) -> None:
        self._threshold = _THRESHOLD_MS
        self._over_seconds = 0.0
        self._times = 0
        self._trend = 0.0

    def judge(self, trend: float, seconds: float) -> Usage:
        usage = Usage.NORMAL
        if trend > self._threshold:
            # Half, for it began somewhere in between.
            self._over_seconds += seconds if self._times else seconds / 2
            self._times += 1
            if self._over_seconds > _OVERUSE_SECONDS and self._times > 1 and trend >= self._trend:
                self._over_seconds, self._times = 0.0, 0
                usage = Usage.OVER
        else:
            self._over_seconds, self._times = 0.0, 0
            if trend < -self._threshold:
                usage = Usage.UNDER
        self._trend = trend
        self._adapt(abs(trend), seconds)
        return usage

    def _adapt(self, size: float, seconds: float) -> None:
        if size > self._threshold + _OUTLIER_MS:
            return
        gain = _THRESHOLD_UP if size > self._threshold else _THRESHOLD_DOWN
        self._threshold += gain * (size - self._threshold) * min(1000 * seconds, 100)
        low, high = _THRESHOLD_RANGE_MS
        self._threshold = min(max(self._threshold, low), high)


def _slope(points: deque[tuple[float, float]]) -> float:
    """Of the line with the least squares; milliseconds of delay for each millisecond."""
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0
