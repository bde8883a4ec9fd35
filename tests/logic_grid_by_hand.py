"""Logic grids read from their prompt's text alone, in both languages, and decided by a SAT solver.

Shares no code with the domain: own tables of sentences, own encoding (each value has an owner, a value of the first category).
Thousands of tasks: ``python tests/logic_grid_by_hand.py --tasks 300``.
"""

from __future__ import annotations

import argparse
import json
import re
from itertools import combinations, product

from pysat.solvers import Solver

# How a sentence compares: category, what it says of the two it names in order, and the text. D is an exact difference.
COMPARISONS = {
    "en": [
        ("price", "more", r"costs (D )?more than"),
        ("price", "less", r"costs (D )?less than"),
        ("price", "apart", r"differ in price by D"),
        ("amount paid", "more", r"paid (D )?more than"),
        ("amount paid", "less", r"paid (D )?less than"),
        ("amount paid", "apart", r"^The amounts that .* paid differ by D"),
        ("time taken", "more", r"took (D )?longer than"),
        ("time taken", "less", r"took (D less|less time) than"),
        ("time taken", "apart", r"^The times of .* are D apart"),
        ("duration", "more", r"lasts (D )?longer than"),
        ("duration", "less", r"lasts (D less|less time) than"),
        ("duration", "apart", r"^The durations of .* differ by D"),
        ("year", "more", r"is (D )?more recent than"),
        ("year", "less", r"is (D )?older than"),
        ("year", "apart", r"^The years of .* are D apart"),
        ("start", "more", r"starts (later than|D after)"),
        ("start", "less", r"starts (earlier than|D before)"),
        ("start", "apart", r"start D apart"),
        ("arrival", "more", r"arrived (later than|D after)"),
        ("arrival", "less", r"arrived (earlier than|D before)"),
        ("arrival", "apart", r"arrived D apart"),
        ("date", "more", r"is (later in the month than|D after)"),
        ("date", "less", r"is (earlier in the month than|D before)"),
        ("date", "apart", r"^The dates of .* are D apart"),
        ("week", "more", r"is planned for (a later week than|D after)"),
        ("week", "less", r"is planned for (an earlier week than|D before)"),
        ("week", "apart", r"^The weeks of .* are D apart"),
        ("distance", "more", r"(is|went) (D )?farther"),
        ("distance", "less", r"is (D )?nearer than|went (D )?less far than"),
        ("distance", "apart", r"^The distances of .* differ by D"),
        ("weight", "more", r"is (D )?heavier than"),
        ("weight", "less", r"is (D )?lighter than"),
        ("weight", "apart", r"^The weights of .* differ by D"),
        ("length", "more", r"is (D )?longer than|has (D more|more pages) than"),
        ("length", "less", r"is (D )?shorter than|has (D fewer|fewer pages) than"),
        ("length", "apart", r"^The (lengths|page counts) of .* differ by D"),
        ("height", "more", r"is (D )?taller than"),
        ("height", "less", r"is (D )?less tall than"),
        ("height", "apart", r"^The heights of .* differ by D"),
        ("age", "more", r"is (D )?older than"),
        ("age", "less", r"is (D )?younger than"),
        ("age", "apart", r"^The ages of .* differ by D"),
        ("score", "more", r"scored (D )?more than"),
        ("score", "less", r"scored (D )?less than"),
        ("score", "apart", r"^The scores of .* differ by D"),
        ("seats", "more", r"has (D more|more seats) than"),
        ("seats", "less", r"has (D fewer|fewer seats) than"),
        ("seats", "apart", r"^The seat counts of .* differ by D"),
        ("floor", "more", r"is (higher up than|D above)"),
        ("floor", "less", r"is (lower down than|D below)"),
        ("floor", "apart", r"are D apart"),
        ("temperature", "more", r"is (D )?warmer than"),
        ("temperature", "less", r"is (D )?cooler than"),
        ("temperature", "apart", r"^The temperatures of .* differ by D"),
    ],
    "zh": [
        ("价格", "more", r"比.+(正好贵D|贵)。"),
        ("价格", "less", r"比.+(正好便宜D|便宜)。"),
        ("价格", "apart", r"的价格正好相差D。"),
        ("付款", "more", r"付得比.+多。|正好比.+多付D。"),
        ("付款", "less", r"付得比.+少。|正好比.+少付D。"),
        ("付款", "apart", r"付的钱正好相差D。"),
        ("用时", "more", r"比.+用时(正好长D|长)。"),
        ("用时", "less", r"比.+用时(正好短D|短)。"),
        ("用时", "apart", r"的用时正好相差D。"),
        ("时长", "more", r"比.+(正好长D|时间长)。"),
        ("时长", "less", r"比.+(正好短D|时间短)。"),
        ("时长", "apart", r"的时长正好相差D。"),
        ("年份", "more", r"的年份(正好)?比.+晚D?。"),
        ("年份", "less", r"的年份(正好)?比.+早D?。"),
        ("年份", "apart", r"的年份正好相差D。"),
        ("开始时间", "more", r"比.+(正好晚D开始|开始得晚)。"),
        ("开始时间", "less", r"比.+(正好早D开始|开始得早)。"),
        ("开始时间", "apart", r"的开始时间正好相差D。"),
        ("到达时间", "more", r"比.+(正好晚到D|到得晚)。"),
        ("到达时间", "less", r"比.+(正好早到D|到得早)。"),
        ("到达时间", "apart", r"的到达时间正好相差D。"),
        ("日期", "more", r"的日期比.+晚。|正好在.+之后D。"),
        ("日期", "less", r"的日期比.+早。|正好在.+之前D。"),
        ("日期", "apart", r"的日期正好相差D。"),
        ("周次", "more", r"安排得比.+晚。|正好比.+晚D。"),
        ("周次", "less", r"安排得比.+早。|正好比.+早D。"),
        ("周次", "apart", r"的周次正好相差D。"),
        ("距离", "more", r"比.+(正好远D|远)。"),
        ("距离", "less", r"比.+(正好近D|近)。"),
        ("距离", "apart", r"的距离正好相差D。"),
        ("里程", "more", r"走得比.+远。|比.+正好多走D。"),
        ("里程", "less", r"走得比.+近。|比.+正好少走D。"),
        ("里程", "apart", r"的里程正好相差D。"),
        ("重量", "more", r"比.+(正好重D|重)。"),
        ("重量", "less", r"比.+(正好轻D|轻)。"),
        ("重量", "apart", r"的重量正好相差D。"),
        ("长度", "more", r"比.+(正好长D|长)。"),
        ("长度", "less", r"比.+(正好短D|短)。"),
        ("长度", "apart", r"的长度正好相差D。"),
        ("高度", "more", r"比.+(正好高D|高)。"),
        ("高度", "less", r"比.+(正好矮D|矮)。"),
        ("高度", "apart", r"的高度正好相差D。"),
        ("年龄", "more", r"比.+(正好大D|年长)。"),
        ("年龄", "less", r"比.+(正好小D|年轻)。"),
        ("年龄", "apart", r"的年龄正好相差D。"),
        ("得分", "more", r"的得分比.+高。|比.+正好多得D。"),
        ("得分", "less", r"的得分比.+低。|比.+正好少得D。"),
        ("得分", "apart", r"的得分正好相差D。"),
        ("页数", "more", r"的页数比.+多。|比.+正好多D。"),
        ("页数", "less", r"的页数比.+少。|比.+正好少D。"),
        ("页数", "apart", r"的页数正好相差D。"),
        ("座位", "more", r"的座位比.+多。|比.+正好多D。"),
        ("座位", "less", r"的座位比.+少。|比.+正好少D。"),
        ("座位", "apart", r"的座位数正好相差D。"),
        ("楼层", "more", r"所在的楼层比.+高。|正好比.+高D。"),
        ("楼层", "less", r"所在的楼层比.+低。|正好比.+低D。"),
        ("楼层", "apart", r"的楼层正好相差D。"),
        ("温度", "more", r"比.+(正好热D|热)。"),
        ("温度", "less", r"比.+(正好凉D|凉)。"),
        ("温度", "apart", r"的温度正好相差D。"),
    ],
}
# The other kinds: name, how many values the sentence names, what must be in it.
KINDS = {
    "en": [
        ("either", 3, r"but not both\.$"),
        ("neither", 3, r" is neither .* nor "),
        ("pair", 4, r"^(Of|One of) .*(and the other|; the other one) "),
        ("different", None, r"are all different |^No two of .* are the same "),
        ("lists", 4, r", in this order\.$"),
        ("neither", 3, r" (not|wears|whoever).* and (is|does|did) not "),
        ("paired", 4, r", and "),
        ("differ", 2, r" are not the same | (is|does|did) not "),
        ("same", 2, r"."),
    ],
    "zh": [
        ("either", 3, r"两者恰居其一。$"),
        ("neither", 3, r"既不等于.*也不等于"),
        ("pair", 4, r"当中，(其一.*，其二|一.*，另一)"),
        ("different", None, r"是互不相同的|没有哪两者是同一"),
        ("lists", 4, r"依次就是"),
        ("neither", 3, r"，而且.*(不|没)"),
        ("paired", 4, r"，而"),
        ("differ", 2, r"不是同一|不是|没有"),
        ("differ", 2, r"不(来自|穿|当|喝|带|练|演奏|学|戴|种|由|讲|在|去|途经|展现|配|运|产|属于|安排)"),
        ("same", 2, r"."),
    ],
}  # fmt: skip


class ByHand:
    """A prompt as read: categories with their values, clues over (category, value)."""

    def __init__(self, prompt: str) -> None:
        self.lang = "zh" if "线索：" in prompt else "en"
        zh = self.lang == "zh"
        self.size = int(re.search(r"共有(\d)" if zh else r"There are (\d) ", prompt)[1])
        self.values: dict[str, list[str]] = {}
        self.numbers: dict[str, list[int]] = {}
        for name, rising, values in re.findall(
            r"^- ([^（：]+)(（由低到高）)?：(.+)$" if zh else r"^- ([^(:]+?)( \(in rising order\))?: (.+)$",
            prompt,
            re.M,
        ):
            self.values[name] = values.split("、" if zh else ", ")
            assert len(self.values[name]) == self.size
            if rising:
                self.numbers[name] = [self.number(name, text) for text in self.values[name]]
                assert self.numbers[name] == sorted(self.numbers[name])
        self.items = [(name, value) for name, values in self.values.items() for value in values]
        self.key = next(iter(self.values))
        assert len({value for _, value in self.items}) == len(self.items)
        longest = sorted((value for _, value in self.items), key=len, reverse=True)
        edge = (r"(?<![0-9])", "") if zh else (r"\b", r"\b")
        self._mention = re.compile("|".join(edge[0] + re.escape(value) + edge[1] for value in longest))
        self._owner = {value: (name, value) for name, value in self.items}
        body, self.question = prompt.split("线索：\n" if zh else "Clues:\n")[1].split("\n\n", 1)
        self.texts = re.findall(r"^\d+\. (.+)$", body, re.M)
        self.clues = [self.read(text) for text in self.texts]

    @staticmethod
    def number(name: str, text: str) -> int:
        """A value as a number; a date in June by its day, a time of day in minutes."""
        digits = [int(part) for part in re.findall(r"\d+", text)]
        if name in ("日期",):
            return digits[1]
        return digits[0] * 60 + digits[1] if ":" in text else digits[0]

    def mentions(self, text: str) -> list[tuple[str, str]]:
        """The values that a text names, in order."""
        return [self._owner[match[0]] for match in self._mention.finditer(text)]

    def read(self, text: str) -> tuple:
        """Kind, items, category compared, exact difference (0: any)."""
        exact, plain = 0, text
        if self.lang == "en" and (match := re.search(r"exactly (\d+) [a-z]+", text)):
            exact, plain = int(match[1]), text.replace(match[0], "D")
        elif "正好" in text:
            match = list(re.finditer(r"(\d+)(元|分钟|年|天|周|公里|公斤|厘米|米|岁|分|页|座|层|度)", text))[-1]
            exact, plain = int(match[1]), text[: match.start()] + "D" + text[match.end() :]
        items = self.mentions(plain)
        for name, relation, pattern in COMPARISONS[self.lang]:
            if name in self.numbers and len(items) == 2 and re.search(pattern, self._mention.sub("_", plain)):
                assert name not in (items[0][0], items[1][0])
                assert bool(exact) == ("D" in self._mention.sub("_", plain))
                return relation, items, name, exact
        assert not exact, text
        for kind, count, pattern in KINDS[self.lang]:
            if (count is None or count == len(items)) and re.search(pattern, text):
                if kind == "paired":  # "x is z, and y is w"
                    kind, items = "lists", [items[0], items[2], items[1], items[3]]
                return kind, items, "", 0
        raise AssertionError(f"cannot read {text!r}")

    # -- truth ---------------------------------------------------------------------------------------------------------

    def true(self, clue: tuple, owner: dict[tuple[str, str], int]) -> bool:
        """Whether a clue holds when each value has the owner given."""
        kind, items, name, exact = clue
        who = [owner[item] for item in items]
        if kind in ("more", "less", "apart"):
            of = {
                owner[name, value]: number for value, number in zip(self.values[name], self.numbers[name], strict=True)
            }
            gap = of[who[0]] - of[who[1]]
            if kind == "apart":
                return abs(gap) == exact
            gap = gap if kind == "more" else -gap
            return gap == exact if exact else gap > 0
        if kind == "pair":
            return who[0] != who[1] and sorted(who[:2]) == sorted(who[2:])
        tests = {
            "same": lambda: who[0] == who[1],
            "differ": lambda: who[0] != who[1],
            "either": lambda: (who[0] == who[1]) + (who[0] == who[2]) == 1,
            "neither": lambda: who[0] != who[1] and who[0] != who[2],
            "different": lambda: len(set(who)) == len(who),
            "lists": lambda: who[0] == who[2] and who[1] == who[3],
        }
        return tests[kind]()

    # -- SAT -----------------------------------------------------------------------------------------------------------

    def solver(self) -> Solver:
        """The standing rules, and each clue behind its selector literal."""
        self.cell = {
            (item, owner): index * self.size + owner + 1
            for index, item in enumerate(self.items)
            for owner in range(self.size)
        }
        self.top = len(self.cell)
        solver = Solver(name="cadical153")
        span = range(self.size)
        for place, value in enumerate(self.values[self.key]):
            solver.add_clause([self.cell[(self.key, value), place]])
        for name, values in self.values.items():
            rows = [[self.cell[(name, value), owner] for owner in span] for value in values]
            for row in rows + [list(column) for column in zip(*rows, strict=True)]:
                solver.add_clause(row)
                for one, two in combinations(row, 2):
                    solver.add_clause([-one, -two])
        for number, clue in enumerate(self.clues, 1):
            for cells in self.broken(clue):
                solver.add_clause([-self.top - number, *(-cell for cell in cells)])
        return solver

    def broken(self, clue: tuple):
        """The combinations of cells that break a clue."""
        kind, items, name, _ = clue
        extra = [(name, value) for value in self.values[name]] if name else []
        if not name:
            for owners in product(range(self.size), repeat=len(items)):
                if not self.true(clue, dict(zip(items, owners, strict=True))):
                    yield [self.cell[cell] for cell in zip(items, owners, strict=True)]
            return
        for one, two in product(range(self.size), repeat=2):
            for low, high in product(extra, repeat=2):
                if (one == two) != (low == high):
                    continue
                gap = self.number(name, low[1]) - self.number(name, high[1])
                fine = {
                    "apart": abs(gap) == clue[3],
                    "more": gap == clue[3] if clue[3] else gap > 0,
                    "less": -gap == clue[3] if clue[3] else gap < 0,
                }[kind]
                if not fine:
                    yield [
                        self.cell[items[0], one],
                        self.cell[low, one],
                        self.cell[items[1], two],
                        self.cell[high, two],
                    ]

    def selectors(self) -> list[int]:
        """The selector literals of all clues."""
        return [self.top + number for number in range(1, len(self.clues) + 1)]

    def solutions(self, limit: int = 2) -> list[dict[tuple[str, str], int]]:
        """Up to some solutions: the owner of each value, as a number of a value of the first category."""
        solver, found = self.solver(), []
        while len(found) < limit and solver.solve(assumptions=self.selectors()):
            true = {literal for literal in solver.get_model() if literal > 0}
            found.append({item: owner for (item, owner), cell in self.cell.items() if cell in true})
            solver.add_clause([-self.cell[pair] for pair in found[-1].items()])
        return found

    def needless(self, solution: dict[tuple[str, str], int]) -> list[int]:
        """The clues without which the solution is still the only one."""
        solver = self.solver()
        solver.add_clause([-self.cell[pair] for pair in solution.items()])
        every = self.selectors()
        return [
            n
            for n, left_out in enumerate(every, 1)
            if not solver.solve(assumptions=[s for s in every if s != left_out])
        ]

    def gold(self, solution: dict[tuple[str, str], int]) -> object:
        """The answer to the question, from a solution."""
        asked = r"What is the (.+?) of (.+)\? " if self.lang == "en" else r"(?P<known>.+)的(?P<name>.+)是什么？"
        match = re.match(asked, self.question)
        if match is None:
            keys = self.values[self.key]
            rows = {key: {} for key in keys}
            for (name, value), owner in solution.items():
                if name != self.key:
                    rows[keys[owner]][name] = value
            return rows
        name, known = match.groups() if self.lang == "en" else (match["name"], match["known"])
        (item,) = self.mentions(known)
        return next(value for value in self.values[name] if solution[name, value] == solution[item])


def check(task) -> str:
    """What is wrong with a task that has one solution, as read from its prompt; empty: nothing."""
    puzzle = ByHand(task.prompt)
    found = puzzle.solutions()
    if len(found) != 1:
        return f"{len(found)} solutions"
    gold = puzzle.gold(found[0])
    if gold != (task.gold if isinstance(gold, str) else json.loads(task.gold)):
        return "another answer than gold"
    if needless := puzzle.needless(found[0]):
        return f"clues {needless} can be left out"
    return ""


def main() -> None:
    """Check many tasks of every level."""
    import guru_envs

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=300, help="tasks for each level and language")
    options = parser.parse_args()
    for level in range(1, len(guru_envs.spec("guru/logic-grid-v0").levels) + 1):
        for lang in ("en", "zh"):
            source = guru_envs.make_source("guru/logic-grid-v0", level=level, lang=lang)
            for seed in range(options.tasks):
                problem = check(source.draw(seed))
                assert not problem, (level, lang, seed, problem)
            print(
                f"level {level} {lang}: {options.tasks} tasks, one solution each, equal to gold, each clue necessary",
                flush=True,
            )


if __name__ == "__main__":
    main()
