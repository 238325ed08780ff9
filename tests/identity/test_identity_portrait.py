from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from booth.idcard.testing import documents, portrait
from booth.idcard.testing.personas import PERSONAS
from clerk_console.identity.errors import IdentityDataError
from clerk_console.identity.groups import parse_dg2
from clerk_console.identity.portrait import MAX_SIDE, make_portrait


@pytest.fixture(scope="module")
def jpeg() -> bytes:
    return portrait.draw(PERSONAS["erika"].features)


def encoded(form: str, size: tuple[int, int] = (60, 80), mode: str = "RGB") -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size).save(buffer, form)
    return buffer.getvalue()


def test_dg2_gives_the_image_back(jpeg: bytes) -> None:
    assert parse_dg2(documents.dg2(jpeg, portrait.WIDTH, portrait.HEIGHT)) == jpeg


def test_the_newer_form_of_dg2_gives_the_image_back(jpeg: bytes) -> None:
    group = documents.extensible_dg2(jpeg, portrait.WIDTH, portrait.HEIGHT)
    assert parse_dg2(group) == jpeg
    for marker in (b"\x7f\x2e", b"\x65\x82", b"\x30\x82"):
        spoilt = group.replace(marker, bytes((marker[0] ^ 1, marker[1])), 1)
        assert spoilt != group
        with pytest.raises(IdentityDataError):
            parse_dg2(spoilt)


def test_jpeg_stays_as_it_is(jpeg: bytes) -> None:
    made = make_portrait(jpeg)
    assert (made.media_type, made.data) == ("image/jpeg", jpeg)
    assert made.data_url.startswith("data:image/jpeg;base64,/9j/")


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
def test_jpeg_2000_becomes_png(mode: str) -> None:
    made = make_portrait(encoded("JPEG2000", mode=mode))
    assert made.media_type == "image/png"
    with Image.open(io.BytesIO(made.data)) as image:
        assert (image.format, image.size) == ("PNG", (60, 80))


def test_a_cut_off_image(jpeg: bytes) -> None:
    for image in (jpeg, encoded("JPEG2000")):
        with pytest.raises(IdentityDataError):
            make_portrait(image[: len(image) // 2])


@pytest.mark.parametrize("form", ["JPEG", "JPEG2000"])
def test_an_image_that_is_too_large(form: str) -> None:
    with pytest.raises(IdentityDataError, match="pixels"):
        make_portrait(encoded(form, (MAX_SIDE + 1, 8), "L"))


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    """A JPEG whose header claims 65,500 x 65,500 pixels."""
    image = bytearray(encoded("JPEG"))
    start = image.index(b"\xff\xc0")
    image[start + 5 : start + 9] = struct.pack(">HH", 65500, 65500)
    with pytest.raises(IdentityDataError):
        make_portrait(bytes(image))


@pytest.mark.parametrize("image", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + zlib.compress(bytes(10)), b"%PDF-1.7"])
def test_other_formats_are_not_even_tried(image: bytes) -> None:
    with pytest.raises(IdentityDataError, match="neither"):
        make_portrait(image)


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes_behind_a_magic_number_raise_one_error(noise: bytes) -> None:
    for magic in (b"\xff\xd8\xff", b"\xff\x4f\xff\x51", b"\x00\x00\x00\x0cjP  \r\n\x87\n"):
        with pytest.raises(IdentityDataError):
            make_portrait(magic + noise)


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_any_changed_header_of_dg2_parses_or_raises_one_error(data: st.DataObject, jpeg: bytes) -> None:
    make = data.draw(st.sampled_from([documents.dg2, documents.extensible_dg2]))
    group = bytearray(make(jpeg[:100], 413, 531))
    group[data.draw(st.integers(0, 90))] = data.draw(st.integers(0, 255))
    try:
        image = parse_dg2(bytes(group))
    except IdentityDataError:
        return
    assert len(image) <= len(group)
