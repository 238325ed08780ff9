"""One camera's pictures, encoded once for all calls that send them: to an interpreter, or a second clerk.

All who share get every picture, at the lowest bitrate of any of them, and a key frame asked for by one goes to all.
Whoever can take less than half of the best, or does not keep up, shares a second encoding with the like; there are
never more than two. A call alone pays nothing for this: it gets the newest frame encoded when it asks for a picture.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Final, NamedTuple
from weakref import ReferenceType, WeakKeyDictionary, WeakSet, ref

import av
from aiortc.mediastreams import VIDEO_CLOCK_RATE, VIDEO_TIME_BASE

from media.encoding.ladder import within_limits
from media.encoding.picture import START_BITRATE, Opener, PictureStream

APART: Final = 0.5
"""Share of the best bitrate below which a call gets the second encoding, and from `TOGETHER` on for `RETURN_SECONDS`
the first again."""
TOGETHER: Final = 0.75
RETURN_SECONDS: Final = 3.0
_KEPT: Final = 8
"""Pictures, a quarter of a second: who is further behind has missed some and needs a key frame."""
_ABSENT_SECONDS: Final = 1.0
"""Who has not asked for a picture this long has no say in the bitrate."""


class Shot(NamedTuple):
    """Which picture of which source a frame is; `AVFrame.opaque` of those that are to be shared. `stamp`: seconds of
    the monotonic clock. `again`: called when the call should ask once more before the next picture comes."""

    source: object
    version: int
    stamp: float
    again: Callable[[], None]


class Encoded(NamedTuple):
    number: int
    stamp: float
    data: bytes
    key: bool


class Member:
    """A call that sends the pictures. Used by one thread at a time."""

    def __init__(self, shared: SharedPictures) -> None:
        self._shared = shared
        self._target = START_BITRATE
        self.second = False
        """Whether it gets the second encoding."""
        self.close_since: float | None = None
        """Since when it could share the first one again."""
        self.position: int | None = None
        """The picture it has got last; None: it needs a key frame."""
        self.asked: float | None = None

    @property
    def target_bitrate(self) -> int:
        """Bits a second its path carries."""
        return self._target

    @target_bitrate.setter
    def target_bitrate(self, bitrate: int) -> None:
        self._target = within_limits(bitrate)

    def is_present(self, now: float) -> bool:
        return self.asked is not None and now - self.asked < _ABSENT_SECONDS

    def encode(self, frame: av.VideoFrame, shot: Shot, force_keyframe: bool = False) -> Encoded | None:
        """The next picture for this call; None if there is none before the next frame."""
        return self._shared.encode(self, frame, shot, force_keyframe)


class _Lane:
    """One encoding, and the last pictures of it."""

    def __init__(self, opener: Opener) -> None:
        self._stream = PictureStream(opener)
        self._kept: deque[Encoded] = deque(maxlen=_KEPT)
        self._version = 0
        self._number = 0
        self._key_wanted = False

    def encode(self, frame: av.VideoFrame, shot: Shot, bitrate: int) -> bool:
        """False: this one has been encoded already."""
        if shot.version <= self._version:
            return False
        self._stream.target_bitrate = bitrate
        frame.pts, frame.time_base = round(shot.stamp * VIDEO_CLOCK_RATE), VIDEO_TIME_BASE
        picture = self._stream.encode(frame, self._key_wanted)
        self._key_wanted = self._key_wanted and not picture.key
        self._version = shot.version
        self._number += 1
        self._kept.append(Encoded(self._number, shot.stamp, picture.data, picture.key))
        return True

    def want_key(self, after: int | None) -> None:
        if not any(one.key and one.number > (after or 0) for one in self._kept):
            self._key_wanted = True

    def next_after(self, position: int | None) -> Encoded | None:
        """The newest key frame that was not had, else the picture that follows."""
        newer = [one for one in self._kept if one.number > (position or 0)]
        key = next((one for one in reversed(newer) if one.key), None)
        if key is not None or position is None:
            return key
        return newer[0] if newer and newer[0].number == position + 1 else None

    def is_behind(self, position: int) -> bool:
        return position < self._number

    def has_lost(self, position: int) -> bool:
        """What follows is no longer kept."""
        return bool(self._kept) and self._kept[0].number > position + 1


class SharedPictures:
    """The encodings of one source with one codec. `encoded`: pictures so far, of both."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self._guard = threading.Lock()
        self._members: WeakSet[Member] = WeakSet()
        self._lanes: dict[bool, _Lane] = {}
        self.encoded = 0

    def join(self) -> Member:
        """A member leaves when nobody holds it any more."""
        member = Member(self)
        with self._guard:
            self._members.add(member)
        return member

    def encode(self, member: Member, frame: av.VideoFrame, shot: Shot, force_keyframe: bool) -> Encoded | None:
        """See Member.encode. Members may call from different threads; the later one finds the work done."""
        with self._guard:
            member.asked = shot.stamp
            present = [one for one in self._members if one.is_present(shot.stamp)]
            self._place(present, shot.stamp)
            lane = self._lanes.setdefault(member.second, _Lane(self._opener))
            if member.position is not None and lane.has_lost(member.position):
                self._move(member, second=len(present) > 1)
                lane = self._lanes.setdefault(member.second, _Lane(self._opener))
            if force_keyframe or member.position is None:
                lane.want_key(member.position)
            bitrate = min(one.target_bitrate for one in present if one.second is member.second)
            self.encoded += lane.encode(frame, shot, bitrate)
            picture = lane.next_after(member.position)
            if picture is None:
                return None
            member.position = picture.number
            if lane.is_behind(picture.number):
                shot.again()
            return picture

    def _place(self, present: list[Member], now: float) -> None:
        best = max(member.target_bitrate for member in present)
        for member in present:
            if not member.second and member.target_bitrate < APART * best:
                self._move(member, second=True)
            elif member.second:
                self._consider_return(member, best, now)
        for second in set(self._lanes) - {member.second for member in present}:
            del self._lanes[second]

    def _consider_return(self, member: Member, best: int, now: float) -> None:
        if member.target_bitrate < TOGETHER * best:
            member.close_since = None
            return
        member.close_since = now if member.close_since is None else member.close_since
        if now - member.close_since >= RETURN_SECONDS:
            self._move(member, second=False)

    def _move(self, member: Member, *, second: bool) -> None:
        member.second, member.position, member.close_since = second, None, None


_Shares = dict[Opener, ReferenceType[SharedPictures]]
_shares: WeakKeyDictionary[Any, _Shares] = WeakKeyDictionary()
_registry = threading.Lock()


def pictures_of(source: object, opener: Opener) -> SharedPictures:
    """The one of this source and codec, as long as anybody is a member."""
    with _registry:
        shares = _shares.setdefault(source, {})
        reference = shares.get(opener)
        shared = reference() if reference else None
        if shared is None:
            shared = SharedPictures(opener)
            shares[opener] = ref(shared)
        return shared
