"""Reading the zone over several pictures: each votes for what it saw, and two must agree.

A picture in which a lamp covers some characters, or the document moves, still tells something about the others. So
the scores of all pictures of one document are added up, and older ones fade.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from booth.mrz.finder import find
from booth.mrz.ocr_b import ALPHABET, Grey
from booth.mrz.recogniser import Recogniser, Scores, shared
from booth.mrz.zone import LAYOUTS, Format, Layout, ZoneKey, fits, key_of

AGREEING: Final = 2
"""Pictures that must lead to the same key."""
FADING: Final = 0.7
DOUBT: Final = 3.5
"""A character whose next best is no further behind, as logarithms, may be exchanged for it."""
MAX_DOUBTS: Final = 5
SEEN: Final = 0.6
"""How sure one of two characters must be for a place of the key to have been seen at all: the check digits would make
up what a lamp covers, one time in ten."""
LEAST: Final = -1.6
"""The mean score of a character, as a logarithm, below which what was found is no zone at all."""

GOOD: Final = -0.12
"""That mean from which on no better one is looked for."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What one picture says: the scores of all characters, line by line."""

    format: Format
    scores: Scores


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone whose check digits fit. Personal."""

    format: Format
    text: str = field(repr=False)

    @property
    def key(self) -> ZoneKey:
        return key_of(self.text, LAYOUTS[self.format])


def sight(picture: Grey, recogniser: Recogniser | None = None) -> Sight | None:
    """The likeliest zone in the picture; None where nothing looks like one. Blocks for up to 0.2 s."""
    recogniser = recogniser or shared()
    best: tuple[float, Sight] | None = None
    for candidate in find(picture):
        scores = _allowed(recogniser.scores(candidate.cells), LAYOUTS[candidate.format])
        quality = float(scores.max(axis=1).mean())
        if quality > (best[0] if best else LEAST):
            best = quality, Sight(candidate.format, scores)
        if quality > GOOD and decoded(Sight(candidate.format, scores)) is not None:
            break
    return best[1] if best else None


def decoded(seen: Sight) -> Zone | None:
    """The likeliest text whose check digits fit, exchanging at most two doubtful characters; None if there is none."""
    layout = LAYOUTS[seen.format]
    order = np.argsort(-seen.scores, axis=1)[:, :2]
    rows = np.arange(len(order))
    chances = np.exp(seen.scores - seen.scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    seen_well = chances[rows, order[:, 0]] + chances[rows, order[:, 1]] > SEEN
    if not seen_well[layout.key_places].all():
        return None
    behind = seen.scores[rows, order[:, 0]] - seen.scores[rows, order[:, 1]]
    text = [ALPHABET[index] for index in order[:, 0]]
    if fits("".join(text), layout):
        return Zone(seen.format, "".join(text))
    doubtful = [int(place) for place in np.argsort(behind)[:MAX_DOUBTS] if behind[place] < DOUBT]
    exchanges = [(one,) for one in doubtful] + [
        (one, other) for index, one in enumerate(doubtful) for other in doubtful[index + 1 :]
    ]
    for exchange in exchanges:
        tried = list(text)
        for place in exchange:
            tried[place] = ALPHABET[order[place, 1]]
        if fits("".join(tried), layout):
            return Zone(seen.format, "".join(tried))
    return None


def _allowed(scores: Scores, layout: Layout) -> Scores:
    """With what may not stand at a place ruled out."""
    masks = np.array([[character in allowed for character in ALPHABET] for allowed in layout.allowed])
    return np.where(masks, scores, scores.min() - 20.0)


class ZoneReader:
    """For one document after the other. Keeps scores only, no picture; `forget` when done."""

    def __init__(self, recogniser: Recogniser | None = None) -> None:
        self._recogniser = recogniser
        self._sum: Sight | None = None
        self._last: ZoneKey | None = None
        self._agreeing = 0

    def look(self, picture: Grey) -> Zone | None:
        """Take the next picture; the zone as soon as enough pictures agree on it."""
        seen = sight(picture, self._recogniser)
        if seen is None:
            return None
        if self._sum is not None and self._sum.format is seen.format:
            self._sum = Sight(seen.format, FADING * self._sum.scores + seen.scores)
        else:
            self._sum = seen
        zone = decoded(seen) or decoded(self._sum)
        if zone is None:
            return None
        self._agreeing = self._agreeing + 1 if zone.key == self._last else 1
        self._last = zone.key
        return zone if self._agreeing >= AGREEING else None

    def forget(self) -> None:
        """The scores are as personal as the zone."""
        if self._sum is not None:
            self._sum.scores.fill(0)
        self._sum, self._last, self._agreeing = None, None, 0
