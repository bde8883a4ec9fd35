"""The words of knights and knaves in English and Chinese: prompts, and reading answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from guru_envs.domains.logic._knights_statements import Statement

_EN_NAMES = (
    "Ann Bob Carl Dora Eve Finn Gina Hugo Iris Jack Kate Leo Mia Ned Olga Paul Quinn Rosa Sam Tess "
    "Uma Vera Walt Xena Yuri Zoe Amos Beth Cleo Dean Elsa Fred Greta Hank Ines Joel Kira Lars Mona Nils"
)
_ZH_NAMES = (
    "安妮 鲍勃 卡尔 朵拉 伊芙 芬恩 吉娜 雨果 艾丽 杰克 凯特 里奥 米娅 奈德 奥佳 保罗 奎因 罗莎 山姆 苔丝 "
    "乌玛 薇拉 沃特 西娜 尤里 佐伊 阿莫 贝丝 克莱 迪恩 艾莎 弗雷 葛塔 汉克 伊内 乔尔 琪拉 拉斯 莫娜 尼尔"
)
NAMES = {"en": _EN_NAMES.split(), "zh": _ZH_NAMES.split()}
ROLE_WORDS = {"en": ("knave", "knight", "spy"), "zh": ("无赖", "骑士", "间谍")}
WITH_ARTICLE = ("a knave", "a knight", "the spy")
PLURALS = ("knaves", "knights")

# -- statements --------------------------------------------------------------------------------------------------------


def statement_text(statement: Statement, speaker: int, names: Sequence[str], lang: str) -> str:
    """What the speaker says, without full stop; the first letter is capital."""
    if lang == "zh":
        return _zh(statement, speaker, names)
    text = _en(statement, speaker, names)
    return text[0].upper() + text[1:]


def _en_part(statement: Statement, speaker: int, names: Sequence[str]) -> str:
    text = _en(statement, speaker, names)
    return text if statement[0] in ("is", "not") else f"({text})"


def _en(statement: Statement, speaker: int, names: Sequence[str]) -> str:
    kind, a, b = statement[0], statement[1], statement[-1]
    if kind in ("is", "not"):
        subject = "I am" if a == speaker else f"{names[a]} is"
        return f"{subject} {WITH_ARTICLE[b]}" if kind == "is" else f"{subject} not {WITH_ARTICLE[b]}"
    if kind in ("same", "different"):
        if a == speaker:
            a, b = b, a
        who = f"{names[a]} and {'I' if b == speaker else names[b]}"
        return f"{who} are of the same kind" if kind == "same" else f"{who} are of different kinds"
    if kind == "exactly":
        some = [names[one] for one in b if one != speaker] + ["me"] * (speaker in b)
        number = (
            f"exactly {a} {'is' if a == 1 else 'are'} {WITH_ARTICLE[statement[2]] if a == 1 else PLURALS[statement[2]]}"
        )
        return f"among {', '.join(some[:-1])} and {some[-1]}, {number}"
    first = _en_part(a, speaker, names)
    if kind == "deny":
        return f"it is not the case that {first}"
    second = _en_part(b, speaker, names)
    if kind == "implies":
        return f"if {first}, then {second}"
    return f"{first} {'if and only if' if kind == 'iff' else kind} {second}"


def _zh_part(statement: Statement, speaker: int, names: Sequence[str]) -> str:
    text = _zh(statement, speaker, names)
    return text if statement[0] in ("is", "not") else f"（{text}）"


def _zh(statement: Statement, speaker: int, names: Sequence[str]) -> str:
    kind, a, b = statement[0], statement[1], statement[-1]
    roles = ROLE_WORDS["zh"]
    if kind in ("is", "not"):
        return f"{'我' if a == speaker else names[a]}{'是' if kind == 'is' else '不是'}{roles[b]}"
    if kind in ("same", "different"):
        if a == speaker:
            a, b = b, a
        return f"{names[a]}和{'我' if b == speaker else names[b]}身份{'相同' if kind == 'same' else '不同'}"
    if kind == "exactly":
        some = [names[one] for one in b if one != speaker] + ["我"] * (speaker in b)
        return f"{'、'.join(some[:-1])}和{some[-1]}当中恰好有{a}个{roles[statement[2]]}"
    first = _zh_part(a, speaker, names)
    if kind == "deny":
        return f"并非{first}"
    second = _zh_part(b, speaker, names)
    if kind == "implies":
        return f"如果{first}，那么{second}"
    return f"{first}{_ZH_JOIN[kind]}{second}"


_ZH_JOIN = {"and": "并且", "or": "或者", "iff": "当且仅当"}

# -- prompts -----------------------------------------------------------------------------------------------------------

_INTRO = {
    ("en", 2): "On an island, everyone is either a knight or a knave. Knights make only true statements; knaves make "
    "only false statements.",
    ("en", 3): "On an island, everyone is a knight, a knave or a spy. Knights make only true statements; knaves make "
    "only false statements; a spy may say anything, true or false. Exactly one of the people below is a spy.",
    ("zh", 2): "某岛上的每个人要么是骑士，要么是无赖。骑士只说真话，无赖只说假话。",
    (
        "zh",
        3,
    ): "某岛上的每个人是骑士、无赖或间谍之一。骑士只说真话，无赖只说假话，间谍说的话可真可假。下列人中恰好有一名间谍。",
}
_FORM = {
    ("en", 2): "Who is what? As the answer, give every person's name and role (knight or knave), separated by commas, "
    "in the form: NAME: ROLE, NAME: ROLE",
    ("en", 3): "Who is what? As the answer, give every person's name and role (knight, knave or spy), separated by "
    "commas, in the form: NAME: ROLE, NAME: ROLE",
    ("zh", 2): "每个人各是什么身份？请给出每个人的名字和身份（骑士或无赖），以逗号分隔，形式为：名字: 身份, 名字: 身份",
    (
        "zh",
        3,
    ): "每个人各是什么身份？请给出每个人的名字和身份（骑士、无赖或间谍），以逗号分隔，形式为：名字: 身份, 名字: 身份",
}
_NOTE = {
    "en": '"Or" does not exclude that both are true. "If ..., then ..." is false only when its first part is true and its '
    "second part is false. Two people are of the same kind when they have the same role. Brackets show what belongs "
    "together.",
    "zh": "“或者”不排除两者都为真。“如果……，那么……”只在前半句为真而后半句为假时为假。"
    "两个人身份相同是指角色一样。括号表示哪些话属于一个整体。",
}


def prompt_text(names: Sequence[str], roles: int, said: Sequence[tuple[int, Statement]], lang: str) -> str:
    """The problem as shown."""
    silent = len(said) < len(names)
    if lang == "zh":
        people = "、".join(names[:-1]) + "和" + names[-1]
        meeting = f"你遇到了{len(names)}个人：{people}。" + ("其中有些人什么也没说。" if silent else "")
        lines = [f"{i}. {names[who]}说：“{_zh(what, who, names)}。”" for i, (who, what) in enumerate(said, 1)]
        lead = "他们说："
    else:
        people = ", ".join(names[:-1]) + " and " + names[-1]
        meeting = f" You meet {len(names)} people: {people}." + (" Not all of them say something." if silent else "")
        lines = [f'{i}. {names[w]} says: "{statement_text(s, w, names, lang)}."' for i, (w, s) in enumerate(said, 1)]
        lead = "These statements are made:"
    text = "\n".join(lines)
    return f"{_INTRO[lang, roles]}{meeting}\n{_NOTE[lang]}\n\n{lead}\n{text}\n\n{_FORM[lang, roles]}"


def answer_text(names: Sequence[str], world: Sequence[int], lang: str) -> str:
    """An answer in the form that the prompt asks for."""
    words = ROLE_WORDS[lang]
    return ", ".join([f"{name}: {words[role]}" for name, role in zip(names, world, strict=True)])


# -- reading answers ---------------------------------------------------------------------------------------------------


class Reading(NamedTuple):
    """What an answer says: a role for each person, or why there is none."""

    world: list[int] | None
    problem: str = ""
    contradictory: bool = False  # it is an answer, but gives somebody two roles, or nobody's role to somebody


LONGEST = 20_000  # characters; sixteen people need a few hundred
_ROLE_OF = {word: role for words in ROLE_WORDS.values() for role, word in enumerate(words)}
_PLURAL_OF = {"knaves": 0, "knights": 1, "spies": 2}
_FILLERS = (
    "is are a an the and so therefore thus hence answer final solution role roles name names person be must both all"
)
_FILL_EN = frozenset(_FILLERS.split())
_FILL_ZH = (
    "是",
    "为",
    "一",
    "个",
    "名",
    "位",
    "和",
    "与",
    "而",
    "且",
    "所以",
    "因此",
    "最终",
    "答案",
    "身份",
    "角色",
    "名字",
)
_ALL_ZH = ("都", "均")
_MARKER = re.compile(r"^[ \t]*(?:[-*•+]|\d{1,2}[.)、])[ \t]*", re.MULTILINE)
_TOKEN = re.compile(
    r"[A-Za-z]+|"
    + "|".join(sorted((*NAMES["zh"], *ROLE_WORDS["zh"], *_FILL_ZH, *_ALL_ZH), key=len, reverse=True))
    + r"|[:：]|[\s,;.|=>*_#()\[\]{}\"'`，。；、→—–\-]+|."
)
_SEPARATORS = frozenset(" \t\r\n,;.|=>*_#()[]{}\"'`，。；、→—–-\u3000\xa0")
_ZH_SET, _ALL_SET = frozenset(_FILL_ZH), frozenset(_ALL_ZH)
_PROBLEMS = {
    "en": {
        "empty": "the answer is empty",
        "long": "the answer is too long",
        "word": "the answer holds something other than names and roles",
        "form": "the answer does not pair names with roles",
        "twice": "the answer names a person more than once, or gives a person two roles",
        "missing": "the answer does not give everybody's role",
        "spies": "the answer does not name exactly one spy",
    },
    "zh": {
        "empty": "答案为空",
        "long": "答案太长",
        "word": "答案中有名字和身份以外的内容",
        "form": "答案没有把名字和身份对应起来",
        "twice": "答案中有人出现了不止一次，或有两个身份",
        "missing": "答案没有给出每个人的身份",
        "spies": "答案给出的间谍不是恰好一名",
    },
}


def read_answer(answer: str, names: Sequence[str], roles: int, lang: str) -> Reading:
    """Read an answer in the form asked for, or in one of the forms that mean the same."""
    words = ROLE_WORDS[lang][:roles]
    position = {name: index for index, name in enumerate(names)}
    world = [-1] * len(names)
    parts = answer.split(", ")
    if len(parts) == len(names):
        for part in parts:
            name, _, role = part.partition(": ")
            index = position.get(name, -1)
            if index < 0 or role not in words or world[index] >= 0:
                break
            world[index] = words.index(role)
        else:
            return _complete(world, roles, lang)
    return _read_freely(answer, position, roles, lang)


def _complete(world: list[int], roles: int, lang: str) -> Reading:
    if -1 in world:
        return Reading(None, _PROBLEMS[lang]["missing"], True)
    if roles == 3 and world.count(2) != 1:
        return Reading(None, _PROBLEMS[lang]["spies"], True)
    return Reading(world)


def _tokens(answer: str, position: dict[str, int], roles: int) -> list[tuple[str, int]] | None:
    """The answer as ("name", person), ("role", role), ("roles", role), ("all", 0), (":", 0); None for other words."""
    by_name = {name.lower(): person for name, person in position.items()}
    tokens: list[tuple[str, int]] = []
    for match in _TOKEN.finditer(_MARKER.sub("", answer)):
        word = match.group().lower()
        if word in by_name:
            tokens.append(("name", by_name[word]))
        elif word in _ROLE_OF and _ROLE_OF[word] < roles:
            tokens.append(("role", _ROLE_OF[word]))
        elif word in _PLURAL_OF and _PLURAL_OF[word] < roles:
            tokens.append(("roles", _PLURAL_OF[word]))
        elif word in (":", "："):
            tokens.append((":", 0))
        elif word in _ALL_SET:
            tokens.append(("all", 0))
        elif word not in _FILL_EN and word not in _ZH_SET and not set(word) <= _SEPARATORS:
            return None
    return tokens


def _read_freely(answer: str, position: dict[str, int], roles: int, lang: str) -> Reading:
    problems = _PROBLEMS[lang]
    if len(answer) > LONGEST:
        return Reading(None, problems["long"])
    tokens = _tokens(answer, position, roles)
    if tokens is None:
        return Reading(None, problems["word"])
    while tokens and tokens[0][0] == ":":  # after "Answer"
        del tokens[0]
    if not tokens:
        return Reading(None, problems["empty"])
    pairs = _grouped(tokens) if tokens[0][0] in ("role", "roles") else _paired(tokens)
    if pairs is None:
        kinds = [kind for kind, _ in tokens if kind in ("name", "role")]
        twice = kinds[:1] == ["name"] and "role role" in " ".join(kinds)
        return Reading(None, problems["twice" if twice else "form"], twice)
    world = [-1] * len(position)
    for person, role in pairs:
        if world[person] >= 0:
            return Reading(None, problems["twice"], True)
        world[person] = role
    return _complete(world, roles, lang)


def _paired(tokens: list[tuple[str, int]]) -> list[tuple[int, int]] | None:
    """Read "Ann: knight, Bob: knave" and "Ann and Bob are knights": names, then their role."""
    pairs: list[tuple[int, int]] = []
    waiting: list[int] = []
    every = False
    for kind, value in tokens:
        if kind == "name":
            waiting.append(value)
        elif kind == "all":
            every = True
        elif kind in ("role", "roles"):
            several = kind == "roles" or every
            if not waiting or (len(waiting) > 1) != several:
                return None
            pairs += [(person, value) for person in waiting]
            waiting, every = [], False
    return None if waiting or every else pairs


def _grouped(tokens: list[tuple[str, int]]) -> list[tuple[int, int]] | None:
    """Read "Knights: Ann, Bob. Knaves: Carl": roles, each with a colon, and the people who have it."""
    pairs: list[tuple[int, int]] = []
    role, members = -1, 1
    for index, (kind, value) in enumerate(tokens):
        if kind in ("role", "roles"):
            if tokens[index + 1 : index + 2] != [(":", 0)] or not members:
                return None
            role, members = value, 0
        elif kind == "name":
            pairs.append((value, role))
            members += 1
        elif kind == "all" or tokens[index - 1][0] not in ("role", "roles"):
            return None
    return pairs if members else None
