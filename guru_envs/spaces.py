"""The space of all Unicode strings.

Stock ``gymnasium.spaces.Text`` admits only the characters it is given (letters and digits by default), looks at each
character on every check, and under ``AsyncVectorEnv`` with shared memory returns zeros for every observation without an
error. This space admits any text, checks in constant time, and fails loudly under shared memory.
"""

from __future__ import annotations

import string
from typing import Any

from gymnasium.error import CustomSpaceError
from gymnasium.spaces import Text
from gymnasium.vector.utils import create_shared_memory


class Unicode(Text):
    """Any string of at most ``max_length`` characters: all of Unicode, lone surrogates too.

    Samples are printable ASCII, at most 64 characters, so that they stay readable.

    Args:
        max_length: the longest member, in characters.
        seed: seed for sampling.
    """

    def __init__(self, max_length: int = 1 << 30, *, seed: int | None = None) -> None:
        super().__init__(
            max_length, min_length=0, charset=string.ascii_letters + string.digits + " .,:;!?-()", seed=seed
        )

    def contains(self, x: Any) -> bool:
        """Whether x is a string and short enough; no character is looked at."""
        return isinstance(x, str) and len(x) <= self.max_length

    def sample(self, mask: Any = None, probability: Any = None) -> str:
        """A random string of printable ASCII characters, at most 64 long."""
        length = int(self.np_random.integers(0, min(64, self.max_length) + 1))
        picks = self.np_random.integers(0, len(self.character_list), size=length)
        return "".join(self.character_list[int(pick)] for pick in picks)

    def __repr__(self) -> str:
        """A short form; the base class would print the character set."""
        return f"Unicode(max_length={self.max_length})"

    def __eq__(self, other: object) -> bool:
        """Spaces are equal when they admit the same strings."""
        return isinstance(other, Unicode) and self.max_length == other.max_length

    __hash__ = None  # type: ignore[assignment]  # like all Gymnasium spaces: mutable, compared by value


@create_shared_memory.register(Unicode)
def _refuse_shared_memory(space: Unicode, n: int = 1, ctx: Any = None) -> Any:
    raise CustomSpaceError(
        "text observations have no fixed size and cannot live in shared memory: use "
        "AsyncVectorEnv(..., shared_memory=False), or gymnasium.make_vec(id, num_envs=...) without a vectorization mode"
    )
