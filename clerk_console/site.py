"""Serves the web app that Vite built into `static/`, and a page that says how to build it while there is none."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PAGES: Final = (".", "supervisor", "cases", "booths", "sign-in")
"""Paths the web app shows something under; each is the same page."""
INDEX: Final = "index.html"
NOT_BUILT: Final = (
    "The web app of the console is not built.\n\n"
    "From the project's root run scripts/setup, or in clerk_console/web:\n"
    "    npm ci --ignore-scripts && npm run build\n"
    "Then load this page again.\n"
)


class Site(StaticFiles):
    """Files under `assets/` carry a hash of their content in their names and are kept for good; all others are asked
    for again."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, check_dir=False)
        self._index = folder / INDEX
        # The folder may be built while the server runs; there is nothing to check before.
        self.config_checked = True

    async def get_response(self, path: str, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        page = path in PAGES or path.startswith("cases/")
        if page and not self._index.is_file():
            return PlainTextResponse(NOT_BUILT, 503, {"Cache-Control": "no-store"})
        response = await super().get_response(INDEX if page else path, scope)
        kept = path.startswith("assets/") and response.status_code in (200, 304)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
        return response
