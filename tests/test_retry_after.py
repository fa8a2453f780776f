"""How long a server asks to be left alone."""

from __future__ import annotations

from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.http_dates import time_of
from crawlers.retry_after import LONGEST, retry_after

NOW = 784_111_777.0  # Sun, 06 Nov 1994 08:49:37 GMT


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("  ", None),
        ("0", 0.0),
        ("120", 120.0),
        (" 120 ", 120.0),
        ("0120", 120.0),
        ("86401", LONGEST),
        ("9" * 10_000, LONGEST),
        ("0" * 10_000, 0.0),
        ("-1", None),
        ("+1", None),
        ("1.5", None),
        ("120s", None),
        ("١٢", None),
        ("soon", None),
        ("Sun, 06 Nov 1994 08:49:47 GMT", 10.0),
        ("Sunday, 06-Nov-94 08:49:47 GMT", 10.0),
        ("Sun Nov  6 08:49:47 1994", 10.0),
        ("Sun, 06 Nov 1994 09:49:47 +0100", 10.0),
        ("1994-11-06T08:49:47Z", 10.0),
        ("Sun, 06 Nov 1994 08:49:27 GMT", 0.0),
        ("Sun, 06 Nov 2094 08:49:37 GMT", LONGEST),
        ("Sun, 36 Nov 1994 08:49:37 GMT", None),
        ("Sun, 06 Nov 1994 08:49:37 GMT" + " " * 10_000_000, 0.0),
        ("Sun, " * 2_000_000, None),
    ],
)
def test_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@given(st.text() | st.from_regex(r"\A[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9: ]{,20}GMT\Z"))
def test_whatever_it_says_the_wait_is_bounded(value: str) -> None:
    seconds = retry_after(value, NOW)
    assert seconds is None or 0 <= seconds <= LONGEST


@given(st.integers(0, 4_000_000_000))
def test_a_date_of_http_is_read_to_the_second(seconds: int) -> None:
    assert time_of(formatdate(seconds, usegmt=True)) == seconds
