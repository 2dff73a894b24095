"""Times as the package's users see them, naive and in UTC, and as a repository holds them."""

from __future__ import annotations

from datetime import datetime, timedelta

_EPOCH = datetime(1970, 1, 1)


def moment(microseconds: int) -> datetime:
    """The time that is `microseconds` after the beginning of 1970."""
    return _EPOCH + timedelta(0, 0, microseconds)


def time_text(time: datetime) -> str:
    """`time` in RFC 3339."""
    return time.isoformat() + "Z"


def parsed_time(text: str) -> datetime:
    """
    The time that `text` in RFC 3339 says, rounded to microseconds.

    Raises:
        ValueError: It says none.
    """
    if text[-1:] != "Z":
        raise ValueError("{!r} is no time in UTC".format(text))
    # Of fractions, fromisoformat reads those of three or six digits only, up to Python 3.10.
    whole, _, fraction = text[:-1].partition(".")
    nanoseconds = int(fraction[:9].ljust(9, "0")) if fraction else 0
    return datetime.fromisoformat(whole) + timedelta(0, 0, (nanoseconds + 500) // 1000)
