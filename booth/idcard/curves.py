"""The standardised elliptic curves of PACE (ICAO 9303-11, 9.5.1), over the `ecdsa` package's arithmetic.

Generic mapping needs points under a generator of its own, which `cryptography` does not offer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from ecdsa import curves as named
from ecdsa.ellipticcurve import INFINITY, PointJacobi
from ecdsa.errors import MalformedPointError

from booth.idcard.errors import CardError

Point = Any
"""A point of the `ecdsa` package, which carries no types."""

RandomBytes = Callable[[int], bytes]


class Group(Protocol):
    """A group for key agreement: an elliptic curve (`Curve`) or a subgroup modulo a prime (`modp.ModpGroup`), whose
    operation is called addition in both. `multiply`, `add`, `decode` and `map_number` raise
    CardError. `prime`: of the field."""

    @property
    def order(self) -> int: ...
    @property
    def generator(self) -> Any: ...
    @property
    def prime(self) -> int: ...
    def random_scalar(self, random_bytes: RandomBytes) -> int: ...
    def multiply(self, scalar: int, element: Any, /) -> Any: ...
    def add(self, left: Any, right: Any, /) -> Any: ...
    def encode(self, element: Any, /) -> bytes: ...
    def decode(self, data: bytes) -> Any: ...
    def shared_secret(self, element: Any, /) -> bytes: ...
    def map_number(self, number: int, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Curve:
    """One named curve; `parameters` is the `ecdsa` package's description of it."""

    parameters: Any

    @property
    def order(self) -> int:
        return int(self.parameters.order)

    @property
    def prime(self) -> int:
        return int(self.parameters.curve.p())

    @property
    def coordinate_bytes(self) -> int:
        return (self.prime.bit_length() + 7) // 8

    @property
    def maps_numbers(self) -> bool:
        """Whether `map_number` is defined: a square root must be a power (9303-11, B.2)."""
        return self.prime % 4 == 3

    @property
    def generator(self) -> Point:
        return self.parameters.generator

    def random_scalar(self, random_bytes: RandomBytes) -> int:
        """Uniform in 1 … order - 1; eight surplus bytes keep the bias below 2^-64 (FIPS 186-5, A.4.1)."""
        return int.from_bytes(random_bytes(self.coordinate_bytes + 8), "big") % (self.order - 1) + 1

    def multiply(self, scalar: int, point: Point) -> Point:
        """Raises CardError when the product is the point at infinity."""
        return _finite(point * (scalar % self.order))

    def add(self, left: Point, right: Point) -> Point:
        """Raises CardError when the sum is the point at infinity."""
        return _finite(left + right)

    def encode(self, point: Point) -> bytes:
        """Uncompressed: 04, x, y (BSI TR-03111, 3.2.1)."""
        return bytes(point.to_bytes("uncompressed"))

    def decode(self, data: bytes) -> Point:
        """Raises CardError unless `data` is an uncompressed point on this curve."""
        try:
            point = PointJacobi.from_bytes(
                self.parameters.curve, data, valid_encodings=("uncompressed",), order=self.order
            )
        except MalformedPointError:
            raise CardError("The chip sent something that is not a point of the agreed curve.") from None
        # The package leaves this to its callers, and any other curve could be weak.
        x, y = int(point.x()), int(point.y())
        if not (x < self.prime and y < self.prime and self.parameters.curve.contains_point(x, y)):
            raise CardError("The chip sent a point that is not on the agreed curve.")
        return point

    def shared_secret(self, point: Point) -> bytes:
        """The x coordinate."""
        return int(point.x()).to_bytes(self.coordinate_bytes, "big")

    def map_number(self, number: int) -> Point:
        """The point encoding of the integrated mapping (9303-11, B.2); the cofactor of all curves here is 1. Raises
        CardError for the few numbers that have none."""
        prime, a, b = self.prime, int(self.parameters.curve.a()), int(self.parameters.curve.b())
        alpha = -number * number % prime
        try:
            first = -b * pow(a, -1, prime) * (1 + pow(alpha + alpha * alpha, -1, prime)) % prime
        except ValueError:
            raise CardError("The nonces of the chip and the booth map to no point of the curve.") from None
        square = (pow(first, 3, prime) + a * first + b) % prime
        inverse_root = pow(square, prime - 1 - (prime + 1) // 4, prime)
        if inverse_root * inverse_root * square % prime == 1:
            x, y = first, inverse_root * square % prime
        else:
            x, y = alpha * first % prime, inverse_root * pow(number, 3, prime) * square % prime
        return self.decode(b"\x04" + b"".join(one.to_bytes(self.coordinate_bytes, "big") for one in (x, y)))


def _finite(point: Point) -> Point:
    if point == INFINITY:
        raise CardError("The key agreement with the chip met the point at infinity.")
    return point


STANDARD_CURVES: Final = {
    8: Curve(named.NIST192p),
    9: Curve(named.BRAINPOOLP192r1),
    10: Curve(named.NIST224p),
    11: Curve(named.BRAINPOOLP224r1),
    12: Curve(named.NIST256p),
    13: Curve(named.BRAINPOOLP256r1),
    14: Curve(named.BRAINPOOLP320r1),
    15: Curve(named.NIST384p),
    16: Curve(named.BRAINPOOLP384r1),
    17: Curve(named.BRAINPOOLP512r1),
    18: Curve(named.NIST521p),
}
"""By the identifier of the standardised domain parameters; 0 to 2 are not elliptic curves."""
