"""The prompt in English and Chinese."""

from __future__ import annotations

import json

from guru_envs.domains.logic._logic_grid.clues import SCALED, Clue
from guru_envs.domains.logic._logic_grid.puzzle import Puzzle
from guru_envs.domains.logic._logic_grid.scales import SCALES, difference_text
from guru_envs.domains.logic._logic_grid.themes import THEMES

# x, y, ...: noun phrases; xis, yis, ...: predicates; xnot: negated; n, ns: the noun; m: the Chinese measure word.
_CLUES = {
    "en": {
        "is": ("{x} {yis}.", "{y} {xis}.", "{x} and {y} are the same {n}."),
        "not": ("{x} {ynot}.", "{y} {xnot}.", "{x} and {y} are not the same {n}."),
        "either": ("{x} either {yis} or {zis}, but not both.", "{x} is either {y} or {z}, but not both."),
        "neither": ("{x} is neither {y} nor {z}.", "{x} {ynot} and {znot}."),
        "pair": ("Of {x} and {y}, one {zis} and the other {wis}.", "One of {x} and {y} {zis}; the other one {wis}."),
        "different": ("{all} are all different {ns}.", "No two of {all} are the same {n}."),
        "lists": ("{x} and {y} are {z} and {w}, in this order.", "{x} {zis}, and {y} {wis}."),
    },
    "zh": {
        "is": ("{x}{yis}。", "{y}{xis}。", "{x}和{y}是同一{m}{n}。"),
        "not": ("{x}{ynot}。", "{y}{xnot}。", "{x}和{y}不是同一{m}{n}。"),
        "either": ("{x}或者{yis}，或者{zis}，两者恰居其一。", "{x}要么就是{y}，要么就是{z}，两者恰居其一。"),
        "neither": ("{x}既不等于{y}，也不等于{z}。", "{x}{ynot}，而且{znot}。"),
        "pair": ("{x}和{y}当中，一{m}{zis}，另一{m}{wis}。", "在{x}与{y}当中，其一{zis}，其二{wis}。"),
        "different": ("{all}是互不相同的{n}。", "{all}当中，没有哪两者是同一{m}{n}。"),
        "lists": ("{x}和{y}依次就是{z}和{w}。", "{x}{zis}，而{y}{wis}。"),
    },
}  # fmt: skip
_COMPARED = {
    "compare": (("more", "yx"), ("less", "xy")),
    "difference": (("more_by", "yx"), ("less_by", "xy")),
    "apart": (("apart", "xy"), ("apart", "yx")),
}
_TEXT = {
    "en": {
        "intro": "{intro} There are {size} {ns}. In each of the following categories every {n} has exactly one value, and no two "
        "{ns} have the same:",
        "rising": " (in rising order)",
        "same": "Every noun phrase in a clue means one of the {size} {ns}; two phrases may mean the same {n} unless the clue "
        "rules that out.",
        "pair": '"One ... and the other ..." speaks of two different {ns} and leaves open which is which.',
        "lists": '"In this order" goes first with first and second with second.',
        "exact": 'A difference is exact where the clue says "exactly"; otherwise it may be of any size.',
        "apart": "Which of two is the higher is left open by a clue that only gives the difference.",
        "clues": "Clues:",
        "grid": "Which values go together? The answer is one JSON object with the other values of each {key}, in this form:\n{form}",
        "cell": "What is the {name} of {x}? The answer is one of: {values}.",
    },
    "zh": {
        "intro": "{intro}共有{size}{m}{n}。在以下每个项目中，每{m}{n}恰有一个取值，任何两{m}{n}的取值都不相同：",
        "rising": "（由低到高）",
        "same": "线索中的每个称呼都指这{size}{m}{n}之一；除非线索排除，两个称呼可以指同一{m}{n}。",
        "pair": "“一{m}……，另一{m}……”和“其一……，其二……”说的是两{m}不同的{n}，但没有说哪{m}是哪{m}。",
        "lists": "“依次”指第一个对第一个，第二个对第二个。",
        "exact": "线索说“正好”时，相差的数是确切的；否则相差多少都可以。",
        "apart": "只说相差多少的线索，没有说哪一个更高。",
        "clues": "线索：",
        "grid": "哪些取值属于同一{m}{n}？答案是一个 JSON 对象，给出每个{key}对应的其他取值，形式如下：\n{form}",
        "cell": "{x}的{name}是什么？答案是以下之一：{values}。",
    },
}
_AND = {"en": (", ", " and "), "zh": ("、", "和")}
_LIST = {"en": ", ", "zh": "、"}
_COLON = {"en": ": ", "zh": "："}


def nouns(puzzle: Puzzle) -> dict[str, str]:
    """The noun of the theme: ``n``, ``ns`` and ``m``."""
    one, several, noun, measure = THEMES[puzzle.dress.theme].nouns
    return {"n": one, "ns": several, "m": ""} if puzzle.lang == "en" else {"n": noun, "ns": noun, "m": measure}


def phrase(puzzle: Puzzle, item: int) -> str:
    """How an item is called."""
    category, place = divmod(item, puzzle.core.size)
    return puzzle.categories[category].phrases[place]


def value(puzzle: Puzzle, item: int) -> str:
    """The value of an item."""
    category, place = divmod(item, puzzle.core.size)
    return puzzle.categories[category].values[place]


def listed(lang: str, texts: list[str]) -> str:
    """Texts joined by commas and "and"."""
    comma, last = _AND[lang]
    return last.join([comma.join(texts[:-1]), texts[-1]]) if len(texts) > 1 else texts[0]


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def clue_text(puzzle: Puzzle, clue: Clue, wording: int) -> str:
    """A clue in words; ``wording`` chooses among the ways to say it."""
    lang, size = puzzle.lang, puzzle.core.size
    kind, items, scale, number = clue
    if kind in SCALED:
        category = puzzle.categories[scale]
        words = SCALES[category.scale]
        ways = _COMPARED[kind]
        form, order = ways[wording % len(ways)]
        called = dict(zip(order, (phrase(puzzle, item) for item in items), strict=True))
        d = difference_text(words, lang, number * category.step)
        text = str(getattr(words.comparing[lang], form))
        return _capital(text.format(d=d, **called)) + ("." if lang == "en" else "。")
    said = nouns(puzzle)
    for name, item in zip("xyzw", items, strict=False):
        category = puzzle.categories[item // size]
        said[name] = category.phrases[item % size]
        said[f"{name}is"], said[f"{name}not"] = category.is_it[item % size], category.is_not[item % size]
    said["all"] = listed(lang, [phrase(puzzle, item) for item in items])
    ways_of = _CLUES[lang][kind]
    return _capital(ways_of[wording % len(ways_of)].format(**said))


def prompt(puzzle: Puzzle, notice: str) -> str:
    """The whole prompt; ``notice`` is added where there may be no single solution."""
    lang, core, text = puzzle.lang, puzzle.core, _TEXT[puzzle.lang]
    said = nouns(puzzle) | {"size": str(core.size), "intro": THEMES[puzzle.dress.theme].intro[lang]}
    lines = [text["intro"].format(**said)]
    for category in puzzle.categories:
        rising = text["rising"] if category.scale else ""
        lines.append(f"- {category.name}{rising}{_COLON[lang]}{_LIST[lang].join(category.values)}")
    kinds = {clue.kind for clue in core.clues}  # membership only
    wanted = [
        ("same", True),
        ("pair", "pair" in kinds),
        ("lists", "lists" in kinds),
        ("exact", "difference" in kinds or "apart" in kinds or "compare" in kinds),
        ("apart", "apart" in kinds),
    ]
    defined = [text[name].format(**said) for name, needed in wanted if needed]
    lines += [(" " if lang == "en" else "").join(defined), "", text["clues"]]
    lines += [
        f"{number}. {clue_text(puzzle, clue, wording)}"
        for number, (clue, wording) in enumerate(zip(core.clues, puzzle.dress.wordings, strict=True), 1)
    ]
    lines += ["", _question(puzzle)]
    return "\n".join(lines) + (f"\n{notice}" if notice else "")


def _question(puzzle: Puzzle) -> str:
    lang, core, text = puzzle.lang, puzzle.core, _TEXT[puzzle.lang]
    if core.asked is not None:
        item, wanted = core.asked
        category = puzzle.categories[wanted]
        values = _LIST[lang].join(category.values)
        return _capital(text["cell"].format(x=phrase(puzzle, item), name=category.name, values=values))
    key, *others = puzzle.categories
    inside = ", ".join(f"{json.dumps(one.name, ensure_ascii=False)}: " + '"..."' for one in others)
    form = "{" + f'"{key.values[0]}": {{{inside}}}, ..., "{key.values[-1]}": {{{inside}}}' + "}"
    return text["grid"].format(key=key.name, form=form, **nouns(puzzle))
