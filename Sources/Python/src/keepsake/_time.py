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
    whole, _, rest = text.partition(".")
    if not rest:
        return datetime.strptime(whole, "%Y-%m-%dT%H:%M:%SZ")
    time = datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S")
    nanoseconds = int(rest.rstrip("Z")[:9].ljust(9, "0"))
    return time + timedelta(microseconds=(nanoseconds + 500) // 1000)
