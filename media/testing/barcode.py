"""The barcode clock: a whole number in the top strip of a picture, readable after video compression and scaling.

Geometry, for any size of frame (width W, height H, pixels):

- One row of `cells` = 40 cells, side by side over the full width: cell i spans x from W*i/40 to W*(i+1)/40 and y from
  0 to H*strip_height, with strip_height = 32/720. At 1280x720 a cell is 32x32 pixels.
- Cells 0 and 39 are black, cells 1 and 38 white (guards). Black is 0, white 255.
- Cells 2 to 29 carry the number's 28 bits, most significant first; white is 1.
- Cells 30 to 37 carry a CRC-8, most significant bit first: polynomial 0x07, start value 0xFF, no reflection, no final
  xor, over the number as four bytes, big endian (the top four bits are zero).

To read: average the grey values of each cell's middle half (x and y from 1/4 to 3/4 of the cell); `white` is the mean
of the two white guards, `black` of the two black ones. Unless white - black >= 60 there is no barcode. A cell is 1
when its average is over (white + black) / 2. The number counts only if the CRC is right.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]

VALUE_BITS: Final = 28
MODULUS: Final = 1 << VALUE_BITS


@dataclass(frozen=True)
class BarcodeGeometry:
    """All a reader in another language needs; see the module's text."""

    cells: int = 40
    strip_height: float = 32 / 720
    black_guards: tuple[int, int] = (0, 39)
    white_guards: tuple[int, int] = (1, 38)
    value_start: int = 2
    value_bits: int = VALUE_BITS
    crc_start: int = 30
    crc_bits: int = 8
    crc_polynomial: int = 0x07
    crc_initial: int = 0xFF
    minimum_contrast: int = 60
    sample_from: float = 0.25
    sample_to: float = 0.75

    def as_json(self) -> dict[str, Any]:
        """For `json.dumps`; lists in place of tuples."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


GEOMETRY: Final = BarcodeGeometry()


def crc8(data: bytes) -> int:
    """CRC-8, polynomial 0x07, start value 0xFF."""
    crc = GEOMETRY.crc_initial
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = ((crc << 1) ^ GEOMETRY.crc_polynomial if crc & 0x80 else crc << 1) & 0xFF
    return crc


def draw_barcode(picture: npt.NDArray[np.uint8], number: int) -> None:
    """Draw `number` (modulo 2**28) into the top strip, in place. `picture` is (H, W), (H, W, 3) or (H, W, 4); a
    fourth channel is set to 255 or 0 with the rest, so give it pictures without alpha."""
    height, width = picture.shape[:2]
    strip = picture[: round(height * GEOMETRY.strip_height)]
    for cell, bit in enumerate(_cell_bits(number % MODULUS)):
        strip[:, _edge(width, cell) : _edge(width, cell + 1)] = 255 * bit


def read_barcode(grey: Grey) -> int | None:
    """The number in a grey (H, W) picture, for example the Y plane of a frame; None if there is none."""
    levels = _cell_levels(grey)
    white = levels[list(GEOMETRY.white_guards)].mean()
    black = levels[list(GEOMETRY.black_guards)].mean()
    if white - black < GEOMETRY.minimum_contrast:
        return None
    bits = levels > (white + black) / 2
    number = _number(bits[GEOMETRY.value_start : GEOMETRY.value_start + GEOMETRY.value_bits])
    crc = _number(bits[GEOMETRY.crc_start : GEOMETRY.crc_start + GEOMETRY.crc_bits])
    return number if crc == crc8(number.to_bytes(4, "big")) else None


def _cell_bits(number: int) -> list[int]:
    word = f"{number:028b}{crc8(number.to_bytes(4, 'big')):08b}"
    return [0, 1, *map(int, word), 1, 0]


def _edge(width: int, cell: float) -> int:
    return round(width * cell / GEOMETRY.cells)


def _cell_levels(grey: Grey) -> npt.NDArray[np.float64]:
    height, width = grey.shape
    strip = height * GEOMETRY.strip_height
    first, last = GEOMETRY.sample_from, GEOMETRY.sample_to
    top = int(strip * first)
    rows = grey[top : max(top + 1, round(strip * last))]
    return np.array(
        [rows[:, _edge(width, cell + first) : _edge(width, cell + last)].mean() for cell in range(GEOMETRY.cells)]
    )


def _number(bits: npt.NDArray[np.bool_]) -> int:
    return int("".join("1" if bit else "0" for bit in bits), 2)
