"""Two hundred tasks of each level, half of them in each language: the prompt's text alone allows the gold and nothing else.

The second solvers share no code with the domains. Those of zebra, knights and knaves and graph stand beside their other tests.
"""

from __future__ import annotations

import json
import re

import arc_by_hand
import logic_grid_by_hand
import ordering_by_hand
import propositional_by_hand
import pytest
import sudoku_by_hand

import guru_envs
from guru_envs.domains.logic.arc import Arc

TASKS = 200
ARC = Arc()


def ordering(task):
    puzzle = ordering_by_hand.ByHand(task.prompt)
    (order,) = puzzle.solutions()
    assert puzzle.answer(order) == task.gold


def logic_grid(task):
    puzzle = logic_grid_by_hand.ByHand(task.prompt)
    (solution,) = puzzle.solutions()
    gold = puzzle.gold(solution)
    assert gold == (task.gold if isinstance(gold, str) else json.loads(task.gold))


def sudoku(task):
    puzzle = sudoku_by_hand.ByHand(task.prompt)
    (grid,) = puzzle.solutions()
    assert puzzle.text(grid) == task.gold


def propositional(task):
    puzzle = propositional_by_hand.ByHand(task.prompt)
    assert puzzle.models, "the premises contradict each other"
    words = propositional_by_hand.WORDS[puzzle.lang]
    assert [words.index(word) - 1 for word in re.findall("|".join(words), task.gold)] == puzzle.labels()


def arc(task):
    """That no other rule fits is checked in ``test_arc`` by trying them all, which takes too long here."""
    arc_by_hand.check(task, ARC.solve(task))


CHECKS = {
    f"guru/{check.__name__.replace('_', '-')}-v0": check for check in (ordering, logic_grid, sudoku, propositional, arc)
}
LEVELS = [(env_id, level) for env_id in CHECKS for level in range(1, len(guru_envs.spec(env_id).levels) + 1)]


@pytest.mark.parametrize(("env_id", "level"), LEVELS)
def test_the_prompt_allows_the_gold_only(env_id, level):
    for lang in ("en", "zh"):
        source = guru_envs.make_source(env_id, level=level, lang=lang)
        for seed in range(10_000, 10_000 + TASKS // 2):
            CHECKS[env_id](source.draw(seed))
