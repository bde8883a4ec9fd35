"""Zebra prompts as somebody reads them who knows nothing else: houses in a row, attributes, clues."""

from __future__ import annotations

import itertools
import json
import re

from readers.search import Rule, all_different, backtrack, everything, first_match, is_chinese, lists, numbered

W = "(.+)"  # somebody
EN = [
    ("in", rf"{W} lives in house (\d+)\."),
    ("not in", rf"{W} does not live in house (\d+)\."),
    ("beside", rf"{W} lives next to {W}\."),
    ("just left", rf"{W} lives directly to the left of {W}\."),
    ("just right", rf"{W} lives directly to the right of {W}\."),
    ("left", rf"{W} lives somewhere to the left of {W}\."),
    ("right", rf"{W} lives somewhere to the right of {W}\."),
    ("away", rf"{W} lives exactly (\d+) houses away from {W}\."),
    ("between", rf"{W} lives somewhere between {W} and {W}\."),
    ("end", rf"{W} lives in one of the two end houses\."),
    ("odd", rf"{W} lives in a house with an odd number\."),
    ("even", rf"{W} lives in a house with an even number\."),
    ("one of", rf"{W} is either {W} or {W}\."),
    ("is not", rf"{W} is not {W}\."),
    ("is", rf"{W} is {W}\."),
]
ZH = [
    ("not in", rf"{W}不住在(\d+)号房。"),
    ("in", rf"{W}住在(\d+)号房。"),
    ("beside", rf"{W}住在{W}的隔壁。"),
    ("just left", rf"{W}住在{W}左边紧邻的房子里。"),
    ("just right", rf"{W}住在{W}右边紧邻的房子里。"),
    ("left", rf"{W}住在{W}左边的某处。"),
    ("right", rf"{W}住在{W}右边的某处。"),
    ("away", rf"{W}与{W}的门牌号正好相差(\d+)。"),
    ("between", rf"{W}住在{W}与{W}之间的某处。"),
    ("end", rf"{W}住在两端的房子之一。"),
    ("odd", rf"{W}住在单数号房。"),
    ("even", rf"{W}住在双数号房。"),
    ("is not", rf"{W}不是{W}。"),
    ("is", rf"{W}就是{W}。"),
    ("one of", rf"{W}是{W}或者{W}。"),
]
# how somebody with a value is called, by the name of the attribute; sports players, music fans ...
CALLED = {
    "name": "(.+)",
    "color": "the person in the (.+) house",
    "pet": "the (.+) owner",
    "drink": "the (.+) drinker",
    "job": "the (.+)",
    "sport": "the (.+) player",
    "music": "the (.+) fan",
    "fruit": "the (.+) lover",
    "flower": "the (.+) grower",
    "vehicle": "the (.+) driver",
    "姓名": "(.+)",
    "颜色": "住(.+)房子的人",
    "宠物": "养(.+)的人",
    "饮料": "喝(.+)的人",
    "职业": "当(.+)的人",
    "运动": "玩(.+)的人",
    "音乐": "听(.+)的人",
    "水果": "爱吃(.+)的人",
    "花": "种(.+)的人",
    "车辆": "开(.+)的人",
}
# what a clue says of the houses of those it names, of the number it names, and of the last house
SAYS = {
    "in": lambda n, last, a: a == n,
    "not in": lambda n, last, a: a != n,
    "end": lambda n, last, a: a in (1, last),
    "odd": lambda n, last, a: a % 2 == 1,
    "even": lambda n, last, a: a % 2 == 0,
    "beside": lambda n, last, a, b: abs(a - b) == 1,
    "just left": lambda n, last, a, b: a == b - 1,
    "just right": lambda n, last, a, b: a == b + 1,
    "left": lambda n, last, a, b: a < b,
    "right": lambda n, last, a, b: a > b,
    "away": lambda n, last, a, b: abs(a - b) == n,
    "is": lambda n, last, a, b: a == b,
    "is not": lambda n, last, a, b: a != b,
    "one of": lambda n, last, a, b, c: a in (b, c),
    "between": lambda n, last, a, b, c: min(b, c) < a < max(b, c),
}
QUESTIONS = [
    ("grid", r"Who lives where\? .*|每座房子里各是什么？.*"),
    ("there", r"What is the (.+) of the person who lives in house (\d+)\? The answer is one of: .+\."),
    ("value", r"What is the (.+?) of (.+)\? The answer is one of: .+\."),
    ("house", r"In which house does (.+) live\? The answer is one of the house numbers: .+\."),
    ("house", r"(.+)住在几号房？答案是以下门牌号之一：.+。"),
    ("zh there", r"住在(\d+)号房的人的(.+)是什么？答案是以下之一：.+。"),
    ("zh value", r"(.+)的(.+)是什么？答案是以下之一：.+。"),
]


class Zebra:
    """A prompt as read. A solution is the house of each value, in the order in which the prompt lists the values."""

    def __init__(self, prompt: str) -> None:
        self.prompt, self.zh = prompt, is_chinese(prompt)
        first, second = re.search(
            r"编号为(\d+)到(\d+)" if self.zh else r"numbered (\d+) to (\d+) from left", prompt
        ).groups()
        assert first == "1"
        self.last = int(second)
        self.values = lists(prompt)
        assert all(len(set(values)) == len(values) == self.last for values in self.values.values())
        self.items = [(name, value) for name, values in self.values.items() for value in values]
        self.clues = [self.clue(text) for text in numbered(prompt)]
        self.domains = {item: list(range(1, self.last + 1)) for item in self.items}
        paragraphs = prompt.split("\n\n")
        question = next(
            one for one in reversed(paragraphs) if "?" in one.split("\n")[0] or "？" in one.split("\n")[0]
        ).split("\n")[0]
        self.kind, self.parts = first_match(QUESTIONS, question)

    def who(self, words: str) -> tuple[str, str]:
        """Whom some words mean."""
        words = words[0].lower() + words[1:] if words.startswith("The ") else words
        found = []
        for name, value in self.items:
            match = re.fullmatch(CALLED[name], words)
            if match and match[1] == value:
                found.append((name, value))
        assert len(found) == 1, (words, found)
        return found[0]

    def clue(self, text: str) -> Rule:
        kind, parts = first_match(ZH if self.zh else EN, text)
        number = next((int(part) for part in parts if part.isdigit()), 0)
        people = tuple(self.who(part) for part in parts if not part.isdigit())
        return Rule(people, lambda *houses: SAYS[kind](number, self.last, *houses))

    def solutions(self, most: int = 2, by=backtrack) -> list[tuple[int, ...]]:
        apart = [rule for name, values in self.values.items() for rule in all_different([(name, v) for v in values])]
        found = itertools.islice(by(self.domains, self.clues + apart), most)
        return [tuple(one[item] for item in self.items) for one in found]

    def all_solutions(self) -> list[tuple[int, ...]]:
        return self.solutions(10_000, everything)

    def asked(self, solution: tuple[int, ...]):
        """What is asked for, free of language: the whole solution, a house, or the place of a value in its list."""
        house = dict(zip(self.items, solution, strict=True))
        if self.kind == "grid":
            return solution
        if self.kind == "house":
            return house[self.who(self.parts[0])]
        name, other = self.parts[::-1] if self.kind.startswith("zh") else self.parts
        wanted = int(other) if self.kind.endswith("there") else house[self.who(other)]
        return next(number for number, value in enumerate(self.values[name]) if house[name, value] == wanted)

    def answer(self, solution: tuple[int, ...]) -> str:
        if self.kind == "house":
            return str(self.asked(solution))
        if self.kind != "grid":
            return self.values[self.parts[self.kind.startswith("zh")]][self.asked(solution)]
        house = dict(zip(self.items, solution, strict=True))
        grid = {
            str(n): {name: next(v for v in values if house[name, v] == n) for name, values in self.values.items()}
            for n in range(1, self.last + 1)
        }
        return json.dumps(grid, ensure_ascii=False)

    def form_is(self, answer: str) -> bool:
        """Whether an answer has the form of the example in the prompt: the same keys in the same order."""
        if self.kind != "grid":
            return True
        shown = re.search(r'^(\{"1".+\}\})$', self.prompt, re.MULTILINE)[1]
        keys = json.loads(shown.replace(", ...", ""))
        given = json.loads(answer)
        ends = [given["1"], given[str(self.last)]]
        return [list(one) for one in keys.values()] == [list(one) for one in ends] and len(given) == self.last

    def spoilt(self, solution: tuple[int, ...], rng) -> tuple[int, ...]:
        """Two values of an attribute exchange their houses, so that what is asked for changes."""
        while True:
            start = rng.randrange(len(self.values)) * self.last
            one, two = rng.sample(range(start, start + self.last), 2)
            other = list(solution)
            other[one], other[two] = other[two], other[one]
            if self.asked(tuple(other)) != self.asked(solution):
                return tuple(other)


read = Zebra
