"""Ordering prompts as somebody reads them who knows nothing else: things in a row of numbered places."""

from __future__ import annotations

import itertools
import re

from readers.search import Rule, all_different, backtrack, everything, is_chinese, numbered

A, N = "(.+?)", r"(\d+)"
FIRST = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()  # noqa: SIM905
# "from the oldest to the youngest": what the first of this direction is in comparisons, and what the last is. Where the order
# asked for runs from the second to the first, the comparisons mean the opposite places.
SCALES = {
    "en": [
        ("from left to right", "from right to left", "to the left of", "to the right of", "from the left", "from the right"),
        ("most expensive to the cheapest", "cheapest to the most expensive", "more than", "less than", "most expensive", "cheapest"),
        ("oldest to the youngest", "youngest to the oldest", "older than", "younger than", "oldest", "youngest"),
        ("tallest to the shortest", "shortest to the tallest", "taller than", "shorter than", "tallest", "shortest"),
        (
            "the first to arrive to the last",
            "the last to arrive to the first",
            "earlier than",
            "later than",
            "to arrive",
            "counted from the end",
        ),
        ("fastest to the slowest", "slowest to the fastest", "faster than", "slower than", "fastest", "slowest"),
        ("heaviest to the lightest", "lightest to the heaviest", "heavier than", "lighter than", "heaviest", "lightest"),
        ("front to the back", "back to the front", "in front of", "behind", "from the front", "from the back"),
        ("top floor to the bottom", "bottom floor to the top", "higher up than", "lower down than", "from the top", "from the bottom"),
    ],
    "zh": [
        ("从左到右", "从右到左", "左边", "右边", "从左边数", "从右边数"),
        ("从最贵到最便宜", "从最便宜到最贵", "贵", "便宜", "从高到低", "从低到高"),
        ("从最年长到最年轻", "从最年轻到最年长", "年长", "年轻", "从大到小", "从小到大"),
        ("从最高到最矮", "从最矮到最高", "高", "矮", "从高到低", "从低到高"),
        ("从最先到达到最后到达", "从最后到达到最先到达", "先到达", "后到达", "从最先到达的数起", "从最后到达的数起"),
        ("从最快到最慢", "从最慢到最快", "快", "慢", "从快到慢", "从慢到快"),
        ("从最重到最轻", "从最轻到最重", "重", "轻", "从重到轻", "从轻到重"),
        ("从队首到队尾", "从队尾到队首", "前面", "后面", "从队首数", "从队尾数"),
        ("从最高层到最低层", "从最低层到最高层", "高", "低", "从高到低", "从低到高"),
    ],
}  # fmt: skip
VERB = "(?:is|costs|arrived|lives|stands)"
# forms with the meaning of places and numbers in the order of the text; {last} is the number of things
FORMS = {
    "en": [
        (rf"{A} comes directly before or directly after {A}", lambda a, b: abs(a - b) == 1),
        (rf"{A} comes directly before {A} in the order", lambda a, b: a + 1 == b),
        (rf"{A} comes directly after {A} in the order", lambda a, b: a == b + 1),
        (rf"{A} comes before {A} or before {A}, or before both", lambda a, b, c: a < max(b, c)),
        (rf"{A} comes after {A} or after {A}, or after both", lambda a, b, c: a > min(b, c)),
        (rf"{A} comes before at least one of {A} and {A}", lambda a, b, c: a < max(b, c)),
        (rf"{A} comes after at least one of {A} and {A}", lambda a, b, c: a > min(b, c)),
        (rf"{A} comes after one of {A} and {A}, but before the other", lambda a, b, c: min(b, c) < a < max(b, c)),
        (rf"[Oo]f {A} and {A}, exactly one comes before {A} in the order", lambda a, b, c: [a < c, b < c].count(True) == 1),
        (rf"[Ii]n the order, {A} is somewhere between {A} and {A}", lambda a, b, c: min(b, c) < a < max(b, c)),
        (rf"{A} comes before {A} in the order", lambda a, b: a < b),
        (rf"{A} comes after {A} in the order", lambda a, b: a > b),
        (rf"{A} is exactly {N} places before {A} in the order", lambda a, n, b: a + n == b),
        (rf"{A} is exactly {N} places after {A} in the order", lambda a, n, b: a == b + n),
        (rf"{A} and {A} are next to each other in the order", lambda a, b: abs(a - b) == 1),
        (rf"{A} and {A} are not next to each other in the order", lambda a, b: abs(a - b) != 1),
        (rf"{A} and {A} are exactly {N} places apart", lambda a, b, n: abs(a - b) == n),
        (rf"{A} and {A} are more than {N} places apart", lambda a, b, n: abs(a - b) > n),
        (rf"[Aa]t least one \w+ is between {A} and {A}", lambda a, b: abs(a - b) > 1),
        (rf"[Ee]xactly {N} \w+ (?:is|are) between {A} and {A}", lambda n, a, b: abs(a - b) == n + 1),
        (rf"[Aa]t least {N} \w+ are between {A} and {A}", lambda n, a, b: abs(a - b) > n),
        (rf"{A} is in place {N}", lambda a, n: a == n),
        (rf"{A} is not in place {N}", lambda a, n: a != n),
        (rf"{A} is (?:either )?in place {N} or in place {N}", lambda a, m, n: a in (m, n)),
        (rf"{A} is neither in place {N} nor in place {N}", lambda a, m, n: a not in (m, n)),
    ],
    "zh": [
        (rf"{A}紧排在{A}之前或者之后", lambda a, b: abs(a - b) == 1),
        (rf"{A}在次序中紧排在{A}之前", lambda a, b: a + 1 == b),
        (rf"{A}在次序中紧排在{A}之后", lambda a, b: a == b + 1),
        (rf"{A}排在{A}之前，或者排在{A}之前，或者在两者之前", lambda a, b, c: a < max(b, c)),
        (rf"{A}排在{A}之后，或者排在{A}之后，或者在两者之后", lambda a, b, c: a > min(b, c)),
        (rf"{A}与{A}当中至少有一个排在{A}之前", lambda a, b, c: min(a, b) < c),
        (rf"{A}与{A}当中至少有一个排在{A}之后", lambda a, b, c: max(a, b) > c),
        (rf"{A}排在{A}与{A}当中的一个之后、另一个之前", lambda a, b, c: min(b, c) < a < max(b, c)),
        (rf"{A}与{A}当中正好有一个在次序中排在{A}之前", lambda a, b, c: [a < c, b < c].count(True) == 1),
        (rf"在次序中，{A}排在{A}与{A}之间的某处", lambda a, b, c: min(b, c) < a < max(b, c)),
        (rf"{A}在次序中排在{A}之前", lambda a, b: a < b),
        (rf"{A}在次序中排在{A}之后", lambda a, b: a > b),
        (rf"{A}在次序中正好比{A}靠前{N}位", lambda a, b, n: a + n == b),
        (rf"{A}在次序中正好比{A}靠后{N}位", lambda a, b, n: a == b + n),
        (rf"{A}与{A}在次序中相邻", lambda a, b: abs(a - b) == 1),
        (rf"{A}与{A}在次序中不相邻", lambda a, b: abs(a - b) != 1),
        (rf"{A}与{A}正好相差{N}位", lambda a, b, n: abs(a - b) == n),
        (rf"{A}与{A}相差超过{N}位", lambda a, b, n: abs(a - b) > n),
        (rf"{A}与{A}之间至少有一[^\d]+", lambda a, b: abs(a - b) > 1),
        (rf"{A}与{A}之间正好有{N}[^\d]+", lambda a, b, n: abs(a - b) == n + 1),
        (rf"{A}与{A}之间至少有{N}[^\d]+", lambda a, b, n: abs(a - b) > n),
        (rf"{A}在第{N}位", lambda a, n: a == n),
        (rf"{A}不在第{N}位", lambda a, n: a != n),
        (rf"{A}(?:要么)?在第{N}位(?:或者|，要么在)第{N}位", lambda a, m, n: a in (m, n)),
        (rf"{A}既不在第{N}位也不在第{N}位", lambda a, m, n: a not in (m, n)),
    ],
}  # fmt: skip
ENDS = [  # forms that name the ends in words; whether the thing is there
    (rf"{A} is in the first or in the last place|{A}在第一位或者最后一位", True),
    (rf"{A} is neither in the first nor in the last place|{A}既不在第一位也不在最后一位", False),
]
GAP = rf"(.+), and exactly {N} \w+ (?:is|are) between them|(.+)，而且两者之间正好有{N}[^\d]+"


class Order:
    """A prompt as read. A solution is the place of each thing, in the order in which the prompt lists them."""

    def __init__(self, prompt: str) -> None:
        self.lang = "zh" if is_chinese(prompt) else "en"
        head = prompt.split("\n")[0]
        if self.lang == "en":
            many, listed = re.match(r"(\d+) .*?: (.+?)\. They are to be put in order", head).groups()
            self.names = [name.removeprefix("the ") for name in re.split(", | and ", listed)]
            span = re.search(r"put in order (.+?): place 1 is", head)[1]
        else:
            many, listed = re.match(r"\D*(\d+).*?：(.+?)。现在", head).groups()
            self.names = re.split("、|和", listed)
            span = re.search(r"上述成员(.+?)排成一个次序：第1位是", head)[1]
        self.last = int(many)
        assert len(set(self.names)) == len(self.names) == self.last
        self.scale = next(scale for scale in SCALES[self.lang] if span.endswith(scale[:2]))
        self.forward = span.endswith(self.scale[0])
        self.clues = [self.clue(text.rstrip(".。")) for text in numbered(prompt)]
        self.question = re.search(
            r"^(What is the order|Which .+ is in place|In which place is|次序是|第\d+位是|.+在第几位？).*$",
            prompt,
            re.M,
        )[0]

    def thing(self, words: str) -> str | None:
        """The thing that words mean, if they mean one."""
        bare = re.sub("^[Tt]he ", "", words)
        return bare if bare in self.names else None

    def clue(self, text: str) -> Rule:
        gap = re.fullmatch(GAP, text)
        if gap:
            number = int(gap[2] or gap[4])
            compared = self.compared(gap[1] or gap[3])
            return Rule(compared.names, lambda a, b: compared.test(a, b) and abs(a - b) == number + 1)
        found = [one for one in (self.compared(text), self.rank(text), *self.placed(text)) if one is not None]
        assert found, text
        return found[0]

    def compared(self, text: str) -> Rule | None:
        """A comparison on the scale of the story."""
        for place, words in enumerate(self.scale[2:4]):
            if self.lang == "en":
                form = rf"{A} {VERB} (directly |somewhere )?{words} {A}"
            else:
                form = rf"{A}(?:在|站在|比|住得比)(){A}{words}(?:的某处)?"
                if text.startswith(tuple(self.names)) and "紧" in text:
                    form = rf"{A}(紧)(?:站在|挨着){A}(?:，在其)?{words}"
            match = re.fullmatch(form, text)
            if match:
                names = self.thing(match[1]), self.thing(match[3])
                if None not in names:
                    sign = 1 if (place == 0) is self.forward else -1
                    near = match[2] in ("directly ", "紧")
                    return Rule(names, lambda a, b, s=sign, n=near: (b - a) * s == 1 if n else (b - a) * s > 0)
        return None

    def rank(self, text: str) -> Rule | None:
        """A place counted from one end of the scale."""
        start, end = map(re.escape, self.scale[4:])
        if self.lang == "en":
            match = re.fullmatch(rf"{A} is (not )?the (?:({'|'.join(FIRST)}) )?(?:to arrive, )?({start}|{end})", text)
            if not match:
                return None
            number = FIRST.index(match[3]) + 1 if match[3] else 1
        else:
            match = re.fullmatch(rf"{A}(不)?(?:是|按..)?({start}|{end})(?:排|是)?第(\d+)个?", text)
            if not match:
                return None
            number = int(match[4])
        counted = match[4] if self.lang == "en" else match[3]
        place = number if (counted == self.scale[4]) is self.forward else self.last + 1 - number
        name = self.thing(match[1])
        return None if name is None else Rule((name,), lambda a: (a == place) is (match[2] is None))

    def placed(self, text: str) -> list[Rule]:
        """Sentences about the order itself."""
        found = []
        for form, there in ENDS:
            match = re.fullmatch(form, text)
            if match and self.thing(match[1] or match[2]):
                found.append(
                    Rule((self.thing(match[1] or match[2]),), lambda a, there=there: (a in (1, self.last)) is there)
                )
        for form, test in FORMS[self.lang]:
            match = re.fullmatch(form, text)
            if match and all(part.isdigit() or self.thing(part) for part in match.groups()):
                parts = [int(part) if part.isdigit() else self.thing(part) for part in match.groups()]
                names = tuple(part for part in parts if isinstance(part, str))

                def holds(*places, parts=parts, test=test) -> bool:
                    left = iter(places)
                    return test(*[part if isinstance(part, int) else next(left) for part in parts])

                found.append(Rule(names, holds))
        return found

    def solutions(self, most: int = 2, by=backtrack) -> list[tuple[int, ...]]:
        domains = {name: list(range(1, self.last + 1)) for name in self.names}
        found = itertools.islice(by(domains, self.clues + all_different(self.names)), most)
        return [tuple(one[name] for name in self.names) for one in found]

    def all_solutions(self) -> list[tuple[int, ...]]:
        return self.solutions(10_000, everything)

    def asked(self, solution: tuple[int, ...]):
        """The whole order, the thing in a place (as its number in the list), or the place of a thing."""
        if match := re.match(r"Which \w+ is in place (\d+)|第(\d+)位是", self.question):
            return solution.index(int(match[1] or match[2]))
        if match := re.match(r"In which place is (.+?)\?|(.+)在第几位？", self.question):
            return solution[self.names.index(self.thing(match[1] or match[2]))]
        return solution

    def answer(self, solution: tuple[int, ...]) -> str:
        asked = self.asked(solution)
        if re.match(r"Which|第", self.question):
            return self.names[asked]
        if not isinstance(asked, tuple):
            return str(asked)
        row = sorted(self.names, key=lambda name: solution[self.names.index(name)])
        return (", " if self.lang == "en" else "，").join(row)

    def form_is(self, answer: str) -> bool:
        return bool(answer)

    def spoilt(self, solution: tuple[int, ...], rng) -> tuple[int, ...]:
        """Two things exchange their places, so that what is asked for changes."""
        while True:
            one, two = rng.sample(range(self.last), 2)
            other = list(solution)
            other[one], other[two] = other[two], other[one]
            if self.asked(tuple(other)) != self.asked(solution):
                return tuple(other)


read = Order
