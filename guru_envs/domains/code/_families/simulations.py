"""Rules carried out step by step: queues, circles, accounts, caches."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, integers


class Circle(Family):
    name, theme, level = "last_in_circle", "simulations", 5
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "step": rng.randint(2, 5),
            "grow": rng.choice([0, 1, 2]),
            "turn": rng.random() < 0.5,
            "left": rng.randint(1, 3),
        }

    def text(self, p: P) -> tuple[str, str]:
        grow = f" After each removal the count grows by {p.grow}." if p.grow else ""
        zh_grow = f"每次移除之后，报数的上限增加 {p.grow}。" if p.grow else ""
        turn = (
            " After each removal the direction of counting changes; the next count begins with the neighbour of the removed person in the new direction."
            if p.turn
            else " The next count begins with the person after the removed one."
        )
        zh_turn = (
            "每次移除之后报数方向改变，下一轮从被移除者在新方向上的相邻者开始报数。"
            if p.turn
            else "下一轮从被移除者之后的人开始报数。"
        )
        remain = "one person is" if p.left == 1 else f"{p.left} people are"
        return (
            f"`n` people with the numbers 1 to n stand in a circle, in this order. Beginning with person 1 they are counted 1, 2, 3, ... in increasing direction, and the person counted {p.step} is removed.{turn}{grow} This goes on until only "
            f"{remain} left (if n is smaller than that, nobody is removed). Find the numbers of those who are left, in increasing order.",
            f"`n` 个人编号 1 到 n，依次站成一圈。从 1 号开始按编号增加的方向报数 1、2、3……，报到 {p.step} 的人被移除。{zh_turn}{zh_grow}如此继续，直到只剩 {p.left} 人（若 n 小于该数则不移除任何人）。"
            "求剩下的人的编号，从小到大排列。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Keep the people in a list and the place of the next one to count; the removed place follows with a remainder by the size.",
            "用列表保存人员以及下一个报数者的位置；被移除的位置由对人数取余得到。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [(1,), (2,), (p.left,), (p.left + 1,), (p.left + 2,), (7,), (12,), (20,)]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (rng.randint(3, 40),)

    def live(self, p: P) -> tuple[int, ...]:
        return tuple(m for m in (1, 2, 3, 4) if not (m == 2 and p.grow == 0))

    @staticmethod
    def solve(p: P, m: int, n: int) -> list[int]:
        people = list(range(1, n + 1))
        place = 0
        step = p.step
        forward = True
        while len(people) > (p.left if m != 3 else p.left + 1):
            place = (place + step - 1) % len(people) if forward else (place - step + 1) % len(people)
            if m == 1:
                place = (place + 1) % len(people)
            people.pop(place)
            if p.turn != (m == 4):
                forward = not forward
                if not forward:
                    place -= 1
            elif not forward:
                place -= 1
            step += p.grow if m != 2 else p.grow + 1
        return people

    @staticmethod
    def brute(p: P, n: int) -> list[int]:
        standing = [True] * n
        place, step, way = -1, p.step, 1
        while sum(standing) > p.left:
            counted = 0
            while counted < step:
                place = (place + way) % n
                counted += standing[place]
            standing[place] = False
            if p.turn:
                way = -way
            step += p.grow
        return [number + 1 for number in range(n) if standing[number]]


class Accounts(Family):
    name, theme, level = "account_log", "simulations", 4
    mutants = 6

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "limit": rng.choice([0, 5, 10, 20]),
            "fee": rng.choice([0, 1, 2]),
            "bonus": rng.choice([0, 10, 25]),
            "what": rng.choice(["end", "lowest", "refused"]),
        }

    def text(self, p: P) -> tuple[str, str]:
        limit = "0" if p.limit == 0 else f"-{p.limit}"
        fee = f" Each withdrawal that is done costs a fee of {p.fee} in addition." if p.fee else ""
        zh_fee = f"每次成功的取款另收手续费 {p.fee}。" if p.fee else ""
        bonus = f" For a deposit of at least {p.bonus}, 1 more is added." if p.bonus else ""
        zh_bonus = f"单次存款不少于 {p.bonus} 时，额外增加 1。" if p.bonus else ""
        ask = {
            "end": "the balance at the end",
            "lowest": "the lowest balance there ever is, the first one included",
            "refused": "the number of refused withdrawals",
        }[p.what]
        zh_ask = {"end": "最后的余额", "lowest": "出现过的最低余额（包括初始余额）", "refused": "被拒绝的取款次数"}[
            p.what
        ]
        return (
            f"An account has the balance `start`. The numbers of `moves` are handled in order: a positive number is a deposit, a negative number a withdrawal of its absolute value, and 0 does nothing. A withdrawal (with its fee, if there is one) that would "
            f"make the balance less than {limit} is refused and changes nothing.{fee}{bonus} Find {ask}.",
            f"一个账户的初始余额为 `start`。按顺序处理 `moves` 中的数：正数表示存款，负数表示取出其绝对值，0 不起作用。若取款（连同手续费，如有）会使余额小于 {limit}，则被拒绝且不改变任何东西。{zh_fee}{zh_bonus}求{zh_ask}。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Handle the moves one after another and keep the balance, the lowest one and the refusals.",
            "逐笔处理，维护余额、最低余额和拒绝次数。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        low = p.limit + p.fee
        return [
            (0, []),
            (5, [0]),
            (10, [-10 - p.limit]),
            (10, [-10 - p.limit + p.fee]),
            (10, [-10 - low - 1, -3]),
            (0, [p.bonus, -1]),
            (3, [p.bonus + 1, -4, -40, 7]),
            (20, [-5, -5, -5, -5, -5, -25, 9]),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return rng.randint(0, 20), [*integers(rng, -18, 14, 3, 9), rng.choice([p.bonus, p.bonus + 3, -3])]

    def live(self, p: P) -> tuple[int, ...]:
        useful = [1, 2, 6] if p.what == "refused" else [1, 2, 5]
        if p.fee:
            useful.append(3)
        if p.bonus and p.what == "end":
            useful.append(4)
        return tuple(useful)

    @staticmethod
    def solve(p: P, m: int, start: int, moves: list[int]) -> int:
        balance = lowest = start
        refused = 0
        for move in moves if m != 6 else moves[:-1]:
            if move > 0:
                balance += move
                if p.bonus > 0 and move >= p.bonus and m != 4:
                    balance += 1
            elif move < 0:
                after = balance + move - (p.fee if m != 3 else 0)
                if after < -p.limit if m != 1 else after <= -p.limit:
                    refused += 1
                    if m == 2:
                        break
                else:
                    balance = after if m != 5 else after - 1
            lowest = min(lowest, balance)
        if p.what == "end":
            return balance
        return lowest if p.what == "lowest" else refused

    @staticmethod
    def brute(p: P, start: int, moves: list[int]) -> int:
        history, refused = [start], 0
        for move in moves:
            change = move
            if move > 0 and p.bonus and move >= p.bonus:
                change += 1
            if move < 0:
                change -= p.fee
                if history[-1] + change + p.limit < 0:
                    refused, change = refused + 1, 0
            history.append(history[-1] + change)
        return {"end": history[-1], "lowest": sorted(history)[0], "refused": refused}[p.what]


class Cache(Family):
    name, theme, level = "cache_misses", "simulations", 6
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "rule": rng.choice(["oldest", "stale", "rare"]),
            "what": rng.choice(["misses", "content", "last"]),
            "skip": rng.choice([0, 0, 3, 4, 5]),
        }

    def text(self, p: P) -> tuple[str, str]:
        rule = {
            "oldest": "the page that was put in longest ago is removed",
            "stale": "the page whose last request is longest ago is removed",
            "rare": "the page with the fewest requests since it was put in is removed, of several the one put in longest ago",
        }[p.rule]
        zh_rule = {
            "oldest": "移除放入时间最早的页",
            "stale": "移除最近一次被请求距今最久的页",
            "rare": "移除自放入以来被请求次数最少的页，若有多个则移除其中放入最早的",
        }[p.rule]
        skip = (
            f" Pages whose number is divisible by {p.skip} are never put in (requests for them always miss)."
            if p.skip
            else ""
        )
        zh_skip = f"编号能被 {p.skip} 整除的页从不放入（对它们的请求总是未命中）。" if p.skip else ""
        ask = {
            "misses": "the list with one number: how many requests miss",
            "content": "the list of the pages in the store at the end, in increasing order",
            "last": "the list with two numbers: the position (from 0) of the last request that misses, or -1 if there is none, and its page, or -1",
        }[p.what]
        zh_ask = (
            "只含一个数的列表：未命中的请求次数" if p.what == "misses" else "最后存储中各页的编号列表，从小到大排列"
        )
        return (
            f"A store has room for `size` pages (at least 1) and is empty at first. The list `requests` gives the numbers of the pages requested one after another. If the page is in the store, nothing is moved. Otherwise the request misses and the page is put "
            f"in; if the store is full, first {rule}. (The request with which a page is put in counts as a request for it.){skip} Find {ask}.",
            f"一个存储可容纳 `size` 页（至少 1 页），开始时为空。列表 `requests` 依次给出被请求的页的编号。若该页在存储中，则不移动任何页；否则该请求未命中，并将该页放入；若存储已满，先{zh_rule}。（放入某页的那次请求也算作对它的一次请求。）"
            f"{zh_skip}求{zh_ask}。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Keep the pages of the store in a list in the order in which they would go, and note what the rule needs.",
            "用列表按移除次序保存各页，并记录规则所需的信息。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            (1, []),
            (1, [1, 1, 2, 1]),
            (2, [1, 2, 1, 5, 1, 2]),
            (2, [1, 1, 2, 5, 2]),
            (3, [1, 2, 5, 7]),
            (3, [1, 2, 5, 1, 7, 1, 2]),
            (2, [3, 4, 6, 8, 12]),
            (5, [7, 5, 2, 1]),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return rng.randint(2, 4), integers(rng, 1, 8, 6, 14)

    @staticmethod
    def solve(p: P, m: int, size: int, requests: list[int]) -> list[int]:
        store: list[int] = []
        times: dict[int, int] = {}
        misses = 0
        last = [-1, -1]
        for number, page in enumerate(requests):
            if page in store:
                times[page] += 1
                if p.rule == "stale" if m != 1 else p.rule == "oldest":
                    store.remove(page)
                    store.append(page)
                continue
            misses += 1
            last = [number, page]
            if p.skip > 0 and page % p.skip == 0 and m != 4:
                continue
            if len(store) == size if m != 2 else len(store) > size:
                gone = (
                    min(store, key=lambda other: times[other])
                    if p.rule == "rare" and m != 1
                    else store[0]
                    if m != 3
                    else store[-1]
                )
                store.remove(gone)
            store.append(page)
            times[page] = 1 if m != 3 else times.get(page, 0) + 1
        if p.what == "last":
            return last
        return [misses] if p.what == "misses" else sorted(store)

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 3, 4) if p.skip else (1, 2, 3)

    @staticmethod
    def brute(p: P, size: int, requests: list[int]) -> list[int]:
        entered: dict[int, int] = {}
        missed, final = 0, [-1, -1]
        for time, page in enumerate(requests):
            if page in entered:
                continue
            missed += 1
            final = [time, requests[time]]
            if p.skip and page % p.skip == 0:
                continue
            if len(entered) >= size:

                def rank(other: int, now: int = time) -> tuple[int, int]:
                    asked = [t for t in range(entered[other], now) if requests[t] == other]
                    return {"oldest": 0, "stale": max(asked), "rare": len(asked)}[p.rule], entered[other]

                del entered[min(entered, key=rank)]
            entered[page] = time
        return {"misses": [missed], "last": final, "content": sorted(entered)}[p.what]


FAMILIES = (
    Circle(),
    Accounts(),
    Cache(),
)
