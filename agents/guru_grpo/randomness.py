"""Random streams of the agent: every one is a pure function of the run's seed, a purpose and a step.

So nothing random has to be saved in a checkpoint, and a resumed run draws what an uninterrupted one would have drawn.
"""

from __future__ import annotations

import hashlib


def derive(*parts: int | str) -> int:
    """A seed in [0, 2**31) that is an unpredictable function of all parts."""
    digest = hashlib.sha256("\n".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1
