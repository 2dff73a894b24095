"""Times as the package's users see them, naive and in UTC, and as a repository holds them."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Tuple

_EPOCH = datetime(1970, 1, 1)


def moment(microseconds: int) -> datetime:
    """The time that is `microseconds` after the beginning of 1970."""
    return _EPOCH + timedelta(0, 0, microseconds)


class Clock:
    """Tells times, each later than the one before, whatever the system's clock does."""

    def __init__(self) -> None:
        self._latest = 0
        # What the times of one second share.
        self._second = -1
        self._start = _EPOCH
        self._text = ""

    def tick(self) -> Tuple[datetime, str]:
        """The present time, and the same in RFC 3339."""
        self._latest = now = max(time.time_ns() // 1000, self._latest + 1)
        second, microsecond = divmod(now, 1_000_000)
        if second != self._second:
            self._start = moment(second * 1_000_000)
            self._text = self._start.isoformat()
            self._second = second
        fraction = timedelta(0, 0, microsecond)
        return self._start + fraction, "%s.%06dZ" % (self._text, microsecond)


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
