"""The errors of this package.

    IdentityDataError             bytes from a chip or a certificate file that are not what they should be
      AlgorithmUnsupported        well-formed, but of an algorithm or a curve this program cannot check

Parsers raise nothing else, whatever they are fed. The texts name structures, never a person's data.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class IdentityDataError(Exception):
    """Malformed input; the text says what was wrong."""


class AlgorithmUnsupported(IdentityDataError):
    """Nothing can be said about a signature made this way."""


def parsing(what: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a parser built on asn1crypto, which parses lazily and lets ValueError, TypeError, KeyError and more out
    on malformed bytes: all of them become IdentityDataError."""

    def decorate(parser: Callable[P, R]) -> Callable[P, R]:
        @wraps(parser)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return parser(*args, **kwargs)
            except IdentityDataError:
                raise
            except (
                ValueError,
                TypeError,
                KeyError,
                IndexError,
                AttributeError,
                OverflowError,
                RecursionError,
            ) as error:
                raise IdentityDataError(f"{what} is malformed ({type(error).__name__}).") from None

        return guarded

    return decorate
