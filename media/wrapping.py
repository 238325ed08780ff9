"""Numbers that count past their bits and begin anew: sequence numbers, timestamps."""

from __future__ import annotations


def unwrap(value: int, near: int, bits: int) -> int:
    """The number that ends in these bits and is nearest to `near` (RFC 3550, A.1)."""
    half = 1 << (bits - 1)
    return near + ((value - near + half) & ((1 << bits) - 1)) - half
