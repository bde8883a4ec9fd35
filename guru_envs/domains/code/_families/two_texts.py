"""Dynamic programs over two texts."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, letters


class EditCost(Family):
    name, theme, level = "change_cost", "dynamic", 7
    mutants = 6

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "insert": rng.randint(1, 4),
            "remove": rng.randint(1, 4),
            "change": rng.randint(1, 6),
            "swap": rng.choice([0, 1, 2]),
        }

    def text(self, p: P) -> tuple[str, str]:
        swap = (
            f"; exchanging two neighbouring letters of `old`, both otherwise untouched, costs {p.swap}"
            if p.swap
            else ""
        )
        zh_swap = f"；交换 `old` 中相邻的两个字母（二者不再作其他改动）花费 {p.swap}" if p.swap else ""
        return (
            f"The text `old` is to be turned into the text `new`. Inserting a letter costs {p.insert}; removing a letter costs {p.remove}; changing a letter into another one costs {p.change}{swap}. Each letter of `old` is kept, removed{', changed or exchanged' if p.swap else ' or changed'}, each at most once, "
            "and the order of the letters is otherwise kept. Find the least total cost.",
            f"要把文本 `old` 变为文本 `new`。插入一个字母花费 {p.insert}；删除一个字母花费 {p.remove}；把一个字母改为另一个字母花费 {p.change}{zh_swap}。`old` 的每个字母或保留、或删除、或修改{'、或交换' if p.swap else ''}，至多一次，其余次序不变。求最小的总花费。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "cost[i][j] for the first i and j letters follows from the last operation.",
            "前 i 个与前 j 个字母的最小花费 cost[i][j] 由最后一次操作递推得到。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ("", ""),
            ("", "ab"),
            ("abc", ""),
            ("abc", "abc"),
            ("ab", "ba"),
            ("abc", "axc"),
            ("abcd", "bcda"),
            ("aab", "abb"),
            ("abab", "baba"),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        old = letters(rng, "abc", 1, 6)
        return old, (old[::-1] if rng.random() < 0.2 else letters(rng, "abc", 1, 6))

    def live(self, p: P) -> tuple[int, ...]:
        useful = [1, 2]
        if p.change < p.insert + p.remove:
            useful.append(3)
        if p.swap and p.swap < min(2 * p.change, p.insert + p.remove):
            useful.append(4)
        return (*useful, 5, 6)

    @staticmethod
    def solve(p: P, m: int, old: str, new: str) -> int:
        cost = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
        for i in range(len(old) + 1):
            for j in range(len(new) + 1):
                ways = []
                if i > 0:
                    ways.append(cost[i - 1][j] + (p.remove if m != 1 else p.remove + 1))
                if j > 0:
                    ways.append(cost[i][j - 1] + (p.insert if m != 2 else p.insert + 1))
                if i > 0 and j > 0:
                    same = old[i - 1] == new[j - 1]
                    if same or m != 3:
                        ways.append(cost[i - 1][j - 1] + (0 if same and m != 5 else p.change))
                if p.swap > 0 and i > 1 and j > 1 and old[i - 1] == new[j - 2] and old[i - 2] == new[j - 1] and m != 4:
                    ways.append(cost[i - 2][j - 2] + p.swap)
                cost[i][j] = min(ways, default=0) if m != 6 else max(ways[:1], default=0)
        return cost[len(old)][len(new)]

    @staticmethod
    def brute(p: P, old: str, new: str) -> int:
        from functools import cache

        @cache
        def least(a: str, b: str) -> int:
            if not a or not b:
                return len(a) * p.remove + len(b) * p.insert
            best = min(
                least(a[1:], b) + p.remove, least(a, b[1:]) + p.insert, least(a[1:], b[1:]) + (a[0] != b[0]) * p.change
            )
            if p.swap and len(a) >= 2 and a[:2] == b[1::-1]:
                best = min(best, least(a[2:], b[2:]) + p.swap)
            return best

        return least(old, new)


class Wildcards(Family):
    name, theme, level = "match_patterns", "dynamic", 7
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        marks = rng.sample("*?+#@", 3)
        return {
            "any": marks[0],
            "one": marks[1],
            "few": marks[2],
            "most": rng.choice([2, 3]),
            "least": rng.choice([0, 1]),
        }

    def text(self, p: P) -> tuple[str, str]:
        least = "any number of letters (also none)" if p.least == 0 else "at least one letter, any number"
        zh_least = "任意多个字母（也可以没有）" if p.least == 0 else "至少一个、任意多个字母"
        return (
            f"A pattern `pattern` of lower-case letters and signs fits a word if the whole word can be made from it: {p.any} stands for {least}; {p.one} stands for exactly one letter; {p.few} stands for at most {p.most} letters (also none); a letter stands for itself. Find the list of those "
            "words of the list `words` that the pattern fits, in the same order.",
            f"由小写字母和符号组成的模式 `pattern` 若能生成整个单词，则称它与该单词匹配：{p.any} 表示{zh_least}；{p.one} 表示恰好一个字母；{p.few} 表示至多 {p.most} 个字母（也可以没有）；字母表示其自身。求列表 `words` 中与模式匹配的单词列表，次序不变。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Keep the set of places of the word that the pattern read so far can reach, and move it on sign by sign.",
            "维护已读模式在单词中可到达的位置集合，逐个符号推进。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        words = ["", "a", "b", "ab", "ba", "aab", "abb", "aabb", "abab", "abaab", "aaaaaab"]
        return [
            ("", words),
            ("ab", words),
            (p.any, words),
            (p.one, words),
            (p.few, words),
            (f"a{p.any}b", words),
            (f"{p.one}b", words),
            (f"a{p.few}b", words),
            (f"{p.any}a{p.one}", words),
            (f"{p.few}{p.one}b{p.any}", words),
            ("a", []),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        marks = p.any + p.one + p.few
        return letters(rng, "aabb" + marks, 2, 5), [letters(rng, "ab", 1, 6) for _ in range(rng.randint(3, 7))]

    @staticmethod
    def solve(p: P, m: int, pattern: str, words: list[str]) -> list[str]:
        found = []
        for word in words:
            places = {0}
            for sign in pattern:
                fresh = set()
                for place in places:
                    if sign == p.any:
                        fresh |= set(range(place + (p.least if m != 1 else 1 - p.least), len(word) + 1))
                    elif sign == p.one:
                        fresh.add(place + 1)
                        if m == 2:
                            fresh.add(place)
                    elif sign == p.few:
                        fresh |= set(range(place, place + p.most + (1 if m != 3 else 0)))
                    elif word[place : place + 1] == sign:
                        fresh.add(place + 1)
                places = {place for place in fresh if place <= len(word)}
            if len(word) in places if m != 4 else len(places) > 0:
                found.append(word)
        return found

    @staticmethod
    def brute(p: P, pattern: str, words: list[str]) -> list[str]:
        def fits(signs: str, word: str) -> bool:
            if not signs:
                return word == ""
            low, high = {p.any: (p.least, len(word)), p.one: (1, 1), p.few: (0, p.most)}.get(signs[0], (-1, 0))
            if low < 0:
                return word[:1] == signs[0] and fits(signs[1:], word[1:])
            return any(fits(signs[1:], word[size:]) for size in range(low, high + 1) if size <= len(word))

        return [word for word in words if fits(pattern, word)]


FAMILIES = (
    EditCost(),
    Wildcards(),
)
