"""Which character stands in a cell: a classifier of the 37 shapes of OCR-B, made anew in each program from them.

Nothing learnt is shipped or kept: the shapes are drawn as cameras see them (blurred, noisy, thick and thin, a little
aside, of few pixels), and linear discriminant analysis is the closed solution for telling such classes apart. Where
the print is another than OCR-B it does not work, and the check digits say so.
"""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from booth.mrz.ocr_b import ALPHABET, CELL_HEIGHT, MASK_PITCH, Grey, mask
from booth.mrz.zone import FILLER

CELL_WIDTH: Final = 16
CELL_SIZE: Final = (CELL_WIDTH, round(CELL_WIDTH * CELL_HEIGHT))
"""Width and height of a cell in pixels."""
PITCHES: Final = (9.0, 24.0)
"""Pixels from one character to the next in pictures cells are cut from; of a finer picture take a coarser copy."""
EXAMPLES: Final = 120
"""Of each character."""
SEED: Final = 9303
RIDGE: Final = 0.02
FAINT: Final = 10.0
"""Contrast below which nothing is to be seen."""
SHARPNESS: Final = 0.35
"""How far the scores are trusted: neighbouring pixels are not as independent as the analysis takes them for."""

Cells = npt.NDArray[np.uint8]
"""(number, height, width), CELL_SIZE each; ink is dark."""
Scores = npt.NDArray[np.float64]
"""(number, 37): logarithms of probabilities, in the order of the ALPHABET."""


class Recogniser:
    """Takes a second to make. One is enough: `shared`."""

    def __init__(self, seed: int = SEED) -> None:
        chance = np.random.default_rng(seed)
        examples = np.stack([_example(character, chance) for character in ALPHABET for _ in range(EXAMPLES)])
        features = _features(examples).reshape(len(ALPHABET), EXAMPLES, -1)
        means = features.mean(axis=1)
        apart = (features - means[:, None]).reshape(-1, features.shape[-1])
        spread = apart.T @ apart / len(apart)
        spread += RIDGE * np.trace(spread) / len(spread) * np.eye(len(spread))
        self._weights = np.linalg.solve(spread, means.T)
        # Where nothing is seen a filler is the likeliest by a little.
        self._guess = np.full(len(ALPHABET), -np.log(len(ALPHABET))) + 0.01 * (np.array(list(ALPHABET)) == FILLER)
        self._offsets = -0.5 * np.einsum("cf,fc->c", means, self._weights)

    def scores(self, cells: Cells) -> Scores:
        """A cell in which there is nothing to see gets nearly the same score for every character."""
        found = SHARPNESS * (_features(cells) @ self._weights + self._offsets)
        found -= found.max(axis=1, keepdims=True)
        found -= np.log(np.exp(found).sum(axis=1, keepdims=True))
        found[contrasts(cells) < FAINT] = self._guess
        return np.asarray(found, np.float64)


def contrasts(cells: Cells) -> npt.NDArray[np.float64]:
    """The standard deviation of each cell's brightness."""
    return np.asarray(cells.reshape(len(cells), -1).std(axis=1, dtype=np.float64), np.float64)


def _features(cells: Cells) -> npt.NDArray[np.float64]:
    """Brightness, whatever the exposure was."""
    flat = cells.reshape(len(cells), -1).astype(np.float64)
    flat -= flat.mean(axis=1, keepdims=True)
    flat /= flat.std(axis=1, keepdims=True) + 4.0
    return np.asarray(flat, np.float64)


def _example(character: str, chance: np.random.Generator) -> Grey:
    """A character in its cell as a camera may have seen it."""
    margin = MASK_PITCH // 2
    neighbours = [ALPHABET[chance.integers(len(ALPHABET))] for _ in range(2)]
    wide = np.hstack([mask(neighbours[0])[:, -margin:], mask(character), mask(neighbours[1])[:, :margin]])
    weight = int(chance.integers(-3, 5))
    if weight:
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (abs(weight) + 1, abs(weight) + 1))
        wide = np.asarray((cv2.dilate if weight > 0 else cv2.erode)(wide, kernel), np.uint8)
    pitch = float(chance.uniform(*PITCHES))
    # What one pixel of the camera takes in, and the blur of its lens, in pixels of the mask.
    blur = (0.4 + float(chance.uniform(0, 0.09 * pitch))) * MASK_PITCH / pitch
    wide = np.asarray(cv2.GaussianBlur(wide, (0, 0), blur), np.uint8)
    size = (int(pitch * 2), int(pitch * CELL_HEIGHT * 1.4))
    seen = cv2.warpAffine(wide, _aside(wide, size, pitch, chance), size, flags=cv2.INTER_LINEAR)
    light = chance.uniform(90, 250)
    dark = light - chance.uniform(45, min(light, 220))
    grey = light - (light - dark) * (seen / 255.0)
    grey = grey + chance.normal(0, chance.uniform(1, 9), grey.shape)
    middle = (size[0] / 2, size[1] / 2)
    return cell_at(np.clip(grey, 0, 255).astype(np.uint8), middle, (pitch, 0.0))


def _aside(wide: Grey, size: tuple[int, int], pitch: float, chance: np.random.Generator) -> npt.NDArray[np.float64]:
    """From the mask to the camera, not quite straight."""
    turn, shear = chance.normal(0, 0.025), chance.normal(0, 0.03)
    across, down = chance.normal(1, 0.035, 2)
    matrix = pitch / MASK_PITCH * np.array([[across, shear - turn], [turn, down]])
    target = np.array(size) / 2 + chance.normal(0, 0.035, 2) * pitch
    middle = np.array([wide.shape[1], wide.shape[0]]) / 2
    return np.hstack([matrix, (target - matrix @ middle)[:, None]])


def cell_at(picture: Grey, middle: tuple[float, float], along: tuple[float, float]) -> Grey:
    """Cut out the cell with that middle; `along`: from it to the next one, in pixels, not over PITCHES."""
    step = np.array([[along[0], -along[1]], [along[1], along[0]]]) / CELL_WIDTH
    corner = np.array(middle) - step @ (np.array(CELL_SIZE) - 1) / 2 - 0.5
    return np.asarray(
        cv2.warpAffine(
            picture,
            np.hstack([step, corner[:, None]]),
            CELL_SIZE,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.uint8,
    )


_making: Final = Lock()


def shared() -> Recogniser:
    """The one recogniser of this program, from any thread; who comes while it is made waits for it."""
    with _making:
        return _shared()


@cache
def _shared() -> Recogniser:
    return Recogniser()
