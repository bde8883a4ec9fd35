"""Contiguous parts of texts."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, letters


class DistinctWindow(Family):
    name, theme, level = "longest_window", "strings", 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "rule": rng.choice(["distinct", "repeat"]),
            "k": rng.randint(2, 4),
            "side": rng.choice(["leftmost", "rightmost"]),
            "free": rng.choice(["", "a", "b", "c"]),
        }

    def text(self, p: P) -> tuple[str, str]:
        en = f"at most {p.k} different letters" if p.rule == "distinct" else f"no letter more than {p.k} times"
        zh = f"至多含有 {p.k} 种不同的字母" if p.rule == "distinct" else f"每种字母至多出现 {p.k} 次"
        zh_side = "左" if p.side == "leftmost" else "右"
        free = f" The letter {p.free} does not count: it may stand anywhere, any number of times." if p.free else ""
        zh_free = f"字母 {p.free} 不计在内：它可以出现在任何位置、任意多次。" if p.free else ""
        return (
            f"Given a text `text` of lower-case letters, look for the longest contiguous part that holds {en}.{free} Find this part; of several equally long "
            f"ones the {p.side}.",
            f"给定由小写字母组成的文本 `text`，寻找最长的连续片段，使其{zh}。{zh_free}求该片段；若有多个同样长的，取最{zh_side}边的一个。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Slide a window: take in the next letter, and drop letters at the left until the rule holds again; keep the longest window.",
            "滑动窗口：加入下一个字母，若规则被破坏则从左端移出字母直到恢复；记录最长的窗口。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [("",), ("a",), ("aaaa",), ("abcd",), ("abab",), ("aabbccdd",), ("abcabcabc",), ("zyxxyzz",)]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (letters(rng, "abcdefg"[: rng.randint(p.k + 1, 7)], 4, 20),)

    @staticmethod
    def solve(p: P, m: int, text: str) -> str:
        counts: dict[str, int] = {}
        start = 0
        best = ""
        limit = p.k if m != 1 else p.k + 1
        for end, letter in enumerate(text):
            if p.free == "" or letter != p.free:
                counts[letter] = counts.get(letter, 0) + 1
            while len(counts) > limit if p.rule == "distinct" else counts.get(letter, 0) > limit:
                if m == 2:
                    counts, start = {letter: 1}, end
                    break
                if p.free == "" or text[start] != p.free:
                    counts[text[start]] -= 1
                    if counts[text[start]] == 0:
                        del counts[text[start]]
                start += 1
            if (
                end - start + 1 > len(best)
                if p.side == ("leftmost" if m != 3 else "rightmost")
                else end - start + 1 >= len(best)
            ):
                best = text[start : end + 1]
        return best

    @staticmethod
    def brute(p: P, text: str) -> str:
        best = ""
        for end in range(len(text) + 1):
            for start in range(end):
                part = text[start:end]
                rest = part.replace(p.free, "") if p.free else part
                worst = (
                    len(set(rest)) if p.rule == "distinct" else max((rest.count(letter) for letter in rest), default=0)
                )
                if worst <= p.k and (len(part) > len(best) or (len(part) == len(best) and p.side == "rightmost")):
                    best = part
        return best


class Palindromes(Family):
    name, theme, level = "count_palindromes", "strings", 5
    mutants = 4

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 3, 4) if p.odd == "any" or p.least % 2 == (1 if p.odd == "odd" else 0) else (1, 3, 4)

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "least": rng.randint(2, 4),
            "wrong": rng.randint(0, 1),
            "what": rng.choice(["count", "longest"]),
            "odd": rng.choice(["any", "odd", "even"]),
        }

    def text(self, p: P) -> tuple[str, str]:
        kind = {"any": "", "odd": " and an odd length", "even": " and an even length"}[p.odd]
        zh_kind = {"any": "", "odd": "且长度为奇数", "even": "且长度为偶数"}[p.odd]
        rule = (
            "it reads the same forwards and backwards"
            if not p.wrong
            else "it reads the same forwards and backwards after changing at most one of its letters"
        )
        zh_rule = "正读与反读相同" if not p.wrong else "至多改动其中一个字母后正读与反读相同"
        ask, zh_ask = (
            (
                "Count such parts; parts at different positions count separately.",
                "求这样的片段的个数，位置不同的片段分别计数。",
            )
            if p.what == "count"
            else (
                "Find the length of the longest such part, or 0 if there is none.",
                "求最长的这种片段的长度，若不存在则为 0。",
            )
        )
        return (
            f"Given a text `text` of lower-case letters, consider its contiguous parts with at least {p.least} letters{kind}. A part is good if "
            f"{rule}. {ask}",
            f"给定由小写字母组成的文本 `text`，考虑其中长度不小于 {p.least} {zh_kind}的连续片段。若一个片段{zh_rule}，则称它是好的。{zh_ask}",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Grow from every centre, a letter or a gap, and stop when more letters differ than allowed.",
            "以每个字母或间隙为中心向两侧扩展，当不同的字母对超过允许的数目时停止。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [("",), ("a",), ("aa",), ("ab",), ("aaaaaa",), ("abcba",), ("abccba",), ("abcdef",), ("abcbdabba",)]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        half = letters(rng, "abc", 1, 5)
        return (letters(rng, "abc", 0, 4) + half + letters(rng, "ab", 0, 1) + half[::-1] + letters(rng, "abc", 0, 3),)

    @staticmethod
    def solve(p: P, m: int, text: str) -> int:
        count = longest = 0
        for centre in range(2 * len(text) - 1):
            if p.odd == "any":
                fits = centre % 2 == 0 if m == 1 else True
            else:
                fits = (
                    centre % 2 == (0 if p.odd == "odd" else 1) if m != 1 else centre % 2 == (1 if p.odd == "odd" else 0)
                )
            if fits:
                left, right = centre // 2, (centre + 1) // 2
                wrong = 0
                while left >= 0 and right < len(text) if m != 4 else left > 0 and right < len(text):
                    if text[left] != text[right]:
                        wrong += 1
                    if wrong > p.wrong:
                        break
                    size = right - left + 1
                    if size >= p.least if m != 2 else size > p.least:
                        count += 1
                        longest = max(longest, size)
                    left, right = left - 1, right + 1
                    if m == 3 and size >= p.least + 1:
                        break
        return count if p.what == "count" else longest

    @staticmethod
    def brute(p: P, text: str) -> int:
        sizes = []
        for start in range(len(text)):
            for end in range(start + p.least, len(text) + 1):
                part = text[start:end]
                pairs = sum(one != two for one, two in zip(part, reversed(part), strict=True)) // 2
                parity = p.odd == "any" or len(part) % 2 == (p.odd == "odd")
                if parity and pairs <= p.wrong:
                    sizes.append(len(part))
        return len(sizes) if p.what == "count" else max(sizes, default=0)


FAMILIES = (
    DistinctWindow(),
    Palindromes(),
)
