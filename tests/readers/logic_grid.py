"""Prompts of logic grids as somebody reads them who knows nothing else: which values go together."""

from __future__ import annotations

import itertools
import json
import re

from readers.search import Rule, all_different, backtrack, is_chinese, lists, numbered

# By which words a sentence compares, and which way; the verb or the category tells what is compared.
UP = [
    "more recent",
    "more",
    "longer",
    "later",
    "farther",
    "heavier",
    "taller",
    "older",
    "warmer",
    "higher up",
    "above",
    "after",
]
DOWN = [
    "less time",
    "less tall",
    "less far",
    "less",
    "fewer",
    "shorter",
    "earlier",
    "nearer",
    "lighter",
    "younger",
    "cooler",
    "lower down",
    "below",
    "before",
]
VERBS = {
    "costs": ["price"],
    "paid": ["amount paid"],
    "took": ["time taken"],
    "lasts": ["duration"],
    "is planned for": ["week"],
    "starts": ["start"],
    "arrived": ["arrival"],
    "went": ["distance"],
    "has": ["length", "seats"],
    "scored": ["score"],
    "is": ["year", "date", "distance", "weight", "length", "height", "age", "floor", "temperature"],
}
OF_WORD = {  # what "is" compares, by the word
    "more recent": ["year"],
    "older": ["year", "age"],
    "younger": ["age"],
    "later": ["date"],
    "earlier": ["date"],
    "after": ["date"],
    "before": ["date"],
    "farther": ["distance"],
    "nearer": ["distance"],
    "heavier": ["weight"],
    "lighter": ["weight"],
    "longer": ["length"],
    "shorter": ["length"],
    "taller": ["height"],
    "less tall": ["height"],
    "higher up": ["floor"],
    "above": ["floor"],
    "lower down": ["floor"],
    "below": ["floor"],
    "warmer": ["temperature"],
    "cooler": ["temperature"],
}
APART = {  # how a category is called where only a difference is given
    "differ in price": "price",
    "amounts": "amount paid",
    "times": "time taken",
    "durations": "duration",
    "years": "year",
    " start D": "start",
    " arrived D": "arrival",
    "dates": "date",
    "weeks": "week",
    "distances": "distance",
    "weights": "weight",
    "lengths": "length",
    "page counts": "length",
    "heights": "height",
    "ages": "age",
    "scores": "score",
    "seat counts": "seats",
    "temperatures": "temperature",
    " are D apart": "floor",
}
UP_ZH = ["贵", "多", "长", "晚", "远", "重", "高", "大", "热", "之后"]
DOWN_ZH = ["便宜", "少", "短", "早", "近", "轻", "矮", "低", "小", "凉", "之前", "年轻"]
CUES = {
    "价格": "贵 便宜",
    "付款": "付",
    "用时": "用时",
    "时长": "时间长 时间短 正好长 正好短",
    "年份": "的年份",
    "开始时间": "开始",
    "到达时间": "到得 晚到 早到",
    "日期": "的日期 之后 之前",
    "周次": "安排得 晚 早",
    "距离": "远 近",
    "里程": "走",
    "重量": "重 轻",
    "长度": "长 短",
    "高度": "高 矮",
    "年龄": "年长 年轻 大 小",
    "得分": "得分 多得 少得",
    "页数": "页数 正好多 正好少",
    "座位": "座位 正好多 正好少",
    "楼层": "楼层 高 低",
    "温度": "热 凉",
}


def number(value: str) -> int:
    """The number in a listed value; a time of day in minutes."""
    clock = re.fullmatch(r"(\d+):(\d\d)", value)
    return int(clock[1]) * 60 + int(clock[2]) if clock else int(re.findall(r"\d+", value)[-1])


def first_kind(table, text: str, count: int) -> tuple[str, tuple[int, ...]]:
    """The kind and the order of the first form that a text has which names so many values."""
    for kind, order, many, form in table:
        if re.fullmatch(form, text) and many in (None, count):
            return kind, order
    raise AssertionError(f"no known sentence: {text}")


class Grid:
    """A prompt as read. A solution is, for each listed value, the place of the value of the first category that it goes with."""

    def __init__(self, prompt: str) -> None:
        self.prompt, self.zh = prompt, is_chinese(prompt)
        listed = lists(prompt)
        rising = r" \(in rising order\)|（由低到高）"
        self.values = {re.sub(rising, "", name): values for name, values in listed.items()}
        self.scales = [re.sub(rising, "", name) for name in listed if re.search(rising, name)]
        self.first = next(iter(self.values))
        told = re.search(r"共有(\d+)\S(\w+?)。" if self.zh else r"There are (\d+) (\w+)\.", prompt)
        self.size, self.noun = int(told[1]), told[2]
        assert all(len(set(values)) == len(values) == self.size for values in self.values.values())
        for name in self.scales:
            numbers = [number(value) for value in self.values[name]]
            assert numbers == sorted(set(numbers))
        self.items = [(name, value) for name, values in self.values.items() for value in values]
        names = {value: (name, value) for name, value in self.items}
        assert len(names) == len(self.items)
        ways = "|".join(re.escape(value) for value in sorted(names, key=len, reverse=True))
        self.mention = re.compile(ways if self.zh else rf"\b(?:{ways})\b")
        self.named = names
        self.clues = [self.clue(text) for text in numbered(prompt)]
        self.question = re.search(
            r"^(Which values go together\?|What is the |哪些取值属于同一|.+是什么？).*$", prompt, re.M
        )[0]

    def mentions(self, text: str) -> list[tuple[str, str]]:
        return [self.named[found] for found in self.mention.findall(text)]

    # -- sentences -----------------------------------------------------------------------------------------------------

    def clue(self, text: str) -> list[Rule]:
        compared = self.compared_zh(text) if self.zh else self.compared(text)
        if compared is not None:
            return compared
        items = self.mentions(text)
        kind, order = (self.kind_zh if self.zh else self.kind)(text, len(items))
        items = [items[place] for place in order] if order else items
        if kind == "different":
            return all_different(items)
        tests = {
            "same": lambda a, b: a == b,
            "differ": lambda a, b: a != b,
            "either": lambda a, b, c: (a == b) is not (a == c),
            "neither": lambda a, b, c: a not in (b, c),
            "pair": lambda a, b, c, d: a != b and (a, b) in ((c, d), (d, c)),
            "lists": lambda a, b, c, d: (a, b) == (c, d),
        }
        return [Rule(tuple(items), tests[kind])]

    def kind(self, text: str, count: int) -> tuple[str, tuple[int, ...]]:
        """What an English sentence says of the values that it names, and in which order to take them."""
        found = [
            ("either", (), 3, r".+ either .+ or .+, but not both\."),
            ("neither", (), 3, r".+ is neither .+ nor .+\."),
            ("pair", (), 4, r"Of .+ and .+, one .+ and the other .+\."),
            ("pair", (), 4, r"One of .+ and .+; the other one .+\."),
            ("different", (), None, rf".+ are all different {self.noun}\.|No two of .+ are the same \w+\."),
            ("lists", (), 4, r".+ and .+ are .+ and .+, in this order\."),
            ("lists", (0, 2, 1, 3), 4, r".+, and .+\."),
            ("differ", (), 2, r".+ and .+ are not the same \w+\."),
            ("same", (), 2, r".+ and .+ are the same \w+\."),
            ("neither", (), 3, r".+ (?:is|does|did) not .+ and (?:is|does|did) not .+\."),
            ("differ", (), 2, r".+ (?:is|does|did) not .+\."),
            ("same", (), 2, r".+\."),
        ]
        return first_kind(found, text, count)

    def kind_zh(self, text: str, count: int) -> tuple[str, tuple[int, ...]]:
        """The same of a Chinese sentence."""
        found = [
            ("either", (), 3, "(.+或者.+，或者.+|.+要么就是.+，要么就是.+)，两者恰居其一。"),
            ("neither", (), 3, ".+既不等于.+，也不等于.+。"),
            ("pair", (), 4, r".+和.+当中，一\w.+，另一\w.+。|在.+与.+当中，其一.+，其二.+。"),
            ("different", (), None, f".+是互不相同的{self.noun}。|.+当中，没有哪两者是同一.+。"),
            ("lists", (), 4, ".+和.+依次就是.+和.+。"),
            ("lists", (0, 2, 1, 3), 4, ".+，而.+。"),
            ("differ", (), 2, ".+和.+不是同一.+。"),
            ("same", (), 2, ".+和.+是同一.+。"),
            ("neither", (), 3, ".+(不|没有).+，而且.*(不|没有).+。"),
            ("differ", (), 2, ".*(不|没有).*"),
            ("same", (), 2, ".+。"),
        ]
        bare = self.mention.sub("某", text)
        return first_kind(found, bare, count)

    def compared(self, text: str) -> list[Rule] | None:
        """An English comparison, as rules; None when the sentence is none."""
        exact = re.search(r"exactly (\d+) \w+", text)
        by = int(exact[1]) if exact else None
        text = text.replace(exact[0], "D") if exact else text
        if exact and re.search(r" differ .*by D\.| D apart\.", text):
            category = next(name for words, name in APART.items() if words in text)
            return self.scaled(self.mentions(text), category, 0, by)
        words = "|".join(UP + DOWN)
        rest = rf"(?:D )?(?:an? )?({words})(?: away| in the month| week| pages| seats| floors)? (?:than )?(.+)\."
        for verb, categories in VERBS.items():
            for place in re.finditer(f" {verb} ", text):
                match = re.fullmatch(rest, text[place.end() :])
                one = self.mentions(text[: place.start()])
                two = self.mentions(match[2]) if match else []
                if (
                    match
                    and len(one) == len(two) == 1
                    and ("than" in match[0] or match[1] in ("after", "before", "above", "below"))
                ):
                    possible = OF_WORD[match[1]] if verb == "is" else categories
                    (category,) = (name for name in self.scales if name in possible)
                    sign = 1 if match[1] in UP else -1
                    if category == "year" and match[1] == "older":
                        sign = -1
                    return self.scaled([*one, *two], category, sign, by)
        assert by is None, text
        return None

    def compared_zh(self, text: str) -> list[Rule] | None:
        """A Chinese comparison."""
        exact = re.search(r"正好.*?(\d+)([^\d:]*?)(开始)?。$", text) if "正好" in text else None
        by = None
        if exact:
            by = int(re.findall(r"\d+", text)[-1])
            text = re.sub(r"\d+[^\d:]*?(开始)?。$", r"D\1。", text)
        items, bare = self.mentions(text), self.mention.sub("某", text)
        if len(items) != 2 or not (exact or re.search("某.*比.*某", bare)):
            return None
        tail = bare.split("某")[2]
        tail = tail.split(self.noun, 1)[-1]
        if "相差" in tail:
            (category,) = (name for name in self.scales if name in tail or (name == "付款" and "付的钱" in tail))
            return self.scaled(items, category, 0, by)
        middle = bare.split("某")[1].split(self.noun, 1)[-1].split("比")[0]  # between who is compared and with whom
        said = middle + tail
        (category,) = (name for name in self.scales if any(cue in said for cue in CUES[name].split()))
        down = any(word in tail for word in DOWN_ZH)
        assert down or any(word in tail for word in UP_ZH), text
        return self.scaled(items, category, -1 if down else 1, by)

    def scaled(self, items, category: str, sign: int, by: int | None) -> list[Rule]:
        """One of two items is higher in a category (sign), or differs (0), by some number if that is given."""
        assert len(items) == 2

        def allowed(one: int, two: int) -> bool:
            apart = one - two
            if sign == 0:
                return abs(apart) == by
            return apart * sign > 0 if by is None else apart * sign == by

        rules = []
        for s, t in itertools.product(self.values[category], repeat=2):
            if not allowed(number(s), number(t)):
                names = (*items, (category, s), (category, t))
                rules.append(Rule(names, lambda a, b, c, d: not (a == c and b == d)))
        return rules

    # -- solutions -----------------------------------------------------------------------------------------------------

    def solutions(self, most: int = 2) -> list[tuple[int, ...]]:
        places = list(range(self.size))
        domains = dict.fromkeys(self.items, places)
        for place, value in enumerate(self.values[self.first]):
            domains[self.first, value] = [place]
        apart = [rule for name, values in self.values.items() for rule in all_different([(name, v) for v in values])]
        rules = [rule for clue in self.clues for rule in clue]
        found = itertools.islice(backtrack(domains, rules + apart), most)
        return [tuple(one[item] for item in self.items) for one in found]

    def asked(self, solution: tuple[int, ...]):
        cell = re.match(r"What is the (.+?) of (.+?)\? The answer|(.+)的(\w+)是什么？答案是以下之一", self.question)
        if not cell:
            return solution
        name, who = (cell[1], cell[2]) if cell[1] else (cell[4], cell[3])
        owner = dict(zip(self.items, solution, strict=True))
        (item,) = self.mentions(who)
        return next(place for place, value in enumerate(self.values[name]) if owner[name, value] == owner[item])

    def answer(self, solution: tuple[int, ...]) -> str:
        asked = self.asked(solution)
        if not isinstance(asked, tuple):
            name = next(
                n
                for n in self.values
                if re.match(f"What is the {n} of ", self.question) or f"的{n}是什么" in self.question
            )
            return self.values[name][asked]
        owner = dict(zip(self.items, solution, strict=True))
        others = [name for name in self.values if name != self.first]
        grid = {
            key: {name: next(v for v in self.values[name] if owner[name, v] == place) for name in others}
            for place, key in enumerate(self.values[self.first])
        }
        return json.dumps(grid, ensure_ascii=False)

    def form_is(self, answer: str) -> bool:
        if not answer.startswith("{"):
            return True
        shown = json.loads(re.search(r'^(\{".+\}\})$', self.prompt, re.MULTILINE)[1].replace(", ...", ""))
        given = json.loads(answer)
        keys = list(given)
        ends = [keys[0], keys[-1]]
        return list(shown) == ends and [list(one) for one in shown.values()] == [list(given[end]) for end in ends]

    def spoilt(self, solution: tuple[int, ...], rng) -> tuple[int, ...]:
        """Two values of a category exchange their places, so that what is asked for changes."""
        while True:
            start = rng.randrange(1, len(self.values)) * self.size
            one, two = rng.sample(range(start, start + self.size), 2)
            other = list(solution)
            other[one], other[two] = other[two], other[one]
            if self.asked(tuple(other)) != self.asked(solution):
                return tuple(other)


read = Grid
