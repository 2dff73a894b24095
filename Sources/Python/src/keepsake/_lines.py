"""The lines that the recorder reads."""

from __future__ import annotations

import json

from ._values import storable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Mapping


def message_line(message: Mapping[str, Any]) -> bytes:
    """The line of a message of plain values: JSON in ASCII, with an end of line."""
    return (json_text(message) + "\n").encode("ascii")


def json_text(value: Any) -> str:
    """The JSON of a plain value, in ASCII and without an end of line."""
    try:
        return _encode(value)
    except ValueError:
        # JSON has no number that is not finite.
        return _encode(storable(value))


quoted: Callable[[str], str] = json.encoder.encode_basestring_ascii
"""The JSON of a text, in ASCII."""


def _encoder() -> Callable[[Any], str]:
    encoder = json.JSONEncoder(allow_nan=False, check_circular=False, separators=(",", ":"))
    # JSONEncoder makes one of these for every value; one for all saves a fifth of the time.
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return encoder.encode
    write = make(None, encoder.default, quoted, None, ":", ",", False, False, False)
    return lambda value: "".join(write(value, 0))


_encode = _encoder()
