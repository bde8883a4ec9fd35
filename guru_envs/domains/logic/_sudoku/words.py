"""Sudokus in words: the prompt, the lines of a proof, and how a line is read."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from guru_envs.domains._abstain import notice
from guru_envs.domains.logic._sudoku.lines import Line
from guru_envs.domains.logic._sudoku.shape import BOXES
from guru_envs.errors import InvalidValueError
from guru_envs.task import Premise, Step

Fact = tuple[str | int, ...]
Clause = tuple[int, ...]

_HEAD = {
    "en": "Fill in this {n} x {n} sudoku: each row, each column and each box ({high} rows by {wide} columns) must hold each of "
    "the digits 1 to {n} exactly once. A dot stands for an empty cell.",
    "zh": "请填完这个{n}×{n}数独：每一行、每一列和每一宫（{high}行{wide}列）都必须恰好包含数字1到{n}各一次。点表示空格。",
}
_TAIL = {
    "en": "r2c3 means the cell in row 2 and column 3, counted from the top left. As clues, the rows have the numbers 1 to {n} "
    "(from top to bottom), the columns {n1} to {n2} (from left to right), the boxes {n3} to {n4} (in reading order).",
    "zh": "r2c3表示第2行第3列的格子，从左上角数起。作为线索，各行的编号是1到{n}（从上到下），各列是{n1}到{n2}（从左到右），"
    "各宫是{n3}到{n4}（从左到右、从上到下）。",
}
_ASK = {
    "en": "Answer with all {n} rows of the full grid, one row a line, digits separated by spaces. The digits given stay as "
    "they are.",
    "zh": "请回答填满后的全部{n}行，每行占一行，数字之间用空格隔开。已给的数字保持不变。",
}
_ALSO = {"en": " The digits given count as clues too. ", "zh": "已给的数字也算线索。"}


@functools.cache
def _around(lang: str, size: int, abstain: bool) -> tuple[str, str]:
    high, wide = BOXES[size]
    numbers = {"n": size, "n1": size + 1, "n2": 2 * size, "n3": 2 * size + 1, "n4": 3 * size}
    tail = _TAIL[lang].format(**numbers)
    ask = _ASK[lang].format(n=size) + (_ALSO[lang] + notice(lang) if abstain else "")
    return _HEAD[lang].format(n=size, high=high, wide=wide) + "\n\n", f"\n\n{tail}\n\n{ask}"


_FORMS = {size: "\n".join([" ".join(["%s"] * size)] * size) for size in BOXES}
_MARKS = bytes.maketrans(bytes(range(10)), b".123456789")


def rows_text(size: int, grid: Sequence[int]) -> str:
    """A grid as lines of digits; a dot for none."""
    return _FORMS[size] % tuple(bytes(grid).translate(_MARKS).decode())


def prompt(lang: str, size: int, givens: Sequence[int], abstain: bool) -> str:
    """The whole prompt."""
    head, tail = _around(lang, size, abstain)
    return head + rows_text(size, givens) + tail


# -- facts -------------------------------------------------------------------------------------------------------------

_WORDS = {
    "en": {
        "if": "If {}, then ",
        "and": " and ",
        "is": "{} is {}",
        "not": "{} is not {}",
        "out": "{} is not in {}",
        "none": "Contradiction",
        "comma": ", ",
        "source": " ({}).",
        "line": "line {}",
        "only": "from the givens {} alone",
        "model": "A solution: {}.",
    },
    "zh": {
        "if": "如果{}，那么",
        "and": "且",
        "is": "{}是{}",
        "not": "{}不是{}",
        "out": "{}不在{}",
        "none": "矛盾",
        "comma": "、",
        "source": "（{}）。",
        "line": "第{}条",
        "only": "只用已给数字{}",
        "model": "一个解：{}。",
    },
}
_HOUSES = {"en": ("row {}", "column {}", "box {}"), "zh": ("第{}行", "第{}列", "第{}宫")}
_LONGEST = 1000  # characters of a line that may state a fact
_IS = re.compile(r"r([1-9])c([1-9]) ?(?:is|=|是) ?([1-9])")
_NOT = re.compile(r"r([1-9])c([1-9]) ?(?:is not|不是) ?([1-9](?:(?:, ?|、| or | and |或|和)[1-9]){0,8})")
_OUT = re.compile(r"([1-9]) ?(?:is not in|不在) ?(r[1-9]c[1-9](?:(?:, ?|、| or | and |或|和)r[1-9]c[1-9]){0,80})")
_CELL = re.compile(r"r([1-9])c([1-9])")
_MODEL = re.compile(r"(?:a solution|一个解)[:：] ?([1-9]{16,81})")
_IF = re.compile(r"(?:if |如果)(.+?)(?:, then |，那么|，则)(.+)")


def _cell(size: int, cell: int) -> str:
    return f"r{cell // size + 1}c{cell % size + 1}"


def step(lang: str, size: int, line: Line, only: Sequence[int] = ()) -> Step:
    """A line of a proof as a sentence and as a fact; for a contradiction, ``only`` are the cells of the givens used."""
    words = _WORDS[lang]
    text, fact = "", list[str | int]()
    if line.assumed:
        parts = [words["is"].format(_cell(size, cell), digit + 1) for cell, digit in line.assumed]
        text = words["if"].format(words["and"].join(parts))
        for cell, digit in line.assumed:
            fact += ["if", cell // size + 1, cell % size + 1, digit + 1]
    fact.append(line.kind)
    if line.kind == "none":
        text += words["none"]
    else:
        cell, digit = line.said[0]
        if line.kind == "out":
            text += words["out"].format(digit + 1, words["comma"].join([_cell(size, one) for one, _ in line.said]))
            fact.append(digit + 1)
            for one, _ in line.said:
                fact += [one // size + 1, one % size + 1]
        else:
            text += words[line.kind].format(
                _cell(size, cell), words["comma"].join([str(one + 1) for _, one in line.said])
            )
            fact += [cell // size + 1, cell % size + 1, *(one + 1 for _, one in line.said)]
    sources = [_HOUSES[lang][house // size].format(house % size + 1) for house in line.houses]
    sources += [words["line"].format(number + 1) for number in line.lines]
    if only:
        sources.append(words["only"].format(words["comma"].join(_cell(size, cell) for cell in only)))
    text += words["source"].format(words["comma"].join(sources))
    premises = [Premise("clue", house + 1) for house in line.houses]
    premises += [Premise("step", number + 1) for number in line.lines]
    return Step(text, tuple(premises), tuple(fact))


def model_step(lang: str, solution: Sequence[int]) -> Step:
    """A whole solution, as one of two that show that there are several."""
    digits = "".join(map(str, solution))
    return Step(_WORDS[lang]["model"].format(digits), (), ("model", digits))


def read_fact(size: int, line: str) -> Fact | None:
    """The fact that a line states, with or without its source in brackets; None when it states none."""
    if len(line) > _LONGEST:
        return None
    text = " ".join(re.split("[(（]", line, maxsplit=1)[0].split()).casefold().rstrip(" .。")
    model = _MODEL.fullmatch(text)
    if model:
        return ("model", model[1]) if len(model[1]) == size * size and max(model[1]) <= str(size) else None
    fact: list[str | int] = []
    condition = _IF.fullmatch(text)
    if condition:
        for part in re.split(" and |且", condition[1]):
            assumed = _IS.fullmatch(part.strip())
            if assumed is None:
                return None
            fact += ["if", *map(int, assumed.groups())]
        text = condition[2]
    if text in ("contradiction", "矛盾"):
        fact.append("none")
    elif match := _IS.fullmatch(text):
        fact += ["is", *map(int, match.groups())]
    elif match := _NOT.fullmatch(text):
        fact += ["not", int(match[1]), int(match[2]), *map(int, re.findall("[1-9]", match[3]))]
    elif match := _OUT.fullmatch(text):
        fact += ["out", int(match[1])]
        for row, column in _CELL.findall(match[2]):
            fact += [int(row), int(column)]
    else:
        return None
    return tuple(fact) if max(one for one in [0, *fact] if isinstance(one, int)) <= size else None


def fact_help(lang: str, size: int, givens: Sequence[int]) -> str:
    """How facts are written; the examples only repeat what a given says."""
    cell = next(cell for cell, digit in enumerate(givens) if digit)
    digit, name = givens[cell], _cell(size, cell)
    beside = _cell(size, cell + 1 if (cell + 1) % size else cell - 1)
    other = digit % size + 1
    if lang == "zh":
        return (
            f"事实的写法：“{name}是{digit}”；“{name}不是{other}”（可以用“、”列出多个数字）；“{digit}不在{beside}”（可以列出多个格子）；"
            f"有假设时写“如果{name}是{digit}，那么{beside}不是{digit}”（多个假设用“且”连接）；得出矛盾时写“矛盾”。"
        )
    return (
        f'Facts are written like this: "{name} is {digit}"; "{name} is not {other}" (several digits, separated by commas, may '
        f'follow); "{digit} is not in {beside}" (several cells may follow); under suppositions "If {name} is {digit}, then '
        f'{beside} is not {digit}" (several are joined by "and"); "Contradiction" when nothing is possible.'
    )


# -- clauses: written from the rules of sudoku alone, nothing from the solver ------------------------------------------------


def rules(size: int, givens: Sequence[int]) -> tuple[Clause, ...]:
    """One digit in each cell, and the givens. The variable of digit d (from 1) in cell c (from 0) is ``c * size + d``."""
    found: list[Clause] = []
    for cell, given in enumerate(givens):
        at = cell * size
        found.append(tuple(range(at + 1, at + size + 1)))
        found += [(-at - one, -at - two) for two in range(2, size + 1) for one in range(1, two)]
        if given:
            found.append((at + given,))
    return tuple(found)


@functools.cache
def house_clauses(size: int) -> tuple[tuple[Clause, ...], ...]:
    """For each row, column and box, in this order: each digit exactly once."""
    high, wide = BOXES[size]
    span = range(size)
    groups = [[row * size + column for column in span] for row in span]
    groups += [[row * size + column for row in span] for column in span]
    groups += [
        [(top + down) * size + left + right for down in range(high) for right in range(wide)]
        for top in range(0, size, high)
        for left in range(0, size, wide)
    ]
    found = []
    for group in groups:
        clauses: list[Clause] = []
        for digit in range(1, size + 1):
            clauses.append(tuple(cell * size + digit for cell in group))
            clauses += [(-one * size - digit, -two * size - digit) for two in group for one in group if one < two]
        found.append(tuple(clauses))
    return tuple(found)


def fact_clauses(size: int, fact: Fact) -> tuple[Clause, ...]:
    """What a fact says.

    Raises:
        InvalidValueError: it has another form.
    """
    try:
        return _clauses(size, fact)
    except (IndexError, TypeError, ValueError):
        raise InvalidValueError(f"{str(fact)[:200]!r} is no fact about a sudoku of size {size}") from None


def _clauses(size: int, fact: Fact) -> tuple[Clause, ...]:
    unless: list[int] = []
    rest = list(fact)
    while rest[0] == "if":
        unless.append(-_variable(size, *rest[1:4]))
        rest = rest[4:]
    kind, values = rest[0], rest[1:]
    if kind == "none" and not values:
        return (tuple(unless),)
    if kind == "is" and len(values) == 3:
        return ((*unless, _variable(size, *values)),)
    if kind == "not" and len(values) > 2:
        return tuple((*unless, -_variable(size, values[0], values[1], digit)) for digit in values[2:])
    if kind == "out" and len(values) > 2 and len(values) % 2:
        pairs = zip(values[1::2], values[2::2], strict=True)
        return tuple((*unless, -_variable(size, row, column, values[0])) for row, column in pairs)
    raise ValueError(kind)


def _variable(size: int, row: str | int, column: str | int, digit: str | int) -> int:
    for value in (row, column, digit):
        if not isinstance(value, int) or not 1 <= value <= size:
            raise ValueError(value)
    return ((int(row) - 1) * size + int(column) - 1) * size + int(digit)
