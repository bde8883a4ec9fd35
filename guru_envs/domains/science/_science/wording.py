"""Problems about quantities in English and Chinese, and their proofs."""

from __future__ import annotations

import re

from guru_envs.domains.science._science.formulas import names_in, shown
from guru_envs.domains.science._science.laws import Law
from guru_envs.domains.science._science.numbers import shown_unit, with_unit, write
from guru_envs.domains.science._science.problem import (
    EXTRAS,
    Part,
    Problem,
    environment,
    in_unit,
    option_texts,
    results,
)
from guru_envs.task import Premise, Step

LETTERS = "ABCD"
_PLACE = re.compile(r"\{(_?)([A-Za-z0-9_]+)\}")


def _stated(part: Part, symbol: str, bare: bool, zh: bool, parts: tuple[Part, ...]) -> str:
    if symbol in part.situation.consts:
        number, unit = part.situation.consts[symbol]
        return f"{symbol} = {with_unit(write(number, 12), unit)}"
    one = next(one for one in part.stated if one.symbol == symbol)
    if one.link is not None:
        source = parts[one.link].law.symbol
        return (
            f"{symbol}（等于第{one.link + 1}部分的{source}）"
            if zh
            else f"{symbol} (equal to {source} of part {one.link + 1})"
        )
    value = with_unit(write(one.value, 12), one.unit)
    return value if bare else f"{symbol} = {value}"


def _situation(part: Part, zh: bool, parts: tuple[Part, ...]) -> str:
    def put(match: re.Match[str]) -> str:
        if match[2] == "thing":
            return part.situation.things[part.thing][zh]
        return _stated(part, match[2], bool(match[1]), zh, parts)

    return _PLACE.sub(put, part.situation.zh if zh else part.situation.en)


def _constants(part: Part, zh: bool) -> str:
    """The constants that the steps need and that the text does not state."""
    needed = part.situation.used(part.law.symbol)
    said = {match[2] for match in _PLACE.finditer(part.situation.en)}
    wanted = [name for name in part.situation.consts if name in needed and name not in said]
    texts = [_stated(part, name, False, zh, ()) for name in wanted]
    if not texts:
        return ""
    return f"取{'，'.join(texts)}。" if zh else f" Use {', '.join(texts)}."


def _wanted(law: Law, zh: bool, part: int = 0) -> str:
    if zh:
        return f"第{part}部分的{law.name_zh}{law.symbol}" if part else f"{law.name_zh}{law.symbol}"
    return f"{law.symbol} of part {part}, the {law.name}" if part else f"{law.symbol}, the {law.name}"


def prompt(problem: Problem) -> str:
    """The whole problem."""
    zh, parts = problem.lang == "zh", problem.parts
    lines = []
    for index, part in enumerate(parts):
        text = _situation(part, zh, parts) + _constants(part, zh)
        last = index == len(parts) - 1
        if not last:
            text += f" 设{_wanted(part.law, True)}。" if zh else f" Let {part.law.symbol} be the {part.law.name}."
        if len(parts) > 1:
            text = f"第{index + 1}部分：{text}" if zh else f"Part {index + 1}. {text}"
        lines.append(text)
    for index, number in problem.extras:
        lines.insert(len(lines) - 1, EXTRAS[index][zh].format(number))
    return "\n".join([*lines, _question(problem, zh)])


def _question(problem: Problem, zh: bool) -> str:
    part = problem.parts[-1]
    law, unit = part.law, "" if part.unit == "-" else shown_unit(part.unit)
    asked = _wanted(law, zh, len(problem.parts) if len(problem.parts) > 1 else 0)
    if problem.factors:
        options = [
            f"{letter}) {text} {unit}".rstrip() for letter, text in zip(LETTERS, option_texts(problem), strict=True)
        ]
        head = f"{asked}是下列哪一个？" if zh else f"Which of these is {asked}?"
        tail = "用选项的字母或其内容作答。" if zh else "Answer with the letter or with the content of the choice."
        return "\n".join([head, *options, tail])
    if zh:
        head = (
            f"求{asked}",
            f"计算{asked}",
            f"{asked}是多少？答案",
        )[problem.wording]
        if problem.wording == 2:
            form = f"以{unit}为单位" if problem.bare and unit else "须写出单位" if unit else "为无单位的数"
        else:
            form = f"，以{unit}为单位" if problem.bare and unit else "，并写出单位" if unit else "（无单位的数）"
        rule = (
            f"给出{problem.figures}位有效数字，只在最后一步取舍。"
            if problem.figures
            else "与准确值相差不超过1%的答案算对。"
        )
        return f"{head}{form}。{rule}只答一个数" + ("和单位。" if unit and not problem.bare else "。")
    head = (
        f"Find {asked},",
        f"Calculate {asked},",
        f"What is {asked}? Give it",
    )[problem.wording]
    form = f" in {unit}" if problem.bare and unit else " with its unit" if unit else " as a number without a unit"
    rule = (
        f"Give {problem.figures} significant figures, and round at the end only."
        if problem.figures
        else "An answer within 1 % of the exact value counts as right."
    )
    return f"{head}{form}. {rule}"


def proof(problem: Problem) -> list[Step]:
    """One step for each law used, from the values stated in the prompt."""
    zh, parts = problem.lang == "zh", problem.parts
    steps: list[Step] = []
    values = results(parts)
    finals: list[int] = []
    for index, part in enumerate(parts):
        env = environment(part, values[:index])
        made: dict[str, int] = {}
        for law in part.situation.needed(part.law.symbol):
            unit = part.unit if law is part.law else law.units[0]
            names = names_in(law.formula)
            used = [f"{name} = {_number(part, name, env[name])}" for name in names]
            shown_value = write(in_unit(env[law.symbol], unit, law.difference), 6)
            result = f"{law.symbol} = {shown(law.formula)} = {with_unit(shown_value, unit)}"
            premises = [Premise("step", made[name]) for name in names if name in made]
            premises += [
                Premise("step", finals[one.link]) for one in part.stated if one.link is not None and one.symbol in names
            ]
            head = f"{law.name_zh}：" if zh else f"{law.name}: "
            tail = f"，其中{'，'.join(used)}。" if zh else f" with {', '.join(used)}."
            steps.append(
                Step(
                    head + result + tail,
                    tuple(dict.fromkeys(premises)),
                    ("eq", f"{index + 1}", law.symbol, law.formula),
                )
            )
            made[law.symbol] = len(steps)
        finals.append(len(steps))
    return steps


def _number(part: Part, name: str, value: object) -> str:
    """A quantity as the step that uses it shows it: in the unit in which it was stated or found."""
    unit, difference = "-", False
    for one in part.stated:
        if one.symbol == name:
            unit = one.unit
    if name in part.situation.consts:
        unit = part.situation.consts[name][1]
    for law in part.situation.laws:
        if law.symbol == name:
            unit, difference = law.units[0], law.difference
    return with_unit(write(in_unit(value, unit, difference), 8), unit)  # type: ignore[arg-type]
