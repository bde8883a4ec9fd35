"""The words of zebra puzzles in both languages. The tables of a language have the same shape as those of the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guru_envs.domains.logic._zebra.clues import Clue


class Attribute(NamedTuple):
    """An attribute: its name, how a person is called by a value of it, and its values."""

    name: str
    person: str
    values: tuple[str, ...]


_EN = (
    ("name", "{}", "Alice Bob Carol David Emma Frank Grace Henry Irene Jack Karen Liam"),
    ("color", "the person in the {} house", "red blue green yellow white black purple orange brown gray pink silver"),
    ("pet", "the {} owner", "cat dog horse rabbit parrot turtle hamster goat snake fox pony lizard"),
    ("drink", "the {} drinker", "tea coffee milk water juice cocoa lemonade cider soda wine beer tonic"),
    ("job", "the {}", "doctor teacher farmer baker pilot painter lawyer nurse miner tailor sailor singer"),
    ("sport", "the {} player", "tennis golf chess hockey rugby squash cricket polo soccer darts bowls handball"),
    ("music", "the {} fan", "jazz rock opera blues folk salsa swing metal reggae disco gospel techno"),
    ("fruit", "the {} lover", "apple banana cherry grape lemon mango melon peach pear plum kiwi papaya"),
    ("flower", "the {} grower", "rose tulip lily daisy iris poppy violet orchid peony lotus jasmine dahlia"),
    ("vehicle", "the {} driver", "car truck van bus taxi tractor scooter jeep tram moped minibus limousine"),
)
_ZH = (
    ("姓名", "{}", "小明 小红 小刚 小丽 小华 小强 小芳 小军 小燕 小伟 小玲 小涛"),
    ("颜色", "住{}房子的人", "红色 蓝色 绿色 黄色 白色 黑色 紫色 橙色 棕色 灰色 粉色 银色"),
    ("宠物", "养{}的人", "猫 狗 马 兔子 鹦鹉 乌龟 仓鼠 山羊 蛇 狐狸 矮马 蜥蜴"),
    ("饮料", "喝{}的人", "茶 咖啡 牛奶 水 果汁 可可 柠檬水 苹果酒 汽水 葡萄酒 啤酒 奎宁水"),
    ("职业", "当{}的人", "医生 教师 农民 面包师 飞行员 画家 律师 护士 矿工 裁缝 水手 歌手"),
    ("运动", "玩{}的人", "网球 高尔夫 国际象棋 曲棍球 橄榄球 壁球 板球 马球 足球 飞镖 草地滚球 手球"),
    ("音乐", "听{}的人", "爵士 摇滚 歌剧 蓝调 民谣 萨尔萨 摇摆乐 金属乐 雷鬼 迪斯科 福音 电子乐"),
    ("水果", "爱吃{}的人", "苹果 香蕉 樱桃 葡萄 柠檬 芒果 甜瓜 桃子 梨 李子 猕猴桃 木瓜"),
    ("花", "种{}的人", "玫瑰 郁金香 百合 雏菊 鸢尾 罂粟 紫罗兰 兰花 牡丹 莲花 茉莉 大丽花"),
    ("车辆", "开{}的人", "轿车 卡车 面包车 公共汽车 出租车 拖拉机 踏板车 吉普车 有轨电车 摩托车 小巴 豪华轿车"),
)
TABLES: dict[str, tuple[Attribute, ...]] = {
    lang: tuple(Attribute(name, person, tuple(values.split())) for name, person, values in table)
    for lang, table in (("en", _EN), ("zh", _ZH))
}

_CLUES = {
    "en": {
        "at": "{0} lives in house {n}.",
        "not_at": "{0} does not live in house {n}.",
        "same": "{0} is {1}.",
        "different": "{0} is not {1}.",
        "next_to": "{0} lives next to {1}.",
        "immediately_left": "{0} lives directly to the left of {1}.",
        "immediately_right": "{1} lives directly to the right of {0}.",
        "left_of": "{0} lives somewhere to the left of {1}.",
        "right_of": "{1} lives somewhere to the right of {0}.",
        "distance": "{0} lives exactly {n} houses away from {1}.",
        "between": "{1} lives somewhere between {0} and {2}.",
        "at_end": "{0} lives in one of the two end houses.",
        "odd": "{0} lives in a house with an odd number.",
        "even": "{0} lives in a house with an even number.",
        "either_or": "{0} is either {1} or {2}.",
    },
    "zh": {
        "at": "{0}住在{n}号房。",
        "not_at": "{0}不住在{n}号房。",
        "same": "{0}就是{1}。",
        "different": "{0}不是{1}。",
        "next_to": "{0}住在{1}的隔壁。",
        "immediately_left": "{0}住在{1}左边紧邻的房子里。",
        "immediately_right": "{1}住在{0}右边紧邻的房子里。",
        "left_of": "{0}住在{1}左边的某处。",
        "right_of": "{1}住在{0}右边的某处。",
        "distance": "{0}与{1}的门牌号正好相差{n}。",
        "between": "{1}住在{0}与{2}之间的某处。",
        "at_end": "{0}住在两端的房子之一。",
        "odd": "{0}住在单数号房。",
        "even": "{0}住在双数号房。",
        "either_or": "{0}是{1}或者{2}。",
    },
}
_INTRO = {
    "en": (
        "There are {houses} houses in a row, numbered 1 to {houses} from left to right. One person lives in each house. "
        "Each person has exactly one value of each of these attributes, and no two people have the same value:\n{lists}\n\n"
    ),
    "zh": "有{houses}座房子排成一排，从左到右编号为1到{houses}。每座房子里住着一个人。"
    "每个人在以下各项中各有恰好一个取值，任何两个人的取值都不相同：\n{lists}\n\n",
}
_DEFINED = {
    "en": {
        "next_to": '"Next to" means that the house numbers differ by 1.',
        "left": '"Left" means a smaller house number, "right" a larger one; "directly" means that the numbers differ by 1.',
        "distance": '"k houses away" means that the house numbers differ by k.',
        "between": '"Between" means that the house number lies strictly between the two others, which may come in either order.',
    },
    "zh": {
        "next_to": "“隔壁”指门牌号相差1。",
        "left": "“左边”指门牌号较小，“右边”指门牌号较大；“紧邻”指门牌号相差1。",
        "distance": "",
        "between": "“之间”指门牌号严格介于另外两人的门牌号之间，那两人的左右顺序不限。",
    },
}
_ASK = {
    "en": {
        "clues": "Clues:",
        "grid": "Who lives where? The answer is one JSON object with the values of each house, in this form:\n{form}",
        "value": "What is the {attribute} of {person}? The answer is one of: {values}.",
        "there": "What is the {attribute} of the person who lives in house {house}? The answer is one of: {values}.",
        "house": "In which house does {person} live? The answer is one of the house numbers: {values}.",
    },
    "zh": {
        "clues": "线索：",
        "grid": "每座房子里各是什么？答案是一个 JSON 对象，给出每座房子的各项取值，形式如下：\n{form}",
        "value": "{person}的{attribute}是什么？答案是以下之一：{values}。",
        "there": "住在{house}号房的人的{attribute}是什么？答案是以下之一：{values}。",
        "house": "{person}住在几号房？答案是以下门牌号之一：{values}。",
    },
}
_JOIN = {"en": ", ", "zh": "、"}
_COLON = {"en": ": ", "zh": "："}


def person(attribute: Attribute, value: int | str) -> str:
    """How the person with a value is called."""
    return attribute.person.format(attribute.values[value] if isinstance(value, int) else value)


def clue_text(lang: str, clue: Clue, people: Sequence[str], mirrored: bool) -> str:
    """A clue in words.

    Args:
        lang: language.
        clue: the clue.
        people: how each of its items is called.
        mirrored: say "right" with the items exchanged, where there is a choice.
    """
    kind = clue.kind
    if kind == "parity":
        kind = "even" if clue.number else "odd"  # houses are counted from 0 inside, from 1 in words
    elif mirrored and kind in ("immediately_left", "left_of"):
        kind = kind.replace("left", "right")
    number = clue.number + 1 if kind in ("at", "not_at") else clue.number
    text = _CLUES[lang][kind].format(*people, n=number)
    return text[0].upper() + text[1:]


def defined_by(kind: str) -> str:
    """Which definition of the prompt explains clues of a kind; empty for kinds that need none."""
    return "left" if kind in ("immediately_left", "left_of") else kind if kind in _DEFINED["en"] else ""


def prompt(
    lang: str, houses: int, attributes: Sequence[Attribute], clues: Sequence[Clue], texts: Sequence[str], ask: str
) -> str:
    """The whole prompt."""
    lists = "\n".join(f"- {one.name}{_COLON[lang]}{_JOIN[lang].join(one.values)}" for one in attributes)
    used = {defined_by(clue.kind) for clue in clues}  # membership only
    defined = [text for name, text in _DEFINED[lang].items() if name in used and text]
    parts = [_INTRO[lang].format(houses=houses, lists=lists)]
    if defined:
        parts.append(("" if lang == "zh" else " ").join(defined) + "\n\n")
    parts.append(_ASK[lang]["clues"] + "\n")
    parts += [f"{number}. {text}\n" for number, text in enumerate(texts, 1)]
    parts.append("\n" + ask)
    return "".join(parts)


def ask_grid(lang: str, houses: int, attributes: Sequence[Attribute]) -> str:
    """The question for the whole grid."""
    inside = ", ".join(f'"{one.name}": "..."' for one in attributes)
    form = "{" + f'"1": {{{inside}}}' + (", ..." if houses > 2 else "") + f', "{houses}": {{{inside}}}' + "}"
    return _ASK[lang]["grid"].format(form=form)


def ask_cell(lang: str, form: str, known: str, attribute: str, values: Sequence[str]) -> str:
    """The question for one cell.

    Args:
        lang: language.
        form: ``value`` of a person, ``there`` for the value in a house, ``house`` of a person.
        known: how the person is called, or the house number.
        attribute: the attribute asked for; not for ``house``.
        values: the possible answers.
    """
    said = {"person": known, "house": known, "attribute": attribute, "values": _JOIN[lang].join(values)}
    text = _ASK[lang][form].format(**said)
    return text[0].upper() + text[1:]
