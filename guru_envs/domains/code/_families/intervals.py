"""Intervals of whole numbers."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, pick


def _intervals(rng: random.Random, most: int, top: int = 24, longest: int = 7) -> list[list[int]]:
    made = []
    for _ in range(rng.randint(1, most)):
        start = rng.randint(0, top)
        made.append([start, start + rng.randint(1, longest)])
    return made


_EN = "Each item of `spans` is a list `[start, end]` with start < end: a span of time from start up to, but not including, end."
_ZH = "`spans` 的每一项是列表 `[start, end]`，满足 start < end，表示从 start 开始、到 end 为止（不含 end）的时间段。"


class MergeSpans(Family):
    name, theme, level = "merge_spans", "intervals", 4
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(rng, gap=[0, 0, 1, 2, 3, 4], least=[1, 1, 3, 4, 5, 6], order=["up", "down"])

    def text(self, p: P) -> tuple[str, str]:
        gap = "overlap or touch" if p.gap == 0 else f"overlap, touch or have a gap of at most {p.gap} between them"
        zh_gap = "重叠或首尾相接" if p.gap == 0 else f"重叠、首尾相接或间隔不超过 {p.gap}"
        least = f" Drop merged spans shorter than {p.least}." if p.least > 1 else ""
        zh_least = f"去掉合并后长度小于 {p.least} 的时间段。" if p.least > 1 else ""
        order, zh_order = (
            ("in increasing order", "从小到大") if p.order == "up" else ("in decreasing order", "从大到小")
        )
        return (
            f"{_EN} Merge spans that {gap} into one span from the first start to the last end, as long as there are any.{least} Find the resulting spans, "
            f"{order} of their starts.",
            f"{_ZH}只要有两个时间段{zh_gap}，就把它们合并为从最早的 start 到最晚的 end 的一个时间段。{zh_least}求最后得到的时间段，按 start {zh_order}排列。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Sort by start; each span either extends the last merged one or begins a new one.",
            "按起点排序；每个时间段或延长上一个合并段，或开始一个新段。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        g = p.gap
        return [
            ([],),
            ([[0, 9]],),
            ([[0, 5], [5 + g, 9 + g]],),
            ([[0, 5], [6 + g, 9 + g]],),
            ([[0, 20], [3, 5], [25, 26 + p.least]],),
            ([[8, 9 + p.least], [0, 2 + p.least]],),
            ([[4, 5], [4, 5]],),
            ([[9, 12], [6, 8], [3, 5], [0, 2]],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (_intervals(rng, 7, 40),)

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 3, 4) if p.least > 1 else (1, 2, 3)

    @staticmethod
    def solve(p: P, m: int, spans: list[list[int]]) -> list[list[int]]:
        merged: list[list[int]] = []
        for start, end in sorted(spans) if m != 1 else spans:
            if merged and (start - merged[-1][1] <= p.gap if m != 2 else start - merged[-1][1] < p.gap):
                merged[-1][1] = max(merged[-1][1], end) if m != 3 else end
            else:
                merged.append([start, end])
        if p.least > 1:
            merged = [
                span for span in merged if (span[1] - span[0] >= p.least if m != 4 else span[1] - span[0] > p.least)
            ]
        if m == 1:
            merged.sort()
        return merged if p.order == "up" else merged[::-1]

    @staticmethod
    def brute(p: P, spans: list[list[int]]) -> list[list[int]]:
        left = [list(span) for span in spans]
        again = True
        while again:
            again = False
            for i in range(len(left)):
                for j in range(i + 1, len(left)):
                    one, two = left[i], left[j]
                    if not again and one[0] <= two[1] + p.gap and two[0] <= one[1] + p.gap:
                        left[i] = [min(one[0], two[0]), max(one[1], two[1])]
                        del left[j]
                        again = True
                        break
                if again:
                    break
        return sorted((span for span in left if span[1] - span[0] >= p.least), reverse=p.order == "down")


class Crowd(Family):
    name, theme, level = "crowded_time", "intervals", 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "rule": rng.choice(["least", "exactly", "most"]),
            "k": rng.randint(2, 4),
            "pause": rng.choice([0, 0, 1, 2, 3]),
        }

    def text(self, p: P) -> tuple[str, str]:
        pause = f" Each span is to be lengthened by {p.pause} at its end." if p.pause else ""
        zh_pause = f"先把每个时间段的末尾延长 {p.pause}。" if p.pause else ""
        en = {
            "least": f"Find the total time during which at least {p.k} spans run at once.",
            "exactly": f"Find the total time during which exactly {p.k} spans run at once.",
            "most": f"Find the total time during which at least one and at most {p.k} spans run at once.",
        }[p.rule]
        zh = {
            "least": f"求至少有 {p.k} 个时间段同时进行的总时长。",
            "exactly": f"求恰好有 {p.k} 个时间段同时进行的总时长。",
            "most": f"求至少有 1 个、至多有 {p.k} 个时间段同时进行的总时长。",
        }[p.rule]
        return (f"{_EN}{pause} {en}", f"{_ZH}{zh_pause}{zh}")

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Sort all starts and ends; between two neighbouring points the number of running spans is constant.",
            "把所有起点和终点排序；相邻两点之间同时进行的时间段个数不变。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ([],),
            ([[0, 5]],),
            ([[0, 5]] * p.k,),
            ([[0, 5]] * (p.k + 1),),
            ([[0, 3], [3, 6]],),
            ([[0, 9], [1, 8], [2, 7], [3, 6]],),
            ([[0, 2], [10, 12], [1, 11]],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (_intervals(rng, 8, 14, 9),)

    @staticmethod
    def solve(p: P, m: int, spans: list[list[int]]) -> int:
        events = []
        for start, end in spans:
            events.append((start, 1))
            events.append((end + p.pause, -1))
        total = running = before = 0
        for time, change in sorted(events):
            if p.rule == "least":
                fits = running >= p.k if m != 1 else running > p.k
            elif p.rule == "exactly":
                fits = running == p.k if m != 1 else running >= p.k
            else:
                fits = 1 <= running <= p.k if m != 1 else running <= p.k
            if fits:
                total += time - before
            running += change if m != 2 else 1
            before = time if m != 3 or change == 1 else before
        return total

    @staticmethod
    def brute(p: P, spans: list[list[int]]) -> int:
        total = 0
        for time in range(60):
            running = len([1 for start, end in spans if start <= time and time < end + p.pause])
            total += {"least": running >= p.k, "exactly": running == p.k, "most": 0 < running <= p.k}[p.rule]
        return total


class FreeTime(Family):
    name, theme, level = "free_slots", "intervals", 5
    mutants = 4

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 3, 4) if p.what == "longest" else (1, 2, 3, 4)

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(rng, opens=[0, 8, 9], closes=[18, 20, 24], least=[1, 2, 3], what=["list", "first", "longest"])

    def text(self, p: P) -> tuple[str, str]:
        ask = {
            "list": f"Find all free slots of at least {p.least} hours in increasing order, as a list of `[start, end]`.",
            "first": f"Find the first free slot of at least {p.least} hours as a list with the one item `[start, end]`; the list is empty if there is none.",
            "longest": f"Find the longest free slot of at least {p.least} hours (the first of several) as a list with the one item `[start, end]`; the list is empty if there is none.",
        }[p.what]
        zh_ask = {
            "list": f"求所有时长不少于 {p.least} 小时的空闲时段，从早到晚排列，每项为 `[start, end]`。",
            "first": f"求第一个时长不少于 {p.least} 小时的空闲时段，答案为只含一项 `[start, end]` 的列表；若没有则为空列表。",
            "longest": f"求时长不少于 {p.least} 小时的空闲时段中最长的一个（若有多个取最早的），答案为只含一项 `[start, end]` 的列表；若没有则为空列表。",
        }[p.what]
        return (
            f"A room is open from hour {p.opens} to hour {p.closes}. {_EN} The spans are when it is taken; they may overlap and may reach beyond the opening "
            f"hours. A free slot is a longest possible span within the opening hours during which nothing takes the room. {ask}",
            f"一个房间从 {p.opens} 点开放到 {p.closes} 点。{_ZH}这些时间段表示房间被占用，它们可能重叠，也可能超出开放时间。空闲时段是开放时间内房间不被占用的极大时段。{zh_ask}",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Go through the spans by start with the time up to which the room is taken; a gap before the next start is a free slot.",
            "按起点处理时间段并记录房间被占用到的时刻；下一个起点之前的空隙就是空闲时段。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        a, b = p.opens, p.closes
        return [
            ([],),
            ([[a, b]],),
            ([[a + 1, b - 1]],),
            ([[a, a + 4], [b - 4, b]],),
            ([[a - 2, a + 2], [b - 3, b + 3]],),
            ([[a + 1, b - 3], [a + 2, a + 3]],),
            ([[b + 1, b + 2]],),
            ([[a + 3, a + 4], [a + 7, b]],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        spans = []
        for _ in range(rng.randint(1, 5)):
            start = rng.randint(max(p.opens - 2, 0), p.closes + 3)
            spans.append([start, start + rng.randint(1, 4)])
        return (spans,)

    @staticmethod
    def solve(p: P, m: int, spans: list[list[int]]) -> list[list[int]]:
        free = []
        taken = p.opens
        for start, end in [*sorted(spans), [p.closes, p.closes]] if m != 1 else sorted(spans):
            until = min(start, p.closes) if m != 4 else start
            if until - taken >= p.least if m != 2 else until - taken > p.least:
                free.append([taken, until])
            taken = max(taken, end) if m != 3 else end
        if p.what == "list":
            return free
        if p.what == "first":
            return free[:1]
        free.sort(key=lambda span: span[0] - span[1])
        return free[:1]

    @staticmethod
    def brute(p: P, spans: list[list[int]]) -> list[list[int]]:
        line = "".join(".#"[any(start <= hour < end for start, end in spans)] for hour in range(p.opens, p.closes))
        found = []
        place = 0
        for part in line.split("#"):
            if len(part) >= p.least:
                found.append([p.opens + place, p.opens + place + len(part)])
            place += len(part) + 1
        if p.what == "longest":
            most = max((end - start for start, end in found), default=0)
            found = [span for span in found if span[1] - span[0] == most]
        return found if p.what == "list" else found[:1]


class Rooms(Family):
    name, theme, level = "rooms_needed", "intervals", 5

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "clean": rng.randint(0, 4),
            "what": rng.choice(["rooms", "room list"]),
            "short": rng.choice([0, 2, 3, 4]),
        }

    def text(self, p: P) -> tuple[str, str]:
        clean = (
            f"After each span its room is cleaned for {p.clean} and cannot be used meanwhile."
            if p.clean
            else "A room can be used again at once when a span ends."
        )
        zh_clean = (
            f"每个时间段结束后，其房间需清洁 {p.clean} 的时间，期间不能使用。"
            if p.clean
            else "时间段结束时房间立即可以再次使用。"
        )
        short = f" Spans shorter than {p.short} are ignored: they get no room." if p.short else ""
        zh_short = f"时长小于 {p.short} 的时间段被忽略，不分配房间。" if p.short else ""
        ask, zh_ask = (
            (
                "Find how many rooms are used, as a list with this one number.",
                "求使用了多少个房间，答案为只含这一个数的列表。",
            )
            if p.what == "rooms"
            else ("Find the list of the rooms of the spans in this order.", "求按此顺序各时间段所用房间的列表。")
        )
        return (
            f"{_EN} Rooms have the numbers 1, 2, 3 and so on. In the order of their starts (equal starts: the earlier end first) each span gets the free room with "
            f"the smallest number. {clean}{short} {ask}",
            f"{_ZH}房间编号为 1、2、3……。按 start 从小到大的顺序（start 相同时 end 小者在前），每个时间段使用编号最小的空闲房间。{zh_clean}{zh_short}{zh_ask}",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Keep for each room the time from which it is free, and take the first free one for each span in order.",
            "记录每个房间从何时起空闲，依次为每个时间段取第一个空闲的房间。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        c = p.clean
        return [
            ([],),
            ([[0, 5]],),
            ([[0, 5], [5 + c, 9 + c]],),
            ([[0, 5], [4 + c, 9 + c]],),
            ([[0, 5], [0, 5], [0, 4]],),
            ([[5, 9], [0, 4]],),
            ([[0, 1], [0, 2], [0, 3], [1, 4]],),
            ([[0, 9], [1, 3], [2, 5], [6, 8], [7, 10]],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (_intervals(rng, 8, 16),)

    @staticmethod
    def solve(p: P, m: int, spans: list[list[int]]) -> list[int]:
        free_from: list[int] = []
        used = []
        for start, end in sorted(spans) if m != 1 else spans:
            if p.short > 0 and end - start < p.short:
                continue
            room = 0
            while room < len(free_from) and (free_from[room] > start if m != 2 else free_from[room] >= start):
                room += 1
            if room == len(free_from):
                free_from.append(0)
            free_from[room] = end + p.clean if m != 3 else end + p.clean + 1
            used.append(room + 1)
        return [len(free_from)] if p.what == "rooms" else used

    @staticmethod
    def brute(p: P, spans: list[list[int]]) -> list[int]:
        taken: set[tuple[int, int]] = set()
        rooms = []
        for start, end in sorted((span for span in spans if span[1] - span[0] >= p.short), key=tuple):
            room = 1
            while (room, start) in taken:
                room += 1
            taken |= {(room, time) for time in range(start, end + p.clean)}
            rooms.append(room)
        return [max(rooms, default=0)] if p.what == "rooms" else rooms


FAMILIES = (
    MergeSpans(),
    Crowd(),
    FreeTime(),
    Rooms(),
)
