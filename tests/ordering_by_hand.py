"""Ordering puzzles read from their prompt's text alone, in both languages, and decided by trying every order.

Shares no code with the domain: own sentences, own meaning, own search.

``python tests/ordering_by_hand.py [TASKS]`` checks many tasks of each level: one solution, equal to gold, each clue necessary.
"""

from __future__ import annotations

import re
import sys
from itertools import permutations

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
N, NUM = "(.+?)", r"(\d+)"

# the words that compare two things on each scale: those for "nearer to the start of the span named first", then the opposite
SCALES = {
    "en": [
        ("from left to right", "from right to left", "is somewhere to the left of", "is somewhere to the right of"),
        (
            "from the most expensive to the cheapest",
            "from the cheapest to the most expensive",
            "costs more than",
            "costs less than",
        ),
        ("from the oldest to the youngest", "from the youngest to the oldest", "is older than", "is younger than"),
        ("from the tallest to the shortest", "from the shortest to the tallest", "is taller than", "is shorter than"),
        (
            "from the first to arrive to the last",
            "from the last to arrive to the first",
            "arrived earlier than",
            "arrived later than",
        ),
        ("from the fastest to the slowest", "from the slowest to the fastest", "is faster than", "is slower than"),
        (
            "from the heaviest to the lightest",
            "from the lightest to the heaviest",
            "is heavier than",
            "is lighter than",
        ),
        (
            "from the front to the back",
            "from the back to the front",
            "stands somewhere in front of",
            "stands somewhere behind",
        ),
        (
            "from the top floor to the bottom",
            "from the bottom floor to the top",
            "lives higher up than",
            "lives lower down than",
        ),
    ],
    "zh": [
        ("从左到右", "从右到左", "在{}左边的某处", "在{}右边的某处"),
        ("从最贵到最便宜", "从最便宜到最贵", "比{}贵", "比{}便宜"),
        ("从最年长到最年轻", "从最年轻到最年长", "比{}年长", "比{}年轻"),
        ("从最高到最矮", "从最矮到最高", "比{}高", "比{}矮"),
        ("从最先到达到最后到达", "从最后到达到最先到达", "比{}先到达", "比{}后到达"),
        ("从最快到最慢", "从最慢到最快", "比{}快", "比{}慢"),
        ("从最重到最轻", "从最轻到最重", "比{}重", "比{}轻"),
        ("从队首到队尾", "从队尾到队首", "站在{}前面的某处", "站在{}后面的某处"),
        ("从最高层到最低层", "从最低层到最高层", "住得比{}高", "住得比{}低"),
    ],
}
DIRECT = {
    "en": [
        ("is directly to the left of", "is directly to the right of", "from left to right"),
        ("stands directly in front of", "stands directly behind", "from the front to the back"),
    ],
    "zh": [
        ("紧挨着{}，在其左边", "紧挨着{}，在其右边", "从左到右"),
        ("紧站在{}前面", "紧站在{}后面", "从队首到队尾"),
    ],
}
# what counts from the start of the span named first, and from its end
RANKS = {
    "en": [
        (r"the (?:(\w+) )?from the left", r"the (?:(\w+) )?from the right"),
        (r"the (?:(\w+) )?most expensive", r"the (?:(\w+) )?cheapest"),
        (r"the (?:(\w+) )?oldest", r"the (?:(\w+) )?youngest"),
        (r"the (?:(\w+) )?tallest", r"the (?:(\w+) )?shortest"),
        (r"the (?:(\w+) )?to arrive", r"the (?:(\w+) )?to arrive, counted from the end"),
        (r"the (?:(\w+) )?fastest", r"the (?:(\w+) )?slowest"),
        (r"the (?:(\w+) )?heaviest", r"the (?:(\w+) )?lightest"),
        (r"the (?:(\w+) )?from the front", r"the (?:(\w+) )?from the back"),
        (r"the (?:(\w+) )?from the top", r"the (?:(\w+) )?from the bottom"),
    ],
    "zh": [
        (r"是从左边数第(\d+)", r"是从右边数第(\d+)"),
        (r"按价格从高到低排第(\d+)", r"按价格从低到高排第(\d+)"),
        (r"按年龄从大到小排第(\d+)", r"按年龄从小到大排第(\d+)"),
        (r"按高度从高到低排第(\d+)", r"按高度从低到高排第(\d+)"),
        (r"从最先到达的数起是第(\d+)个", r"从最后到达的数起是第(\d+)个"),
        (r"按速度从快到慢排第(\d+)", r"按速度从慢到快排第(\d+)"),
        (r"按重量从重到轻排第(\d+)", r"按重量从轻到重排第(\d+)"),
        (r"是从队首数第(\d+)", r"是从队尾数第(\d+)"),
        (r"按楼层从高到低排第(\d+)", r"按楼层从低到高排第(\d+)"),
    ],
}
# sentences that name the places of the order themselves; tests of the places (from 1) and numbers, in the order of the text
SENTENCES = {
    "en": [
        (r"(.+) comes directly before or directly after (.+)", lambda n, a, b: abs(a - b) == 1),
        (r"(.+) comes directly before (.+) in the order", lambda n, a, b: b - a == 1),
        (r"(.+) comes directly after (.+) in the order", lambda n, a, b: a - b == 1),
        (r"(.+) comes before (.+) or before (.+), or before both", lambda n, s, a, b: s < a or s < b),
        (r"(.+) comes after (.+) or after (.+), or after both", lambda n, s, a, b: s > a or s > b),
        (r"(.+) comes before at least one of (.+) and (.+)", lambda n, s, a, b: s < a or s < b),
        (r"(.+) comes after at least one of (.+) and (.+)", lambda n, s, a, b: s > a or s > b),
        (r"(.+) comes after one of (.+) and (.+), but before the other", lambda n, m, a, b: a < m < b or b < m < a),
        (r"of (.+) and (.+), exactly one comes before (.+) in the order", lambda n, a, b, m: (a < m) != (b < m)),
        (r"in the order, (.+) is somewhere between (.+) and (.+)", lambda n, m, a, b: a < m < b or b < m < a),
        (r"(.+) comes before (.+) in the order", lambda n, a, b: a < b),
        (r"(.+) comes after (.+) in the order", lambda n, a, b: a > b),
        (r"(.+) is exactly (\d+) places before (.+) in the order", lambda n, a, k, b: b - a == k),
        (r"(.+) is exactly (\d+) places after (.+) in the order", lambda n, a, k, b: a - b == k),
        (r"(.+) and (.+) are next to each other in the order", lambda n, a, b: abs(a - b) == 1),
        (r"(.+) and (.+) are not next to each other in the order", lambda n, a, b: abs(a - b) > 1),
        (r"(.+) and (.+) are exactly (\d+) places apart", lambda n, a, b, k: abs(a - b) == k),
        (r"(.+) and (.+) are more than (\d+) places apart", lambda n, a, b, k: abs(a - b) > k),
        (r"at least one \w+ is between (.+) and (.+)", lambda n, a, b: abs(a - b) - 1 >= 1),
        (r"exactly (\d+) \w+ (?:is|are) between (.+) and (.+)", lambda n, k, a, b: abs(a - b) - 1 == k),
        (r"at least (\d+) \w+ are between (.+) and (.+)", lambda n, k, a, b: abs(a - b) - 1 >= k),
        (r"(.+) is neither in the first nor in the last place", lambda n, a: 1 < a < n),
        (r"(.+) is neither in place (\d+) nor in place (\d+)", lambda n, a, p, q: a not in (p, q)),
        (r"(.+) is in the first or in the last place", lambda n, a: a in (1, n)),
        (r"(.+) is (?:either )?in place (\d+) or in place (\d+)", lambda n, a, p, q: a in (p, q)),
        (r"(.+) is not in place (\d+)", lambda n, a, p: a != p),
        (r"(.+) is in place (\d+)", lambda n, a, p: a == p),
    ],
    "zh": [
        (r"(.+)紧排在(.+)之前或者之后", lambda n, a, b: abs(a - b) == 1),
        (r"(.+)在次序中紧排在(.+)之前", lambda n, a, b: b - a == 1),
        (r"(.+)在次序中紧排在(.+)之后", lambda n, a, b: a - b == 1),
        (r"(.+)排在(.+)之前，或者排在(.+)之前，或者在两者之前", lambda n, s, a, b: s < a or s < b),
        (r"(.+)排在(.+)之后，或者排在(.+)之后，或者在两者之后", lambda n, s, a, b: s > a or s > b),
        (r"(.+)与(.+)当中至少有一个排在(.+)之后", lambda n, a, b, s: a > s or b > s),
        (r"(.+)与(.+)当中至少有一个排在(.+)之前", lambda n, a, b, s: a < s or b < s),
        (r"(.+)排在(.+)与(.+)当中的一个之后、另一个之前", lambda n, m, a, b: a < m < b or b < m < a),
        (r"(.+)与(.+)当中正好有一个在次序中排在(.+)之前", lambda n, a, b, m: (a < m) != (b < m)),
        (r"在次序中，(.+)排在(.+)与(.+)之间的某处", lambda n, m, a, b: a < m < b or b < m < a),
        (r"(.+)在次序中排在(.+)之前", lambda n, a, b: a < b),
        (r"(.+)在次序中排在(.+)之后", lambda n, a, b: a > b),
        (r"(.+)在次序中正好比(.+)靠前(\d+)位", lambda n, a, b, k: b - a == k),
        (r"(.+)在次序中正好比(.+)靠后(\d+)位", lambda n, a, b, k: a - b == k),
        (r"(.+)与(.+)在次序中相邻", lambda n, a, b: abs(a - b) == 1),
        (r"(.+)与(.+)在次序中不相邻", lambda n, a, b: abs(a - b) > 1),
        (r"(.+)与(.+)正好相差(\d+)位", lambda n, a, b, k: abs(a - b) == k),
        (r"(.+)与(.+)相差超过(\d+)位", lambda n, a, b, k: abs(a - b) > k),
        (r"(.+)与(.+)之间至少有一\D+", lambda n, a, b: abs(a - b) - 1 >= 1),
        (r"(.+)与(.+)之间正好有(\d+)\D+", lambda n, a, b, k: abs(a - b) - 1 == k),
        (r"(.+)与(.+)之间至少有(\d+)\D+", lambda n, a, b, k: abs(a - b) - 1 >= k),
        (r"(.+)既不在第一位也不在最后一位", lambda n, a: 1 < a < n),
        (r"(.+)既不在第(\d+)位也不在第(\d+)位", lambda n, a, p, q: a not in (p, q)),
        (r"(.+)在第一位或者最后一位", lambda n, a: a in (1, n)),
        (r"(.+?)(?:要么)?在第(\d+)位(?:或者第|，要么在第)(\d+)位", lambda n, a, p, q: a in (p, q)),
        (r"(.+)不在第(\d+)位", lambda n, a, p: a != p),
        (r"(.+)在第(\d+)位", lambda n, a, p: a == p),
    ],
}
BETWEEN = {
    "en": r"(.+), and exactly (\d+) \w+ (?:is|are) between them",
    "zh": r"(.+)，而且两者之间正好有(\d+)\D+",
}


class ByHand:
    """A prompt as read: names, and clues as (items, test of their places)."""

    def __init__(self, prompt: str) -> None:
        self.lang = "zh" if "线索" in prompt else "en"
        head, rest = prompt.split("\n\n", 1)
        if self.lang == "en":
            listed = re.search(r": (.+?)\. They are", head)[1]
            self.names = [re.sub("^the ", "", name) for name in re.split(r", | and ", listed)]
            span = re.search(r"order (from .+?): place 1", head)[1]
        else:
            self.names = re.split("[、和]", re.search(r"：(.+?)。现在", head)[1])
            span = re.search(r"上述成员(从.+?)排成一个次序", head)[1]
        self.size = len(self.names)
        assert str(self.size) in head
        number = next(n for n, scale in enumerate(SCALES[self.lang]) if span in scale[:2])
        self.scale = SCALES[self.lang][number]
        self.forward = span == self.scale[0]
        self.ranks = RANKS[self.lang][number]
        self.clues = [self.read(text) for text in re.findall(r"^\d+\. (.+)$", rest, re.MULTILINE)]
        self.question = re.split("\n\n", rest)[-1].split("\n")[0]

    def item(self, phrase: str) -> int:
        phrase = phrase.strip()
        if phrase.lower().startswith("the ") and self.lang == "en":
            phrase = phrase[4:]
        return self.names.index(phrase)

    def read(self, text: str):
        text = text.rstrip(".。")
        for said in (text, text[0].lower() + text[1:]):
            if found := self.read_as(said):
                return found
        raise AssertionError(f"unread: {text!r}")

    def read_as(self, text: str):
        apart = re.fullmatch(BETWEEN[self.lang], text)
        if apart and (compared := self.compared(apart[1])):
            (items, test), gap = compared, int(apart[2])
            return items, lambda n, a, b: test(n, a, b) and abs(a - b) - 1 == gap
        return self.compared(text) or self.ranked(text) or self.plain(text)

    def compared(self, text: str):
        """Sentences on the theme's scale."""
        options = [(phrase, phrase_index == 0, False) for phrase_index, phrase in enumerate(self.scale[2:])]
        for one, two, span in DIRECT[self.lang]:
            if span == self.scale[0]:
                options += [(one, True, True), (two, False, True)]
        for phrase, start, direct in options:
            pattern = f"(.+){re.escape(phrase).replace('{}', '(.+)').replace(chr(92) + '{' + chr(92) + '}', '(.+)')}"
            if self.lang == "en":
                pattern = f"(.+) {phrase} (.+)"
            match = re.fullmatch(pattern, text)
            if match and all(self.known(part) for part in match.groups()):
                sign = 1 if start == self.forward else -1
                items = [self.item(part) for part in match.groups()]
                if direct:
                    return items, lambda n, a, b, sign=sign: (b - a) * sign == 1
                return items, lambda n, a, b, sign=sign: (b - a) * sign > 0
        return None

    def known(self, phrase: str) -> bool:
        try:
            self.item(phrase)
        except ValueError:
            return False
        return True

    def ranked(self, text: str):
        """ "The second oldest"."""
        for from_start, pattern in ((True, self.ranks[0]), (False, self.ranks[1])):
            match = re.fullmatch(rf"(.+?) is (not )?{pattern}" if self.lang == "en" else rf"(.+?)(不)?{pattern}", text)
            if match and self.known(match[1]):
                k = int(match[3]) if self.lang == "zh" else ORDINALS.index(match[3]) + 1 if match[3] else 1
                place = k if from_start == self.forward else self.size + 1 - k
                wanted = match[2] is None
                return [self.item(match[1])], lambda n, a, place=place, wanted=wanted: (a == place) == wanted
        return None

    def plain(self, text: str):
        for pattern, test in SENTENCES[self.lang]:
            match = re.fullmatch(pattern, text)
            if match and all(part.isdigit() or self.known(part) for part in match.groups()):
                parts = [int(part) if part.isdigit() else None for part in match.groups()]
                items = [self.item(part) for part in match.groups() if not part.isdigit()]

                def decide(n, *places, parts=parts, test=test):
                    left = iter(places)
                    return test(n, *(next(left) if part is None else part for part in parts))

                return items, decide
        return None

    # -- solutions -----------------------------------------------------------------------------------------------------

    def solutions(self, without: int = -1, most: int = 2) -> list[tuple[int, ...]]:
        """Orders (the place of each item, from 1) that satisfy the clues, at most some; plain backtracking, item by item."""
        clues = [clue for number, clue in enumerate(self.clues) if number != without]
        weight = [sum(item in items for items, _ in clues) for item in range(self.size)]
        sequence: list[int] = []
        while len(sequence) < self.size:  # next the item with most clues about those before

            def ties(item: int) -> tuple[int, int]:
                return sum(item in items and set(items) <= {*sequence, item} for items, _ in clues), weight[item]

            sequence.append(max((item for item in range(self.size) if item not in sequence), key=ties))
        stage = [[] for _ in range(self.size)]
        for items, test in clues:
            stage[max(sequence.index(item) for item in items)].append((items, test))
        found: list[tuple[int, ...]] = []
        place = [0] * self.size

        def go(depth: int) -> None:
            if depth == self.size:
                found.append(tuple(place))
                return
            item = sequence[depth]
            for here in range(1, self.size + 1):
                if here in place:
                    continue
                place[item] = here
                if all(test(self.size, *(place[one] for one in items)) for items, test in stage[depth]):
                    go(depth + 1)
                place[item] = 0
                if len(found) >= most:
                    return

        go(0)
        return found

    def every_order(self) -> list[tuple[int, ...]]:
        """All orders that satisfy the clues, without any cleverness."""
        return [
            places
            for places in permutations(range(1, self.size + 1))
            if all(test(self.size, *(places[one] for one in items)) for items, test in self.clues)
        ]

    def answer(self, places: tuple[int, ...]) -> str:
        """What the question asks for."""
        q = self.question
        if match := re.match(r"Which \w+ is in place (\d+)|第(\d+)位是哪", q):
            return self.names[places.index(int(match[1] or match[2]))]
        if match := re.match(r"In which place is (.+)\? |(.+?)在第几位", q):
            return str(places[self.item(match[1] or match[2])])
        row = sorted(range(self.size), key=lambda item: places[item])
        return (", " if self.lang == "en" else "，").join(self.names[item] for item in row)


def check(task) -> None:
    """One solution, equal to gold, and each clue necessary."""
    puzzle = ByHand(task.prompt)
    found = puzzle.solutions()
    assert len(found) == 1, (task.prompt, found)
    assert puzzle.answer(found[0]) == task.gold, task.prompt
    for number in range(len(puzzle.clues)):
        assert len(puzzle.solutions(without=number)) == 2, f"clue {number + 1} is superfluous:\n{task.prompt}"


def main() -> None:
    """Check many tasks of each level, in both languages."""
    import guru_envs

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for level in range(1, len(guru_envs.spec("guru/ordering-v0").levels) + 1):
        for lang in ("en", "zh"):
            source = guru_envs.make_source("guru/ordering-v0", level=level, lang=lang)
            for seed in range(count):
                check(source.draw(seed))
        print(f"level {level}: {2 * count} tasks checked", flush=True)


if __name__ == "__main__":
    main()
