"""Answers of mathematics problems confirmed from the English prompt's text by other methods than those of the solutions.

Shares no code with the domain: an evaluator of its own, brute force, substitution, counting lattice points, sampling.
``python tests/math_by_hand.py 200`` checks that many problems of each family on each level, with their solutions.
"""

from __future__ import annotations

import math_by_hand_families
import math_by_hand_stories
from math_by_hand_formulas import holds


def confirm(family, prompt, gold):
    """Whether an answer is right, from the English prompt with formulas in plain text."""
    name = family.replace("-", "_")
    module = math_by_hand_families if hasattr(math_by_hand_families, name) else math_by_hand_stories
    return bool(getattr(module, name)(prompt.split("\n\n")[0], gold))


def main(count):
    """Check many problems of every family and level, and every line of their solutions."""
    import random

    from guru_envs.domains.math._families import FAMILIES
    from guru_envs.domains.math.families import Math, MathKnobs

    wrong = total = 0
    for family in FAMILIES:
        for difficulty in range(1, 9):
            for seed in range(count):
                knobs = MathKnobs(families=(family,), difficulty=difficulty, notation="plain")
                task = Math().generate(random.Random(seed), knobs)
                good = confirm(family, task.prompt, task.gold) and all(holds(s.fact) for s in Math().solve(task).steps)
                total, wrong = total + 1, wrong + (not good)
                if not good:
                    print(family, difficulty, seed, task.prompt.split("\n")[0], task.gold)
    print(f"{total} problems, {wrong} not confirmed")


if __name__ == "__main__":
    import sys

    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
