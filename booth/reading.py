"""Reading a screen aloud: what is said when, from what a screen reader would be told. Pure.

A new screen is said whole, and cuts off what was being said: its name, its headings and texts in their order, then the
control that has the focus. After that only what changes is said: a new message, another control, what has been typed.

Nobody hears what is typed in secret, only how many digits it is (EN 301 549, 5.1.3.8). What is somebody's own is said
only if they have chosen so, for the loudspeaker is heard by others too (5.1.3.9).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Kind = Literal["heading", "text", "message", "button", "checkbox", "entry"]
Pace = Literal["slow", "normal", "fast"]
Loudness = Literal["quiet", "normal", "loud"]

PACES: Final[dict[Pace, int]] = {"slow": 110, "normal": 160, "fast": 230}
"""Words a minute; the normal one is slower than people talk, since synthetic speech asks for more attention."""
LOUDNESSES: Final[dict[Loudness, float]] = {"quiet": 0.5, "normal": 1.0, "loud": 2.0}
"""Factors of what the voice gives."""

Word = Callable[[str, dict[str, Any]], str]
"""A word of booth.words in the language of the screen, with values."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the citizen wants to be read to. `personal`: also what is their own."""

    on: bool = False
    pace: Pace = "normal"
    loudness: Loudness = "normal"
    personal: bool = False


NOT_READING: Final = Reading()


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence and the language to say it in."""

    text: str = field(repr=False)
    language: str


@dataclass(frozen=True, slots=True)
class Element:
    """What a screen reader is told of one thing on the screen. `language`: empty for that of the screen; `value`: of
    an entry; `checked`: None where nothing can be. `live`: said again when it changes. `bar`: of the bars that are on
    every screen, said only when it has the focus."""

    kind: Kind
    name: str = field(repr=False)
    description: str = field(default="", repr=False)
    value: str = field(default="", repr=False)
    language: str = ""
    checked: bool | None = None
    disabled: bool = False
    focused: bool = False
    live: bool = False
    bar: bool = False
    personal: bool = False
    secret: bool = False

    @property
    def is_control(self) -> bool:
        return self.kind in ("button", "checkbox", "entry")


@dataclass(frozen=True, slots=True)
class Saying:
    """`cuts`: what is being said ends now."""

    pieces: tuple[Piece, ...]
    cuts: bool


class Narrator:
    """Looks at the screen again and again and says what is new."""

    def __init__(self, word: Word) -> None:
        self._word = word
        self.forget()

    def forget(self) -> None:
        """Know nothing of any screen: the next one is said whole."""
        self._page: tuple[str, ...] = ()
        self._live: tuple[Element, ...] = ()
        self._focus: Element | None = None

    def look(
        self, title: str, language: str, elements: Sequence[Element], *, personal: bool, greeting: str = ""
    ) -> Saying | None:
        """What there is to say of the screen called `title`; None if nothing has changed. `greeting` is said first."""
        page = (title, language, *(element.name for element in elements if element.kind == "heading"))
        live = tuple(element for element in elements if element.live or element.kind == "message")
        focus = next((element for element in elements if element.is_control and element.focused), None)
        before, self._focus = self._focus, focus
        known, self._live = self._live, live
        new_page, self._page = page != self._page, page
        if new_page or greeting:
            return self._whole(title, language, elements, focus, personal, greeting)
        messages = [
            Piece(self._text(element, personal), element.language or language)
            for element in live
            if element not in known and not element.bar
        ]
        said = self._control(focus, before, personal) if focus is not None and focus != before else ""
        pieces = [*messages, *([Piece(said, _language(focus, language))] if said else [])]
        if not pieces:
            return None
        return Saying(tuple(pieces), cuts=bool(said))

    def _whole(
        self,
        title: str,
        language: str,
        elements: Sequence[Element],
        focus: Element | None,
        personal: bool,
        greeting: str,
    ) -> Saying:
        pieces = [Piece(text, language) for text in (greeting, title) if text]
        for element in sorted(elements, key=lambda element: element.kind != "heading"):
            if element.is_control or element.bar:
                continue
            piece = Piece(self._text(element, personal), element.language or language)
            if piece.text and piece not in pieces[-1:]:
                pieces.append(piece)
        if focus is not None:
            pieces.append(Piece(self._control(focus, None, personal), _language(focus, language)))
        return Saying(tuple(pieces), cuts=True)

    def _text(self, element: Element, personal: bool) -> str:
        if element.secret or (element.personal and not personal):
            return self._word("reading-withheld", {})
        return element.name

    def _control(self, control: Element, before: Element | None, personal: bool) -> str:
        """All of it, or, when it had the focus already, what has changed about it."""
        hidden = control.secret or (control.personal and not personal)
        if before is not None and (before.kind, before.name) == (control.kind, control.name):
            return self._change(control, before, hidden)
        if hidden and control.kind == "button":
            # The name of a key is what is typed with it.
            return self._word("reading-hidden-key", {})
        parts = [control.name, self._word(f"reading-{control.kind}", {})]
        if control.checked is not None:
            parts.append(self._word("reading-checked" if control.checked else "reading-unchecked", {}))
        if control.disabled:
            parts.append(self._word("reading-disabled", {}))
        if control.kind == "entry" and control.value:
            parts.append(self._typed(control, hidden))
        return ", ".join(parts) + "." + (f" {control.description}" if control.description else "")

    def _change(self, control: Element, before: Element, hidden: bool) -> str:
        if control.value != before.value:
            new, old = control.value, before.value
            if hidden:
                return self._typed(control, hidden)
            if new[:-1] == old:
                return self._word("key-space", {}) if new[-1] == " " else new[-1]
            return self._word("reading-deleted", {}) if old[:-1] == new else new
        if control.description != before.description:
            return control.description
        if control.checked != before.checked and control.checked is not None:
            return self._word("reading-checked" if control.checked else "reading-unchecked", {})
        if control.disabled != before.disabled:
            return self._word("reading-disabled", {}) if control.disabled else control.name
        return ""

    def _typed(self, entry: Element, hidden: bool) -> str:
        if entry.secret:
            return self._word("eid-digits", {"digits": len(entry.value)})
        return self._word("reading-characters", {"count": len(entry.value)}) if hidden else entry.value


def _language(element: Element | None, language: str) -> str:
    return (element.language if element is not None else "") or language
