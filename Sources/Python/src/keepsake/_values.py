"""
Params and metrics as plain Python values, and as JSON can hold them.

A plain value is a bool, an int of 64 bits, a float, a str, None, or a list or a dict of plain values.
Scalars and arrays of numpy, PyTorch, TensorFlow and JAX become plain without importing any of them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

    # A plain value: bool, int, float, str, None, list or dict.
    Value = Any

_LOWEST, _HIGHEST = -(2**63), 2**63 - 1

# The recorder reads JSON no deeper than 128 levels; some of them are the message's own.
_DEEPEST = 100

# JSON has no such numbers: a repository holds them as these strings.
_NAN, _INFINITY, _MINUS_INFINITY = "[NaN]", "[+Infinity]", "[-Infinity]"
_NAMED_NUMBERS = {_NAN: math.nan, _INFINITY: math.inf, _MINUS_INFINITY: -math.inf}


def plain_values(values: Mapping[str, Any], kind: str) -> Dict[str, Value]:
    """
    Copy `values`, with every value made plain.

    Args:
        values: Params or metrics by name.
        kind: What one of them is called in an error: "param" or "metric".

    Raises:
        TypeError: `values` is no mapping, or a key or a value has a type that cannot be recorded.
        ValueError: An integer needs more than 64 bits, or a value nests too deep.
    """
    try:
        items = values.items()
    except AttributeError:
        advice = ". Use vars() of it." if hasattr(values, "__dict__") else ""
        raise TypeError(
            "{}s must be a dictionary of names and values, not {}{}".format(
                kind, _type_name(values), advice
            )
        ) from None
    for key, value in items:
        # What nearly every call passes is copied as it is; subclasses take the long way.
        if type(key) is not str or type(value) is not float:
            return {_name(key, kind): _plain(value, key, kind, 0) for key, value in items}
    return dict(values)


def whole_number(number: int, what: str) -> int:
    """
    `number`, the value of `what`.

    Raises:
        ValueError: It needs more than 64 bits.
    """
    if _LOWEST <= number <= _HIGHEST:
        return number
    raise ValueError(
        "the {} is an integer of more than 64 bits. {}".format(
            what,
            "Count from a lower one." if what == "step" else "Record it as a float or a string.",
        )
    )


def storable(value: Value) -> Value:
    """A plain `value` as JSON can hold it: not-a-number and the infinities by their names."""
    if isinstance(value, float):
        if math.isfinite(value):
            return value
        return _NAN if value != value else _INFINITY if value > 0 else _MINUS_INFINITY
    if isinstance(value, dict):
        return {key: storable(element) for key, element in value.items()}
    if isinstance(value, list):
        return [storable(element) for element in value]
    return value


def restored(value: Value) -> Value:
    """A value of a repository, with the names of not-a-number and the infinities as floats."""
    if type(value) is str:
        return _NAMED_NUMBERS.get(value, value) if value[:1] == "[" else value
    if type(value) is list:
        return [restored(element) for element in value]
    if type(value) is dict:
        return {key: restored(element) for key, element in value.items()}
    return value


def clean_text(text: str) -> str:
    """`text` without half surrogate pairs, which no UTF-8 can hold; each becomes U+FFFD."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _plain(value: Any, path: object, kind: str, depth: int) -> Value:
    if value is None or value is True or value is False:
        return value
    if depth > _DEEPEST:
        raise ValueError(
            "the {} '{}' nests more than {} levels deep. "
            "Record what matters of it under a name of its own.".format(kind, path, _DEEPEST)
        )
    if isinstance(value, float):
        return float(value)
    if isinstance(value, int):
        return whole_number(int(value), "{} '{}'".format(kind, path))
    if isinstance(value, str):
        return clean_text(str.__str__(value))
    if isinstance(value, Mapping):
        return {
            _inner_name(key, path, kind): _plain(element, "{}.{}".format(path, key), kind, depth + 1)
            for key, element in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [
            _plain(element, "{}[{}]".format(path, index), kind, depth + 1)
            for index, element in enumerate(value)
        ]
    return _plain(_converted(value, path, kind), path, kind, depth + 1)


def _converted(value: Any, path: object, kind: str) -> Any:
    """What an array library makes of its own `value`: something of Python's."""
    # TensorFlow's tensors and variables have numpy() only.
    convert = getattr(value, "tolist", None) or getattr(value, "numpy", None)
    if convert is None or isinstance(value, type):
        raise _unrecordable(value, path, kind)
    try:
        converted = convert()
    except Exception as error:
        raise _unrecordable(value, path, kind, error) from error
    if type(converted) is type(value):
        # numpy's long double stands for itself: Python has none.
        try:
            return float(converted)
        except (TypeError, ValueError) as error:
            raise _unrecordable(value, path, kind) from error
    return converted


def _unrecordable(
    value: Any, path: object, kind: str, cause: "Exception | None" = None
) -> TypeError:
    return TypeError(
        "the {} '{}' is of type {}, which cannot be recorded{}. Use a number, a string, a bool, None, "
        "a list or a dict, or a scalar or an array of numpy, PyTorch, TensorFlow or JAX.".format(
            kind, path, _type_name(value), "" if cause is None else ": {}".format(cause)
        )
    )


def _name(key: Any, kind: str) -> str:
    if isinstance(key, str):
        return clean_text(str.__str__(key))
    raise TypeError(
        "the name of a {} must be a string, not {!r} of type {}".format(kind, key, _type_name(key))
    )


def _inner_name(key: Any, path: object, kind: str) -> str:
    # As json.dumps has it.
    if isinstance(key, str):
        return clean_text(str.__str__(key))
    if key is None or isinstance(key, (bool, int, float)):
        return json.dumps(key)
    raise TypeError(
        "the {} '{}' has the key {!r} of type {}; keys must be strings".format(
            kind, path, key, _type_name(key)
        )
    )


def _type_name(value: Any) -> str:
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else kind.__module__ + "." + kind.__name__

