"""The ordered categories: numbers with a unit, and the words to compare them."""

from __future__ import annotations

from typing import NamedTuple

from guru_envs.domains.logic._logic_grid.facets import Words, words


class Comparing(NamedTuple):
    """The sentences that compare two items in one language: ``{x}`` has the higher or the lower value, ``{d}`` is how much."""

    more: str
    less: str
    more_by: str
    less_by: str
    apart: str


class Scale(NamedTuple):
    """An ordered category.

    Attributes:
        text: how a value is written, by language; ``{h}:{m}`` takes hours and minutes, else ``{v}`` the number.
        difference: how a difference is written, by language; in English for one and for several.
        starts: the lowest value is from ``starts[0]`` to ``starts[1]``, in multiples of ``starts[2]``.
        steps: the possible sizes of a step.
        words: how an item is called, by language.
        comparing: by language.
    """

    text: dict[str, str]
    difference: dict[str, tuple[str, str]]
    starts: tuple[int, int, int]
    steps: tuple[int, ...]
    words: dict[str, Words]
    comparing: dict[str, Comparing]


def _scale(
    text: str, difference: str, starts: tuple[int, int, int], steps: tuple[int, ...], en: str, en_compare: str, zh: str, zh_compare: str
) -> Scale:  # fmt: skip
    """``text`` is English | Chinese, ``difference`` one | several | Chinese; the rest as in ``Words`` and ``Comparing``."""
    one, several, chinese = difference.split("|")
    english, zh_text = text.split("|")
    return Scale(
        {"en": english, "zh": zh_text},
        {"en": (one, several), "zh": (chinese, chinese)},
        starts,
        steps,
        {"en": words(en), "zh": words(zh)},
        {"en": Comparing(*en_compare.split("|")), "zh": Comparing(*zh_compare.split("|"))},
    )


SCALES: dict[str, Scale] = {
    "cost": _scale(
        "{v} dollars|{v}元", "1 dollar|{v} dollars|{v}元", (3, 40, 1), (1, 2, 3, 5),
        "price|the {n} that costs {v}|costs {v}|does not cost {v}",
        "{x} costs more than {y}|{x} costs less than {y}|{x} costs exactly {d} more than {y}|{x} costs exactly {d} less than {y}|"
        "{x} and {y} differ in price by exactly {d}",
        "价格|价格为{v}的{n}|价格是{v}|价格不是{v}",
        "{x}比{y}贵|{x}比{y}便宜|{x}比{y}正好贵{d}|{x}比{y}正好便宜{d}|{x}与{y}的价格正好相差{d}",
    ),
    "paid": _scale(
        "{v} dollars|{v}元", "1 dollar|{v} dollars|{v}元", (5, 60, 1), (1, 2, 4, 5, 10),
        "amount paid|whoever paid {v}|paid {v}|did not pay {v}",
        "{x} paid more than {y}|{x} paid less than {y}|{x} paid exactly {d} more than {y}|{x} paid exactly {d} less than {y}|"
        "the amounts that {x} and {y} paid differ by exactly {d}",
        "付款|付了{v}的{n}|付了{v}|付的不是{v}",
        "{x}付得比{y}多|{x}付得比{y}少|{x}正好比{y}多付{d}|{x}正好比{y}少付{d}|{x}与{y}付的钱正好相差{d}",
    ),
    "took": _scale(
        "{v} minutes|{v}分钟", "1 minute|{v} minutes|{v}分钟", (12, 50, 1), (1, 2, 3, 5),
        "time taken|the {n} who took {v}|took {v}|did not take {v}",
        "{x} took longer than {y}|{x} took less time than {y}|{x} took exactly {d} longer than {y}|"
        "{x} took exactly {d} less than {y}|the times of {x} and {y} are exactly {d} apart",
        "用时|用时{v}的{n}|用时{v}|用时不是{v}",
        "{x}比{y}用时长|{x}比{y}用时短|{x}比{y}用时正好长{d}|{x}比{y}用时正好短{d}|{x}与{y}的用时正好相差{d}",
    ),
    "lasts": _scale(
        "{v} minutes|{v}分钟", "1 minute|{v} minutes|{v}分钟", (15, 60, 5), (5, 10),
        "duration|the {n} that lasts {v}|lasts {v}|does not last {v}",
        "{x} lasts longer than {y}|{x} lasts less time than {y}|{x} lasts exactly {d} longer than {y}|"
        "{x} lasts exactly {d} less than {y}|the durations of {x} and {y} differ by exactly {d}",
        "时长|时长{v}的{n}|时长是{v}|时长不是{v}",
        "{x}比{y}时间长|{x}比{y}时间短|{x}比{y}正好长{d}|{x}比{y}正好短{d}|{x}与{y}的时长正好相差{d}",
    ),
    "year": _scale(
        "{v}|{v}年", "1 year|{v} years|{v}年", (1962, 2004, 1), (1,),
        "year|the {v} {n}|dates from {v}|does not date from {v}",
        "{x} is more recent than {y}|{x} is older than {y}|{x} is exactly {d} more recent than {y}|"
        "{x} is exactly {d} older than {y}|the years of {x} and {y} are exactly {d} apart",
        "年份|{v}的{n}|年份是{v}|年份不是{v}",
        "{x}的年份比{y}晚|{x}的年份比{y}早|{x}的年份正好比{y}晚{d}|{x}的年份正好比{y}早{d}|{x}与{y}的年份正好相差{d}",
    ),
    "clock": _scale(
        "{h}:{m}|{h}:{m}", "1 minute|{v} minutes|{v}分钟", (480, 600, 30), (15, 20, 30),
        "start|the {v} {n}|starts at {v}|does not start at {v}",
        "{x} starts later than {y}|{x} starts earlier than {y}|{x} starts exactly {d} after {y}|"
        "{x} starts exactly {d} before {y}|{x} and {y} start exactly {d} apart",
        "开始时间|{v}开始的{n}|在{v}开始|不在{v}开始",
        "{x}比{y}开始得晚|{x}比{y}开始得早|{x}比{y}正好晚{d}开始|{x}比{y}正好早{d}开始|{x}与{y}的开始时间正好相差{d}",
    ),
    "arrived": _scale(
        "{h}:{m}|{h}:{m}", "1 minute|{v} minutes|{v}分钟", (480, 720, 30), (10, 15, 20, 30),
        "arrival|the {n} who arrived at {v}|arrived at {v}|did not arrive at {v}",
        "{x} arrived later than {y}|{x} arrived earlier than {y}|{x} arrived exactly {d} after {y}|"
        "{x} arrived exactly {d} before {y}|{x} and {y} arrived exactly {d} apart",
        "到达时间|{v}到达的{n}|在{v}到达|不是在{v}到达",
        "{x}比{y}到得晚|{x}比{y}到得早|{x}比{y}正好晚到{d}|{x}比{y}正好早到{d}|{x}与{y}的到达时间正好相差{d}",
    ),
    "june": _scale(
        "June {v}|6月{v}日", "1 day|{v} days|{v}天", (1, 10, 1), (1,),
        "date|the {n} on {v}|is on {v}|is not on {v}",
        "{x} is later in the month than {y}|{x} is earlier in the month than {y}|{x} is exactly {d} after {y}|"
        "{x} is exactly {d} before {y}|the dates of {x} and {y} are exactly {d} apart",
        "日期|{v}的{n}|日期是{v}|日期不是{v}",
        "{x}的日期比{y}晚|{x}的日期比{y}早|{x}正好在{y}之后{d}|{x}正好在{y}之前{d}|{x}与{y}的日期正好相差{d}",
    ),
    "week": _scale(
        "week {v}|第{v}周", "1 week|{v} weeks|{v}周", (1, 6, 1), (1,),
        "week|the {n} of {v}|is planned for {v}|is not planned for {v}",
        "{x} is planned for a later week than {y}|{x} is planned for an earlier week than {y}|"
        "{x} is planned for exactly {d} after {y}|{x} is planned for exactly {d} before {y}|"
        "the weeks of {x} and {y} are exactly {d} apart",
        "周次|{v}的{n}|安排在{v}|不安排在{v}",
        "{x}安排得比{y}晚|{x}安排得比{y}早|{x}正好比{y}晚{d}|{x}正好比{y}早{d}|{x}与{y}的周次正好相差{d}",
    ),
    "distance": _scale(
        "{v} km|{v}公里", "1 km|{v} km|{v}公里", (4, 30, 1), (1, 2, 3, 5),
        "distance|the {n} that is {v} away|is {v} away|is not {v} away",
        "{x} is farther away than {y}|{x} is nearer than {y}|{x} is exactly {d} farther away than {y}|"
        "{x} is exactly {d} nearer than {y}|the distances of {x} and {y} differ by exactly {d}",
        "距离|距离{v}的{n}|距离是{v}|距离不是{v}",
        "{x}比{y}远|{x}比{y}近|{x}比{y}正好远{d}|{x}比{y}正好近{d}|{x}与{y}的距离正好相差{d}",
    ),
    "rode": _scale(
        "{v} km|{v}公里", "1 km|{v} km|{v}公里", (20, 60, 1), (2, 3, 5, 10),
        "distance|the {n} who covered {v}|covered {v}|did not cover {v}",
        "{x} went farther than {y}|{x} went less far than {y}|{x} went exactly {d} farther than {y}|"
        "{x} went exactly {d} less far than {y}|the distances of {x} and {y} differ by exactly {d}",
        "里程|走了{v}的{n}|走了{v}|走的不是{v}",
        "{x}走得比{y}远|{x}走得比{y}近|{x}比{y}正好多走{d}|{x}比{y}正好少走{d}|{x}与{y}的里程正好相差{d}",
    ),
    "weight": _scale(
        "{v} kg|{v}公斤", "1 kg|{v} kg|{v}公斤", (8, 60, 1), (1, 2, 3, 5),
        "weight|the {n} that weighs {v}|weighs {v}|does not weigh {v}",
        "{x} is heavier than {y}|{x} is lighter than {y}|{x} is exactly {d} heavier than {y}|"
        "{x} is exactly {d} lighter than {y}|the weights of {x} and {y} differ by exactly {d}",
        "重量|重{v}的{n}|重{v}|不是重{v}",
        "{x}比{y}重|{x}比{y}轻|{x}比{y}正好重{d}|{x}比{y}正好轻{d}|{x}与{y}的重量正好相差{d}",
    ),
    "length": _scale(
        "{v} cm|{v}厘米", "1 cm|{v} cm|{v}厘米", (20, 80, 1), (2, 3, 5, 10),
        "length|the {n} that is {v} long|is {v} long|is not {v} long",
        "{x} is longer than {y}|{x} is shorter than {y}|{x} is exactly {d} longer than {y}|"
        "{x} is exactly {d} shorter than {y}|the lengths of {x} and {y} differ by exactly {d}",
        "长度|长{v}的{n}|长{v}|不是长{v}",
        "{x}比{y}长|{x}比{y}短|{x}比{y}正好长{d}|{x}比{y}正好短{d}|{x}与{y}的长度正好相差{d}",
    ),
    "height": _scale(
        "{v} meters|{v}米", "1 meter|{v} meters|{v}米", (12, 90, 1), (1, 2, 4, 5),
        "height|the {n} that is {v} tall|is {v} tall|is not {v} tall",
        "{x} is taller than {y}|{x} is less tall than {y}|{x} is exactly {d} taller than {y}|"
        "{x} is exactly {d} less tall than {y}|the heights of {x} and {y} differ by exactly {d}",
        "高度|高{v}的{n}|高{v}|不是高{v}",
        "{x}比{y}高|{x}比{y}矮|{x}比{y}正好高{d}|{x}比{y}正好矮{d}|{x}与{y}的高度正好相差{d}",
    ),
    "age": _scale(
        "{v} years|{v}岁", "1 year|{v} years|{v}岁", (19, 50, 1), (1, 2, 3),
        "age|the {n} aged {v}|is aged {v}|is not aged {v}",
        "{x} is older than {y}|{x} is younger than {y}|{x} is exactly {d} older than {y}|"
        "{x} is exactly {d} younger than {y}|the ages of {x} and {y} differ by exactly {d}",
        "年龄|{v}的{n}|是{v}|不是{v}",
        "{x}比{y}年长|{x}比{y}年轻|{x}比{y}正好大{d}|{x}比{y}正好小{d}|{x}与{y}的年龄正好相差{d}",
    ),
    "score": _scale(
        "{v} points|{v}分", "1 point|{v} points|{v}分", (20, 70, 1), (1, 2, 3, 5),
        "score|the {n} with {v}|scored {v}|did not score {v}",
        "{x} scored more than {y}|{x} scored less than {y}|{x} scored exactly {d} more than {y}|"
        "{x} scored exactly {d} less than {y}|the scores of {x} and {y} differ by exactly {d}",
        "得分|得{v}的{n}|得了{v}|得的不是{v}",
        "{x}的得分比{y}高|{x}的得分比{y}低|{x}比{y}正好多得{d}|{x}比{y}正好少得{d}|{x}与{y}的得分正好相差{d}",
    ),
    "pages": _scale(
        "{v} pages|{v}页", "1 page|{v} pages|{v}页", (80, 300, 10), (10, 20, 25),
        "length|the {n} with {v}|has {v}|does not have {v}",
        "{x} has more pages than {y}|{x} has fewer pages than {y}|{x} has exactly {d} more than {y}|"
        "{x} has exactly {d} fewer than {y}|the page counts of {x} and {y} differ by exactly {d}",
        "页数|共{v}的{n}|共有{v}|不是共有{v}",
        "{x}的页数比{y}多|{x}的页数比{y}少|{x}比{y}正好多{d}|{x}比{y}正好少{d}|{x}与{y}的页数正好相差{d}",
    ),
    "seats": _scale(
        "{v} seats|{v}座", "1 seat|{v} seats|{v}座", (24, 90, 2), (2, 4, 6, 10),
        "seats|the {n} with {v}|has {v}|does not have {v}",
        "{x} has more seats than {y}|{x} has fewer seats than {y}|{x} has exactly {d} more than {y}|"
        "{x} has exactly {d} fewer than {y}|the seat counts of {x} and {y} differ by exactly {d}",
        "座位|有{v}的{n}|有{v}|不是有{v}",
        "{x}的座位比{y}多|{x}的座位比{y}少|{x}比{y}正好多{d}|{x}比{y}正好少{d}|{x}与{y}的座位数正好相差{d}",
    ),
    "floor": _scale(
        "floor {v}|{v}楼", "1 floor|{v} floors|{v}层", (1, 12, 1), (1,),
        "floor|the {n} on {v}|is on {v}|is not on {v}",
        "{x} is higher up than {y}|{x} is lower down than {y}|{x} is exactly {d} above {y}|{x} is exactly {d} below {y}|"
        "{x} and {y} are exactly {d} apart",
        "楼层|在{v}的{n}|在{v}|不在{v}",
        "{x}所在的楼层比{y}高|{x}所在的楼层比{y}低|{x}正好比{y}高{d}|{x}正好比{y}低{d}|{x}与{y}的楼层正好相差{d}",
    ),
    "heat": _scale(
        "{v} degrees|{v}度", "1 degree|{v} degrees|{v}度", (5, 24, 1), (1, 2, 3),
        "temperature|the {n} with {v}|has {v}|does not have {v}",
        "{x} is warmer than {y}|{x} is cooler than {y}|{x} is exactly {d} warmer than {y}|"
        "{x} is exactly {d} cooler than {y}|the temperatures of {x} and {y} differ by exactly {d}",
        "温度|温度为{v}的{n}|温度是{v}|温度不是{v}",
        "{x}比{y}热|{x}比{y}凉|{x}比{y}正好热{d}|{x}比{y}正好凉{d}|{x}与{y}的温度正好相差{d}",
    ),
}  # fmt: skip


def value_text(scale: Scale, lang: str, value: int) -> str:
    """A value in words."""
    return scale.text[lang].format(v=value, h=value // 60, m=f"{value % 60:02}")


def difference_text(scale: Scale, lang: str, value: int) -> str:
    """A difference in words."""
    return scale.difference[lang][value != 1].format(v=value)
