"""Combinatorics and probability."""

from __future__ import annotations

import math
import random
from fractions import Fraction

from guru_envs.domains.math._families.family import Board, Family, Params, Voice, Worked, demand

# ---- committees: (first group, second group, size, at least so many of the first, at most so many)


def _draw_committee(rng: random.Random, d: int) -> Params:
    first, second = rng.randint(4 + d // 2, 7 + d), rng.randint(4 + d // 2, 7 + d)
    size = rng.randint(3 + d // 3, 4 + d // 2)
    low = rng.randint(1, size - 1)
    return first, second, size, low, min(size, low + (d - 1) // 2)


def _work_committee(params: Params) -> Worked:
    first, second, size, low, high = params
    demand(1 <= low <= high <= size and size < second and high <= first and size < first)
    board, counts = Board(), []
    for chosen in range(low, high + 1):
        counts.append(math.comb(first, chosen) * math.comb(second, size - chosen))
        board.equal(f"With {chosen} of the first group", f"第一类选 {chosen} 人",
                    f"binom({first}, {chosen})*binom({second}, {size - chosen})", counts[-1])  # fmt: skip
    if len(counts) > 1:
        board.equal("Add", "相加", " + ".join(map(str, counts)), sum(counts))
    return board.done(sum(counts))


def _ask_committee(params: Params, voice: Voice) -> str:
    first, second, size, low, high = params
    one, two, eins, zwei = voice.pick(1, (
        ("teachers", "parents", "教师", "家长"), ("doctors", "nurses", "医生", "护士"),
        ("violinists", "cellists", "小提琴手", "大提琴手"), ("chemists", "physicists", "化学家", "物理学家"),
    ))  # fmt: skip
    if voice.lang == "zh":
        limit = f"恰好 {low} 名" if low == high else f"至少 {low} 名且至多 {high} 名"
    else:
        limit = f"exactly {low}" if low == high else f"at least {low} and at most {high}"
    return voice.say(
        ("From {a} {one} and {b} {two}, a group of {k} people is chosen. How many groups contain {limit} {one}?",
         "There are {a} {one} and {b} {two}. In how many ways can {k} of these people be chosen so that {limit} {one} are among them?"),
        ("从 {a} 名{one}和 {b} 名{two}中选出 {k} 人，其中{limit}{one}。有多少种选法？",
         "有 {a} 名{one}和 {b} 名{two}。选 {k} 人组成小组，要求小组中有{limit}{one}，共有多少种不同的小组？"),
        a=first, b=second, k=size, limit=limit, one=eins if voice.lang == "zh" else one, two=zwei if voice.lang == "zh" else two,
    )  # fmt: skip


# ---- arrangements of a multiset in a row; the first two kinds are single and, with apart, may not be neighbours


def _draw_rows(rng: random.Random, d: int) -> Params:
    kinds = rng.randint(2, 3) + d // 3
    counts = [rng.randint(1, 6 + d // 2) for _ in range(kinds)]
    return int(d > 3), tuple(sorted(counts, reverse=True))


def _work_rows(params: Params) -> Worked:
    apart, counts = params
    demand(apart in (0, 1) and min(counts) >= 1 and 4 <= sum(counts) <= 17 and counts == tuple(sorted(counts)[::-1]))
    board = Board()
    total = sum(counts) + 2 * apart

    def ways(size: int) -> int:
        return math.factorial(size) // math.prod(map(math.factorial, counts))

    def formula(size: int) -> str:
        left, text = size, ""
        for count in counts:
            text += f"*binom({left}, {count})"
            left -= count
        return text[1:] + "".join(f"*{one}" for one in range(left, 1, -1))

    board.equal("All rows", "所有排列", formula(total), ways(total))
    if not apart:
        demand(len(counts) > 1)
        return board.done(ways(total))
    board.equal("The two together, as one block in two orders", "两张看作一块，内部两种次序",
                f"2*{formula(total - 1)}", 2 * ways(total - 1))  # fmt: skip
    found = ways(total) - 2 * ways(total - 1)
    board.equal("Subtract", "相减", f"{ways(total)} - {2 * ways(total - 1)}", found)
    return board.done(found)


def _ask_rows(params: Params, voice: Voice) -> str:
    apart, counts = params
    letters = voice.pick(1, ("ABCDEFG", "PQRSTUV", "KLMNOPQ"))
    zh = voice.lang == "zh"
    marks = [
        f"{n} 个 {c}" if zh else f"{n} {'tile' if n == 1 else 'tiles'} marked {c}"
        for n, c in zip(counts, letters, strict=False)
    ]
    if apart:
        marks += [f"1 个 {c}" if zh else f"1 tile marked {c}" for c in "XY"]
    listed = "、".join(marks) if zh else ", ".join(marks[:-1]) + " and " + marks[-1]
    rule = ""
    if apart:
        rule = "，且 X 与 Y 不相邻" if zh else " so that X and Y are not next to each other"
    return voice.say(
        ("Tiles with the same letter look alike. In how many different ways can {m} be laid in a row{r}?",
         "You have {m}; tiles with the same letter cannot be told apart. How many different rows can be made of all the tiles{r}?"),
        ("字母相同的卡片没有区别。把 {m} 的卡片全部排成一行{r}，有多少种不同的排法？",
         "有字母卡片：{m}；字母相同的卡片不可区分。用全部卡片排成一行{r}，能排出多少种？"),
        m=listed, r=rule,
    )  # fmt: skip


# ---- bounded sums: x1 + ... + xn = s with 0 <= xi <= c


def _draw_sums(rng: random.Random, d: int) -> Params:
    count, cap = 3 + d // 2, rng.randint(5, 12 + d)
    return count, cap, rng.randint(cap + 2, count * cap - 3)


def _work_sums(params: Params) -> Worked:
    count, cap, total = params
    demand(3 <= count <= 9 and cap >= 2 and cap < total < count * cap - 2)
    board, found, text = Board(), 0, ""
    for over in range(count + 1):
        left = total - over * (cap + 1)
        if left < 0:
            break
        ways = math.comb(count, over) * math.comb(left + count - 1, count - 1)
        board.equal(f"{over} of them above {cap}", f"其中 {over} 个超过 {cap}",
                    f"binom({count}, {over})*binom({left + count - 1}, {count - 1})", ways)  # fmt: skip
        found += (-1) ** over * ways
        text += f" {'-' if over % 2 else '+'} {ways}"
    board.equal("Add and subtract in turn", "交错加减", text[3:], found)
    return board.done(found)


def _ask_sums(params: Params, voice: Voice) -> str:
    count, cap, total = params
    one, zh = voice.pick(1, (("coins", "硬币"), ("marbles", "弹珠"), ("stickers", "贴纸")))
    return voice.say(
        ("In how many ways can {s} identical {i} be given to {n} different children so that no child gets more than {c}? A child may get none.",
         "{n} different boxes hold at most {c} {i} each and may stay empty. In how many ways can {s} identical {i} be put into them?"),
        ("把 {s} 个相同的{i}分给 {n} 个不同的孩子，每人至多 {c} 个，可以有人没有。有多少种分法？",
         "{n} 个不同的盒子，每个至多装 {c} 个{i}，可以为空。把 {s} 个相同的{i}全部放入，有多少种放法？"),
        s=total, n=count, c=cap, i=zh if voice.lang == "zh" else one,
    )  # fmt: skip


# ---- balls without replacement: ((number of a colour, how many are to be drawn), ...)


def _draw_balls(rng: random.Random, d: int) -> Params:
    kinds = 2 + (d > 2) + (d > 6)
    found = []
    for _ in range(kinds):
        have = rng.randint(3 + d // 2, 6 + d)
        found.append((have, rng.randint(1, min(have - 1, 1 + (d + 1) // 2))))
    return tuple(found)


def _work_balls(params: Params) -> Worked:
    demand(len(params) > 1 and all(0 < want < have <= 30 for have, want in params))
    board = Board()
    have, want = sum(a for a, _ in params), sum(b for _, b in params)
    good = math.prod(math.comb(a, b) for a, b in params)
    board.equal("Draws wanted", "符合的取法", "*".join(f"binom({a}, {b})" for a, b in params), good)
    every = math.comb(have, want)
    board.equal("All draws", "所有取法", f"binom({have}, {want})", every)
    board.equal("Divide", "相除", f"{good}/{every}", Fraction(good, every))
    demand(Fraction(good, every).denominator < 100_000_000)
    return board.done(Fraction(good, every))


def _ask_balls(params: Params, voice: Voice) -> str:
    colours = voice.pick(1, (
        (("red", "红"), ("blue", "蓝"), ("green", "绿"), ("white", "白")),
        (("black", "黑"), ("white", "白"), ("yellow", "黄"), ("red", "红")),
        (("orange", "橙"), ("grey", "灰"), ("blue", "蓝"), ("pink", "粉")),
    ))  # fmt: skip
    zh = voice.lang == "zh"
    have = [f"{a} 个{c[1]}球" if zh else f"{a} {c[0]}" for (a, _), c in zip(params, colours, strict=False)]
    want = [f"{b} 个{c[1]}球" if zh else f"{b} {c[0]}" for (_, b), c in zip(params, colours, strict=False)]
    join = ["、".join(part) if zh else ", ".join(part[:-1]) + " and " + part[-1] for part in (have, want)]
    return voice.say(
        ("A bag holds {h} balls. {k} balls are drawn at random without putting any back. What is the probability of drawing exactly {w}?",
         "From a box with {h} balls, {k} balls are taken at random all at once. How likely is it to get exactly {w} balls?"),
        ("袋中有{h}。不放回地随机取出 {k} 个球，恰好取到{w}的概率是多少？",
         "盒中装有{h}，一次随机取出 {k} 个球。求恰好取到{w}的概率。"),
        h=join[0], w=join[1], k=sum(b for _, b in params),
    )  # fmt: skip


def _guess_chance(params: Params, rng: random.Random) -> str:
    bottom = rng.choice((6, 10, 12, 15, 20, 35, 42, 50, 91, 100))
    return str(Fraction(rng.randint(1, bottom - 1), bottom))


# ---- trials: (trials, chance a of b, at least, at most)


def _draw_trials(rng: random.Random, d: int) -> Params:
    b = rng.randint(3, 10)
    trials = 3 + d // 2 + rng.randint(0, 1)
    low = rng.randint(1, trials - 1)
    return trials, rng.randint(1, b - 1), b, low, min(trials, low + (d + 1) // 3)


def _work_trials(params: Params) -> Worked:
    trials, a, b, low, high = params
    demand(0 < a < b and math.gcd(a, b) == 1 and b > 2 and 0 < low <= high <= trials <= 9 and b**trials < 10**7)
    board, parts = Board(), []
    for hits in range(low, high + 1):
        parts.append(math.comb(trials, hits) * Fraction(a, b) ** hits * Fraction(b - a, b) ** (trials - hits))
        board.equal(f"{hits} times", f"恰好 {hits} 次",
                    f"binom({trials}, {hits})*({a}/{b})^{hits}*({b - a}/{b})^{trials - hits}", parts[-1])  # fmt: skip
    if len(parts) > 1:
        board.equal("Add", "相加", " + ".join(map(str, parts)), sum(parts))
    return board.done(sum(parts, Fraction(0)))


def _ask_trials(params: Params, voice: Voice) -> str:
    trials, a, b, low, high = params
    chance = voice.formula(f"{a}/{b}")
    if voice.lang == "zh":
        limit = f"恰好 {low} 次" if low == high else f"至少 {low} 次且至多 {high} 次"
    else:
        times = "time" if low == 1 else "times"
        limit = f"exactly {low} {times}" if low == high else f"at least {low} and at most {high} times"
    return voice.say(
        ("A spinner shows red with probability {p} in every spin, independently. It is spun {n} times. What is the probability that it shows red {r}?",
         "An archer hits the target with probability {p} in each shot, independently of the others. Of {n} shots, what is the probability that the target is hit {r}?"),
        ("转盘每次转到红色的概率都是 {p}，各次相互独立。转 {n} 次，红色出现{r}的概率是多少？",
         "射手每次命中的概率为 {p}，各次独立。射击 {n} 次，命中{r}的概率是多少？"),
        p=chance, n=trials, r=limit,
    )  # fmt: skip


FAMILIES = (
    Family("committees", "integer", _draw_committee, _work_committee, _ask_committee),
    Family("arrangements", "integer", _draw_rows, _work_rows, _ask_rows),
    Family("bounded-sums", "integer", _draw_sums, _work_sums, _ask_sums),
    Family("draws", "rational", _draw_balls, _work_balls, _ask_balls, guess=_guess_chance),
    Family("trials", "rational", _draw_trials, _work_trials, _ask_trials, guess=_guess_chance),
)
