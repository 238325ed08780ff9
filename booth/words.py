"""The booth's words, from Fluent files: its own and those it shares with the console."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import Any, Final

from fluent.runtime import FluentBundle, FluentResource

LANGUAGES: Final = ("de", "en")
SOURCES: Final = (("signaling.protocol", "words/{language}/common.ftl"), ("booth", "words/{language}/booth.ftl"))


class WordError(Exception):
    """A word that no file has, or that needs something it was not given."""


class Words:
    """All words of all languages. Raises WordError where a file is broken or misses a word."""

    def __init__(self) -> None:
        self._bundles = {language: _bundle(language) for language in LANGUAGES}

    def text(self, language: str, word: str, values: Mapping[str, Any] | None = None) -> str:
        """The word in `language`, with `values` filled in. Raises WordError."""
        bundle = self._bundles.get(language, self._bundles[LANGUAGES[0]])
        if not bundle.has_message(word):
            raise WordError(f"No word {word!r} in {language}.")
        message = bundle.get_message(word)
        if message.value is None:
            raise WordError(f"The word {word!r} in {language} has no value.")
        text, errors = bundle.format_pattern(message.value, dict(values or {}))
        if errors:
            raise WordError(f"The word {word!r} in {language} could not be filled in: {errors}")
        return str(text)

    def has(self, language: str, word: str) -> bool:
        return self._bundles[language].has_message(word)


def _bundle(language: str) -> FluentBundle:
    # The marks around inserted values are for mixed writing directions; Qt shows them as boxes in some fonts.
    bundle = FluentBundle([language], use_isolating=False)
    for package, path in SOURCES:
        source = resources.files(package).joinpath(path.format(language=language)).read_text(encoding="utf-8")
        bundle.add_resource(FluentResource(source))
    return bundle
