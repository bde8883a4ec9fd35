"""Assertion tests in two processes: the judge runs the tests, the player runs the program (being written)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

PARTS: dict[str, Callable[[Any], None]] = {}
