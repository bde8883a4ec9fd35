"""Real gold answers in the ways a model writes them, and near misses of them."""

import os

import pytest
from equivalence_golds import mathematical, multiple_choice, steps
from equivalence_ways import near_misses, right_ways

from guru_envs.equivalence import equivalent, read_gold, symbolic

GOLDS = mathematical()
NEEDED = 0.995
PART = int(os.environ.get("GURU_WAYS_PART", "2"))  # of every gold one way in so many is judged; 1: all
pytestmark = pytest.mark.skipif(not GOLDS or not symbolic.available(), reason="no shared samples, or no math-verify")


@pytest.mark.parametrize("name", GOLDS)
def test_right_answers_are_right(name):
    judged = [
        (gold, way, equivalent(gold, way))
        for k, gold in enumerate(dict.fromkeys(GOLDS[name]))
        for way in list(dict.fromkeys(right_ways(gold)))[k % PART :: PART]
    ]
    wrong = [pair for pair in judged if not pair[2].equal]
    assert len(wrong) <= (1 - NEEDED) * len(judged), wrong[:20]


@pytest.mark.parametrize("name", GOLDS)
def test_near_misses_are_wrong(name):
    judged = [
        (gold, way, equivalent(gold, way))
        for k, gold in enumerate(dict.fromkeys(GOLDS[name]))
        for way in list(dict.fromkeys(near_misses(gold)))[k % PART :: PART]
    ]
    right = [pair for pair in judged if pair[2].equal]
    assert len(right) <= (1 - NEEDED) * len(judged), right[:20]


def test_calculations_equal_their_values():
    found = [(value, left) for value, left in steps() if not equivalent(value, left).equal]
    assert not found
    missed = [(value, left) for value, left in steps()[::3] if equivalent(value, f"{left}+1").equal]
    assert not missed


def test_choices_by_letter_and_content():
    right = wrong = total = 0
    for k, (letter, content, options) in enumerate(multiple_choice()):
        gold = read_gold(letter, options=options)
        others = [
            option for i, option in enumerate(options) if chr(65 + i) != letter and option.strip() != content.strip()
        ]
        ways = [
            letter,
            f"({letter})",
            f"{letter}.",
            f"\\boxed{{{letter}}}",
            f"The answer is {letter}.",
            content,
            f"{letter}. {content}",
        ]
        right += sum(equivalent(gold, way).equal for way in ways)
        misses = [chr(65 + (ord(letter) - 64) % len(options)), *others[k % 3 :: 3]]
        wrong += sum(not equivalent(gold, way).equal for way in misses)
        total += len(ways) + len(misses)
    assert total
    assert right + wrong >= NEEDED * total
