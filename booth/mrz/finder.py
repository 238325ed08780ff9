"""Where the zone is in a picture: long straight lines of characters of one size at one distance from each other.

The way there: what is darker than around it and as large as a character; the direction in which such specks follow one
another; chains of them; lines with their pitch; two or three such lines one below the other. Nothing of it depends on
what the characters are, on which way up the document lies, or on its distance, within wide limits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from booth.mrz.ocr_b import ADVANCE, BASELINE, CELL_HEIGHT, Grey
from booth.mrz.recogniser import PITCHES, Cells, cell_at
from booth.mrz.zone import SHAPES, Format

WIDTHS: Final = (1280, 640)
"""The widths of picture in which is looked for: a zone near by is too coarse for the first."""
SMALLEST: Final = 4
LARGEST: Final = 27
"""Height and width of a character's speck there, in pixels."""
MAX_SPECKS: Final = 1800
MIDDLE: Final = 372 / ADVANCE
"""How far above the baseline the middle of nearly every character is, in pitches."""
SHORTEST: Final = 12
"""Characters of a piece of a line that is worth following."""

Points = npt.NDArray[np.float64]
"""(number, 2): x and y."""


class Candidate(NamedTuple):
    """What may be a zone: its cells line by line. `upright` and `upside down` are two candidates."""

    format: Format
    cells: Cells


@dataclass(frozen=True, slots=True)
class Line:
    """A line of characters in the turned picture. The middle of character i is at x(i), y(i), both polynomials;
    characters from `first` to `last` were seen."""

    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    first: int
    last: int

    @property
    def pitch(self) -> float:
        middle = (self.first + self.last) / 2
        return float(np.polyval(np.polyder(self.x), middle))

    def at(self, places: npt.NDArray[np.float64]) -> Points:
        return np.stack([np.polyval(self.x, places), np.polyval(self.y, places)], axis=1)

    def place_of(self, x: float) -> float:
        """The place at which the line passes x, near the characters seen."""
        places = np.arange(self.first - 12, self.last + 13, dtype=np.float64)
        return float(np.interp(x, np.polyval(self.x, places), places))


def find(picture: Grey) -> Iterator[Candidate]:
    """Whatever may be a zone, the likeliest first. Takes some hundredths of a second for a picture of 1280x720."""
    for width in WIDTHS:
        scale = width / max(picture.shape)
        small = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
        specks = _specks(small)
        if len(specks) < 2 * SHORTEST:
            continue
        angle = _direction(specks[:, :2])
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        lines = _lines(specks[:, :2] @ turn.T, specks[:, 2])
        for group in _groups(lines):
            yield from _candidates(picture, group, turn.T / scale)


def _specks(picture: Grey) -> npt.NDArray[np.float64]:
    """(number, 3): middle x and y, and the larger of height and width."""
    smooth = np.asarray(cv2.GaussianBlur(picture, (3, 3), 0), np.uint8)
    dark = cv2.adaptiveThreshold(smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 11)
    _, _, boxes, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    left, top, width, height, area = boxes[1:].T.astype(np.float64)
    size = np.maximum(width, height)
    fitting = (size >= SMALLEST + 2) & (size <= LARGEST) & (area >= size * 1.2) & (np.minimum(width, height) >= 2)
    found = np.stack([left + (width - 1) / 2, top + (height - 1) / 2, size], axis=1)[fitting]
    return np.asarray(found[np.argsort(-area[fitting])[:MAX_SPECKS]], np.float64)


def _direction(points: Points) -> float:
    """The angle, in radians, in which most specks have their nearest neighbour."""
    apart = points[:, None] - points[None]
    distance = np.hypot(apart[..., 0], apart[..., 1])
    np.fill_diagonal(distance, np.inf)
    nearest = np.argpartition(distance, 2, axis=1)[:, :2]
    rows = np.arange(len(points))[:, None]
    steps, lengths = apart[rows, nearest].reshape(-1, 2), distance[rows, nearest].reshape(-1)
    steps = steps[(lengths > SMALLEST) & (lengths < 1.3 * LARGEST)]
    angles = np.degrees(np.arctan2(steps[:, 1], steps[:, 0])) % 180
    counts, _ = np.histogram(angles, 180, (0, 180))
    wrapped = np.concatenate([counts[-4:], counts, counts[:4]]).astype(np.float64)
    smooth = np.convolve(wrapped, np.ones(9), "valid")
    best = float(np.argmax(smooth)) + 0.5
    near = (angles - best + 90) % 180 - 90
    best += float(np.median(near[np.abs(near) < 6]))
    # The reading direction is nearer to "to the right" than to "to the left"; upside down is tried anyway.
    return float(np.radians(best if best <= 90 else best - 180))


def _lines(points: Points, sizes: npt.NDArray[np.float64]) -> list[Line]:
    """The lines of characters, longest first."""
    free = np.ones(len(points), bool)
    found: list[Line] = []
    for chain in sorted(_chains(points, sizes), key=len, reverse=True):
        chain = chain[free[chain]]
        if len(chain) < SHORTEST:
            continue
        chain = _extended(points, sizes, chain)
        line = _fitted(points[chain])
        if line is not None:
            free[chain] = False
            found.append(line)
    return found


def _chains(points: Points, sizes: npt.NDArray[np.float64]) -> list[npt.NDArray[np.int64]]:
    """Specks that follow one another to the right, as indices."""
    order = np.argsort(points[:, 0])
    x, y, size = points[order, 0], points[order, 1], sizes[order]
    right = x[None] - x[:, None]
    taller = np.maximum(size[None], size[:, None])
    near = (right > 0.3 * taller) & (right < 1.75 * taller) & (np.abs(y[None] - y[:, None]) < 0.38 * taller)
    near &= np.minimum(size[None], size[:, None]) > 0.55 * taller
    following = np.where(near, right, np.inf).argmin(axis=1)
    follows = near.any(axis=1)
    # Each speck knows the next; those that nobody is followed by begin a chain.
    parent = np.arange(len(order))
    for index in range(len(order) - 1, -1, -1):
        if follows[index]:
            parent[index] = parent[following[index]]
    return [order[np.flatnonzero(parent == end)] for end in np.unique(parent)]


def _extended(points: Points, sizes: npt.NDArray[np.float64], chain: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """With the specks beyond a gap, where characters could not be seen."""
    size = float(np.median(sizes[chain]))
    for degree in (1, 2):
        course = np.polyfit(points[chain, 0], points[chain, 1], degree)
        off = np.abs(points[:, 1] - np.polyval(course, points[:, 0]))
        middle, reach = np.median(points[chain, 0]), 34 * size
        chain = np.flatnonzero(
            (off < 0.3 * size) & (np.abs(points[:, 0] - middle) < reach) & (np.abs(sizes / size - 1) < 0.42)
        )
        if len(chain) < SHORTEST:
            break
    return chain[np.argsort(points[chain, 0])]


def _fitted(points: Points) -> Line | None:
    """Number the characters and see how they are spaced; None where they are not spaced evenly."""
    if len(points) < SHORTEST:
        return None
    x, y = points[np.argsort(points[:, 0])].T
    steps = np.diff(x)
    pitch = float(np.median(steps[steps > 0.4 * np.median(steps)]))
    # Count on from the middle, with the pitch as it is there: it changes along the line where the document is tilted.
    places = np.zeros(len(x))
    current = pitch
    for index, step in enumerate(steps):
        count = max(0, round(step / current))
        places[index + 1] = places[index] + count
        if count == 1:
            current += 0.15 * (step - current)
    for _ in range(3):
        course = np.polyfit(places, x, 2)
        places = np.round(_inverse(course, x, places))
    keep = np.abs(np.polyval(course, places) - x) < 0.3 * pitch
    if keep.sum() < SHORTEST or keep.mean() < 0.8:
        return None
    x, y, places = x[keep], y[keep], places[keep]
    return Line(np.polyfit(places, x, 2), np.polyfit(places, y, 2), int(places.min()), int(places.max()))


def _inverse(
    course: npt.NDArray[np.float64], x: npt.NDArray[np.float64], near: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """The places of x, by one step of Newton's method from `near`."""
    slope = np.polyval(np.polyder(course), near)
    return np.asarray(near + (x - np.polyval(course, near)) / np.where(np.abs(slope) < 1, 1, slope), np.float64)


def _groups(lines: list[Line]) -> Iterator[list[Line]]:
    """Three lines one below the other, or two."""
    for count in (3, 2):
        for top in lines:
            group = [top]
            while len(group) < count and (below := _next_below(group[-1], lines)) is not None:
                group.append(below)
            if len(group) == count:
                yield group


def _next_below(line: Line, lines: list[Line]) -> Line | None:
    for other in lines:
        middle = line.at(np.array([(line.first + line.last) / 2.0]))[0]
        there = other.at(np.array([other.place_of(middle[0])]))[0]
        gap = (there[1] - middle[1]) / line.pitch
        if 1.35 < gap < 3.2 and abs(other.pitch / line.pitch - 1) < 0.1:
            return other
    return None


def _candidates(picture: Grey, group: list[Line], back: npt.NDArray[np.float64]) -> Iterator[Candidate]:
    """The cells of a group of lines, for each place at which the first character may be. `back`: from the turned
    coordinates to those of the picture."""
    pitch = float(np.mean([line.pitch for line in group]))
    # Where the first and the last character seen of any line are, in places of each line.
    begins = min(float(line.at(np.array([float(line.first)]))[0, 0]) for line in group)
    ends = max(float(line.at(np.array([float(line.last)]))[0, 0]) for line in group)
    seen = round((ends - begins) / pitch) + 1
    for kind, (count, width) in SHAPES.items():
        if count != len(group) or not width - 8 <= seen <= width + 3:
            continue
        # A margin's speck more, or an end that could not be seen.
        for start in sorted({0, seen - width, *([-1, 1] if seen != width else [])}, key=abs):
            cells = _cells(picture, group, begins + start * pitch, width, back)
            yield Candidate(kind, cells)
            yield Candidate(kind, np.ascontiguousarray(cells[::-1, ::-1, ::-1]))


def _cells(picture: Grey, group: list[Line], begins: float, width: int, back: npt.NDArray[np.float64]) -> Cells:
    middles, alongs = [], []
    for line in group:
        first = round(line.place_of(begins))
        places = np.arange(first, first + width, dtype=np.float64)
        here, there = line.at(places - 0.5), line.at(places + 0.5)
        # The middle of a cell is not quite the middle of the characters in it.
        down = (CELL_HEIGHT / 2 - BASELINE + MIDDLE) * line.pitch
        middles.append((line.at(places) + np.array([0.0, down])) @ back.T)
        alongs.append((there - here) @ back.T)
    points, steps = np.concatenate(middles), np.concatenate(alongs)
    pitch = float(np.median(np.hypot(*steps.T)))
    scale = min(1.0, PITCHES[1] * 0.8 / pitch)
    if scale < 1:
        picture = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
        points, steps = (points + 0.5) * scale - 0.5, steps * scale
    return np.stack(
        [
            cell_at(picture, (float(point[0]) + 0.5, float(point[1]) + 0.5), (float(step[0]), float(step[1])))
            for point, step in zip(points, steps, strict=True)
        ]
    )
