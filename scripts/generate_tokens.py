#!/usr/bin/env python3
"""Writes booth/ui/qml/Tokens.qml: KERN's light theme (colours, spacing, radii, type sizes, icons) as a QML singleton.

`generate_tokens.py [KERN_CSS]`; without an argument the style sheet the console's web app is built with.
"""

from __future__ import annotations

import math
import re
import sys
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "clerk_console/web/node_modules/@kern-ux/native/dist/kern.css"
TARGET = ROOT / "booth/ui/qml/Tokens.qml"

COLOURS: Final = {
    "action": "action-default",
    "actionInk": "action-on-default",
    "focus": "action-focus-default",
    "background": "layout-background-default",
    "surface": "layout-background-default-surface",
    "border": "layout-border",
    "text": "layout-text-default",
    "mutedText": "layout-text-muted",
    "inverseText": "layout-text-inverse",
    "inputBorder": "form-input-border",
    "inputBackground": "form-input-background",
    "info": "feedback-info",
    "infoBackground": "feedback-info-background",
    "success": "feedback-success",
    "successBackground": "feedback-success-background",
    "warning": "feedback-warning",
    "warningBackground": "feedback-warning-background",
    "danger": "feedback-danger",
    "dangerBackground": "feedback-danger-background",
}
SPACES: Final = {
    "spaceTiny": "x-small",
    "spaceSmall": "small",
    "space": "default",
    "spaceLarge": "large",
    "spaceXLarge": "x-large",
    "spaceHuge": "3x-large",
}
FONT_SIZES: Final = {
    "fontSmall": "small-static",
    "fontBody": "medium-adaptive",
    "fontLarge": "large-adaptive",
    "fontXLarge": "x-large-adaptive",
}
ICONS: Final = (
    "arrow-back", "arrow-forward", "brightness-medium", "calendar-today", "check", "close", "danger", "edit", "help",
    "info", "language", "logout", "success", "visibility", "visibility-off", "warning", "delete", "account-circle",
)  # fmt: skip

_declaration = re.compile(r"(--kern-[\w-]+):\s*([^;]+);")
_theme = re.compile(r"\[data-kern-theme=light\],\s*\.kern-light\s*\{([^}]*--kern-color-action-default:[^}]*)\}")


class TokenError(Exception):
    """The style sheet does not hold what the booth takes from it; the text names it."""


def srgb(lightness: float, chroma: float, hue_degrees: float) -> str:
    """`#rrggbb` of an oklch() colour (CSS Color 4, 10), clipped to sRGB; `lightness` 0 to 1."""
    a = chroma * math.cos(math.radians(hue_degrees))
    b = chroma * math.sin(math.radians(hue_degrees))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + "".join(f"{_encoded(channel):02x}" for channel in linear)


def _encoded(channel: float) -> int:
    clipped = min(1.0, max(0.0, channel))
    value = 12.92 * clipped if clipped <= 0.0031308 else 1.055 * clipped ** (1 / 2.4) - 0.055
    return round(value * 255)


class StyleSheet:
    """The custom properties of kern.css: what stands in `:root`, overlaid by the light theme."""

    def __init__(self, css: str) -> None:
        theme = _theme.search(css)
        if theme is None:
            raise TokenError("kern.css has no light theme ([data-kern-theme=light]).")
        self._css = css
        self._values: dict[str, str] = {}
        for name, value in _declaration.findall(css):
            self._values.setdefault(name, value.strip())
        # The adaptive sizes of wide screens stand in a later block: a booth is one.
        for name, value in _declaration.findall(css):
            if "font-size" in name and "adaptive" in name:
                self._values[name] = value.strip()
        self._values.update({name: value.strip() for name, value in _declaration.findall(theme.group(1))})

    def value(self, name: str) -> str:
        """The value of a property with every `var()` followed."""
        for _ in range(8):
            if name not in self._values:
                raise TokenError(f"kern.css has no {name}.")
            reference = re.fullmatch(r"var\((--[\w-]+)\)", self._values[name])
            if reference is None:
                return self._values[name]
            name = reference.group(1)
        raise TokenError(f"kern.css refers in a circle at {name}.")

    def colour(self, name: str) -> str:
        value = self.value(f"--kern-color-{name}")
        match = re.fullmatch(r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)", value)
        if match is None:
            raise TokenError(f"--kern-color-{name} is not an oklch() colour: {value}")
        lightness, chroma, hue = map(float, match.groups())
        return srgb(lightness / 100, chroma, hue)

    def pixels(self, name: str) -> int:
        value = self.value(name)
        match = re.fullmatch(r"([\d.]+)(rem|px)", value)
        if match is None:
            raise TokenError(f"{name} is not a length: {value}")
        return round(float(match.group(1)) * (16 if match.group(2) == "rem" else 1))

    def icon(self, name: str) -> str:
        """The SVG path of an icon, in a view box of 0 -960 960 960."""
        match = re.search(rf"\.kern-icon--{name} \{{.*?<?%3Cpath d='([^']+)'", self._css, re.DOTALL)
        if match is None:
            raise TokenError(f"kern.css has no icon {name}.")
        return match.group(1)


def camel(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join(word.capitalize() for word in rest)


def tokens_qml(kern_css: str) -> str:
    """The text of Tokens.qml. Raises TokenError when the style sheet lacks a property."""
    sheet = StyleSheet(kern_css)
    version = re.search(r"^ \* (\d+\.\d+\.\d+)$", kern_css, re.MULTILINE)
    lines = [
        f"// Generated from @kern-ux/native {version.group(1) if version else ''} dist/kern.css (light theme)",
        "// by scripts/generate_tokens.py. Do not edit.",
        "pragma Singleton",
        "",
        "import QtQuick",
        "",
        "QtObject {",
        *(f'    readonly property color {ours}: "{sheet.colour(kern)}"' for ours, kern in COLOURS.items()),
        *(
            f"    readonly property int {ours}: {sheet.pixels(f'--kern-metric-space-{k}')}"
            for ours, k in SPACES.items()
        ),
        f"    readonly property int radius: {sheet.pixels('--kern-metric-border-radius-default')}",
        f"    readonly property int radiusLarge: {sheet.pixels('--kern-metric-border-radius-large')}",
        f"    readonly property int borderWidth: {sheet.pixels('--kern-metric-border-width-default')}",
        f"    readonly property int borderBold: {sheet.pixels('--kern-metric-border-width-bold')}",
        *(
            f"    readonly property int {ours}: {sheet.pixels(f'--kern-typography-font-size-{kern}')}"
            for ours, kern in FONT_SIZES.items()
        ),
        "    readonly property int weightRegular: 400",
        f"    readonly property int weightStrong: {sheet.value('--kern-typography-font-weight-semi-bold')}",
        "    // Icon paths in a view box of 0 -960 960 960.",
        "    readonly property var icons: ({",
        *(f'        {camel(name)}: "{sheet.icon(name)}",' for name in ICONS),
        "    })",
        "}",
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE
    if not source.exists():
        print(f"{source} is not there; install the web app's packages first (npm ci in clerk_console/web).")
        return 1
    TARGET.write_text(tokens_qml(source.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"written: {TARGET.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
