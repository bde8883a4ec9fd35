"""The lines of a zebra proof in words."""

from __future__ import annotations

from collections.abc import Sequence

from guru_envs.domains.logic._zebra.deduce import Line
from guru_envs.domains.logic._zebra.puzzle import Puzzle
from guru_envs.task import Premise, Step

_PROOF = {
    "en": {
        "clue": "By clue {c}, {who} lives in house {left}.",
        "clue_clues": "By clues {c}, {who} lives in house {left}.",
        "taken": "Other houses are taken, so {who} lives in house {left}.",
        "both": "By clue {c}, as other houses are taken, {who} lives in house {left}.",
        "both_clues": "By clues {c}, as other houses are taken, {who} lives in house {left}.",
        "only": "Nobody else can be there: {who} lives in house {left}.",
        "suppose": "Suppose that {who} lives in house {h}.",
        "refute": "Then {stuck}. So {who} lives in house {left}.",
        "at_once": "If {who} lived in house {h}, then {stuck}. So {who} lives in house {left}.",
        "by": "by clue {c} ",
        "item": "no house is left for {}",
        "house": "no {} is left for house {}",
    },
    "zh": {
        "clue": "由线索{c}，{who}住在{left}号房。",
        "clue_clues": "由线索{c}，{who}住在{left}号房。",
        "taken": "其他房子已被占，所以{who}住在{left}号房。",
        "both": "由线索{c}，又因其他房子已被占，{who}住在{left}号房。",
        "both_clues": "由线索{c}，又因其他房子已被占，{who}住在{left}号房。",
        "only": "那里不可能是别人：{who}住在{left}号房。",
        "suppose": "假设{who}住在{h}号房。",
        "refute": "那么{stuck}。所以{who}住在{left}号房。",
        "at_once": "如果{who}住在{h}号房，那么{stuck}。所以{who}住在{left}号房。",
        "by": "由线索{c}，",
        "item": "{}没有房子可住",
        "house": "没有{}可以属于{}号房",
    },
}
_JOINTS = {
    "en": {"or": (", ", " or "), "and": (", ", " and ")},
    "zh": {"or": ("、", "或"), "and": ("、", "和")},
}
_INDENT = "  "  # for each supposition in force


def step(puzzle: Puzzle, lines: Sequence[Line], line: Line) -> Step:
    """A line of the proof as a sentence and as a fact."""
    words, joints = _PROOF[puzzle.lang], _JOINTS[puzzle.lang]
    houses = [house + 1 for house in range(puzzle.houses) if line.houses >> house & 1]
    clues = _listed(joints["and"], [clue + 1 for clue in line.clues])
    kind, place = line.stuck
    stuck = ""
    if kind:
        attribute, number = divmod(place, puzzle.houses)
        about = (puzzle.people[place],) if kind == "item" else (puzzle.attributes[attribute].name, number + 1)
        stuck = (words["by"].format(c=clues) if clues else "") + words[kind].format(*about)
    text = words[f"{line.why}_clues" if line.why in ("clue", "both") and len(line.clues) > 1 else line.why].format(
        who=puzzle.people[line.item], c=clues, left=_listed(joints["or"], houses), h=line.place + 1, stuck=stuck
    )
    depth = len(line.under) - (line.why == "suppose")
    premises = [Premise("clue", clue + 1) for clue in line.clues] + [Premise("step", one + 1) for one in line.lines]
    fact: list[str | int] = []
    for number in line.under:
        fact += ["if", *_item(puzzle, lines[number].item), lines[number].place + 1]
    fact += ["in", *_item(puzzle, line.item), *houses]
    return Step(_INDENT * depth + text[0].upper() + text[1:], tuple(premises), tuple(fact))


def _listed(joints: tuple[str, str], numbers: Sequence[int]) -> str:
    """Numbers in words: "1, 2 or 3"."""
    texts = [str(number) for number in numbers]
    return joints[1].join([joints[0].join(texts[:-1]), texts[-1]]) if len(texts) > 1 else "".join(texts)


def _item(puzzle: Puzzle, item: int) -> tuple[str, str]:
    """The name of an item's attribute, and its value."""
    attribute, value = divmod(item, puzzle.houses)
    return puzzle.attributes[attribute].name, puzzle.attributes[attribute].values[value]
