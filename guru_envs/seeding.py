"""Random streams and splits: pure functions of the task's address and content.

One ``random.Random`` per task, seeded by SHA-256 of the whole address, so that neighbouring seeds share nothing. Never
``seed + i``, never a global generator, never ``hash()``.
"""

from __future__ import annotations

import hashlib
import random

TEST_SHARE = 5  # one problem in five belongs to the test split


def task_rng(env_id: str, split: str, setting: str, seed: int, attempt: int) -> random.Random:
    """The random stream of one attempt at drawing a task. How the task is shown (its options) is no part of it."""
    digest = hashlib.sha256(f"{env_id}\n{split}\n{setting}\n{seed}\n{attempt}".encode()).digest()
    return random.Random(int.from_bytes(digest, "big"))


def split_of(canonical: str) -> str:
    """The split to which a problem belongs, decided by its canonical form: ``test`` for one problem in five."""
    digest = hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).digest()
    return "test" if int.from_bytes(digest[:8], "big") % TEST_SHARE == 0 else "train"


class InSplit:
    """Says of canonical texts whether they belong to a split, and remembers the last that did."""

    __slots__ = ("fitted", "split")

    def __init__(self, split: str) -> None:
        self.split, self.fitted = split, ""

    def __call__(self, canonical: str) -> bool:
        """Whether a problem belongs to the split."""
        if split_of(canonical) != self.split:
            return False
        self.fitted = canonical
        return True


def stream_seed(*parts: int | str) -> int:
    """A seed in [0, 2**63) that is an unpredictable function of all parts; for streams of tasks."""
    digest = hashlib.sha256("\n".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
