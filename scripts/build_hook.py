"""hatchling build hook: a wheel or sdist carries the built web app and the kiosk's fonts."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebAppHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs scripts/build_web.py, except for an editable install, where scripts/setup does."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            runpy.run_path(str(Path(self.root) / "scripts/build_web.py"))["main"]()
