"""How outputs and values are compared, as the judges of these benchmarks do it."""

from __future__ import annotations

import math
import re
from typing import Any

from guru_envs.data.code_benchmarks.problem import Likeness
from guru_envs.domains.code._values import token_lines
from guru_envs.sandbox import Opaque

TOLERANCE = 1e-5  # absolute and relative, where an expected value is a float; as the rows' own tests have it
_GOLD_ABSOLUTE, _GOLD_RELATIVE = 1e-6, 1e-7  # EvalPlus
_FLOAT = re.compile(r"[+-]?\d*\.?\d+(?:[eE][+-]?\d+)?|[+-]?\d+\.")


def same_lines(expected: str, output: str) -> bool:
    """Whether an output has the expected tokens on each line; blank lines around it, and the case of yes and no, do not count.

    A number that is expected with a decimal point or an exponent is compared within the tolerance.
    """
    wanted, given = token_lines(expected.lstrip()), token_lines(output.lstrip())
    return len(wanted) == len(given) and all(
        one == other or (len(one) == len(other) and all(map(_same_token, one, other)))
        for one, other in zip(wanted, given, strict=True)
    )


def _same_token(expected: str, token: str) -> bool:
    if expected == token or (expected.lower() in ("yes", "no") and expected.lower() == token.lower()):
        return True
    if not _FLOAT.fullmatch(expected) or expected.lstrip("+-").isdigit() or "_" in token:
        return False
    try:
        return math.isclose(float(expected), float(token), rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    except ValueError:
        return False


def _close(expected: Any, value: Any, relative: float, absolute: float) -> bool:
    if isinstance(expected, int) and isinstance(value, int):
        return expected == value
    try:
        return math.isclose(expected, value, rel_tol=relative, abs_tol=absolute) or (
            expected != expected and value != value
        )
    except OverflowError:
        return False


def same_data(expected: Any, value: Any) -> bool:
    """Whether a value is the expected one, which comes from JSON.

    Lists and tuples are alike, keys are compared as text, numbers as numbers (True is 1, as in Python), floats within the
    tolerance.
    """
    if isinstance(expected, (int, float)) and isinstance(value, (int, float)):
        return _close(expected, value, TOLERANCE, TOLERANCE)
    if isinstance(expected, (list, tuple)) and isinstance(value, (list, tuple)):
        return len(expected) == len(value) and all(map(same_data, expected, value))
    if isinstance(expected, dict) and isinstance(value, dict):
        plain = {str(key): one for key, one in value.items()}
        return len(plain) == len(expected) and all(
            str(key) in plain and same_data(one, plain[str(key)]) for key, one in expected.items()
        )
    return type(expected) is type(value) and bool(expected == value)


def same_as_gold(expected: Any, value: Any, likeness: Likeness = "equal", tolerance: float = 0.0) -> bool:
    """Whether a value is what a reference solution returned: equal as in Python, floats within a tolerance."""
    if likeness == "given":
        if isinstance(expected, bool) and isinstance(value, bool):
            return expected is value
        return _found(expected) is _found(value)
    if isinstance(value, Opaque):
        return False
    if likeness == "set" and all(isinstance(one, (list, tuple, set, frozenset)) for one in (expected, value)):
        try:
            return set(map(_frozen, expected)) == set(map(_frozen, value))
        except TypeError:
            return False
    return _alike(expected, value, tolerance or _GOLD_ABSOLUTE)


def _found(value: Any) -> bool:
    return value if isinstance(value, bool) else value is not None


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, (list, tuple)) else value


def _alike(expected: Any, value: Any, absolute: float) -> bool:
    if isinstance(expected, float) and isinstance(value, (int, float)):
        return _close(expected, value, _GOLD_RELATIVE, absolute)
    if isinstance(expected, complex) and isinstance(value, (int, float, complex)):
        return abs(expected - value) <= absolute
    if isinstance(expected, (list, tuple)) and type(expected) is type(value):
        return len(expected) == len(value) and all(
            _alike(*both, absolute) for both in zip(expected, value, strict=True)
        )
    if isinstance(expected, dict) and isinstance(value, dict):
        return expected.keys() == value.keys() and all(
            _alike(one, value[key], absolute) for key, one in expected.items()
        )
    return bool(expected == value)
