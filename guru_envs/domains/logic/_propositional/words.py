"""Propositions, premises, claims and lines of proofs in words, and how a line is read."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from guru_envs.domains.logic._propositional.premises import Claim, Premise
from guru_envs.domains.logic._propositional.prove import Line
from guru_envs.task import Premise as StepPremise
from guru_envs.task import Step

Fact = tuple[str | int, ...]

# English: holds, does not hold; Chinese: holds, does not hold
ATOMS = (
    ("the gate is open", "the gate is not open", "大门开着", "大门没有开着"),
    ("the lamp is lit", "the lamp is not lit", "灯亮着", "灯没有亮着"),
    ("the train is late", "the train is not late", "火车晚点了", "火车没有晚点"),
    ("the cat is asleep", "the cat is not asleep", "猫睡着了", "猫没有睡着"),
    ("the tea is hot", "the tea is not hot", "茶是热的", "茶不是热的"),
    ("the road is wet", "the road is not wet", "路面是湿的", "路面不是湿的"),
    ("the shop is closed", "the shop is not closed", "商店关门了", "商店没有关门"),
    ("the radio is playing", "the radio is not playing", "收音机响着", "收音机没有响着"),
    ("the bridge is guarded", "the bridge is not guarded", "桥上有守卫", "桥上没有守卫"),
    ("the letter is sealed", "the letter is not sealed", "信件封好了", "信件没有封好"),
    ("the garden is watered", "the garden is not watered", "花园浇过水", "花园没有浇过水"),
    ("the clock is broken", "the clock is not broken", "钟坏了", "钟没有坏"),
    ("the boat is painted", "the boat is not painted", "船漆过了", "船没有漆过"),
    ("the baker is awake", "the baker is not awake", "面包师醒着", "面包师没有醒着"),
    ("the window is shut", "the window is not shut", "窗户关着", "窗户没有关着"),
    ("the museum is crowded", "the museum is not crowded", "博物馆很拥挤", "博物馆不拥挤"),
    ("the well is dry", "the well is not dry", "井干涸了", "井没有干涸"),
    ("the flag is raised", "the flag is not raised", "旗升起来了", "旗没有升起来"),
    ("the oven is on", "the oven is not on", "烤箱开着", "烤箱没有开着"),
    ("the bus is full", "the bus is not full", "公交车坐满了", "公交车没有坐满"),
    ("the printer is ready", "the printer is not ready", "打印机准备好了", "打印机没有准备好"),
    ("the pond is frozen", "the pond is not frozen", "池塘结冰了", "池塘没有结冰"),
    ("the drawer is locked", "the drawer is not locked", "抽屉锁着", "抽屉没有锁着"),
    ("the candle is burning", "the candle is not burning", "蜡烛燃着", "蜡烛没有燃着"),
)
_NUMBERS = {text: (number, side % 2 == 0) for number, row in enumerate(ATOMS) for side, text in enumerate(row)}

_PREMISES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "fact": ("{0}.",),
        "neither": ("it is neither the case that {0} nor that {1}.",),
        "implies": ("if {0}, then {1}.", "{0} only if {1}.", "whenever {0}, {1}."),
        "or": ("{0}, or {1}, or both.", "{0} unless {1}.", "at least one of these is true: {0}; {1}."),
        "xor": ("either {0} or {1}, but not both.", "exactly one of these is true: {0}; {1}."),
        "iff": ("{0} if and only if {1}.", "these are both true or both false: {0}; {1}."),
        "and_implies": ("if {0} and {1}, then {2}.",),
        "implies_or": ("if {0}, then {1} or {2}.",),
        "exactly_one": ("exactly one of these is true: {0}; {1}; {2}.",),
        "at_least_two": ("at least two of these are true: {0}; {1}; {2}.",),
    },
    "zh": {
        "fact": ("{0}。",),
        "neither": ("以下两项都不成立：{0}；{1}。",),
        "implies": ("如果{0}，那么{1}。", "{0}，仅当{1}。", "只要{0}，那么{1}。"),
        "or": ("{0}，或者{1}，或者两者都成立。", "除非{1}，否则{0}。", "以下至少有一项成立：{0}；{1}。"),
        "xor": ("要么{0}，要么{1}，但不会两者都成立。", "以下恰好有一项成立：{0}；{1}。"),
        "iff": ("{0}，当且仅当{1}。", "以下两项同时成立或同时不成立：{0}；{1}。"),
        "and_implies": ("如果{0}并且{1}，那么{2}。",),
        "implies_or": ("如果{0}，那么{1}或者{2}。",),
        "exactly_one": ("以下恰好有一项成立：{0}；{1}；{2}。",),
        "at_least_two": ("以下至少有两项成立：{0}；{1}；{2}。",),
    },
}
LABELS = {"en": {1: "entailed", -1: "contradicted", 0: "undetermined"}, "zh": {1: "必真", -1: "必假", 0: "不定"}}
_TEXT = {
    "en": {
        "intro": "Here are {0} premises, all of them true. Nothing else is known; things that are not said to be so may be so or "
        "not.",
        "meaning": 'Words are used exactly: "P only if Q" and "Whenever P, Q" say that if P, then Q. "P unless Q" says that P or '
        'Q, or both. "P or Q" does not exclude both. "If P, then Q" says nothing of the case that P is false.',
        "claims": "Claims:",
        "names": "The propositions have these letters:",
        "ask": "For each claim, say whether it is entailed (it is true whenever all premises are true), contradicted (it is "
        "false whenever all premises are true) or undetermined (neither).",
        "form": "Answer with {0} words in the order of the claims, separated by commas; each is entailed, contradicted or "
        "undetermined.",
        "form1": "Answer with one word: entailed, contradicted or undetermined.",
        "proof": "Answer with one line for each claim, its number first. For an undetermined claim add two cases that satisfy all "
        "premises, one in which the claim holds and one in which it fails: the letters of the propositions that are true in "
        "it, all others being false (none, if none is). For example:\n1: entailed\n2: undetermined; holds: a, c; fails: none",
    },
    "zh": {
        "intro": "以下{0}条前提全部为真。除此之外一无所知；没有说到的事可能成立，也可能不成立。",
        "meaning": "用语含义如下：“P，仅当Q”和“只要P，那么Q”都表示如果P，那么Q；“除非Q，否则P”表示P或者Q（可以同时成立）；"
        "“或者”不排除两者都成立；“如果P，那么Q”对P不成立的情形没有说什么。",
        "claims": "论断：",
        "names": "各命题的字母如下：",
        "ask": "对每个论断，请判断它是必真（只要前提全部为真，它就为真）、必假（只要前提全部为真，它就为假）还是不定（两者都不是）。",
        "form": "请按论断的顺序用{0}个词回答，用逗号隔开；每个词是必真、必假或不定。",
        "form1": "请用一个词回答：必真、必假或不定。",
        "proof": "请为每个论断写一行，先写编号。对于不定的论断，再给出两种满足全部前提的情形，一种使它成立，一种使它不成立："
        "写出该情形中为真的命题的字母，其余均为假（都不为真时写“无”）。例如：\n1: 必真\n2: 不定; 成立: a, c; 不成立: 无",
    },
}


def literal_text(lang: str, names: Sequence[int], literal: int) -> str:
    """A literal in words; ``names`` are the numbers of the propositions in ``ATOMS``."""
    row = ATOMS[names[abs(literal) - 1]]
    return row[(0 if lang == "en" else 2) + (literal < 0)]


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def claim_text(lang: str, names: Sequence[int], claim: Claim) -> str:
    """A claim in words."""
    parts = [literal_text(lang, names, literal) for literal in claim.literals]
    return _PREMISES[lang]["fact" if len(parts) == 1 else "iff"][0].format(_CAPITAL[parts[0]], *parts[1:])


def prompt(
    lang: str, names: Sequence[int], premises: Sequence[Premise], claims: Sequence[Claim], certificate: bool
) -> str:
    """The whole prompt."""
    forms, (holds, fails) = _forms(lang, len(premises)), _SIDES[lang]
    # the literal v is at v, its negation at -v
    said = ["", *map(holds, names), *map(fails, names[::-1])]
    head, middle, tail = _around(lang, len(premises), len(claims), certificate)
    lines = [head]
    for numbered, (kind, literals, wording) in zip(forms, premises, strict=True):
        form, first, swapped = numbered[kind][wording]
        if swapped:
            literals = literals[::-1]
        if len(literals) == 2:
            one, two = literals
            lines.append(form % (_CAPITAL[said[one]] if first else said[one], said[two]))
        else:
            parts = [said[literal] for literal in literals]
            lines.append(form % ((_CAPITAL[parts[0]], *parts[1:]) if first else tuple(parts)))
    lines.append(middle)
    lines += [f"({number}) {claim_text(lang, names, one)}" for number, one in enumerate(claims, 1)]
    if certificate:
        letters = [f"{chr(97 + number)}: {said[number + 1]}" for number in range(len(names))]
        tail = tail.replace("{letters}", "\n".join(letters))
    lines.append(tail)
    return "\n".join(lines)


_SIDES = {  # for each language the propositions and their negations, by number
    lang: (tuple(row[side] for row in ATOMS).__getitem__, tuple(row[side + 1] for row in ATOMS).__getitem__)
    for lang, side in (("en", 0), ("zh", 2))
}
_CAPITAL = {text: _sentence(text) for row in ATOMS for text in row}


_Forms = dict[str, list[tuple[str, bool, bool]]]


@functools.lru_cache(maxsize=256)
def _forms(lang: str, premises: int) -> tuple[_Forms, ...]:
    """For each premise by kind its wordings: the line with %s for literals, whether it begins with one, whether the last is first."""
    return tuple(
        {
            kind: [
                (
                    f"{number}. " + re.sub(r"\{.\}", "%s", text if text.startswith("{") else _sentence(text)),
                    text.startswith("{"),
                    re.findall(r"\{(.)\}", text)[0] != "0",
                )
                for text in texts
            ]
            for kind, texts in _PREMISES[lang].items()
        }
        for number in range(1, premises + 1)
    )


@functools.lru_cache(maxsize=256)
def _around(lang: str, premises: int, claims: int, certificate: bool) -> tuple[str, str, str]:
    """What stands before the premises, between them and the claims, and after these."""
    words = _TEXT[lang]
    tail = ["", words["ask"]]
    if certificate:
        tail += ["", words["names"], "{letters}", "", words["proof"]]
    else:
        tail.append(words["form1"] if claims == 1 else words["form"].format(claims))
    head = "\n".join([words["intro"].format(premises), words["meaning"], ""])
    return head, f"\n{words['claims']}", "\n".join(tail)


# -- proofs ------------------------------------------------------------------------------------------------------------

_STEP = {
    "en": {
        "if": "if {}, then {}",
        "and": " and ",
        "source": " ({}).",
        "comma": ", ",
        "premise": "premise {}",
        "line": "line {}",
    },
    "zh": {
        "if": "如果{}，那么{}",
        "and": "并且",
        "source": "（{}）。",
        "comma": "，",
        "premise": "前提{}",
        "line": "第{}条",
    },
}
_CASE = {
    "en": {
        1: "claim {} holds when these are true and all others false: {}.",
        -1: "claim {} fails when these are true and all others false: {}.",
    },
    "zh": {1: "论断{}在以下为真、其余为假时成立：{}。", -1: "论断{}在以下为真、其余为假时不成立：{}。"},
}
_CLAIM = {
    "en": {1: "claim {} is entailed", -1: "claim {} is contradicted"},
    "zh": {1: "论断{}可以推出", -1: "论断{}被否定"},
}
_CLAIMS = re.compile(r"claim ([1-9]) is (entailed|contradicted)|论断([1-9])(可以推出|被否定)")
_LIST = {"en": ("; ", "none"), "zh": ("；", "无")}
_CASES = re.compile(
    r"(?:claim (\d{1,2}) (holds|fails) when these are true and all others false: ?(.*)"
    r"|论断(\d{1,2})在以下为真、其余为假时(成立|不成立)[:：] ?(.*))"
)
_LONGEST = 2000  # characters of a line that may state a fact


def step(lang: str, names: Sequence[int], line: Line) -> Step:
    """A line of a proof as a sentence and as a fact."""
    words = _STEP[lang]
    assumed = [literal_text(lang, names, literal) for literal in line.assumed]
    said = literal_text(lang, names, line.literal)
    text = words["if"].format(words["and"].join(assumed), said) if assumed else said
    fact: tuple[str | int, ...] = ("if", *assumed, "then", said) if assumed else ("is", said)
    sources = [words["premise"].format(line.premise + 1)] if line.premise >= 0 else []
    sources += [words["line"].format(one + 1) for one in line.lines]
    premises = [StepPremise("clue", line.premise + 1)] if line.premise >= 0 else []
    premises += [StepPremise("step", one + 1) for one in line.lines]
    return Step(_sentence(text) + words["source"].format(words["comma"].join(sources)), tuple(premises), fact)


def claim_step(lang: str, number: int, label: int, lines: Sequence[int]) -> Step:
    """A claim (from 1) that earlier lines (from 0) decide: 1 entailed, -1 contradicted."""
    words = _STEP[lang]
    source = words["source"].format(words["comma"].join(words["line"].format(one + 1) for one in lines))
    premises = tuple(StepPremise("step", one + 1) for one in lines)
    fact = ("claim", number, "entailed" if label > 0 else "contradicted")
    return Step(_sentence(_CLAIM[lang][label].format(number)) + source, premises, fact)


def case_step(lang: str, names: Sequence[int], number: int, holds: bool, case: int) -> Step:
    """A case that satisfies all premises, in which a claim (from 1) holds or fails; bit v of the case is proposition v."""
    semicolon, none = _LIST[lang]
    true = [literal_text(lang, names, var + 1) for var in range(len(names)) if case >> var & 1]
    text = _CASE[lang][1 if holds else -1].format(number, semicolon.join(true) or none)
    return Step(_sentence(text), (), ("case", number, "holds" if holds else "fails", *true))


def literal_of(names: Sequence[int], text: str) -> int | None:
    """The literal that a text says, in either language; None for any other text."""
    found = _NUMBERS.get(text)
    if found is None or found[0] not in names:
        return None
    return (1 if found[1] else -1) * (list(names).index(found[0]) + 1)


def read_fact(lang: str, names: Sequence[int], line: str) -> Fact | None:
    """The fact that a line states, with or without its source in brackets; None when it states none."""
    if len(line) > _LONGEST:
        return None
    text = " ".join(re.split("[(（]", line, maxsplit=1)[0].split()).casefold().rstrip(" .。")
    claim = _CLAIMS.fullmatch(text)
    if claim:
        said = claim[2] or claim[4]
        return ("claim", int(claim[1] or claim[3]), "entailed" if said in ("entailed", "可以推出") else "contradicted")
    case = _CASES.fullmatch(text)
    if case:
        number, holds, listed = (case[1], case[2], case[3]) if case[1] else (case[4], case[5], case[6])
        parts = [] if listed in ("none", "无") else re.split("; ?|；", listed)
        if not all(_positive(lang, names, part) for part in parts) or int(number) < 1:
            return None
        return ("case", int(number), "holds" if holds in ("holds", "成立") else "fails", *parts)
    if text.startswith(("if ", "如果")):
        body = text.removeprefix("if ").removeprefix("如果")
        condition, _, said = body.partition(", then ") if ", then " in body else body.partition("，那么")
        assumed = re.split(" and |并且", condition)
        if all(_known(lang, names, one) for one in (*assumed, said)):
            return ("if", *assumed, "then", said)
        return None
    return ("is", text) if _known(lang, names, text) else None


def _known(lang: str, names: Sequence[int], text: str) -> bool:
    literal = literal_of(names, text)
    return literal is not None and literal_text(lang, names, literal) == text


def _positive(lang: str, names: Sequence[int], text: str) -> bool:
    return _known(lang, names, text) and (literal_of(names, text) or 0) > 0


def fact_help(lang: str, names: Sequence[int]) -> str:
    """How facts are written; the example is true whatever the premises say."""
    one, two = literal_text(lang, names, 1), literal_text(lang, names, 2)
    if lang == "zh":
        return (
            f"事实的写法是一个命题或它的否定，用题目中的原话，例如“{one}”或“{literal_text(lang, names, -1)}”；有假设时写成"
            f"“如果{one}并且{two}，那么{one}”。论断也可以直接判断，写成“论断1可以推出”或“论断1被否定”。"
        )
    return (
        f'A fact is a proposition or its negation in the words of the puzzle, like "{_sentence(one)}" or '
        f'"{_sentence(literal_text(lang, names, -1))}"; under suppositions it is written "If {one} and {two}, then {one}". '
        'Of a claim you can say "Claim 1 is entailed" or "Claim 1 is contradicted".'
    )
