"""Implications about people in words, in both languages. Names and words have the same numbers in both."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from guru_envs.domains._abstain import Kind


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PEOPLE = {
    "en": _words(
        "Anna Boris Clara Daniel Elena Felix Greta Hugo Ingrid Jonas Katja Louis Marta Nils Olga Pedro Quinn "
        "Rosa Simon Tilda Ulrich Vera Walter Yara"
    ),
    "zh": _words(
        "小安 小波 小春 小丹 小恩 小飞 小光 小海 小佳 小凯 小兰 小明 小宁 小平 小琴 小蓉 小山 小涛 小威 小霞 小燕 小勇 小珍 小哲"
    ),
}
WORDS = {
    "en": _words(
        "active brave calm clever curious eager famous friendly funny gentle happy honest hungry kind lucky modest "
        "patient polite proud quiet strong tall tired wise"
    ),
    "zh": _words(
        "活跃 勇敢 冷静 聪明 好奇 热心 有名 友好 风趣 温和 快乐 诚实 饥饿 善良 幸运 谦虚 耐心 礼貌 自豪 安静 强壮 高大 疲倦 睿智"
    ),
}
STATEMENT = {"en": "{} is {}", "zh": "{}很{}"}
RULES = {
    "en": (
        "If {0}, then {1}.",
        "{1} if {0}.",
        "Whenever {0}, {1} as well.",
        "From the fact that {0} it follows that {1}.",
    ),
    "zh": ("如果{0}，那么{1}。", "{1}，只要{0}。", "只要{0}，{1}就成立。", "由{0}可以推出{1}。"),
}
STYLES = 4
_FORMS = {  # what stands before, between and after the two statements, and whether the conclusion comes first
    lang: [(*re.split(r"\{.\}", text), text.find("{1}") < text.find("{0}")) for text in texts]
    for lang, texts in RULES.items()
}
_SAY = {
    "en": {
        "given": 'It is given that {}. The following rules hold. "Q if P" means the same as "If P, then Q"; no rule works in the other '
        "direction.",
        "rules": "Rules:",
        "goal": "It is to be shown that {goal}. A proof is a sequence of statements: the first is the given one, each further one "
        "follows from the one before it by one rule, and the last is the one to be shown. The shortest proof is the one with the "
        "fewest statements.",
        "next": "In the shortest proof, which statement comes directly after the given one? The answer is one statement, in the "
        'form "{form}".',
        "path": "What is the shortest proof? The answer is all its statements in order, from the given one to the one to be shown, "
        'separated by commas, each in the form "{form}".',
        "abstain": 'If there is no proof, answer "no solution"; if several proofs are equally short and no other is shorter, '
        'answer "several solutions".',
        "form": "Name is word",
    },
    "zh": {
        "given": "已知{}。以下规则成立。“Q，只要P”与“如果P，那么Q”意思相同；任何规则都不能反过来用。",
        "rules": "规则：",
        "goal": "要证明{goal}。证明是一列陈述：第一个是已知的陈述，其后每一个都由前一个陈述根据一条规则得出，最后一个是要证明的陈述。"
        "最短的证明是陈述最少的证明。",
        "next": "在最短的证明中，紧接在已知陈述之后的是哪个陈述？答案是一个陈述，形如“{form}”。",
        "path": "最短的证明是什么？答案是其中的全部陈述，从已知的陈述到要证明的陈述依次列出，用逗号分隔，每个形如“{form}”。",
        "abstain": "如果没有证明，请回答“无解”；如果有几个证明同样短而没有更短的，请回答“多解”。",
        "form": "某人很怎样",
    },
}

VERDICTS = {  # reasons for verdicts, and lines of certificates
    "en": {
        "form": "this is no statement of the network",
        "unknown": "there is a statement that does not occur in the rules",
        "one": "one statement is asked for",
        "start": "that does not follow from the given statement by one rule",
        "next": "that is not the next statement of the shortest proof",
        "step": "statement {} does not follow from the one before it by one rule",
        "end": "that does not end with the statement to be shown",
        "longer": "that is a proof, but not the shortest one",
        "claim": "that is not so",
        "all": "All that can be shown is: {}.",
        "proof": "This is a shortest proof: {}.",
        "help": 'A fact is one statement that has been shown, written like the given one: "{}."',
    },
    "zh": {
        "form": "这不是网络中的陈述",
        "unknown": "出现了规则中没有的陈述",
        "one": "只要一个陈述",
        "start": "这不能由已知的陈述根据一条规则得出",
        "next": "这不是最短证明中的下一个陈述",
        "step": "第{}个陈述不能由前一个陈述根据一条规则得出",
        "end": "最后一个不是要证明的陈述",
        "longer": "这是一个证明，但不是最短的",
        "claim": "情况并非如此",
        "all": "能证明的只有：{}。",
        "proof": "这是一个最短的证明：{}。",
        "help": "一个事实是一个已经证明的陈述，写法与已知的陈述相同：“{}。”",
    },
}
SOURCES = {
    "en": {"given": " (given).", "rule": " (rule {}, line {})."},
    "zh": {"given": "（已知）。", "rule": "（规则{}，第{}行）。"},
}


class Puzzle(NamedTuple):
    """A graph as it is shown.

    Attributes:
        lang: language.
        labels: for each node the numbers of its person and word; node 0 is given.
        rules: the edges in the order of the prompt.
        styles: the wording of each rule.
        goal: the node to be shown.
        question: ``next`` or ``path``.
        abstains: the prompt allows "no solution" and "several solutions".
        kind: ``one`` shortest proof, ``none`` or ``several``.
        path: the nodes of the shortest proof; empty unless there is one.
    """

    lang: str
    labels: tuple[tuple[int, int], ...]
    rules: tuple[tuple[int, int], ...]
    styles: tuple[int, ...]
    goal: int
    question: str
    abstains: bool
    kind: Kind
    path: tuple[int, ...]


@functools.lru_cache(maxsize=2)
def _said(lang: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(STATEMENT[lang].format(person, word) for word in WORDS[lang]) for person in PEOPLE[lang])


def said(puzzle: Puzzle, node: int) -> str:
    """The statement of a node, without a full stop."""
    person, word = puzzle.labels[node]
    return _said(puzzle.lang)[person][word]


def prompt(puzzle: Puzzle) -> str:
    """The whole prompt."""
    say, forms, table = _SAY[puzzle.lang], _FORMS[puzzle.lang], _said(puzzle.lang)
    texts = [table[person][word] for person, word in puzzle.labels]
    lines = [say["given"].format(texts[0]), "", say["rules"]]
    for number, ((one, two), style) in enumerate(zip(puzzle.rules, puzzle.styles, strict=True), 1):
        head, middle, tail, swapped = forms[style]
        if swapped:
            one, two = two, one
        lines.append(f"{number}. {head}{texts[one]}{middle}{texts[two]}{tail}")
    lines += ["", say["goal"].format(goal=texts[puzzle.goal]), say[puzzle.question].format(form=say["form"])]
    if puzzle.abstains:
        lines.append(say["abstain"])
    return "\n".join(lines)
