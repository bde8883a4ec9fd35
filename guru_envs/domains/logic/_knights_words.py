"""The words of knights and knaves in English and Chinese: statements and prompts."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from guru_envs.domains.logic._knights_draw import Sample
from guru_envs.domains.logic._knights_statements import ATOMS, COUNTS, PAIRS, Cast, Statement

_EN_NAMES = (
    "Ann Bob Carl Dora Eve Finn Gina Hugo Iris Jack Kate Leo Mia Ned Olga Paul Quinn Rosa Sam Tess "
    "Uma Vera Walt Xena Yuri Zoe Amos Beth Cleo Dean Elsa Fred Greta Hank Ines Joel Kira Lars Mona Nils"
)
_ZH_NAMES = (
    "安妮 鲍勃 卡尔 朵拉 伊芙 芬恩 吉娜 雨果 艾丽 杰克 凯特 里奥 米娅 奈德 奥佳 保罗 奎因 罗莎 山姆 苔丝 "
    "乌玛 薇拉 沃特 西娜 尤里 佐伊 阿莫 贝丝 克莱 迪恩 艾莎 弗雷 葛塔 汉克 伊内 乔尔 琪拉 拉斯 莫娜 尼尔"
)
NAMES = {"en": _EN_NAMES.split(), "zh": _ZH_NAMES.split()}
ROLE_WORDS = {"en": ("knave", "knight", "spy", "normal"), "zh": ("无赖", "骑士", "间谍", "普通人")}
PLURALS = ("knaves", "knights", "spies", "normals")

# -- statements: words with a gap for each name ------------------------------------------------------------------------


def statement_text(statement: Statement, speaker: int, names: Sequence[str], lang: str) -> str:
    """What the speaker says, without full stop; the first letter is capital."""
    words, people = template(statement, speaker, lang)
    return words % tuple([names[person] for person in people])


def template(statement: Statement, speaker: int, lang: str) -> tuple[str, tuple[int, ...]]:
    """What the speaker says, with %s for names, and whose names these are."""
    people: list[int] = []
    if lang == "zh":
        return _zh(statement, speaker, people), tuple(people)
    text = _en(statement, speaker, people)
    return text[0].upper() + text[1:], tuple(people)


def _gap(person: int, people: list[int]) -> str:
    people.append(person)
    return "%s"


def _en_part(statement: Statement, speaker: int, people: list[int]) -> str:
    text = _en(statement, speaker, people)
    return text if statement[0] in ATOMS else f"({text})"


def _en(statement: Statement, speaker: int, people: list[int]) -> str:
    kind, a, b = statement[0], statement[1], statement[-1]
    if kind in ATOMS:
        subject = "I am" if a == speaker else f"{_gap(a, people)} is"
        return f"{subject} {'' if kind == 'is' else 'not '}a {ROLE_WORDS['en'][b]}"
    if kind in PAIRS:
        if a == speaker:
            a, b = b, a
        who = f"{_gap(a, people)} and {'I' if b == speaker else _gap(b, people)}"
        return f"{who} are of {'the same kind' if kind == 'same' else 'different kinds'}"
    if kind in COUNTS:
        some = [_gap(one, people) for one in b if one != speaker] + ["me"] * (speaker in b)
        number = f"is a {ROLE_WORDS['en'][statement[2]]}" if a == 1 else f"are {PLURALS[statement[2]]}"
        return f"among {', '.join(some[:-1])} and {some[-1]}, {kind.replace('_', ' ')} {a} {number}"
    first = _en_part(a, speaker, people)
    if kind == "deny":
        return f"it is not the case that {first}"
    second = _en_part(b, speaker, people)
    if kind == "implies":
        return f"if {first}, then {second}"
    if kind == "xor":
        return f"either {first} or {second}, but not both"
    return f"{first} {'if and only if' if kind == 'iff' else kind} {second}"


def _zh_part(statement: Statement, speaker: int, people: list[int]) -> str:
    text = _zh(statement, speaker, people)
    return text if statement[0] in ATOMS else f"（{text}）"


def _zh(statement: Statement, speaker: int, people: list[int]) -> str:
    kind, a, b = statement[0], statement[1], statement[-1]
    roles = ROLE_WORDS["zh"]
    if kind in ATOMS:
        return f"{'我' if a == speaker else _gap(a, people)}{'是' if kind == 'is' else '不是'}{roles[b]}"
    if kind in PAIRS:
        if a == speaker:
            a, b = b, a
        who = f"{_gap(a, people)}和{'我' if b == speaker else _gap(b, people)}"
        return f"{who}身份{'相同' if kind == 'same' else '不同'}"
    if kind in COUNTS:
        some = [_gap(one, people) for one in b if one != speaker] + ["我"] * (speaker in b)
        return f"{'、'.join(some[:-1])}和{some[-1]}当中{_ZH_COUNT[kind]}有{a}个{roles[statement[2]]}"
    first = _zh_part(a, speaker, people)
    if kind == "deny":
        return f"并非{first}"
    second = _zh_part(b, speaker, people)
    if kind == "implies":
        return f"如果{first}，那么{second}"
    if kind == "xor":
        return f"要么{first}，要么{second}，二者不同时成立"
    return f"{first}{_ZH_JOIN[kind]}{second}"


_ZH_JOIN = {"and": "并且", "or": "或者", "iff": "当且仅当"}
_ZH_COUNT = {"exactly": "恰好", "at_least": "至少", "at_most": "至多"}

_OTHER = 99  # in place of a speaker who is not mentioned in the statement

# -- prompts -----------------------------------------------------------------------------------------------------------

_DEFINITIONS = {
    "en": (
        "knaves make only false statements",
        "knights make only true statements",
        "a spy may say anything, true or false",
        "the statements of a normal, in the order of their numbers below, are true and false by turns, and the first of "
        "them may be either",
    ),
    "zh": (
        "无赖只说假话",
        "骑士只说真话",
        "间谍说的话可真可假",
        "每个普通人说的话按下面的编号顺序真假交替，其中第一句可真可假",
    ),
}
_NOTE = {
    "en": '"Or" does not exclude that both are true. "If ..., then ..." is false only when its first part is true and its '
    'second part is false. "... if and only if ..." is true when both parts are true or both are false. Two people are of '
    "the same kind when they have the same role. Brackets show what belongs together.",
    "zh": "“或者”不排除两者都为真。“如果……，那么……”只在前半句为真而后半句为假时为假。“……当且仅当……”在两部分同真或同假时为真。"
    "两个人身份相同是指角色一样。括号表示哪些话属于一个整体。",
}


_ABSTAIN = {
    "en": 'It may be that no choice of roles fits all that is said, or that several do. If none does, answer "no solution"; if '
    'several do, answer "several solutions".',
    "zh": "可能没有任何一种身份分配符合所有的话，也可能有多种分配都符合。如果没有，请回答“无解”；如果有多种，请回答“多解”。",
}


def some_of(cast: Cast, role: int, lang: str) -> str:
    """That there are exactly so many of a role, as the end of a sentence: "exactly 2 of the people below are spies"."""
    count = (cast.spies, cast.normals)[role - 2]
    if lang == "zh":
        return f"恰好有{count}名{ROLE_WORDS['zh'][role]}"
    verb = f"is a {ROLE_WORDS['en'][role]}" if count == 1 else f"are {PLURALS[role]}"
    return f"exactly {count} of the people below {verb}"


@functools.lru_cache(maxsize=64)
def _frame(cast: Cast, lang: str) -> tuple[str, str]:
    """What stands before the people and after the statements."""
    roles = [ROLE_WORDS[lang][role] for role in cast.roles]
    roles[:2] = roles[1::-1]  # knights first
    order = (1, 0, *cast.roles[2:])
    definitions = [_DEFINITIONS[lang][role] for role in order]
    some = [some_of(cast, role, lang) for role in cast.roles[2:]]
    if lang == "zh":
        listed = "、".join(roles[:-1]) + "或" + roles[-1]
        kinds = f"要么是{roles[0]}，要么是{roles[1]}" if len(roles) == 2 else f"是{listed}之一"
        counts = f"下列人中{'，'.join(some)}。" if some else ""
        intro = f"某岛上的每个人{kinds}。{'，'.join(definitions)}。{counts}你遇到了{cast.people}个人："
        form = f"请给出每个人的名字和身份（{listed}），以逗号分隔，形式为：名字: 身份, 名字: 身份"
        return intro, f"每个人各是什么身份？{form}"
    listed = ", ".join(roles[:-1]) + " or " + roles[-1]
    kinds = (
        "either a knight or a knave" if len(roles) == 2 else "a " + listed.replace(", ", ", a ").replace("or ", "or a ")
    )
    told = "; ".join(definitions)
    counts = " and ".join(some)
    counts = f" {counts[0].upper()}{counts[1:]}." if counts else ""
    intro = f"On an island, everyone is {kinds}. {told[0].upper()}{told[1:]}.{counts} You meet {cast.people} people: "
    form = (
        f"As the answer, give every person's name and role ({listed}), separated by commas, in the form: NAME: ROLE, "
        "NAME: ROLE"
    )
    return intro, f"Who is what? {form}"


def prompt_text(
    names: Sequence[str], cast: Cast, said: Sequence[tuple[int, Sample]], lang: str, abstain: bool = False
) -> str:
    """The problem as shown; with ``abstain`` it may have no solution, or several."""
    intro, form = _frame(cast, lang)
    offset = 2 * _OTHER if lang == "zh" else 0
    silent = len({who for who, _ in said}) < len(names)
    lines = []
    if lang == "zh":
        people = "、".join(names[:-1]) + "和" + names[-1]
        meeting = f"{people}。" + ("其中有些人什么也没说。" if silent else "")
        lead = "他们说："
    else:
        people = ", ".join(names[:-1]) + " and " + names[-1]
        meeting = f"{people}." + (" Not all of them say something." if silent else "")
        lead = "These statements are made:"
    for number, (who, what) in enumerate(said, 1):
        key = (who if what.mask >> who & 1 else _OTHER) + offset
        kept = what.kept.get(key)
        if kept is None:
            kept = what.kept[key] = template(what.form, who, lang)
        words, gaps = kept
        text = words % tuple([names[person] for person in gaps])
        lines.append(
            f"{number}. {names[who]}说：“{text}。”" if lang == "zh" else f'{number}. {names[who]} says: "{text}."'
        )
    return (
        f"{intro}{meeting}\n{_NOTE[lang]}\n\n{lead}\n"
        + "\n".join(lines)
        + f"\n\n{form}"
        + ("\n" + _ABSTAIN[lang] if abstain else "")
    )


def answer_text(names: Sequence[str], world: Sequence[int], lang: str) -> str:
    """An answer in the form that the prompt asks for."""
    words = ROLE_WORDS[lang]
    return ", ".join([f"{name}: {words[role]}" for name, role in zip(names, world, strict=True)])
