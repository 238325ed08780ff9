"""The words of the booking pages: Fluent, shared with the other programs where they are the same."""

from __future__ import annotations

import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from babel.dates import format_date, format_skeleton, format_time
from fluent.runtime import FluentBundle, FluentResource

LANGUAGES: Final = ("de", "en")
_FOLDERS: Final = (Path(__file__).parents[1] / "protocol/words", Path(__file__).parent / "words")
_LOCALES: Final = {"de": "de_DE", "en": "en_GB"}


class Words:
    """One language. Times are shown in a zone, on a clock of 24 hours."""

    def __init__(self, language: str) -> None:
        self.language: Final = language
        self._locale = _LOCALES[language]
        self._bundle = FluentBundle([language], use_isolating=False)
        for folder in _FOLDERS:
            for path in sorted((folder / language).glob("*.ftl")):
                self._bundle.add_resource(FluentResource(path.read_text(encoding="utf-8")))

    def __call__(self, name: str, **values: Any) -> str:
        """A message. Raises KeyError when there is none, ValueError when it lacks a value."""
        pattern = self._bundle.get_message(name).value
        if pattern is None:
            raise KeyError(name)
        text, errors = self._bundle.format_pattern(pattern, values)
        if errors:
            raise ValueError(f"message {name} in {self.language}: {errors[0]}")
        return str(text)

    def service(self, service: str) -> str:
        """A service's name; its id where nobody has given it one."""
        return self(f"service-{service}") if self._bundle.has_message(f"service-{service}") else service

    def service_text(self, service: str) -> str:
        """What a service is, in a sentence, if it is said."""
        name = f"service-{service}-description"
        return self(name) if self._bundle.has_message(name) else ""

    def day(self, day: datetime.date) -> str:
        """A day in full, with its weekday."""
        return str(format_date(day, "full", locale=self._locale))

    def short_day(self, at: datetime.datetime) -> str:
        """A day and time, short."""
        return f"{format_skeleton('MMMEd', at, tzinfo=at.tzinfo, locale=self._locale)}, {self.time(at)}"

    def time(self, at: datetime.datetime) -> str:
        """Hours and minutes."""
        return str(format_time(at, "HH:mm", tzinfo=at.tzinfo, locale=self._locale))


@cache
def words(language: str) -> Words:
    """The words of one of LANGUAGES."""
    return Words(language)


def preferred(accepted: str) -> str:
    """The language of an Accept-Language header (RFC 9110, 12.5.4) that is spoken here; the first one if none is."""
    wishes: list[tuple[float, str]] = []
    for part in accepted[:500].split(","):
        tag, _, rest = part.strip().partition(";")
        try:
            weight = float(rest.partition("=")[2]) if rest else 1.0
        except ValueError:
            continue
        if (language := tag.partition("-")[0].lower()) in LANGUAGES and weight > 0:
            wishes.append((-weight, language))
    return min(wishes, key=lambda wish: wish[0], default=(0.0, LANGUAGES[0]))[1]
