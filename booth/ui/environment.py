"""What has to be in the environment before Qt is loaded. Imports nothing of Qt."""

from __future__ import annotations

import os
from collections.abc import MutableMapping


def prepare(environment: MutableMapping[str, str] = os.environ, *, robot: bool = False) -> None:
    """Defaults for a kiosk; what the operator has set stays. Without a display the window is drawn off the screen."""
    has_display = any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    if not has_display and not os.path.exists("/dev/dri"):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    if environment.get("QT_QPA_PLATFORM") == "offscreen" or not os.path.exists("/dev/dri"):
        environment.setdefault("QT_QUICK_BACKEND", "software")
    # Pictures come from other threads anyway; a render thread of Qt's own would only add a wait.
    environment.setdefault("QSG_RENDER_LOOP", "basic")
    if robot:
        environment.setdefault("QT_LINUX_ACCESSIBILITY_ALWAYS_ON", "1")
