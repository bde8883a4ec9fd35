"""Answers questions over tables from the prompt's text alone, with pandas; shares no code with the domain.

Run as a program for more tasks than the tests take: ``python tests/tables_by_hand.py 500`` (tasks for each level).
"""

from __future__ import annotations

import csv
import re
import sys
from html.parser import HTMLParser

import pandas as pd

SCALES = {"thousand": 1e3, "million": 1e6}
RANKS = {"second": 2, "third": 3, "fourth": 4, "fifth": 5}


def scaled(unit):
    """What a figure in a unit such as "thousand dollars" is multiplied by."""
    return SCALES.get(unit.split(" ")[0], 1.0)


def figure(text):
    text = text.replace(",", "")
    return -float(text[1:-1]) if text.startswith("(") else float(text)


class _Html(HTMLParser):
    """A table as a matrix; a cell that spans others is repeated."""

    def __init__(self):
        super().__init__()
        self.cells, self.row, self.column, self.open = {}, -1, 0, None

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.row, self.column = self.row + 1, 0
        if tag in ("td", "th"):
            spans = dict(attrs)
            while (self.row, self.column) in self.cells:
                self.column += 1
            self.open = (int(spans.get("rowspan", 1)), int(spans.get("colspan", 1)))
            for r in range(self.open[0]):
                for c in range(self.open[1]):
                    self.cells[self.row + r, self.column + c] = ""

    def handle_data(self, data):
        if self.open:
            for r in range(self.open[0]):
                for c in range(self.open[1]):
                    self.cells[self.row + r, self.column + c] = data

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.open = None

    def matrix(self):
        width = 1 + max(c for _, c in self.cells)
        return [[self.cells.get((r, c), "") for c in range(width)] for r in range(self.row + 1)]


def matrix(text):
    """A table in any format as rows of cells: groups (if any), labels, figures."""
    if text.startswith("<table>"):
        parser = _Html()
        parser.feed(text)
        return parser.matrix()
    if text.startswith("|"):
        lines = [[cell.strip() for cell in line[1:-1].split("|")] for line in text.splitlines()]
        return [line for line in lines if not set("".join(line)) <= set("-:")]
    if "  " not in text:
        return list(csv.reader(text.splitlines()))
    lines = [(line, re.split(r" {2,}", line.strip())) for line in text.splitlines()]
    width = max(len(cells) for _, cells in lines)
    grouped, group, rows = any(len(cells) == 1 for _, cells in lines), "", []
    for line, cells in lines:
        if len(cells) == 1:
            group = cells[0]
        elif len(rows) < 2 and not line.strip()[0].isalpha():  # the years of a header of two levels
            step = (width - 1) // len(cells)
            rows.append(["", *[year if i == 0 else "" for year in cells for i in range(step)]])
        else:
            rows.append(cells)
        if grouped and len(cells) > 1:
            own = "" if not group or not line.startswith("  ") else group
            rows[-1] = [own, *rows[-1]] if own else ["", *rows[-1]]
    return rows


class Book:
    """The tables, notes and the question of a prompt."""

    def __init__(self, prompt):
        blocks = prompt.split("\n\n")
        self.question = blocks[-1].removeprefix("Question: ")
        cells, self.groups, self.totals = {}, {}, {}
        self.units, marks = {}, {}
        for at, block in enumerate(blocks):
            if match := re.fullmatch(r"Table \d\. .*: (.*) by (.*?)(?:, in (.*))?", block):
                self._table(matrix(blocks[at + 1]), match[1], match[3], marks, cells)
        notes = next((block for block in blocks if block.startswith("Notes:")), "")
        self.measures = list(self.units)
        for mark, year, what, value, unit in re.findall(r"(\[\d\]) In (\d+), the (.*) was (\S+) (.*)\.", notes):
            name, item = self._measure(what)
            assert marks[mark] == (item, (year, name))
            cells[year, name][item] = figure(value) * scaled(unit)
        assert len(marks) == len(re.findall(r"^\[\d\]", notes, re.M))
        self.frame = pd.DataFrame(cells)

    def _table(self, rows, names, unit, marks, cells):
        top = 2 if unit is None else 1
        left = next(i for i, cell in enumerate(rows[0]) if cell.isdigit())
        columns, year = [], ""
        for one, name in zip(rows[0][left:], rows[top - 1][left:], strict=True):
            year = one or year
            if top == 2:
                name, own = re.fullmatch(r"(.*) \((.*)\)", name).groups()
            else:
                name, own = names, unit
            self.units[name] = own
            columns.append((year, name))
        group = ""
        for row in rows[top:]:
            group = row[0] or group if left == 2 else ""
            label = re.sub(r" \[[a-z]\]$", "", row[left - 1])
            if label.startswith("Total"):
                self.totals[label] = dict(zip(columns, row[left:], strict=True))
                continue
            self.groups[label] = group
            for column, cell in zip(columns, row[left:], strict=True):
                if cell.startswith("["):
                    marks[cell] = (label, column)
                value = (
                    float("nan")
                    if cell == "n/a" or cell.startswith("[")
                    else figure(cell) * scaled(self.units[column[1]])
                )
                cells.setdefault(column, {})[label] = value

    # -- the parts of the question -------------------------------------------------------------------------------------

    def column(self, name, year):
        return self.frame[year, name]

    def key(self, text, rows):
        """A series over rows."""
        if m := re.fullmatch(r"(percentage )?change in (.*) from (\d+) to (\d+)", text):
            one, other = self.column(m[2], m[3]), self.column(m[2], m[4])
            found = (other - one) / one * 100 if m[1] else other - one
        elif m := re.fullmatch(r"ratio of (.*) to (.*) in (\d+)", text):
            found = self.column(m[1], m[3]) / self.column(m[2], m[3])
        else:
            name, year = re.fullmatch(r"(.*) in (\d+)", text).groups()
            found = self.column(name, year)
        return found.loc[rows].dropna()

    def scope(self, text):
        parts = re.split(r" that (?:also )?have an? ", text)
        rows = list(self.groups)
        if m := re.search(r'in the group "(.*)"', parts[0]):
            rows = [row for row in rows if self.groups[row] == m[1]]
        elif parts[0].split(" and ")[0] in rows:
            rows = parts[0].split(" and ")
        for part in parts[1:]:
            key, side, limit, unit = re.fullmatch(r"(.*) (above|below) (-?[\d.]+)(.*)", part).groups()
            values, limit = self.key(key, rows), float(limit) * (1 if " per " in unit else scaled(unit.strip()))
            rows = list(values[values > limit].index if side == "above" else values[values < limit].index)
        return rows

    def ranked(self, key, best, rows):
        return self.key(key, rows).sort_values(ascending=best == "lowest", kind="stable")

    def entity(self, text):
        if text in self.groups:
            return text
        m = re.fullmatch(r"the (?:.*?) with the (?:(\w+) )?(highest|lowest) (.*?)(?: \(among (.*)\))?", text)
        rows = self.scope(m[4]) if m[4] else list(self.groups)
        values, at = self.ranked(m[3], m[2], rows), RANKS.get(m[1], 1) - 1
        near = [abs(values.iloc[i] - values.iloc[at]) for i in (at - 1, at + 1) if 0 <= i < len(values)]
        assert min(near) > 1e-9, "a tie"
        return values.index[at]

    def year(self, text):
        if text.isdigit():
            return text
        m = re.fullmatch(r"the year in which the (.*) was (highest|lowest)", text)
        name, item = self._measure(m[1])
        series = self.frame.loc[item, [column for column in self.frame.columns if column[1] == name]]
        assert (series == (series.max() if m[2] == "highest" else series.min())).sum() == 1
        return (series.idxmax() if m[2] == "highest" else series.idxmin())[0]

    def whole(self, text, name, year):
        """The figure of a row, or the sum over rows."""
        if text in self.groups or " with the " in text.split(" that ")[0]:
            return self.column(name, year)[self.entity(text)]
        return self.column(name, year)[self.scope(text)].sum()

    def number(self, text):
        if " minus " in text:
            one, other = text.split(" minus ")
            return self.number(one) - self.number(other)
        if ", as a percentage of " in text:
            one, other = text.split(", as a percentage of ")
            return self.number(one) / self.number(other) * 100
        m, named = (
            re.fullmatch(r"the number of (.*)", text),
            [f"the {name} {word} " for name in self.measures for word in ("in", "of")],
        )
        if m and " that have " in m[1] and not text.startswith(tuple(named)):
            return float(len(self.scope(m[1] if m[1].startswith("all ") else f"the {m[1]}")))
        if m := re.fullmatch(r"the ratio of (?:total )?(.*?) to (?:total )?(.*?) in (\d+) of (.*)", text):
            return self.whole(m[4], m[1], m[3]) / self.whole(m[4], m[2], m[3])
        if m := re.fullmatch(r"the (percentage )?change from (\d+) to (\d+) in (?:the total )?(.*?) of (.*)", text):
            name, who = self._measure(text.split(" in ", 1)[1].removeprefix("the total "))
            one, other = (self.whole(who, name, m[i]) for i in (2, 3))
            return (other - one) / one * 100 if m[1] else other - one
        if m := re.fullmatch(r"the average yearly (.*?) from (\d+) to (\d+) \(all (\d) years\) of (.*)", text):
            years = [str(year) for year in range(int(m[2]), int(m[3]) + 1)]
            assert len(years) == int(m[4])
            return self.frame.loc[self.entity(m[5]), [(year, m[1]) for year in years]].mean()
        how = r"the sum of the|the average|the difference between highest and lowest"
        if m := re.fullmatch(rf"({how}) (.*?) in (\d+) over (.*)", text):
            values = self.column(m[2], m[3])[self.scope(m[4])].dropna()
            if m[1] == "the sum of the":
                return values.sum()
            return values.mean() if m[1] == "the average" else values.max() - values.min()
        name, rest = self._measure(text.removeprefix("the "), " ")
        if rest.startswith("of "):
            item, when = re.fullmatch(r"of (.*?) in (\d+|the year .*)", rest).groups()
            return self.column(name, self.year(when))[item]
        when, who = re.fullmatch(r"in (\d+) of (.*)", rest).groups()
        return self.column(name, when)[self.entity(who)]

    def _measure(self, text, after=" of "):
        name = max((name for name in self.measures if text.startswith(name + after)), key=len)
        return name, text[len(name) + len(after) :]

    # -- the answer ----------------------------------------------------------------------------------------------------

    def answer(self):
        """A number in the asked unit with its asked digits (None: exact), or a list of names with whether their order counts."""
        text = self.question
        if m := re.fullmatch(r"Which of (.*) and (.*) has the (higher|lower) (.*)\? Answer .*", text):
            values = self.key(m[4], [m[1], m[2]])
            return [values.idxmax() if m[3] == "higher" else values.idxmin()], True
        if m := re.fullmatch(r"Which is (.*)\? Answer .*", text):
            return [self.entity(m[1])], True
        if m := re.fullmatch(r"In which year was the (.*) (highest|lowest)\? Answer .*", text):
            return [self.year(f"the year in which the {m[1]} was {m[2]}")], True
        if m := re.fullmatch(r"Which are the (.*)\? Answer .*", text):
            return self.scope(m[1] if " in the group " not in m[1].split(" that ")[0] else f"the {m[1]}"), False
        if m := re.fullmatch(r"Which (\d) .*? have the (highest|lowest) (.*) \(among (.*)\)\? Answer .*", text):
            values = self.ranked(m[3], m[2], self.scope(m[4]))
            gaps = values.diff().abs().dropna()[: int(m[1])]
            assert gaps.min() > 1e-9, "a tie"
            return list(values.index[: int(m[1])]), True
        phrase, form = re.fullmatch(r"What is (.*)\? (Answer .*)", text).groups()
        value = self.number(phrase)
        if m := re.fullmatch(r"Answer in (.*), (rounded to|not rounded).*", form):
            value /= 1 if " per " in m[1] else scaled(m[1])
        digits = re.search(r"rounded to (\d|no) decimal", form)
        return value, (None if digits is None else 0 if digits[1] == "no" else int(digits[1]))


def check(prompt, gold):
    """What is wrong with a gold answer; empty when it is what the prompt's text gives."""
    book = Book(prompt)
    for label, row in book.totals.items():  # totals are the sums of their rows
        group = label.removeprefix("Total").strip()
        rows = [row_ for row_ in book.groups if group in ("", book.groups[row_])]
        for column, cell in row.items():
            total = book.frame[column][rows].sum()
            if cell != "n/a" and abs(figure(cell) * scaled(book.units[column[1]]) - total) > 1e-6 * max(1, abs(total)):
                return f"{label} {column}: {cell}, but the rows give {total}"
    found, how = book.answer()
    if isinstance(found, list):
        given = gold.split("|")
        same = given == found if how else sorted(given) == sorted(found)
        return "" if same else f"names {found}, gold {gold}"
    number = re.match(r"-?[\d.]+", gold)[0]
    places = len(number.partition(".")[2])
    if how is not None and how != places:
        return f"{places} decimals, asked for {how}"
    slack = 0.5 * 10**-places if how is not None else 0.0
    return "" if abs(float(number) - found) <= slack + 1e-9 * max(1.0, abs(found)) else f"number {found!r}, gold {gold}"


def main():
    import guru_envs

    source = guru_envs.make_source("guru/tables-v0")
    for level in range(1, len(source.ladder) + 1):
        for seed in range(int(sys.argv[1])):
            task = source.draw(seed, level)
            assert not (problem := check(task.task.prompt, task.task.gold)), (level, seed, problem)
        print(f"level {level}: {sys.argv[1]} tasks confirmed")


if __name__ == "__main__":
    main()
