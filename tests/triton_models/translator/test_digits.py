"""Digits of every script."""

import unicodedata

import pytest
from indictext.digits import to_ascii, to_native

SCRIPTS = ("Deva", "Beng", "Guru", "Gujr", "Orya", "Taml", "Telu", "Knda", "Mlym", "Arab")


@pytest.mark.parametrize("script", SCRIPTS)
def test_digits_go_there_and_back(script: str) -> None:
    """Ten digits of the script's own, each worth what it was."""
    native = to_native("0123456789", script)

    assert list(range(10)) == [unicodedata.decimal(digit) for digit in native]
    assert "0123456789" == to_ascii(native)
    assert not native.isascii()


def test_names_keep_their_digits() -> None:
    """Only runs without letters are numbers."""
    assert "mp3 ३.५ COVID19 ७" == to_native("mp3 3.5 COVID19 7", "Deva")


def test_names_with_hyphens_keep_their_digits() -> None:
    """As long as the hyphens are within; a range is two numbers."""
    assert "COVID-19 B2-2000-x १०-१५ ७-वर्षीय -८ A- ९" == to_native(
        "COVID-19 B2-2000-x 10-15 7-वर्षीय -8 A- 9", "Deva"
    )


def test_latin_has_no_other_digits() -> None:
    """The text stays."""
    assert "7" == to_native("7", "Latn")
