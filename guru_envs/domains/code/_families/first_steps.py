"""The easiest problems: one loop, one or two conditions."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, integers, letters, pick


class SayNumbers(Family):
    name, theme, level = "say_numbers", "numbers", 1

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        one, two = sorted(rng.sample([2, 3, 4, 5, 7], 2))
        words = rng.sample(["Fox", "Bee", "Owl", "Cat", "Elk", "Ant"], 2)
        return {
            "one": one,
            "two": two,
            "first": words[0],
            "second": words[1],
            "both": rng.choice(["join", "first", "second"]),
        }

    def text(self, p: P) -> tuple[str, str]:
        both = {"join": f"by {p.first}{p.second}", "first": f"by {p.first}", "second": f"by {p.second}"}[p.both]
        zh_both = {"join": f"{p.first}{p.second}", "first": p.first, "second": p.second}[p.both]
        return (
            f"Count from `low` to `high`, both included, and replace every number divisible by {p.one} by {p.first}, every number divisible by {p.two} by {p.second}, and every number divisible by both {both}. Find the list of the resulting texts (the other numbers are written in decimal). "
            "It is empty if `low` is greater than `high`.",
            f"从 `low` 数到 `high`（含两端），能被 {p.one} 整除的数换成 {p.first}，能被 {p.two} 整除的数换成 {p.second}，能同时被两者整除的数换成 {zh_both}。求得到的文本列表（其余的数写成十进制）。若 `low` 大于 `high`，列表为空。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "For each number test the two remainders, both of them first.",
            "对每个数判断两个余数，先判断同时整除的情形。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        both = p.one * p.two
        return [(3, 2), (1, 1), (p.one, p.one), (p.two, p.two), (both, both), (0, 0), (-p.one, 1), (1, both)]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        low = rng.randint(-9, 60)
        return low, low + rng.randint(1, 9)

    @staticmethod
    def solve(p: P, m: int, low: int, high: int) -> list[str]:
        said = []
        for number in range(low, high + 1 if m != 1 else high):
            first = number % p.one == 0
            second = number % p.two == 0
            if first and second and m != 2:
                if p.both == "join":
                    said.append(p.first + p.second)
                else:
                    said.append(p.first if p.both == "first" else p.second)
            elif first if m != 2 or p.both == "second" else first and not second:
                said.append(p.first)
            elif second:
                said.append(p.second)
            else:
                said.append(str(number) if m != 3 else str(abs(number)))
        return said

    @staticmethod
    def brute(p: P, low: int, high: int) -> list[str]:
        said = []
        while low <= high:
            marks = (low - low // p.one * p.one == 0, low - low // p.two * p.two == 0)
            both = {"join": p.first + p.second, "first": p.first, "second": p.second}[p.both]
            said.append({(True, True): both, (True, False): p.first, (False, True): p.second}.get(marks, f"{low}"))
            low += 1
        return said


class ExtremeOf(Family):
    name, theme, level = "extreme_of", "lists", 1
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "want": rng.choice(["largest", "smallest"]),
            "rule": rng.choice(["odd", "even", "over", "place"]),
            "k": rng.randint(1, 6),
            "missing": rng.choice([0, -1, 100]),
        }

    def text(self, p: P) -> tuple[str, str]:
        rule = {
            "odd": "odd numbers",
            "even": "even numbers",
            "over": f"numbers with an absolute value of at least {p.k}",
            "place": "numbers at odd positions (counted from 0)",
        }[p.rule]
        zh_rule = {
            "odd": "奇数",
            "even": "偶数",
            "over": f"绝对值不小于 {p.k} 的数",
            "place": "位于奇数位置（从 0 计）的数",
        }[p.rule]
        zh_want = "最大值" if p.want == "largest" else "最小值"
        return (
            f"Find the {p.want} of the {rule} in the list `values`, or {p.missing} if there are none.",
            f"求列表 `values` 中{zh_rule}的{zh_want}；若没有这样的数，答案为 {p.missing}。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Collect the numbers that count and take the best, if there is one.",
            "收集符合条件的数，若存在则取最值。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ([],),
            ([4],),
            ([3],),
            ([p.k, -p.k],),
            ([1, 2, 3, 4],),
            ([-8, -7, -6, -5],),
            ([9, -9, 8, -8],),
            ([0, 0],),
            ([5, 1, 5, 2, 5],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (integers(rng, -15, 15, 2, 9),)

    @staticmethod
    def solve(p: P, m: int, values: list[int]) -> int:
        found = []
        for place, value in enumerate(values if m != 4 else values[:-1]):
            if p.rule == "odd":
                fits = value % 2 == (1 if m != 1 else 0)
            elif p.rule == "even":
                fits = value % 2 == (0 if m != 1 else 1)
            elif p.rule == "over":
                fits = abs(value) >= p.k if m != 1 else value >= p.k
            else:
                fits = place % 2 == (1 if m != 1 else 0)
            if fits:
                found.append(value)
        if len(found) == 0:
            return p.missing if m != 3 else p.missing + 1
        return max(found) if p.want == ("largest" if m != 2 else "smallest") else min(found)

    @staticmethod
    def brute(p: P, values: list[int]) -> int:
        for value in sorted(values, reverse=p.want == "largest"):
            places = [i for i, other in enumerate(values) if other == value]
            fits = {
                "odd": value & 1,
                "even": not value & 1,
                "over": not -p.k < value < p.k,
                "place": any(i & 1 for i in places),
            }
            if fits[p.rule]:
                return value
        return p.missing


class Clock(Family):
    name, theme, level = "clock_after", "numbers", 1

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "hours": rng.choice([10, 12, 20, 24, 30]),
            "minutes": rng.choice([20, 50, 60, 100]),
            "sign": rng.choice([":", "h", "."]),
        }

    def text(self, p: P) -> tuple[str, str]:
        return (
            f"On some planet a day has {p.hours} hours of {p.minutes} minutes, counted from 0. It is `hour` hours and `minute` minutes (a valid time). Find the time after `wait` minutes (which may be negative) as a text: the hour, the sign `{p.sign}` and the minute, without spaces, both numbers "
            "with at least two digits (a leading 0 where needed).",
            f"某行星上一天有 {p.hours} 小时，每小时 {p.minutes} 分钟，均从 0 计。现在是 `hour` 时 `minute` 分（合法的时刻）。求 `wait` 分钟之后（可以为负）的时刻，写成文本：依次为小时、符号 `{p.sign}`、分钟，不含空格，两个数都至少两位（不足时前面补 0）。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Turn the time into minutes, add, take the remainder by the day, and split again.",
            "把时刻换算成分钟，相加后对一天取余，再拆分。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        day = p.hours * p.minutes
        return [
            (0, 0, 0),
            (0, 0, -1),
            (p.hours - 1, p.minutes - 1, 1),
            (0, 0, day),
            (0, 5, p.minutes - 5),
            (3, 0, -3 * p.minutes),
            (1, 1, 2 * day + 9),
            (0, 0, -day - 1),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return rng.randrange(p.hours), rng.randrange(p.minutes), rng.randint(-300, 3000)

    @staticmethod
    def solve(p: P, m: int, hour: int, minute: int, wait: int) -> str:
        total = hour * p.minutes + minute + (wait if m != 1 else abs(wait))
        if m != 2:
            total %= p.hours * p.minutes
        hours, minutes = total // p.minutes, total % p.minutes
        return f"{hours:02d}" + p.sign + (f"{minutes:02d}" if m != 3 else str(minutes))

    @staticmethod
    def brute(p: P, hour: int, minute: int, wait: int) -> str:
        for _ in range(abs(wait)):
            minute += 1 if wait > 0 else -1
            if minute == p.minutes:
                hour, minute = hour + 1, 0
            elif minute < 0:
                hour, minute = hour - 1, p.minutes - 1
            if hour == p.hours:
                hour = 0
            elif hour < 0:
                hour = p.hours - 1
        return p.sign.join(("0" + str(part)) if part < 10 else str(part) for part in (hour, minute))


class PickLetters(Family):
    name, theme, level = "pick_letters", "strings", 1
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(rng, place=[0, 1, 2, -1, -2], short=["skip", "dash"], upper=[True, False], join=["", "-", "+"])

    def text(self, p: P) -> tuple[str, str]:
        place = {0: "first", 1: "second", 2: "third", -1: "last", -2: "last but one"}[p.place]
        zh_place = {0: "第一个", 1: "第二个", 2: "第三个", -1: "最后一个", -2: "倒数第二个"}[p.place]
        short = (
            "Words that are too short are passed over"
            if p.short == "skip"
            else "For words that are too short take the digit 0"
        )
        zh_short = "太短的单词略过" if p.short == "skip" else "太短的单词取数字 0"
        upper = ", in upper case" if p.upper else ""
        zh_upper = "并改为大写，" if p.upper else ""
        join = f" with {p.join} between them" if p.join else " without anything between them"
        zh_join = f"用 {p.join} 连接" if p.join else "直接连接"
        return (
            f"Take the {place} letter of every word of the list `words` (words of lower-case letters){upper}. {short}. Find the text of what was taken, in order,{join}.",
            f"取列表 `words` 中每个单词（由小写字母组成）的{zh_place}字母，{zh_upper}{zh_short}。求把所取的字符按次序{zh_join}得到的文本。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Go through the words, check the length, and join what was taken.",
            "遍历单词，检查长度，把取出的字符连接起来。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ([],),
            (["a"],),
            (["ab"],),
            (["abc"],),
            (["abcd"],),
            (["abcd", "a", "ab"],),
            (["xyz", "zyx", "yx", "q"],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return ([letters(rng, "abcdefgh", 1, 5) for _ in range(rng.randint(2, 6))],)

    def live(self, p: P) -> tuple[int, ...]:
        useful = [1, 2, 3] if p.place not in (0, -1) else [1, 2]
        return (*useful, 4)

    @staticmethod
    def solve(p: P, m: int, words: list[str]) -> str:
        taken = []
        for word in words:
            if len(word) >= (p.place + 1 if p.place >= 0 else -p.place) + (0 if m != 3 else 1):
                letter = word[p.place if m != 1 else p.place - 1] if m != 1 or p.place != -2 else word[-1]
                taken.append(letter.upper() if p.upper == (m != 4) else letter)
            elif p.short == "dash":
                taken.append("0")
        if m == 2:
            taken = taken[::-1]
        return p.join.join(taken)

    @staticmethod
    def brute(p: P, words: list[str]) -> str:
        text = ""
        for word in words:
            order = word if p.place >= 0 else word[::-1]
            wanted = p.place if p.place >= 0 else -p.place - 1
            letter = next((one for i, one in enumerate(order) if i == wanted), "0" if p.short == "dash" else "")
            if letter:
                text += (p.join if text else "") + (letter.upper() if p.upper else letter)
        return text


class TurnGrid(Family):
    name, theme, level = "turn_grid", "grids", 2
    mutants = 5

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(
            rng, move=["right", "left", "half", "mirror", "diagonal"], add=[0, 0, 1, 3], drop=["", "first", "last"]
        )

    def text(self, p: P) -> tuple[str, str]:
        move = {
            "right": "turn it by 90 degrees to the right (clockwise)",
            "left": "turn it by 90 degrees to the left (counterclockwise)",
            "half": "turn it by 180 degrees",
            "mirror": "exchange left and right",
            "diagonal": "exchange rows and columns (the first row becomes the first column)",
        }[p.move]
        zh_move = {
            "right": "将它顺时针旋转 90 度",
            "left": "将它逆时针旋转 90 度",
            "half": "将它旋转 180 度",
            "mirror": "左右互换",
            "diagonal": "行列互换（第一行变为第一列）",
        }[p.move]
        add = f", and add {p.add} to every number" if p.add else ""
        zh_add = f"，并把每个数加上 {p.add}" if p.add else ""
        drop = f" Then remove its {p.drop} row." if p.drop else ""
        zh_drop = {"": "", "first": "然后去掉第一行。", "last": "然后去掉最后一行。"}[p.drop]
        return (
            f"Given a rectangular grid `grid` of integers (a list of rows, at least one row and one column), {move}{add}.{drop} Find the resulting grid.",
            f"给定整数的矩形网格 `grid`（由各行组成的列表，至少一行一列），{zh_move}{zh_add}。{zh_drop}求得到的网格。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Reversing rows, reversing the order of rows, and zip for exchanging rows and columns make every turn.",
            "用反转每行、反转行序以及 zip 行列互换即可实现各种旋转。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ([[1]],),
            ([[1, 2]],),
            ([[1], [2]],),
            ([[1, 2], [3, 4]],),
            ([[1, 2, 3], [4, 5, 6]],),
            ([[0, 0, 1], [0, 2, 0], [3, 0, 0]],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        columns = rng.randint(1, 4)
        return ([integers(rng, -5, 20, columns, columns) for _ in range(rng.randint(1, 4))],)

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, *([3] if p.drop else []), *([4] if p.add else []), 5)

    @staticmethod
    def solve(p: P, m: int, grid: list[list[int]]) -> list[list[int]]:
        if p.move in ("right", "left", "diagonal"):
            turned = [list(column) for column in zip(*grid, strict=True)]
        else:
            turned = [row[:] for row in grid]
        if (
            p.move == ("right" if m != 1 else "left")
            or p.move in ("half", "mirror")
            or (m == 1 and p.move == "diagonal")
        ):
            turned = [row[::-1] for row in turned]
        if p.move == ("left" if m != 1 else "right") or p.move == ("half" if m != 1 else "mirror"):
            turned = turned[::-1]
        if m == 2:
            turned = [row[:2] for row in turned]
        if p.add > 0:
            turned = [[number + p.add for number in row] if m != 4 else [row[0] + p.add, *row[1:]] for row in turned]
        if p.drop == "first":
            turned = turned[1:] if m != 3 else turned[:-1]
        elif p.drop == "last":
            turned = turned[:-1] if m != 3 else turned[1:]
        return turned if m != 5 else turned[:2]

    @staticmethod
    def brute(p: P, grid: list[list[int]]) -> list[list[int]]:
        cells = {}
        height, width = len(grid), len(grid[0])
        for r in range(height):
            for c in range(width):
                place = {
                    "right": (c, height - 1 - r),
                    "left": (width - 1 - c, r),
                    "half": (height - 1 - r, width - 1 - c),
                    "mirror": (r, width - 1 - c),
                    "diagonal": (c, r),
                }
                cells[place[p.move]] = grid[r][c] + p.add
        rows = [[cells[r, c] for c in range(1 + max(b for _, b in cells))] for r in range(1 + max(a for a, _ in cells))]
        if p.drop:
            rows.pop(0 if p.drop == "first" else -1)
        return rows


FAMILIES = (SayNumbers(), ExtremeOf(), Clock(), PickLetters(), TurnGrid())
