"""What may be a param or a metric, and what becomes of it."""

import enum
import json
import math
import subprocess
import sys
import types

import pytest

from keepsake import _values
from keepsake._values import clean_text, plain_values, restored, storable


def plain(value):
    return plain_values({"x": value}, "metric")["x"]


def same(left, right):
    """Equal, of the same types, with not-a-number equal to itself."""
    return repr(left) == repr(right)


class Weight(float):
    pass


class Level(enum.IntEnum):
    HIGH = 3


@pytest.mark.parametrize(
    "value", [None, True, False, 0, -(2**63), 2**63 - 1, 0.1, math.inf, "text", "\u00e9\U0001f600", [], {}]
)
def test_plain_values_stay_as_they_are(value):
    assert same(plain(value), value)


@pytest.mark.parametrize(
    "value, expected",
    [
        (Weight(0.5), 0.5),
        (Level.HIGH, 3),
        ((1, (2.5, None)), [1, [2.5, None]]),
        ({"a": (1,), 2: "b", None: True}, {"a": [1], "2": "b", "null": True}),
        (types.MappingProxyType({"a": 1}), {"a": 1}),
        ("half \ud800 pair", "half \ufffd pair"),
    ],
)
def test_what_python_has_becomes_plain(value, expected):
    assert same(plain(value), expected)


def test_the_copy_does_not_change_with_what_was_passed():
    metrics = {"loss": 0.5, "layers": [1.0, 2.0]}
    for passed in (metrics, {"loss": 0.5}):
        copy = plain_values(passed, "metric")
        expected = json.dumps(copy)
        passed["loss"] = 9.0
        passed.setdefault("layers", []).append(3.0)
        assert json.dumps(copy) == expected


class TestNumpy:
    @pytest.mark.parametrize(
        "kind, value, expected",
        [
            ("float16", 0.5, 0.5),
            ("float32", 0.5, 0.5),
            ("float64", 0.1, 0.1),
            ("longdouble", 0.5, 0.5),
            ("int8", -3, -3),
            ("int64", -(2**63), -(2**63)),
            ("uint64", 2**63 - 1, 2**63 - 1),
            ("bool_", True, True),
            ("str_", "text", "text"),
        ],
    )
    def test_scalars_and_arrays_without_dimensions(self, kind, value, expected):
        numpy = pytest.importorskip("numpy")
        scalar = getattr(numpy, kind)(value)
        assert same(plain(scalar), expected)
        assert same(plain(numpy.array(scalar)), expected)

    def test_arrays_become_lists(self):
        numpy = pytest.importorskip("numpy")
        assert same(plain(numpy.array([[1, 2], [3, 4]])), [[1, 2], [3, 4]])
        assert same(plain([numpy.float32(0.5), {"a": numpy.int8(1)}]), [0.5, {"a": 1}])

    def test_not_a_number(self):
        numpy = pytest.importorskip("numpy")
        assert same(plain(numpy.float32("nan")), math.nan)
        assert same(plain(numpy.array(-numpy.inf)), -math.inf)

    @pytest.mark.parametrize("make", ["datetime64('2026-01-01')", "complex64(1)", "uint64(2**63)"])
    def test_what_json_has_not_is_an_error(self, make):
        numpy = pytest.importorskip("numpy")
        with pytest.raises((TypeError, ValueError), match="'x'"):
            plain(eval("numpy." + make))


def test_torch_tensors():
    torch = pytest.importorskip("torch")
    assert same(plain(torch.tensor(0.5, requires_grad=True)), 0.5)
    assert same(plain(torch.tensor(0.5, dtype=torch.bfloat16)), 0.5)
    assert same(plain(torch.tensor(7)), 7)
    assert same(plain(torch.tensor([True, False])), [True, False])
    assert same(plain(torch.tensor(math.nan)), math.nan)
    with pytest.raises(TypeError, match="'x'"):
        plain(torch.tensor(1j))


def test_jax_arrays():
    numpy = pytest.importorskip("jax.numpy")
    assert same(plain(numpy.float32(0.5)), 0.5)
    assert same(plain(numpy.bfloat16(0.5)), 0.5)
    assert same(plain(numpy.array(7)), 7)
    assert same(plain(numpy.array([1, 2])), [1, 2])


def test_tensorflow_tensors():
    tensorflow = pytest.importorskip("tensorflow")
    assert same(plain(tensorflow.constant(0.5)), 0.5)
    assert same(plain(tensorflow.Variable(7)), 7)
    assert same(plain(tensorflow.constant([1, 2])), [1, 2])


class TestErrors:
    @pytest.mark.parametrize(
        "value, place, type_name",
        [
            (object(), "x", "object"),
            ({1}, "x", "set"),
            (b"bytes", "x", "bytes"),
            (1j, "x", "complex"),
            (math, "x", "module"),
            (Level, "x", "enum.Enum"),
            ({"a": [0, object()]}, "x.a[1]", "object"),
        ],
    )
    def test_name_the_key_and_the_type(self, value, place, type_name):
        with pytest.raises(TypeError) as caught:
            plain(value)
        assert "the metric '{}' is of type {}".format(place, type_name) in str(caught.value)

    def test_an_array_that_cannot_be_read_says_why(self):
        class Broken:
            def tolist(self):
                raise RuntimeError("it is on another device")

        with pytest.raises(TypeError, match="'x'.*Broken.*it is on another device"):
            plain(Broken())

    @pytest.mark.parametrize("value", [2**63, -(2**63) - 1, [2**70]])
    def test_integers_have_64_bits(self, value):
        with pytest.raises(ValueError, match="'x.*more than 64 bits"):
            plain(value)

    def test_depth_has_a_bound(self):
        endless = []
        endless.append(endless)
        with pytest.raises(ValueError, match="'x.*nests more than"):
            plain(endless)

    def test_arrays_that_give_arrays_for_ever_have_a_bound(self):
        class Endless:
            def tolist(self):
                return type("Other", (Endless,), {})()

        with pytest.raises(ValueError, match="'x' nests more than"):
            plain(Endless())

    def test_names_are_strings(self):
        with pytest.raises(TypeError, match="name of a param must be a string, not 1 of type int"):
            plain_values({1: 2.0}, "param")
        with pytest.raises(TypeError, match=r"'x' has the key \(1,\) of type tuple"):
            plain({(1,): 2})

    def test_values_are_a_dictionary(self):
        with pytest.raises(TypeError, match="params must be a dictionary.*not list"):
            plain_values([1], "param")


def test_numbers_that_json_has_not_are_stored_by_name_and_restored():
    values = plain_values(
        {"a": math.nan, "b": [math.inf, {"c": -math.inf}], "d": 1.5, "e": Weight("nan"), "f": "text"}, "metric"
    )
    stored = storable(values)
    assert json.loads(json.dumps(stored, allow_nan=False)) == {
        "a": "[NaN]", "b": ["[+Infinity]", {"c": "[-Infinity]"}], "d": 1.5, "e": "[NaN]", "f": "text",
    }
    assert same(restored(stored), values)


def test_text_from_a_command_line_can_be_written():
    assert clean_text("plain") == "plain"
    assert clean_text("caf\u00e9 \U0001f600") == "caf\u00e9 \U0001f600"
    assert clean_text(b"\xff.txt".decode("utf-8", "surrogateescape")) == "\ufffd.txt"


def test_no_array_library_is_imported():
    code = """
import sys, keepsake._values as values
values.plain_values({"x": [1.0, None]}, "metric")
print(sorted({"numpy", "torch", "tensorflow", "jax", "pandas"} & set(sys.modules)))
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
