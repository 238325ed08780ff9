"""Prints HTML to PDF/A-3u with tags, in a thread of its own and without network or files."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from PIL import ImageFile
from weasyprint import HTML
from weasyprint.css import ColorProfile
from weasyprint.urls import FatalURLFetchingError, URLFetcher

# WeasyPrint switches this on for the whole process; a portrait cut short on a card has to fail, also in this program.
ImageFile.LOAD_TRUNCATED_IMAGES = False

VARIANT: Final = "pdf/a-3u"
COLOURS: Final = "office-srgb"
"""The output intent's name. WeasyPrint's own profile for PDF/A is the same one, but leaves its file open."""
FONT: Final = "Fira Sans"
WEIGHTS: Final[Mapping[str, str]] = {"Regular": "400", "SemiBold": "600"}
_file_name = re.compile(r"FiraSans-(Regular|SemiBold)[-.].*woff2")


class _NothingOutside(URLFetcher):  # type: ignore[misc]
    """Only data URLs: what a document holds comes from the program, never from an address somebody typed."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
        if not url.startswith("data:"):
            raise FatalURLFetchingError("A document may not fetch anything.")
        return super().fetch(url, headers)


def print_pdf(html: str) -> bytes:
    """The PDF of an HTML text. Takes a good part of a second; call it through a Press."""
    document = HTML(string=html, url_fetcher=_NothingOutside(), base_url=None)
    pdf: bytes = document.write_pdf(
        pdf_variant=VARIANT, pdf_tags=True, output_intent=COLOURS, color_profiles={COLOURS: _srgb()}
    )
    return pdf


def _srgb() -> ColorProfile:
    profile = resources.files("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes()
    return ColorProfile(BytesIO(profile), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))


def font_rules(static: Path) -> str:
    """`@font-face` rules with the web app's Fira Sans as data URLs; empty where the web app has none."""
    rules = []
    for path in sorted(static.rglob("*.woff2")):
        if match := _file_name.fullmatch(path.name):
            weight = WEIGHTS[match[1]]
            data = base64.b64encode(path.read_bytes()).decode()
            source = f"url(data:font/woff2;base64,{data})"
            rules.append(f'@font-face{{font-family:"{FONT}";font-weight:{weight};src:{source}}}')
    return "\n".join(rules)


class Press:
    """One printing thread: Pango's font map is not made for several."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="press")

    async def print(self, html: str) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._thread, print_pdf, html)

    def close(self) -> None:
        """Wait for what is being printed, and end the thread."""
        self._thread.shutdown(wait=True, cancel_futures=True)
