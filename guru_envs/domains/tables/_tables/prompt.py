"""The prompt: tables, notes, the rules that apply, and the question."""

from __future__ import annotations

from guru_envs.domains.tables._tables.model import Change, Level, Moved, Note, Per, Problem, Program, Rate, Sheet
from guru_envs.domains.tables._tables.run import worth
from guru_envs.domains.tables._tables.show import UNKNOWN, grid, shown, unit_of
from guru_envs.domains.tables._tables.topics import SCALES
from guru_envs.domains.tables._tables.words import Wording, decimal

_STOCK = (
    ("The name follows the classification of the latest report.", "名称沿用最新报告的分类。"),
    ("Audited figures.", "数据经过审计。"),
    ("Collected by another office than the other rows.", "由另一部门收集，与其他行不同。"),
)


def _keys(node: object) -> list[object]:
    """All keys and operations in a program."""
    found: list[object] = [node] if isinstance(node, Level | Change | Per | Moved | Rate) else []
    if isinstance(node, tuple):
        for part in node:
            found += _keys(part)
    return found


def heading(sheet: Sheet, table: int, lang: str) -> str:
    """The line above a table."""
    pick = 0 if lang == "en" else 1
    measures = sheet.tables[table]
    names = [sheet.measures[m].name[pick] for m in measures]
    if lang == "zh":
        unit = f"（单位：{unit_of(sheet.measures[measures[0]], lang)}）" if len(measures) == 1 else ""
        return f"表{table + 1}：{sheet.title.zh}，各{sheet.noun.zh}的{'、'.join(names)}{unit}"
    unit = f", in {unit_of(sheet.measures[measures[0]], lang)}" if len(measures) == 1 else ""
    listed = names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
    return f"Table {table + 1}. {sheet.title.en}: {listed} by {sheet.noun.en}{unit}"


def note(sheet: Sheet, number: int, one: Note, lang: str) -> str:
    """A figure as a sentence."""
    item, period, measure = one.place
    steps = sheet.values[one.place]
    assert steps is not None
    words = Wording(sheet, lang)
    value = decimal(steps * worth(sheet, measure) / one.scale)
    whole, point, part = value.lstrip("-").partition(".")
    text = ("-" if value[0] == "-" else "") + f"{int(whole):,}{point}{part}"
    kind, scale = sheet.measures[measure], SCALES[one.scale]
    if lang == "zh":
        return f"[{number}] {words.item(item)}在{words.year(period)}的{words.measure(measure)}为{text}{scale.zh}{kind.unit.zh}。"
    unit = f"{scale.en} {kind.unit.en}".strip()
    return f"[{number}] In {words.year(period)}, the {words.measure(measure)} of {words.item(item)} was {text} {unit}."


def rules(sheet: Sheet, program: Program, lang: str) -> list[str]:
    """How to read the tables, and what the words of the question mean."""
    zh, found = lang == "zh", []
    if any(value is not None and value < 0 for value in sheet.values.values()):
        found.append("括号中的数字为负数。" if zh else "Numbers in parentheses are negative.")
    if sheet.notes:
        found.append(
            "单元格中的[1]等标记表示该数字在表下的注释中给出。" if zh
            else "A mark such as [1] in place of a figure means that the figure is given in the notes."
        )  # fmt: skip
    if None in sheet.values.values() or (sheet.notes and sheet.totals):
        found.append(
            f"{UNKNOWN}表示该数字没有给出；若某行缺少问题所需的数字，则求和、平均、排序、筛选和计数时都不考虑该行。" if zh
            else f"{UNKNOWN} means that a figure is not available; a row without a figure that is needed is left out of "
            "sums, averages, rankings, filters and counts."
        )  # fmt: skip
    if sheet.totals:
        noun = sheet.noun.zh if zh else sheet.plural
        found.append(f"合计行不算作{noun}。" if zh else f"Rows of totals do not count as {noun}.")
    parts = _keys(program)
    if any(isinstance(part, Change | Moved) and not part.percent for part in parts):
        found.append(
            "从甲年到乙年的变化量，是乙年的数值减去甲年的数值，可能为负。" if zh
            else "The change from one year to another is the later value minus the earlier one; it may be negative."
        )  # fmt: skip
    if any(isinstance(part, Change | Moved) and part.percent for part in parts):
        found.append(
            "从甲年到乙年的变化百分比，是（乙年的数值减去甲年的数值）除以甲年的数值，可能为负。" if zh
            else "The percentage change from one year to another is (later value minus earlier value) divided by the earlier "
            "value; it may be negative."
        )  # fmt: skip
    if any(isinstance(part, Per | Rate) for part in parts):
        found.append(
            "计算比值时先换算成不带“千”“百万”的单位。" if zh
            else 'For ratios, first convert to units without "thousand" or "million".'
        )  # fmt: skip
    return found


def prompt(problem: Problem) -> str:
    """The whole prompt."""
    sheet, lang = problem.sheet, problem.lang
    zh = lang == "zh"
    lead = "根据以下内容回答问题。" if zh else "Answer the question from what follows."
    parts = [lead]
    for table, style in enumerate(sheet.styles):
        parts.append(f"{heading(sheet, table, lang)}\n\n{shown(grid(sheet, table, lang), style)}")
    pick = 0 if lang == "en" else 1
    notes = [f"[{chr(97 + mark)}] {_STOCK[mark][pick]}" for _, mark in sheet.marks]
    notes += [note(sheet, number, one, lang) for number, one in enumerate(sheet.notes, 1)]
    if notes:
        parts.append(("注释：\n" if zh else "Notes:\n") + "\n".join(notes))
    if told := rules(sheet, problem.program, lang):
        parts.append(("说明：\n" if zh else "How to read this:\n") + "\n".join(f"- {line}" for line in told))
    question = Wording(sheet, lang).question(problem.program, problem.ask)
    parts.append(("问题：" if zh else "Question: ") + question)
    return "\n\n".join(parts)
