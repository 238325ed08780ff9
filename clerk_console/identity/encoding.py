"""The octets of a parsed structure as they stand."""

from __future__ import annotations

from asn1crypto import core, parser


def encoded(value: core.Asn1Value) -> bytes:
    """Its tag, length and contents, the contents as they came. asn1crypto's `dump` writes anew whatever has a length
    that ends in 80, as it takes that for an indefinite one: a spoilt structure may then come out sound, or raise."""
    return bytes(parser.emit(value.class_, value.method, value.tag, value.contents))
