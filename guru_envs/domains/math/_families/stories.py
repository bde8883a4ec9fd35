"""Word problems, each told with numbers that are not needed."""

from __future__ import annotations

import random
from fractions import Fraction

from guru_envs.domains.math._families.family import Board, Family, Params, Voice, Worked, demand, tame
from guru_envs.domains.math._families.forms import num

PEOPLE = (("Anna", "安娜"), ("Ben", "小本"), ("Mei", "小梅"), ("Omar", "奥马尔"), ("Lucia", "露西娅"), ("Tom", "汤姆"))


def _person(voice: Voice, place: int) -> str:
    name = voice.pick(place, PEOPLE)
    return str(name[voice.lang == "zh"])


# ---- shopping: (payment, discount in percent, (count, price), ...); the discount is on the whole, 0 for none


def _draw_shopping(rng: random.Random, d: int) -> Params:
    items = tuple([(rng.randint(2, 5 + d), rng.randint(3, 12 + 8 * d)) for _ in range(1 + (d + 1) // 2)])
    discount = rng.choice((5, 10, 15, 20, 25, 30)) if d > 3 else 0
    total = sum(a * b for a, b in items)
    return (total // 50 + rng.randint(1, 2)) * 50, discount, *items


def _work_shopping(params: Params) -> Worked:
    paid, discount, *items = params
    board = Board()
    demand(all(count > 1 and price > 1 for count, price in items) and 0 <= discount < 90)
    costs = [count * price for count, price in items]
    for (count, price), cost in zip(items, costs, strict=True):
        board.equal("Cost", "费用", f"{count}*{price}", cost)
    total = Fraction(sum(costs))
    if len(costs) > 1:
        board.equal("Total", "合计", " + ".join(map(str, costs)), total)
    if discount:
        less = total * (100 - discount) / 100
        board.equal("After the discount", "折后", f"{total}*(100 - {discount})/100", less)
        total = less
    demand(total < paid)
    board.equal("Change", "找零", f"{paid} - {num(total)}", paid - total)
    return board.done(paid - total)


def _ask_shopping(params: Params, voice: Voice) -> str:
    paid, discount, *items = params
    zh = voice.lang == "zh"
    goods = voice.pick(1, (
        (("notebooks", "本笔记本"), ("lamps", "盏台灯"), ("pens", "支钢笔"), ("bags", "个书包"), ("clocks", "个闹钟")),
        (("plates", "个盘子"), ("cups", "个杯子"), ("towels", "条毛巾"), ("pans", "口锅"), ("vases", "个花瓶")),
        (("tickets", "张门票"), ("maps", "张地图"), ("posters", "张海报"), ("books", "本画册"), ("toys", "个玩具")),
    ))  # fmt: skip
    lines = [
        f"{count} {thing[1]}，每{thing[1][0]} {price} 元" if zh else f"{count} {thing[0]} at {price} dollars each"
        for (count, price), thing in zip(items, goods, strict=False)
    ]
    listed = "；".join(lines) if zh else (", ".join(lines[:-1]) + " and " + lines[-1] if len(lines) > 1 else lines[0])
    off = ""
    if discount:
        off = f"结账时总价减去 {discount}%。" if zh else f"At the till {discount}% is taken off the total. "
    return voice.say(
        ("The shop opened at {h} o'clock, and {w} walked {k} minutes to get there. {w} buys {g}. {o}{w} pays with {p} dollars. How many dollars of change does {w} get?",
         "{w}, who has {k} coupons that are valid only from next month, buys {g}. {o}The queue takes {h} minutes. {w} hands over {p} dollars. How many dollars come back?",
         "In a shop with {k} shelves, {w} puts into the basket {g}. {o}How many dollars of change are there from {p} dollars? The next customer waits {h} minutes."),
        ("商店 {h} 点开门，{w}步行 {k} 分钟到达。{w}买了{g}。{o}{w}付了 {p} 元，应找回多少元？",
         "{w}有 {k} 张下个月才生效的优惠券，买了{g}。{o}排队用了 {h} 分钟。{w}付了 {p} 元，应找回多少元？",
         "在有 {k} 个货架的商店里，{w}选购了{g}。{o}付 {p} 元，应找回多少元？下一位顾客等了 {h} 分钟。"),
        2, w=_person(voice, 0), g=listed, o=off, p=paid, h=voice.number(3, 7, 11), k=voice.number(4, 12, 48),
    )  # fmt: skip


# ---- travel: (distance, first speed, second speed, head start of the first in minutes)


def _draw_travel(rng: random.Random, d: int) -> Params:
    one, two = rng.randint(30 + d, 60 + 8 * d), rng.randint(30 + d, 60 + 8 * d)
    late = rng.choice((10, 15, 20, 30, 40, 45)) if d > 2 else 0
    two += -(one + two) % 4
    quarters = rng.randint(5, 11 + 4 * d)
    return (one + two) * quarters // 4 + (one * late // 60) + (rng.randint(1, 40) if d > 3 else 0), one, two, late


def _work_travel(params: Params) -> Worked:
    way, one, two, late = params
    demand(way > 50 and one > 5 and two > 5 and 0 <= late < 300 and one != two)
    board = Board()
    rest = Fraction(way)
    if late:
        head = Fraction(one * late, 60)
        board.equal("Head start", "先行路程", f"{one}*{late}/60", head)
        rest = way - head
        demand(rest > 0)
        board.equal("What is left", "剩余路程", f"{way} - {num(head)}", rest)
    board.equal("Speeds together", "速度和", f"{one} + {two}", one + two)
    hours = tame(rest / (one + two), 999, 400)
    board.equal("Time", "时间", f"{num(rest)}/{one + two}", hours)
    return board.done(hours)


def _ask_travel(params: Params, voice: Voice) -> str:
    way, one, two, late = params
    zh = voice.lang == "zh"
    kind = voice.pick(1, (("train", "火车"), ("bus", "客车"), ("truck", "货车")))[zh]
    start = (
        f"{late} 分钟后" if late and zh else f"{late} minutes later" if late else "同时" if zh else "At the same moment"
    )
    return voice.say(
        ("Two towns are {s} km apart. A {c} with {k} seats leaves the first town towards the second at {a} km/h. {t} another {c}, which is {h} years old, leaves the second town towards the first at {b} km/h. How many hours after the second {c} has left do they meet?",
         "A {c} that can carry {k} people sets out from P to Q, {s} km away, at a steady {a} km/h. {t} a {c} with {h} wheels sets out from Q to P on the same road at {b} km/h. How many hours does the second {c} travel before they meet?"),
        ("两城相距 {s} 千米。一辆有 {k} 个座位的{c}从第一座城出发，以每小时 {a} 千米驶向第二座城。{t}，另一辆已用 {h} 年的{c}从第二座城出发，以每小时 {b} 千米迎面驶来。第二辆{c}出发多少小时后两车相遇？",
         "一辆可载 {k} 人的{c}从 P 地匀速驶往 {s} 千米外的 Q 地，时速 {a} 千米。{t}，一辆有 {h} 个车轮的{c}从 Q 地沿同一条路驶往 P 地，时速 {b} 千米。第二辆{c}行驶多少小时后两车相遇？"),
        2, s=way, a=one, b=two, c=kind, t=start[0].upper() + start[1:], k=voice.number(3, 21, 59), h=2 * voice.number(4, 3, 9),
    )  # fmt: skip


# ---- work together: (hours alone of each, ...), the last empties where it is negative


def _draw_pipes(rng: random.Random, d: int) -> Params:
    fill = [rng.randint(3, 10 + 3 * d) for _ in range(2 + (d > 3))]
    return (*fill, -rng.randint(8, 20 + 4 * d)) if d > 1 and d != 4 else tuple(fill)


def _work_pipes(params: Params) -> Worked:
    demand(len(set(params)) == len(params) and min(map(abs, params)) > 1 and sum(one < 0 for one in params) <= 1)
    demand(all(one > 0 for one in params[:-1]))
    board = Board()
    rate = sum((Fraction(1, one) for one in params), Fraction(0))
    demand(rate > 0)
    text = "".join(f" {'+' if one > 0 else '-'} 1/{abs(one)}" for one in params)
    board.equal("Part in one hour", "每小时的份额", text[3:], rate)
    hours = tame(1 / rate, 9999, 9999)
    board.equal("Hours", "小时数", f"1/{num(rate)}", hours)
    return board.done(hours)


def _ask_pipes(params: Params, voice: Voice) -> str:
    zh = voice.lang == "zh"
    fill = [one for one in params if one > 0]
    en_fill = ", ".join(map(str, fill[:-1])) + f" and {fill[-1]}"
    zh_fill = "、".join(map(str, fill))
    drain = ""
    if params[-1] < 0:
        drain = (
            f"排水管单独排空满池需要 {-params[-1]} 小时，也打开着。"
            if zh
            else f"An open drain alone would empty the full tank in {-params[-1]} hours. "
        )
    return voice.say(
        ("A tank of {k} litres, {h} metres above the ground, is filled by {n} pipes. Alone they would take {f} hours. {d}The tank is empty at first and everything is opened at once. After how many hours is it full?",
         "{n} pipes lead into an empty {k}-litre tank built {h} years ago; one by one they fill it in {f} hours. {d}With everything open from the start, how many hours pass until the tank is full?"),
        ("一个离地 {h} 米、容积 {k} 升的水池有 {n} 根进水管，单独注满分别需要 {f} 小时。{d}水池起初是空的，所有管子同时打开。多少小时后注满？",
         "{h} 年前建成的 {k} 升空水池有 {n} 根进水管，单独注满分别需要 {f} 小时。{d}一开始就全部打开，多少小时后水池注满？"),
        2, k=voice.number(3, 20, 90) * 10, h=voice.number(4, 3, 29), n=len(fill), f=zh_fill if zh else en_fill, d=drain,
    )  # fmt: skip


# ---- mixtures: ((litres, percent), ..., percent wanted): how much water or pure substance is to be added


def _draw_mixture(rng: random.Random, d: int) -> Params:
    parts = tuple([(rng.randint(2, 10 + 4 * d), rng.randint(15, 70)) for _ in range(1 + (d + 1) // 3)])
    return (*parts, rng.randint(8, 14) if d % 2 else rng.randint(72, 90))


def _work_mixture(params: Params) -> Worked:
    *parts, wanted = params
    demand(all(a > 0 and wanted != p and 0 < p < 100 for a, p in parts) and 0 < wanted < 100)
    board = Board()
    acid = sum((Fraction(a * p, 100) for a, p in parts), Fraction(0))
    volume = sum(a for a, _ in parts)
    board.equal("Acid", "酸", "(" + " + ".join(f"{a}*{p}" for a, p in parts) + ")/100", acid)
    if len(parts) > 1:
        board.equal("Volume", "总体积", " + ".join(str(a) for a, _ in parts), volume)
    if Fraction(wanted, 100) * volume < acid:
        total = acid * 100 / wanted
        board.equal("Volume wanted", "所需总体积", f"{num(acid)}*100/{wanted}", total)
        added = total - volume
        board.equal("Water", "水", f"{num(total)} - {volume}", added)
    else:
        water = volume - acid
        board.equal("Water", "水", f"{volume} - {num(acid)}", water)
        total = water * 100 / (100 - wanted)
        board.equal("Volume wanted", "所需总体积", f"{num(water)}*100/(100 - {wanted})", total)
        added = total - volume
        board.equal("Acid to add", "需加的酸", f"{num(total)} - {volume}", added)
    demand(added > 0)
    return board.done(tame(added, 9999, 99))


def _ask_mixture(params: Params, voice: Voice) -> str:
    *parts, wanted = params
    zh = voice.lang == "zh"
    lines = [f"{a} 升浓度 {p}% 的溶液" if zh else f"{a} litres of a {p}% acid solution" for a, p in parts]
    listed = "、".join(lines) if zh else " and ".join(lines)
    weaker = sum(a * (p - wanted) for a, p in parts) > 0
    added = ("水" if weaker else "纯酸") if zh else "water" if weaker else "pure acid"
    return voice.say(
        ("At {h} degrees, a laboratory assistant pours {g} into a tank that holds {k} litres. How many litres of {x} must be added to make the whole a {w}% solution? Volumes simply add up.",
         "{p} has {g} in one large tank; its label bears the number {k}, and the room is at {h} degrees. What volume of {x}, in litres, brings the mixture to {w}%? Volumes add up."),
        ("在 {h} 度的室温下，实验员把{g}（均指酸）倒入容积 {k} 升的罐中。要使整罐浓度为 {w}%，需加多少升{x}？体积可直接相加。",
         "{p}在一个大罐里有{g}（均指酸），罐上编号为 {k}，室温 {h} 度。加多少升{x}能使混合液浓度为 {w}%？体积可直接相加。"),
        2, g=listed, x=added, w=wanted, p=_person(voice, 0), h=voice.number(3, 18, 27), k=voice.number(4, 40, 99) * 50,
    )  # fmt: skip


# ---- ages: (sum of both ages now, years, factor): in so many years the first is factor times the second


def _draw_ages(rng: random.Random, d: int) -> Params:
    child, years, factor = rng.randint(4, 14 + d), rng.randint(1, 3 + d), rng.randint(2, 4 + d // 4)
    later = rng.randint(0, d)
    return factor * (child + years) - years + child, years, factor, later


def _work_ages(params: Params) -> Worked:
    total, years, factor, later = params
    demand(1 <= years <= 30 and 2 <= factor <= 9 and 0 <= later <= 30)
    board = Board()
    then = total + 2 * years
    board.equal("Sum of the ages then", "届时年龄和", f"{total} + 2*{years}", then)
    child = Fraction(then, factor + 1)
    demand(child.denominator == 1 and child > years + 1 and factor * child - years >= 25 and factor * child < 90)
    board.equal("The younger one then", "届时较小者", f"{then}/({factor} + 1)", child)
    elder = factor * child
    board.equal("The older one then", "届时较大者", f"{factor}*{child}", elder)
    found = elder - years + later
    board.equal("The age asked for", "所求年龄", f"{elder} - {years} + {later}", found)
    demand(found > 0)
    return board.done(found)


def _ask_ages(params: Params, voice: Voice) -> str:
    total, years, factor, later = params
    zh = voice.lang == "zh"
    one = voice.pick(
        1, (("Mr Lee", "李先生"), ("Mrs Silva", "席尔瓦女士"), ("Dr Khan", "汗医生"), ("Ms Novak", "诺瓦克女士"))
    )[zh]
    if zh:
        old = f"再过 {later} 年{one}多少岁" if later else f"{one}现在多少岁"
    else:
        old = f"will {one} be {later} year{'s' if later > 1 else ''} from today" if later else f"is {one} today"
    return voice.say(
        ("{a} and the young {b} are together {s} years old; they live at number {h} and have a cat that weighs {k} kg. In {y} {n} {a} will be {f} times as old as {b} will be then. How old {o}?",
         "{a} teaches {b} the piano for {k} minutes a week, in room {h}. Their ages add up to {s} years. In {y} {n} {a}'s age will be {f} times the age {b} has then. How old {o}?"),
        ("{a}和小朋友{b}的年龄之和是 {s} 岁；他们住在 {h} 号，养着一只 {k} 千克重的猫。{y} 年后，{a}的年龄是那时{b}年龄的 {f} 倍。{o}？",
         "{a}每周在 {h} 号教室教{b}弹琴 {k} 分钟。两人年龄之和是 {s} 岁。{y} 年后，{a}的年龄是那时{b}年龄的 {f} 倍。{o}？"),
        2, a=one, b=_person(voice, 0), s=total, y=years, n="year" if years == 1 else "years", f=factor, o=old, h=voice.number(3, 11, 98), k=voice.number(4, 4, 9),
    )  # fmt: skip


FAMILIES = (
    Family(
        "shopping", "rational", _draw_shopping, _work_shopping, _ask_shopping, units=("dollars", "dollar", "元", "usd")
    ),
    Family("travel", "rational", _draw_travel, _work_travel, _ask_travel, units=("hours", "hour", "h", "hrs", "小时")),
    Family("pipes", "rational", _draw_pipes, _work_pipes, _ask_pipes, units=("hours", "hour", "h", "hrs", "小时")),
    Family(
        "mixture",
        "rational",
        _draw_mixture,
        _work_mixture,
        _ask_mixture,
        units=("litres", "liters", "litre", "liter", "l", "升"),
    ),
    Family("ages", "integer", _draw_ages, _work_ages, _ask_ages, units=("years", "years old", "岁")),
)
