"""The program's run as a proof: one line for each thing read or done."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from guru_envs.domains.tables._tables.model import Ask, Best, Change, Key, Per, Problem, Ranked, Where
from guru_envs.domains.tables._tables.run import Record, Run, worth
from guru_envs.domains.tables._tables.show import unit_of
from guru_envs.domains.tables._tables.words import Wording, decimal
from guru_envs.task import Premise, Step, Trace


class Teller:
    """Writes the records of a run as steps."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.sheet, self.zh = problem, problem.sheet, problem.lang == "zh"
        self.words = Wording(problem.sheet, problem.lang)

    def _figure(self, measure: int, steps: int | Fraction) -> str:
        return decimal(Fraction(steps) / 10 ** self.sheet.measures[measure].places)

    def _unit(self, measure: int) -> str:
        return unit_of(self.sheet.measures[measure], self.problem.lang)

    def _key_value(self, key: Key, value: Fraction | int) -> str:
        if isinstance(key, Per):
            return decimal(Fraction(value))
        if isinstance(key, Change) and key.percent:
            return decimal(Fraction(value)) + "%"
        return self._figure(key.measure, value)

    def _amount(self, node: Any, value: Fraction) -> str:
        """A number in the displayed unit of its measure."""
        measure = _measure_of(node)
        if measure is None:
            return decimal(value)
        text = self._figure(measure, value / worth(self.sheet, measure))
        return text + ("" if self.zh else " ") + self._unit(measure)

    def step(self, record: Record) -> tuple[str, tuple[str | int, ...]]:
        """A record's line and fact."""
        return getattr(self, f"_say_{record.kind}", self._say_arithmetic)(record)

    def _say_key(self, record: Record) -> tuple[str, tuple[str | int, ...]]:
        node, words = record.node, self.words
        if isinstance(node, Where | Best | Ranked):
            name = words.key(node.key)
            pairs = [(words.item(i), "n/a" if v is None else self._key_value(node.key, v)) for i, v in record.inputs]
            if isinstance(node.key, Per) or (isinstance(node.key, Change) and node.key.percent):
                unit = ""
            else:
                unit = f" ({self._unit(node.key.measure)})" if not self.zh else f"（{self._unit(node.key.measure)}）"
        else:
            name = f"{words.item(node.item)}, {words.measure(node.measure)}"
            pairs = [(words.year(p), self._figure(node.measure, v)) for p, v in record.inputs]
            unit = f" ({self._unit(node.measure)})" if not self.zh else f"（{self._unit(node.measure)}）"
        told = ("，" if self.zh else ", ").join(f"{who} {value}" for who, value in pairs)
        line = f"{name}{unit}：{told}。" if self.zh else f"{name[0].upper()}{name[1:]}{unit}: {told}."
        return line, ("values", name, *(part for pair in pairs for part in pair))

    def _names(self, rows: tuple[int, ...]) -> list[str]:
        return [self.words.item(row) for row in rows]

    def _say_filter(self, record: Record) -> tuple[str, tuple[str | int, ...]]:
        limit, names = self.words.threshold(record.node), self._names(record.result)
        how = "above" if record.node.above else "below"
        if self.zh:
            line = f"{'高于' if record.node.above else '低于'}{limit}的有：{'、'.join(names)}。"
        else:
            line = f"{how.capitalize()} {limit}: {', '.join(names)}."
        return line, ("filter", how, limit, *names)

    def _say_best(self, record: Record) -> tuple[str, tuple[str | int, ...]]:
        name, rank, high = self.words.item(record.result), record.node.rank, record.node.high
        if self.zh:
            line = f"从{'高' if high else '低'}到{'低' if high else '高'}排第{rank}的是{name}。"
        else:
            line = f"Number {rank} from the {'highest' if high else 'lowest'} is {name}."
        return line, ("rank", "highest" if high else "lowest", rank, name)

    def _say_rank(self, record: Record) -> tuple[str, tuple[str | int, ...]]:
        names, high = self._names(record.result), record.node.high
        if self.zh:
            line = f"从{'高到低' if high else '低到高'}依次为：{'、'.join(names)}。"
        else:
            line = f"From {'highest to lowest' if high else 'lowest to highest'}: {', '.join(names)}."
        return line, ("order", "highest" if high else "lowest", *names)

    def _say_year(self, record: Record) -> tuple[str, tuple[str | int, ...]]:
        year, best = self.words.year(record.result), "highest" if record.node.high else "lowest"
        line = f"{year}最{'高' if record.node.high else '低'}。" if self.zh else f"It is {best} in {year}."
        return line, ("year", best, self.sheet.periods[record.result])

    def _say_read(self, record: Record) -> tuple[str, tuple[str | int, ...]]:
        item, period, measure = record.inputs
        who, when, what = self.words.item(item), self.words.year(period), self.words.measure(measure)
        amount = self._amount(record.node, record.result)
        line = f"{who}在{when}的{what}：{amount}。" if self.zh else f"The {what} of {who} in {when} is {amount}."
        return line, ("read", who, self.sheet.periods[period], what, amount)

    def _say_count(self, record: Record) -> tuple[str, tuple[str | int, ...]]:
        count = len(record.inputs)
        return (f"共{count}个。" if self.zh else f"That makes {count}."), ("count", count)

    def _say_sum(self, record: Record) -> tuple[str, tuple[str | int, ...]]:
        measure = record.node.measure
        pairs = [(self.words.item(row), self._figure(measure, value)) for row, value in record.inputs]
        return self._over(record, self.words.key(_level(record.node)), pairs)

    _say_mean = _say_spread = _say_sum

    def _say_years(self, record: Record) -> tuple[str, tuple[str | int, ...]]:
        measure, item = record.node.measure, record.inputs[0]
        pairs = [(self.words.year(p), self._figure(measure, value)) for p, value in record.inputs[1:]]
        return self._over(record, f"{self.words.item(item)}, {self.words.measure(measure)}", pairs)

    def _over(self, record: Record, name: str, pairs: list[tuple[str, str]]) -> tuple[str, tuple[str | int, ...]]:
        kind = "mean" if record.kind == "years" else record.kind
        figures, amount = [value for _, value in pairs], self._amount(record.node, record.result)
        joined = " + ".join(f"({value})" if value[0] == "-" else value for value in figures)
        if kind == "spread":
            ordered = sorted(figures, key=Fraction)
            worked = f"{ordered[-1]} - " + (f"({ordered[0]})" if ordered[0][0] == "-" else ordered[0])
        else:
            worked = joined if kind == "sum" else f"({joined}) / {len(figures)}"
        told = ", ".join(f"{who} {value}" for who, value in pairs)
        line = (
            f"{name}：{told}；{worked} = {amount}。"
            if self.zh
            else f"{name[0].upper()}{name[1:]}: {told}; {worked} = {amount}."
        )
        return line, (kind, *(part for pair in pairs for part in pair), amount)

    def _say_arithmetic(self, record: Record) -> tuple[str, tuple[str | int, ...]]:
        one, other = (decimal(value) for value in record.inputs)
        shown = f"({other})" if other[0] == "-" else other
        worked = {
            "change": f"{one} - {shown}", "minus": f"{one} - {shown}", "percent": f"({one} - {other}) / {other} * 100",
            "share": f"{one} / {other} * 100", "rate": f"{one} / {other}",
        }[record.kind]  # fmt: skip
        exact = decimal(record.result)
        sign = "=" if Fraction(exact) == record.result else "≈"
        end = "%" if record.kind in ("percent", "share") else ""
        return f"{worked} {sign} {exact}{end}{'。' if self.zh else '.'}", (record.kind, one, other, exact)


def _level(node: Any) -> Any:
    from guru_envs.domains.tables._tables.model import Level

    return Level(node.measure, node.period)


def _measure_of(node: Any) -> int | None:
    return getattr(node, "measure", None)


def prove(problem: Problem, gold: str) -> Trace:
    """Run the program anew and tell what was done."""
    run = Run(problem.sheet)
    run.answer(problem.program)
    teller = Teller(problem)
    steps = []
    for record in run.log:
        line, fact = teller.step(record)
        steps.append(Step(line, tuple(Premise("step", use + 1) for use in record.uses), fact))
    if problem.ask is not None:
        steps.append(_last(problem, problem.ask, gold, len(steps)))
    return Trace(tuple(steps), gold)


def _last(problem: Problem, ask: Ask, gold: str, before: int) -> Step:
    """The answer in the asked unit and precision."""
    zh = problem.lang == "zh"
    if ask.rounded:
        line = f"四舍五入后为{gold}。" if zh else f"Rounded, that is {gold}."
    else:
        line = f"答案为{gold}。" if zh else f"That is {gold}."
    return Step(line, (Premise("step", before),), ("answer", gold))
