"""Questions and oracle lines in English and Chinese."""

from __future__ import annotations

from fractions import Fraction

from guru_envs.domains.tables._tables.model import (
    Aggregate,
    All,
    Ask,
    Best,
    BestYear,
    Cell,
    Change,
    Count,
    Entity,
    Item,
    Key,
    Level,
    Listed,
    Mean,
    Minus,
    Moved,
    Number,
    Pair,
    Per,
    Program,
    Ranked,
    Rate,
    Scope,
    Share,
    Sheet,
    When,
    Where,
    Within,
    Year,
)  # fmt: skip
from guru_envs.domains.tables._tables.show import unit_of
from guru_envs.domains.tables._tables.topics import SCALES

_RANKS = ("", "second ", "third ", "fourth ", "fifth ", "sixth ")
_ZH_DIGITS = "零一二三四五六七八九"


def decimal(value: Fraction, places: int | None = None) -> str:
    """A number as a plain decimal without separators; ``places``: exactly so many digits, else as many as it needs (at most 6)."""
    if places is None:
        places = next((n for n in range(7) if (value * 10**n).denominator == 1), 6)
    steps = round(value * 10**places)
    size = abs(steps)
    text = f"{size // 10**places}.{size % 10**places:0{places}d}" if places else str(size)
    return f"-{text}" if steps < 0 else text


class Wording:
    """The phrases of one sheet in one language."""

    def __init__(self, sheet: Sheet, lang: str) -> None:
        self.sheet, self.lang, self.pick, self.zh = sheet, lang, 0 if lang == "en" else 1, lang == "zh"

    def item(self, item: int) -> str:
        """The name of a row."""
        return self.sheet.items[item][0][self.pick]

    def year(self, period: int) -> str:
        """A period."""
        return f"{self.sheet.periods[period]}年" if self.zh else str(self.sheet.periods[period])

    def measure(self, measure: int) -> str:
        """The name of a measure."""
        return self.sheet.measures[measure].name[self.pick]

    def key(self, key: Key) -> str:
        """What rows are ranked by."""
        if isinstance(key, Level):
            measure, year = self.measure(key.measure), self.year(key.period)
            return f"{year}{measure}" if self.zh else f"{measure} in {year}"
        if isinstance(key, Change):
            span, measure = self._span(key.first, key.last), self.measure(key.measure)
            if self.zh:
                return f"{span}{measure}的{'变化百分比' if key.percent else '变化量'}"
            return f"{'percentage ' * key.percent}change in {measure} {span}"
        top, bottom, year = self.measure(key.top), self.measure(key.bottom), self.year(key.period)
        return f"{year}{top}与{bottom}之比" if self.zh else f"ratio of {top} to {bottom} in {year}"

    def _span(self, first: int, last: int) -> str:
        one, other = self.year(first), self.year(last)
        return f"从{one}到{other}" if self.zh else f"from {one} to {other}"

    def threshold(self, where: Where) -> str:
        """The threshold of a filter with its unit."""
        key, value = where.key, decimal(where.threshold)
        if isinstance(key, Change) and key.percent:
            return f"{value}%"
        if isinstance(key, Per):
            units = [self.sheet.measures[m].unit for m in (key.top, key.bottom)]
            return f"每{units[1].zh}{value}{units[0].zh}" if self.zh else f"{value} {units[0].en} per {units[1].one}"
        unit = unit_of(self.sheet.measures[key.measure], self.lang)
        return f"{value}{unit}" if self.zh else f"{value} {unit}"

    def scope(self, scope: Scope) -> str:
        """The rows of a scope, such as "the countries in Europe whose revenue in 2020 is above 500 thousand dollars"."""
        noun, plural = self.sheet.noun, self.sheet.plural
        if isinstance(scope, All):
            return f"所有{noun.zh}" if self.zh else f"all {plural}"
        if isinstance(scope, Within):
            name = self.sheet.groups[scope.group]
            return f"「{name.zh}」组的{noun.zh}" if self.zh else f'the {plural} in the group "{name.en}"'
        if isinstance(scope, Pair):
            return (
                f"{self.item(scope.one)}和{self.item(scope.other)}"
                if self.zh
                else f"{self.item(scope.one)} and {self.item(scope.other)}"
            )
        inner, limit = self.scope(scope.scope), self.threshold(scope)
        if self.zh:
            return f"{inner}中{self.key(scope.key)}{'高于' if scope.above else '低于'}{limit}的{noun.zh}"
        which = "that also have" if isinstance(scope.scope, Where) else "that have"
        article = "an" if self.key(scope.key)[0] in "aeiou" else "a"
        return f"{inner} {which} {article} {self.key(scope.key)} {'above' if scope.above else 'below'} {limit}"

    def entity(self, entity: Entity) -> str:
        """A row, by its name or by its rank."""
        if isinstance(entity, Item):
            return self.item(entity.item)
        scope, key = self.scope(entity.scope), self.key(entity.key)
        if self.zh:
            place = "" if entity.rank == 1 else f"第{_ZH_DIGITS[entity.rank]}"
            return f"{scope}中{key}{place}{'高' if entity.high else '低'}的{self.sheet.noun.zh}".replace(
                f"{key}{'高' if entity.high else '低'}", f"{key}最{'高' if entity.high else '低'}"
            )
        rank = _RANKS[entity.rank - 1]
        best = f"the {self.sheet.noun.en} with the {rank}{'highest' if entity.high else 'lowest'} {key}"
        return best if isinstance(entity.scope, All) else f"{best} (among {scope})"

    def when(self, when: When) -> str:
        """A period, by its name or by what was the case in it."""
        if isinstance(when, Year):
            return self.year(when.period)
        best, item, measure = ("highest" if when.high else "lowest"), self.item(when.item), self.measure(when.measure)
        if self.zh:
            return f"{item}的{measure}最{'高' if when.high else '低'}的年份"
        return f"the year in which the {measure} of {item} was {best}"

    def _whole(self, what: Entity | Scope) -> tuple[str, bool]:
        """A row or rows, and whether they are several."""
        if isinstance(what, Item | Best):
            return self.entity(what), False
        return self.scope(what), True

    def number(self, node: Number) -> str:
        """A number expression as a noun phrase."""
        zh = self.zh
        if isinstance(node, Cell):
            who, year, measure = self.entity(node.entity), self.when(node.when), self.measure(node.measure)
            if zh:
                return f"{who}在{year}的{measure}"
            if isinstance(node.entity, Item):
                return f"the {measure} of {who} in {year}"
            return f"the {measure} in {year} of {who}"
        if isinstance(node, Aggregate):
            scope, year, measure = self.scope(node.scope), self.year(node.period), self.measure(node.measure)
            if zh:
                how = {"sum": "总和", "mean": "平均值", "spread": "最高值与最低值之差"}[node.how]
                return f"{scope}在{year}的{measure}{'' if node.how == 'spread' else '的'}{how}"
            how = {
                "sum": "the sum of the",
                "mean": "the average",
                "spread": "the difference between highest and lowest",
            }[node.how]
            return f"{how} {measure} in {year} over {scope}"
        if isinstance(node, Count):
            scope = self.scope(node.scope)
            return f"{scope}的数量" if zh else f"the number of {scope.removeprefix('the ')}"
        if isinstance(node, Mean):
            who, measure, years = self.entity(node.entity), self.measure(node.measure), node.last - node.first + 1
            if zh:
                return f"{who}{self._span(node.first, node.last)}（含首尾，共{years}年）每年{measure}的平均值"
            return f"the average yearly {measure} {self._span(node.first, node.last)} (all {years} years) of {who}"
        if isinstance(node, Minus):
            one, other = self.number(node.one), self.number(node.other)
            return f"{one}减去{other}的差" if zh else f"{one} minus {other}"
        if isinstance(node, Share):
            one, other = self.number(node.part), self.number(node.whole)
            return f"{one}占{other}的百分比" if zh else f"{one}, as a percentage of {other}"
        who, many = self._whole(node.entity)
        if isinstance(node, Moved):
            measure, span = self.measure(node.measure), self._span(node.first, node.last)
            if zh:
                return f"{who}的{measure}{'总和' * many}{span}的{'变化百分比' if node.percent else '变化量'}"
            total = "the total " * many
            return f"the {'percentage ' * node.percent}change {span} in {total}{measure} of {who}"
        assert isinstance(node, Rate)
        top, bottom, year = self.measure(node.top), self.measure(node.bottom), self.year(node.period)
        if zh:
            return f"{who}在{year}的{top}{'总和' * many}与{bottom}{'总和' * many}之比"
        total = "total " * many
        return f"the ratio of {total}{top} to {total}{bottom} in {year} of {who}"

    # -- the question --------------------------------------------------------------------------------------------------

    def question(self, program: Program, ask: Ask | None) -> str:
        """The question with the form of its answer."""
        noun, plural = self.sheet.noun, self.sheet.plural
        if isinstance(program, Item | Best):
            assert isinstance(program, Best)
            if isinstance(program.scope, Pair):
                pair, key = program.scope, self.key(program.key)
                one, other = self.item(pair.one), self.item(pair.other)
                if self.zh:
                    return f"{one}和{other}中，哪一个的{key}更{'高' if program.high else '低'}？答案是一个名称。"
                level = "higher" if program.high else "lower"
                return f"Which of {one} and {other} has the {level} {key}? Answer with the name."
            phrase = self.entity(program)
            if self.zh:
                return f"{phrase}是哪一个？答案是{noun.zh}的名称，与表中写法相同。"
            return f"Which is {phrase}? Answer with the name of the {noun.en} as in the table."
        if isinstance(program, BestYear):
            if self.zh:
                return f"{self.when(program)}是哪一年？答案是年份。"
            measure, item = self.measure(program.measure), self.item(program.item)
            return f"In which year was the {measure} of {item} {'highest' if program.high else 'lowest'}? Answer with the year."
        if isinstance(program, Listed):
            if self.zh:
                return f"列出{self.scope(program.scope)}。答案是所有符合条件的名称，用“|”分隔，顺序不限。"
            scope = self.scope(program.scope).removeprefix("all ").removeprefix("the ")
            return f'Which are the {scope}? Answer with the names of all of them, separated by "|", in any order.'
        if isinstance(program, Ranked):
            key, scope, count = self.key(program.key), self.scope(program.scope), program.count
            if self.zh:
                end = ("高", "高到低") if program.high else ("低", "低到高")
                return (
                    f"在{scope}中，{key}最{end[0]}的{count}个{noun.zh}是哪些？按从{end[1]}的顺序列出名称，用“|”分隔。"
                )
            best, order = ("highest", "highest to lowest") if program.high else ("lowest", "lowest to highest")
            return (
                f"Which {count} {plural} have the {best} {key} (among {scope})? "
                f'Answer with their names in order from {order}, separated by "|".'
            )
        assert ask is not None
        phrase = self.number(program)
        if self.zh:
            return f"{phrase}是多少？{self._form(program, ask)}"
        return f"What is {phrase}? {self._form(program, ask)}"

    def unit(self, ask: Ask) -> str:
        """The scale and unit of the answer; empty for counts."""
        if ask.percent:
            return "%"
        if ask.unit is None:
            return ""
        measures, scale = self.sheet.measures, SCALES[ask.scale]
        unit = measures[ask.unit].unit
        if ask.per is not None:
            other = measures[ask.per].unit
            return f"{unit.zh}每{other.zh}" if self.zh else f"{unit.en} per {other.one}"
        return f"{scale.zh}{unit.zh}" if self.zh else f"{scale.en} {unit.en}".strip()

    def _form(self, program: Number, ask: Ask) -> str:
        if ask.unit is None and not ask.percent:
            return "答案是一个整数。" if self.zh else "Answer with a whole number."
        unit = self.unit(ask)
        if self.zh:
            rounding = (
                (f"四舍五入到小数点后{ask.places}位" if ask.places else "四舍五入到整数") if ask.rounded else "不要舍入"
            )
            return f"答案以{'百分比（%）' if ask.percent else unit}为单位，{rounding}。"
        digits = {0: "no decimals", 1: "1 decimal"}.get(ask.places, f"{ask.places} decimals")
        rounding = f"rounded to {digits}" if ask.rounded else "not rounded"
        return f"Answer {'as a percentage (%)' if ask.percent else f'in {unit}'}, {rounding}."
