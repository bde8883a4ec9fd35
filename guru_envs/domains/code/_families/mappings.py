"""Dictionaries and tables: totals, groups, rankings."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, letters, pick

_NAMES = ("ann", "bob", "cat", "dan", "eve", "fox", "gus")


def _table(rng: random.Random, low: int, high: int, most: int = 7) -> dict[str, int]:
    return {name: rng.randint(low, high) for name in rng.sample(_NAMES, rng.randint(1, most))}


class MergeTables(Family):
    name, theme, level = "merge_tables", "mappings", 2
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "rule": rng.choice(["sum", "larger", "first", "minus"]),
            "least": rng.choice([-20, 1, 2, 3, 4, 5, 6, 7]),
        }

    def text(self, p: P) -> tuple[str, str]:
        en = {
            "sum": "the sum of both numbers",
            "larger": "the larger of both numbers",
            "first": "the number of `left`",
            "minus": "the number of `left` minus that of `right`",
        }[p.rule]
        zh = {
            "sum": "两数之和",
            "larger": "两数中较大者",
            "first": "`left` 中的数",
            "minus": "`left` 中的数减去 `right` 中的数",
        }[p.rule]
        drop = f" Finally drop the names whose number is less than {p.least}." if p.least > -20 else ""
        zh_drop = f"最后去掉数值小于 {p.least} 的名字。" if p.least > -20 else ""
        return (
            "Two tables `left` and `right` assign numbers to names. Merge them: a name of only one table keeps its number; a name of both "
            f"tables gets {en}.{drop} Find the merged table.",
            f"两个表 `left` 和 `right` 给名字分配数值。将它们合并：只在一个表中出现的名字保留其数值；在两个表中都出现的名字取{zh}。{zh_drop}求合并后的表。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Start with a copy of the left table and work in the entries of the right one.",
            "从左表的副本开始，逐条并入右表的条目。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ({}, {}),
            ({"ann": 5}, {}),
            ({}, {"bob": 5}),
            ({"ann": 4}, {"ann": 9}),
            ({"ann": 9}, {"ann": 4}),
            ({"ann": p.least, "bob": p.least - 1}, {"eve": p.least}),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return _table(rng, 0, 9, 5), _table(rng, 0, 9, 5)

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 3, 4) if p.least > -20 else (1, 2, 4)

    @staticmethod
    def solve(p: P, m: int, left: dict[str, int], right: dict[str, int]) -> dict[str, int]:
        merged = dict(left)
        for name, number in right.items():
            if name not in merged:
                if m != 1:
                    merged[name] = number
            elif p.rule == "sum":
                merged[name] += number if m != 2 else 0
            elif p.rule == "larger":
                merged[name] = max(merged[name], number) if m != 2 else min(merged[name], number)
            elif p.rule == "minus":
                merged[name] = merged[name] - number if m != 2 else number - merged[name]
            elif m == 2:
                merged[name] = number
        if m == 4:
            merged = {name: number for name, number in merged.items() if name in left or number != max(right.values())}
        if p.least > -20:
            merged = {
                name: number for name, number in merged.items() if (number >= p.least if m != 3 else number > p.least)
            }
        return merged

    @staticmethod
    def brute(p: P, left: dict[str, int], right: dict[str, int]) -> dict[str, int]:
        done = {}
        for name in {*left, *right}:
            one, two = left.get(name), right.get(name)
            if one is None or two is None:
                number = one if two is None else two
            else:
                number = {"sum": one + two, "larger": sorted([one, two])[1], "first": one, "minus": one - two}[p.rule]
            assert number is not None
            if p.least == -20 or not number < p.least:
                done[name] = number
        return done


class Stock(Family):
    name, theme, level = "update_stock", "mappings", 3
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(rng, most=[8, 9, 10, 11, 12, 14, 15, 16, 18, 20], short=["skip", "empty"], drop=[True, False])

    def text(self, p: P) -> tuple[str, str]:
        short, zh_short = {
            "skip": ("it is not done at all", "该操作不执行"),
            "empty": ("all that is there is taken", "取走现有的全部"),
        }[p.short]
        drop = (
            "Goods of which nothing is left are removed from the table."
            if p.drop
            else "Goods of which nothing is left stay in the table with 0."
        )
        zh_drop = "数量变为零的货物从表中移除。" if p.drop else "数量变为零的货物以 0 保留在表中。"
        return (
            "A table `stock` gives the amounts of goods in a store. Each text of `orders` is a name, a space, + or -, and a number, for example "
            f"`nut +4` or `nut -2`. Do them in order: + puts goods in (goods that are not in the table begin at 0; no more than {p.most} of one "
            f"kind fit in, the rest is sent back), - takes goods out of the table; if fewer are there than asked for, {short}. Orders that take goods "
            f"that are not in the table change nothing. {drop} Find the table at the end.",
            "表 `stock` 给出仓库中各种货物的数量。`orders` 中的每个文本由名字、一个空格、+ 或 -、一个数组成，例如 `nut +4` 或 `nut -2`。"
            f"按顺序执行：+ 表示入库（表中没有的货物从 0 开始；每种货物至多存放 {p.most} 个，多余的退回），- 表示出库；若现有数量少于所求，则{zh_short}。"
            f"对表中没有的货物的出库操作不改变任何东西。{zh_drop}求最后的表。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Copy the table, split each order into name, sign and number, and apply its rule.",
            "复制该表，把每条订单拆成名字、符号和数，然后按规则更新。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ({}, []),
            ({"nut": 3}, ["nut -3"]),
            ({"nut": 3}, ["nut -4"]),
            ({}, ["nut -1", "nut +2"]),
            ({"nut": p.most}, ["nut +1"]),
            ({"nut": 1}, [f"nut +{p.most}", "nut -1"]),
            ({"fig": 2}, ["fig -2", "fig +1", "fig -2", "fig +3"]),
            ({"fig": p.most - 1, "nut": 1}, ["fig +1", "nut -1", "fig +9"]),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        goods = ["nut", "fig", "pea", "oat"]
        stock = {name: rng.randint(1, p.most) for name in rng.sample(goods, rng.randint(0, 3))}
        return stock, [
            f"{rng.choice(goods)} {rng.choice('+-')}{rng.randint(1, p.most)}" for _ in range(rng.randint(1, 8))
        ]

    @staticmethod
    def solve(p: P, m: int, stock: dict[str, int], orders: list[str]) -> dict[str, int]:
        stock = dict(stock)
        for order in orders:
            name, change = order.split(" ")
            amount = int(change[1:])
            if change[0] == "+":
                stock[name] = min(stock.get(name, 0) + amount, p.most) if m != 1 else stock.get(name, 0) + amount
            elif name in stock:
                if amount <= stock[name] if m != 2 else amount < stock[name]:
                    stock[name] -= amount
                elif p.short == "empty" if m != 3 else p.short == "skip":
                    stock[name] = 0
                if stock[name] == 0 and p.drop != (m == 4):
                    del stock[name]
        return stock

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 3, 4) if p.short == "empty" else (1, 2, 3, 4)

    @staticmethod
    def brute(p: P, stock: dict[str, int], orders: list[str]) -> dict[str, int]:
        piles = {name: ["x"] * amount for name, amount in stock.items()}
        for order in orders:
            name, number = order[:3], int(order[5:])
            if "+" in order:
                pile = piles.setdefault(name, [])
                for _ in range(number):
                    if len(pile) < p.most:
                        pile.append("x")
            elif name in piles and (p.short == "empty" or len(piles[name]) >= number):
                piles[name] = piles[name][number:]
                if p.drop and not piles[name]:
                    piles.pop(name)
        return {name: len(pile) for name, pile in piles.items()}


class Ranking(Family):
    name, theme, level = "ranking_list", "mappings", 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(rng, gap=[True, False], high=[True, False], top=[2, 3, 4, 5], names=["up", "down"])

    def text(self, p: P) -> tuple[str, str]:
        best, zh_best = ("highest", "最高") if p.high else ("lowest", "最低")
        gap = (
            "after n players who share a place, the next n - 1 places are left out (1, 2, 2, 4)"
            if p.gap
            else "no place is left out after players who share one (1, 2, 2, 3)"
        )
        zh_gap = "n 人并列之后空出随后的 n - 1 个名次（1、2、2、4）" if p.gap else "并列之后不空名次（1、2、2、3）"
        order, zh_order = ("alphabetical", "字母") if p.names == "up" else ("reverse alphabetical", "字母逆")
        return (
            f"A table `scores` gives the points of players. The {best} points are on place 1. Players with equal points share a place; {gap}. "
            f"Find the list of texts `PLACE NAME` of all players on places up to {p.top}, ordered by place, and on the same place in {order} order of "
            "the names.",
            f"表 `scores` 给出各选手的得分，得分{zh_best}者为第 1 名。得分相同者并列；{zh_gap}。求名次不超过 {p.top} 的所有选手的文本列表，"
            f"每项形如 `名次 名字`，按名次排列，同一名次按名字的{zh_order}序排列。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        better = "players" if p.gap else "different points"
        zh_better = "人数" if p.gap else "不同得分的个数"
        return (
            f"A player's place is one more than the number of better {better}.",
            f"选手的名次等于更好的{zh_better}加一。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ({},),
            ({"ann": 3},),
            ({"bob": 3, "ann": 3},),
            ({"ann": 1, "bob": 2, "cat": 3, "dan": 4, "eve": 5},),
            (dict.fromkeys(_NAMES, 7),),
            ({"eve": 5, "bob": 5, "ann": 4, "dan": 4, "cat": 3, "fox": 3},),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (_table(rng, 1, rng.choice([3, 5])),)

    @staticmethod
    def solve(p: P, m: int, scores: dict[str, int]) -> list[str]:
        listed = []
        for points in sorted(set(scores.values()), reverse=p.high if m != 1 else not p.high):
            better = [other for other in scores.values() if (other > points if p.high else other < points)]
            place = 1 + (len(better) if p.gap != (m == 2) else len(set(better)))
            if place <= p.top if m != 3 else place < p.top:
                names = [name for name in scores if scores[name] == points]
                listed += [f"{place} {name}" for name in sorted(names, reverse=p.names == "down")]
        return listed

    @staticmethod
    def brute(p: P, scores: dict[str, int]) -> list[str]:
        sign = -1 if p.high else 1
        names = sorted(scores)
        if p.names == "down":
            names.reverse()
        order = sorted(names, key=lambda name: sign * scores[name])
        lines, place, seen = [], 0, 0
        for index, name in enumerate(order):
            if index == 0 or scores[name] != scores[order[index - 1]]:
                seen += 1
                place = index + 1 if p.gap else seen
            if place <= p.top:
                lines.append(str(place) + " " + name)
        return lines


class GroupWords(Family):
    name, theme, level = "group_sizes", "mappings", 3
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(
            rng, key=["first", "last", "letters", "length"], what=["count", "longest", "distinct"], least=[1, 2, 3]
        )

    def text(self, p: P) -> tuple[str, str]:
        key = {
            "first": "with the same first letter (the group is named by it)",
            "last": "with the same last letter (the group is named by it)",
            "letters": "with the same letters in any order (the group is named by these letters in alphabetical order)",
            "length": "with the same length (the group is named by it, written as a decimal number)",
        }[p.key]
        zh_key = {
            "first": "首字母相同（组名即该字母）",
            "last": "尾字母相同（组名即该字母）",
            "letters": "由相同的字母以任意顺序组成（组名为这些字母按字母序排列）",
            "length": "长度相同（组名为该长度的十进制写法）",
        }[p.key]
        what = {
            "count": "the number of its words",
            "longest": "the sum of the lengths of its words",
            "distinct": "the number of its different words",
        }[p.what]
        zh_what = {"count": "组内单词的个数", "longest": "组内各单词长度之和", "distinct": "组内不同单词的个数"}[p.what]
        least = f" Groups for which this is less than {p.least} are left out." if p.least > 1 else ""
        zh_least = f"该数小于 {p.least} 的组不列出。" if p.least > 1 else ""
        return (
            f"Given a list `words` of words of lower-case letters, make groups of the words {key}. Find the table that gives for each group "
            f"{what}.{least}",
            f"给定由小写字母单词组成的列表 `words`，把满足以下条件的单词归为一组：{zh_key}。求一个表，给出每个组的{zh_what}。{zh_least}",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Compute the group of each word and collect the words of each group in a dictionary.",
            "计算每个单词所属的组，用字典收集各组的单词。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ([],),
            (["a"],),
            (["ab", "ba"],),
            (["abc", "abc"],),
            (["tea", "eat", "tea", "ate"],),
            (["aab", "abb", "ab"],),
            (["xy", "xz", "yx", "zx", "y"],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        words = [letters(rng, "abt", 1, 3) for _ in range(rng.randint(2, 8))]
        return (words + rng.sample(words, 1),)

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 3, 4) if p.least > 1 else (1, 2, 3)

    @staticmethod
    def solve(p: P, m: int, words: list[str]) -> dict[str, int]:
        groups: dict[str, list[str]] = {}
        for word in words if m != 1 else words[:-1]:
            if p.key == "first":
                key = word[0] if m != 2 else word[-1]
            elif p.key == "last":
                key = word[-1] if m != 2 else word[0]
            elif p.key == "letters":
                key = "".join(sorted(word) if m != 2 else sorted(set(word)))
            else:
                key = str(len(word)) if m != 2 else str(len(set(word)))
            groups.setdefault(key, []).append(word)
        table = {}
        for key, group in groups.items():
            if p.what == "longest":
                table[key] = sum([len(word) for word in group]) if m != 3 else max([len(word) for word in group])
            elif p.what == "distinct":
                table[key] = len(set(group)) if m != 3 else len(group)
            else:
                table[key] = len(group) if m != 3 else len(set(group))
        if p.least > 1:
            table = {
                key: number for key, number in table.items() if (number >= p.least if m != 4 else number > p.least)
            }
        return table

    @staticmethod
    def brute(p: P, words: list[str]) -> dict[str, int]:
        def group(word: str) -> str:
            if p.key == "length":
                return str(sum(1 for _ in word))
            if p.key == "letters":
                return "".join(letter * word.count(letter) for letter in "abcdefghijklmnopqrstuvwxyz")
            return word[:1] if p.key == "first" else word[-1:]

        table = {}
        for name in {group(word) for word in words}:
            mine = [word for word in words if group(word) == name]
            number = {"count": len(mine), "longest": len("".join(mine)), "distinct": len(dict.fromkeys(mine))}[p.what]
            if number >= p.least:
                table[name] = number
        return table


FAMILIES = (
    MergeTables(),
    Stock(),
    Ranking(),
    GroupWords(),
)
