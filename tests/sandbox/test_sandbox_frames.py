"""Frames: plain data survives the way out and back; anything else is an error, quickly."""

from __future__ import annotations

import contextlib
import json
import time
from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guru_envs.sandbox import frames, protocol
from guru_envs.sandbox.frames import FrameError, Opaque, decode, encode

KEYS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
PLAIN = st.recursive(
    KEYS | st.complex_numbers(allow_nan=False),
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.lists(inner).map(deque)
        | st.dictionaries(KEYS, inner)
        | st.sets(KEYS)
        | st.frozensets(KEYS)
    ),
    max_leaves=20,
)


def same(one: object, two: object) -> bool:
    """Equal in value and in type, all the way down."""
    if type(one) is not type(two):
        return False
    if isinstance(one, list | tuple | deque):
        return len(one) == len(two) and all(map(same, one, two))  # type: ignore[arg-type]
    if isinstance(one, dict):
        return same(list(one.items()), list(two.items()))  # type: ignore[attr-defined]
    if isinstance(one, set | frozenset):
        return sorted(map(repr, one)) == sorted(map(repr, two))  # type: ignore[call-overload]
    return repr(one) == repr(two)


@given(PLAIN)
@settings(max_examples=100, deadline=None)
def test_round_trip(value: object) -> None:
    assert same(decode(encode(value)), value)
    assert same(decode(encode(value, frames.refuse)), value)


@given(st.text() | st.binary())
@settings(max_examples=100, deadline=None)
def test_any_text_is_data_or_an_error(text: str | bytes) -> None:
    with contextlib.suppress(FrameError):
        decode(text)


BUILT_IN = (
    bool, int, float, str, bytes, bytearray, complex, list, tuple, dict, set, frozenset, deque, range, Opaque,
)  # fmt: skip
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ifbatszqdcrox"), inner, max_size=2),
    max_leaves=15,
)


@given(json_values)
@settings(max_examples=150, deadline=None)
def test_any_json_is_data_or_an_error(value: object) -> None:
    try:
        found = decode(json.dumps(value))
    except FrameError:
        return
    assert found is None or type(found) in BUILT_IN


@pytest.mark.parametrize(
    "text",
    [
        "", "nul", "NaN", "Infinity",
        '{"x": 1}', '{"i": 5}', '{"i": "__import__"}', '{"f": "1e3"}', '{"d": 5}', '{"d": [[1]]}',
        '{"d": [[[], 1]]}', '{"s": [[1]]}', '{"b": "zz"}', '{"t": {}}', "{}",
        '{"i": "0x1", "t": []}', '{"o": ["a"]}', '{"o": [1, 2]}',
        '{"r": ["0x1", "0x2", "0x0"]}', '{"c": ["x", "1"]}', "[" * 10**5,
        '{"t": [' * 5000 + "]}" * 5000, "1" * 10**6, '{"__class__": "int"}',
    ],
)  # fmt: skip
def test_what_is_no_frame(text: str) -> None:
    with pytest.raises(FrameError):
        decode(text)


def test_keys_made_to_collide_cost_nothing() -> None:
    keys = [hex(k * (2**61 - 1)) for k in range(1, 100_000)]
    for text in (
        '{"d": [' + ",".join(f'[{{"i": "{key}"}}, 0]' for key in keys) + "]}",
        '{"s": [' + ",".join(f'{{"i": "{key}"}}' for key in keys) + "]}",
    ):
        began = time.process_time()
        with pytest.raises(FrameError, match="collide"):
            decode(text)
        assert time.process_time() - began < 5


def test_deep_and_cyclic_data_are_errors() -> None:
    deep: list = []
    for _ in range(1000):
        deep = [deep]
    cycle: list = []
    cycle.append(cycle)
    for value in (deep, cycle):
        with pytest.raises(FrameError):
            encode(value)


class Liar(int):
    """A subclass that lies wherever it is asked."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "7"

    def __pos__(self) -> int:
        return 7

    def __int__(self) -> int:
        return 7

    def __index__(self) -> int:
        return 7


def test_methods_of_subclasses_are_not_asked() -> None:
    assert decode(encode(Liar(3))) == 3
    assert type(decode(encode([Liar(3)]))[0]) is int


def test_an_opaque_is_equal_to_nothing() -> None:
    found = decode(encode(object()))
    assert isinstance(found, Opaque)
    assert found != decode(encode(object()))
    with pytest.raises(FrameError):
        encode(object(), frames.refuse)


def test_records() -> None:
    data = protocol.pack_record(3, 1, None, (0.5, 0.75), (10, 20), b"value", "e" * 10000)
    record, end = protocol.unpack_record(b"xx" + data, 2) or pytest.fail("not there")
    assert end == len(data) + 2
    assert (record.place, record.status, record.exit_code, record.cpu_s, record.wall_s) == (3, 1, None, 0.5, 0.75)
    assert (record.stdout_end, record.stderr_end, record.value, record.error) == (
        10,
        20,
        b"value",
        "e" * protocol.LONGEST_ERROR,
    )
    assert protocol.unpack_record(data[:-1], 0) is None
    assert protocol.unpack_record(b"", 0) is None
    with pytest.raises(ValueError, match="not a record"):
        protocol.unpack_record(b"x" * 200, 0)


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_a_record_or_an_error(data: bytes) -> None:
    for text in (data, protocol.RECORD_MARK + data):
        with contextlib.suppress(ValueError):
            protocol.unpack_record(text, 0)
