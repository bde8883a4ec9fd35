"""``random`` without its habit of seeding itself anew in each forked process, which would cost time and determinism."""

from __future__ import annotations

import os
import sys
from typing import Any


def _import_random() -> Any:
    if "random" in sys.modules or not hasattr(os, "register_at_fork"):
        import random

        return random
    register, os.register_at_fork = os.register_at_fork, lambda **hooks: None
    try:
        import random
    finally:
        os.register_at_fork = register
    return random


random = _import_random()
