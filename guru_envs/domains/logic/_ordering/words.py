"""The prompt of an ordering puzzle in words, in both languages."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from guru_envs.domains import _abstain
from guru_envs.domains.logic._ordering.clues import Clue, swaps
from guru_envs.domains.logic._ordering.puzzle import Puzzle
from guru_envs.domains.logic._ordering.themes import THEMES

ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
]
STYLES = 5040  # styles are drawn below this; it is a multiple of each number of wordings

_TEMPLATES = {
    "en": {
        "before": (
            "{a_before_b}",
            "{b_after_a}",
            "{0} comes before {1} in the order",
            "{1} comes after {0} in the order",
        ),
        "directly": ("{0} comes directly before {1} in the order", "{1} comes directly after {0} in the order"),
        "ahead": (
            "{0} is exactly {n} places before {1} in the order",
            "{1} is exactly {n} places after {0} in the order",
            "{a_before_b}, and exactly {less} between them",
        ),
        "adjacent": (
            "{0} and {1} are next to each other in the order",
            "{0} comes directly before or directly after {1}",
        ),
        "not_adjacent": (
            "{0} and {1} are not next to each other in the order",
            "at least one {one} is between {0} and {1}",
        ),
        "distance": ("{0} and {1} are exactly {n} places apart", "exactly {less} between {0} and {1}"),
        "far": ("{0} and {1} are more than {n} places apart", "at least {many} are between {0} and {1}"),
        "between": (
            "in the order, {0} is somewhere between {1} and {2}",
            "of {1} and {2}, exactly one comes before {0} in the order",
            "{0} comes after one of {1} and {2}, but before the other",
        ),
        "any_before": (
            "{0} comes before {1} or before {2}, or before both",
            "{0} comes before at least one of {1} and {2}",
        ),
        "any_after": ("{0} comes after {1} or after {2}, or after both", "{0} comes after at least one of {1} and {2}"),
        "at": ("{0} is in place {p}", "{0} is {rank_first}", "{0} is {rank_last}"),
        "not_at": ("{0} is not in place {p}", "{0} is not {rank_first}", "{0} is not {rank_last}"),
        "end": ("{0} is in the first or in the last place", "{0} is in place 1 or in place {size}"),
        "not_end": (
            "{0} is neither in the first nor in the last place",
            "{0} is neither in place 1 nor in place {size}",
        ),
        "either": ("{0} is either in place {p} or in place {q}", "{0} is either in place {q} or in place {p}"),
    },
    "zh": {
        "before": ("{a_before_b}", "{b_after_a}", "{0}在次序中排在{1}之前", "{1}在次序中排在{0}之后"),
        "directly": ("{0}在次序中紧排在{1}之前", "{1}在次序中紧排在{0}之后"),
        "ahead": (
            "{0}在次序中正好比{1}靠前{n}位",
            "{1}在次序中正好比{0}靠后{n}位",
            "{a_before_b}，而且两者之间正好有{less}",
        ),
        "adjacent": ("{0}与{1}在次序中相邻", "{0}紧排在{1}之前或者之后"),
        "not_adjacent": ("{0}与{1}在次序中不相邻", "{0}与{1}之间至少有一{one}"),
        "distance": ("{0}与{1}正好相差{n}位", "{0}与{1}之间正好有{less}"),
        "far": ("{0}与{1}相差超过{n}位", "{0}与{1}之间至少有{many}"),
        "between": (
            "在次序中，{0}排在{1}与{2}之间的某处",
            "{1}与{2}当中正好有一个在次序中排在{0}之前",
            "{0}排在{1}与{2}当中的一个之后、另一个之前",
        ),
        "any_before": ("{0}排在{1}之前，或者排在{2}之前，或者在两者之前", "{1}与{2}当中至少有一个排在{0}之后"),
        "any_after": ("{0}排在{1}之后，或者排在{2}之后，或者在两者之后", "{1}与{2}当中至少有一个排在{0}之前"),
        "at": ("{0}在第{p}位", "{0}{rank_first}", "{0}{rank_last}"),
        "not_at": ("{0}不在第{p}位",),
        "end": ("{0}在第一位或者最后一位", "{0}在第1位或者第{size}位"),
        "not_end": ("{0}既不在第一位也不在最后一位", "{0}既不在第1位也不在第{size}位"),
        "either": ("{0}要么在第{p}位，要么在第{q}位", "{0}要么在第{q}位，要么在第{p}位"),
    },
}
_DIRECT = {"en": ("{a_direct_b}", "{b_direct_a}"), "zh": ("{a_direct_b}", "{b_direct_a}")}
_SAY = {
    "en": {
        "intro": "They are to be put in order {span}: place 1 is {first}, place {size} is {last}. "
        '"Before", "after" and "the order" in the clues mean this order.',
        "next": '"Next to each other" and "directly" mean that the place numbers differ by 1.',
        "apart": '"k places" is a difference of k between the place numbers.',
        "between": '"Between" means strictly between the places of the two others, whichever of these comes first.',
        "clues": "Clues:",
        "order": "What is the order? The answer is all {many} {span} (place 1 first), separated by commas.",
        "who": "Which {one} is in place {k}? The answer is one of the names listed.",
        "where": "In which place is {who}? The answer is a number from 1 to {size}.",
    },
    "zh": {
        "intro": "现在要把上述成员{span}排成一个次序：第1位是{first}，第{size}位是{last}。线索中的“之前”“之后”“次序”都指这个次序。",
        "next": "“相邻”和“紧”指位置编号相差1。",
        "apart": "“k位”指位置编号相差k。",
        "between": "“之间”指严格介于另外两者的位置之间，那两者的先后不限。",
        "clues": "线索：",
        "order": "次序是怎样的？答案是{span}（第1位在最前）列出全部{many}，用逗号分隔。",
        "who": "第{k}位是哪一{one}？答案是以上所列名称之一。",
        "where": "{who}在第几位？答案是1到{size}之间的一个数。",
    },
}
_NEEDED = (
    ("next", {"directly", "adjacent", "not_adjacent"}),
    ("apart", {"ahead", "distance", "far"}),
    ("between", {"between", "ahead", "distance", "far", "not_adjacent"}),
)

VERDICTS = {  # reasons for verdicts, and lines of certificates
    "en": {
        "form": "this is not an order of the objects",
        "unknown": "there is a name that is not in the puzzle",
        "repeated": "an object stands there twice",
        "missing": "objects are missing",
        "clue": "clue {} is violated",
        "value": "this is not one of the possible answers",
        "place": "that does not follow from the clues",
        "claim": "that is not so",
        "one": "there is not exactly one solution",
        "conflict": "{} cannot all be true.",
        "clues": "Clues {}",
        "alone": "Clue {}",
        "order": "All clues are true of the order {}.",
    },
    "zh": {
        "form": "这不是各对象的一个次序",
        "unknown": "出现了题目中没有的名称",
        "repeated": "某个对象出现了两次",
        "missing": "缺少对象",
        "clue": "违反了线索{}",
        "value": "这不是可能的答案之一",
        "place": "这不能由线索推出",
        "claim": "情况并非如此",
        "one": "并非恰有一个解",
        "conflict": "{}不能同时成立。",
        "clues": "线索{}",
        "alone": "线索{}",
        "order": "次序{}满足全部线索。",
    },
}


@functools.lru_cache(maxsize=4096)
def names(lang: str, theme: int, numbers: tuple[int, ...]) -> tuple[str, ...]:
    """The names of the objects, as they are listed and answered."""
    table = THEMES[lang][theme].names
    return tuple([table[number] for number in numbers])


def called(lang: str, theme: int, name: str) -> str:
    """An object inside a sentence."""
    return f"the {name}" if lang == "en" and THEMES[lang][theme].article else name


def listed(lang: str, texts: Sequence[str], word: str = "and") -> str:
    """A list in words."""
    if lang == "zh":
        joint = {"and": "和", "or": "或"}[word]
        return "、".join(texts[:-1]) + joint + texts[-1] if len(texts) > 1 else texts[0]
    return ", ".join(texts[:-1]) + f" {word} {texts[-1]}" if len(texts) > 1 else texts[0]


def count(lang: str, theme: int, number: int, verb: bool = False) -> str:
    """A number of objects, in English with "is" or "are" where asked for."""
    about = THEMES[lang][theme]
    if lang == "zh":
        return f"{number}{about.many}"
    return f"{number} {about.one if number == 1 else about.many}" + (" is" if number == 1 else " are") * verb


def _rank(puzzle: Puzzle, place: int, last: bool) -> str:
    """The place counted from the first or from the last."""
    about = THEMES[puzzle.lang][puzzle.theme]
    number = puzzle.size - 1 - place if last else place
    template = about.rank[puzzle.flipped != last]
    if puzzle.lang == "zh":
        return template.format(o=number + 1)
    if number == 0 and about.plain:
        return template.replace("{o} ", "")
    return template.format(o=ORDINALS[number])


def _relation(puzzle: Puzzle, phrases: tuple[str, str], one: str, two: str, after: bool) -> str:
    """One object compared with another."""
    phrase = phrases[puzzle.flipped != after]
    return one + phrase.format(two) if puzzle.lang == "zh" else f"{one} {phrase} {two}"


def clue_text(puzzle: Puzzle, clue: Clue, style: int) -> str:
    """A clue in words; the style chooses one of its wordings."""
    lang, theme = puzzle.lang, puzzle.theme
    about = THEMES[lang][theme]
    called_ = [called(lang, theme, name) for name in names(lang, theme, puzzle.numbers)]
    who = [called_[item] for item in clue.items]
    style, swapped = divmod(style, 2)
    if swapped and swaps(clue.kind):
        who[-2:] = who[:-3:-1]
    templates = _TEMPLATES[lang][clue.kind]
    if clue.kind == "directly" and about.direct:
        templates = (*_DIRECT[lang], *templates)
    template = templates[style % len(templates)]
    fields: dict[str, object] = {"n": clue.number, "size": puzzle.size, "one": about.one}
    if clue.kind == "either":
        fields["p"], fields["q"] = (place + 1 for place in range(puzzle.size) if clue.number >> place & 1)
    elif clue.kind in ("at", "not_at"):
        fields["p"] = clue.number + 1
        if "rank" in template:
            fields["rank_first"] = _rank(puzzle, clue.number, last=False)
            fields["rank_last"] = _rank(puzzle, clue.number, last=True)
    elif "a_before_b" in template or "b_after_a" in template:
        fields["a_before_b"] = _relation(puzzle, about.compare, who[0], who[1], after=False)
        fields["b_after_a"] = _relation(puzzle, about.compare, who[1], who[0], after=True)
    elif about.direct and "_direct_" in template:
        fields["a_direct_b"] = _relation(puzzle, about.direct, who[0], who[1], after=False)
        fields["b_direct_a"] = _relation(puzzle, about.direct, who[1], who[0], after=True)
    if "{less}" in template:
        fields["less"] = count(lang, theme, clue.number - 1, verb=lang == "en")
    if "{many}" in template:
        fields["many"] = count(lang, theme, clue.number)
    text = template.format(*who, **fields).rstrip(",")
    return text[0].upper() + text[1:] + ("。" if lang == "zh" else ".")


def prompt(puzzle: Puzzle) -> str:
    """The whole prompt."""
    lang, theme, size = puzzle.lang, puzzle.theme, puzzle.size
    about, say = THEMES[lang][theme], _SAY[lang]
    objects = names(lang, theme, puzzle.numbers)
    many = count(lang, theme, size)
    span = about.span[puzzle.flipped]
    ends = about.first if not puzzle.flipped else about.first[::-1]
    kinds = {clue.kind for clue in puzzle.clues}  # membership only
    gap = "" if lang == "zh" else " "
    scene = about.scene.format(many=many, names=listed(lang, [called(lang, theme, name) for name in objects]))
    told = [scene, say["intro"].format(span=span, first=ends[0], last=ends[1], size=size)]
    told += [say[name] for name, needing in _NEEDED if needing & kinds]
    lines = [gap.join(told), "", say["clues"]]
    lines += [
        f"{number}. {clue_text(puzzle, clue, style)}"
        for number, (clue, style) in enumerate(zip(puzzle.clues, puzzle.styles, strict=True), 1)
    ]
    if puzzle.asked is None:
        ask = say["order"].format(many=many, span=span)
    else:
        form, item = puzzle.asked
        who = called(lang, theme, objects[item]) if form == "where" else ""
        ask = say[form].format(one=about.one, k=item + 1, who=who, size=size)
    lines += ["", ask[0].upper() + ask[1:]]
    if puzzle.abstains:
        lines += [_abstain.notice(lang)]
    return "\n".join(lines)
