"""The facial image of DG2 as something a browser can show. Images are untrusted: sizes are checked before decoding."""

from __future__ import annotations

import io
import warnings
from typing import Final

from PIL import Image

from clerk_console.identity.errors import IdentityDataError
from clerk_console.identity.model import Portrait

MAX_SIDE: Final = 2400
MAX_PIXELS: Final = 4_000_000

_jpeg: Final = b"\xff\xd8\xff"
_jpeg2000: Final = (b"\x00\x00\x00\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51")


def make_portrait(image: bytes) -> Portrait:
    """JPEG stays as it is once it has proven to decode; JPEG 2000, which browsers do not show, becomes PNG. Raises
    IdentityDataError."""
    if image.startswith(_jpeg):
        decoded = _decode(image, "JPEG")
        return Portrait("image/jpeg", image, decoded.width, decoded.height)
    if image.startswith(_jpeg2000):
        decoded = _decode(image, "JPEG2000")
        return Portrait("image/png", _png(decoded), decoded.width, decoded.height)
    raise IdentityDataError("The facial image is neither JPEG nor JPEG 2000.")


def _decode(image: bytes, form: str) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            opened = Image.open(io.BytesIO(image), formats=[form])
            if max(opened.size) > MAX_SIDE or opened.width * opened.height > MAX_PIXELS:
                raise IdentityDataError(f"The facial image has {opened.width} x {opened.height} pixels.")
            opened.load()
    except IdentityDataError:
        raise
    except Exception as error:  # Pillow's decoders raise whatever they meet, SyntaxError and struct.error included
        raise IdentityDataError(f"The facial image cannot be decoded ({type(error).__name__}).") from None
    return opened


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    (image if image.mode in ("L", "RGB") else image.convert("RGB")).save(buffer, "PNG")
    return buffer.getvalue()
