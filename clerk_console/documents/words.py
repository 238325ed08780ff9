"""The words of the letters, from Fluent files: `words/<language>/letter.ftl` and one for each service."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

from fluent.runtime import FluentBundle, FluentResource

OFFICIAL: Final = "de"
"""The language every letter is binding in."""
LANGUAGES: Final = ("de", "en")


class Words:
    """The words of one language for one kind of letter."""

    def __init__(self, language: str, service: str) -> None:
        self._bundle = FluentBundle([language], use_isolating=False)
        folder = resources.files(__package__).joinpath("words", language)
        for name in ("letter", service):
            self._bundle.add_resource(FluentResource(folder.joinpath(f"{name}.ftl").read_text(encoding="utf-8")))

    def __call__(self, message: str, **arguments: str) -> str:
        """The text of `message`. Raises LookupError when there is none or an argument is missing."""
        value = self._bundle.get_message(message).value
        if value is None:
            raise LookupError(f"The message {message} has no text.")
        text, faults = self._bundle.format_pattern(value, arguments)
        if faults:
            raise LookupError(f"The message {message} cannot be put together: {faults}")
        return str(text)

    def __contains__(self, message: str) -> bool:
        return self._bundle.has_message(message)


@cache
def words(language: str, service: str) -> Words:
    """The words of a language this program speaks."""
    return Words(language, service)


def second_language(language: str) -> str | None:
    """The language the letter is explained in for a citizen who chose `language` (BCP 47); None for German.

    Whoever chose a language the letters do not speak is served in English.
    """
    primary = language.split("-")[0].lower()
    if primary == OFFICIAL:
        return None
    return primary if primary in LANGUAGES else "en"
