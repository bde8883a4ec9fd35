"""How much work one judgement may take, and the two ways in which reading can fail.

Every bound is on the input or on the size of an intermediate number, never on the clock, so the same pair of texts always
gets the same verdict. The clock limits only what is handed to the worker process (``guru_envs.equivalence.symbolic``).
"""

from __future__ import annotations

TEXT_LENGTH = 8_000  # characters of an answer; a longer one is compared letter by letter only
MATH_LENGTH = 4_000  # characters of what is read as mathematics
NESTING = 40  # brackets inside brackets
NODES = 250  # nodes of a syntax tree; bounds the depth of recursion too
ITEMS = 300  # elements of a list, set or matrix
SYMBOLS = 12  # different letters of an expression
DIGITS = 2_000  # digits of one written number
SCALE = 5_000  # absolute value of a decimal exponent, as in 1e5000
BITS = 40_000  # bits of an exact intermediate number
FACTORIAL = 2_000  # largest n for which n! is computed
MAGNITUDE = 100_000.0  # largest absolute value given to exp and as an exponent, in floating point
PRECISION = 40  # decimal digits of floating-point evaluation
AGREEMENT = 25  # decimal digits to which two values must agree
WORKER_TEXT = 600  # characters handed to the worker process
DEADLINE = 1.3  # seconds of processor time the worker may take for one pair, counted from the start of its work
PATIENCE = 20.0  # seconds to wait for them on a busy machine
WORKER_MEMORY = 1 << 30  # bytes of address space a worker may add to what its imports take


class UnreadableError(ValueError):
    """The text is not mathematics that this package's own parser knows."""


class TooHardError(ArithmeticError):
    """Evaluation would pass a limit."""
