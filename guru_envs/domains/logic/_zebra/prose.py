"""The lines of a zebra proof in words. Each can be read alone: under which suppositions, what holds, and why."""

from __future__ import annotations

from collections.abc import Sequence

from guru_envs.domains.logic._zebra.deduce import Line
from guru_envs.domains.logic._zebra.puzzle import Puzzle
from guru_envs.task import Premise, Step
from guru_envs.theory import FALSE, POSSIBLE

_PROOF = {
    "en": {
        "line": "{under}{who} lives in house {left} ({why}).",
        "false": "The clues contradict each other ({why}).",
        "with": "with {}, ",
        "place": "{who} in house {h}",
        "clue": "clue {c}",
        "clue_clues": "clues {c}",
        "taken": "other houses are taken",
        "both": "clue {c}; other houses are taken",
        "both_clues": "clues {c}; other houses are taken",
        "only": "nobody else can be there",
        "refute": "in house {h}, {stuck}",
        "by": "by clue {c} ",
        "item": "no house would be left for {}",
        "house": "no {} would be left for house {}",
        "first": "One solution is {}",
        "second": "Another solution is {}",
    },
    "zh": {
        "line": "{under}{who}住在{left}号房（{why}）。",
        "false": "这些线索互相矛盾（{why}）。",
        "with": "若{}，则",
        "place": "{who}住{h}号房",
        "clue": "线索{c}",
        "clue_clues": "线索{c}",
        "taken": "其他房子已被占",
        "both": "线索{c}；其他房子已被占",
        "both_clues": "线索{c}；其他房子已被占",
        "only": "那里不可能是别人",
        "refute": "若住{h}号房，{stuck}",
        "by": "由线索{c}，",
        "item": "{}就没有房子可住",
        "house": "就没有{}可以属于{}号房",
        "first": "一个解是{}",
        "second": "另一个解是{}",
    },
}
_JOINTS = {
    "en": {"or": (", ", " or "), "and": (" and ", " and ")},
    "zh": {"or": ("、", "或"), "and": ("、", "、")},
}


def steps(puzzle: Puzzle, lines: Sequence[Line]) -> tuple[Step, ...]:
    """The lines of a proof as sentences and as facts."""
    return tuple([_step(puzzle, line) for line in lines])


def _step(puzzle: Puzzle, line: Line) -> Step:
    words, joints = _PROOF[puzzle.lang], _JOINTS[puzzle.lang]
    clues = joints["and"][1].join([str(clue + 1) for clue in line.clues])
    premises = [Premise("clue", clue + 1) for clue in line.clues] + [Premise("step", one + 1) for one in line.lines]
    stuck = ""
    if line.why in ("refute", "false"):
        kind, place = line.stuck
        attribute, number = divmod(place, puzzle.houses)
        about = (puzzle.people[place],) if kind == "item" else (puzzle.attributes[attribute].name, number + 1)
        stuck = (words["by"].format(c=clues) if clues else "") + words[kind].format(*about)
    if line.why == "false":
        return Step(words["false"].format(why=stuck), tuple(premises), FALSE)
    houses = [house + 1 for house in range(puzzle.houses) if line.houses >> house & 1]
    why = words[f"{line.why}_clues" if line.why in ("clue", "both") and len(line.clues) > 1 else line.why]
    places = [words["place"].format(who=puzzle.people[item], h=house + 1) for item, house in line.under]
    text = words["line"].format(
        under=words["with"].format(_listed(joints["and"], places)) if places else "",
        who=puzzle.people[line.item],
        left=_listed(joints["or"], [str(house) for house in houses]),
        why=why.format(c=clues, h=line.place + 1, stuck=stuck),
    )
    fact: list[str | int] = []
    for item, house in line.under:
        fact += ["if", *_item(puzzle, item), house + 1]
    fact += ["in", *_item(puzzle, line.item), *houses]
    return Step(text[0].upper() + text[1:], tuple(premises), tuple(fact))


def solution_steps(puzzle: Puzzle, grids: Sequence[Sequence[int]], texts: Sequence[str]) -> tuple[Step, ...]:
    """Two solutions: each the house of every item, from 0, and the same as a text."""
    found = []
    for name, grid, text in zip(("first", "second"), grids, texts, strict=True):
        fact: list[str | int] = [POSSIBLE]
        for item, house in enumerate(grid):
            fact += [*_item(puzzle, item), house + 1]
        found.append(Step(_PROOF[puzzle.lang][name].format(text), (), tuple(fact)))
    return tuple(found)


def _listed(joints: tuple[str, str], texts: Sequence[str]) -> str:
    """Some texts as one: "1, 2 or 3"."""
    return joints[1].join([joints[0].join(texts[:-1]), texts[-1]]) if len(texts) > 1 else "".join(texts)


def _item(puzzle: Puzzle, item: int) -> tuple[str, str]:
    """The name of an item's attribute, and its value."""
    attribute, value = divmod(item, puzzle.houses)
    return puzzle.attributes[attribute].name, puzzle.attributes[attribute].values[value]
