"""Prompts of knights and knaves as somebody reads them who knows nothing else; every choice of roles is tried."""

from __future__ import annotations

import itertools
import re

from readers.search import first_match, is_chinese, numbered

ROLES = {
    "en": {"knight": "knight", "knave": "knave", "spy": "spy", "normal": "normal"},
    "zh": {"骑士": "knight", "无赖": "knave", "间谍": "spy", "普通人": "normal"},
}
PLURAL = {"knights": "knight", "knaves": "knave", "spies": "spy", "normals": "normal"}
P = r"(\(.+\)|（.+）|[^()（）]+)"  # a part of a sentence: in brackets, or without any
JOINS = {
    "en": [
        ("not", rf"[Ii]t is not the case that {P}"),
        ("if", rf"[Ii]f {P}, then {P}"),
        ("either", rf"[Ee]ither {P} or {P}, but not both"),
        ("iff", rf"{P} if and only if {P}"),
        ("and", rf"{P} and {P}"),
        ("or", rf"{P} or {P}"),
    ],
    "zh": [
        ("not", rf"并非{P}"),
        ("if", rf"如果{P}，那么{P}"),
        ("either", rf"要么{P}，要么{P}，二者不同时成立"),
        ("iff", rf"{P}当且仅当{P}"),
        ("and", rf"{P}并且{P}"),
        ("or", rf"{P}或者{P}"),
    ],
}
PLAIN = {
    "en": [
        ("count", r"[Aa]mong (.+), (exactly|at least|at most) (\d+) (?:is an?|are) (\w+)"),
        ("same", r"(\w+) and (\w+) are of the same kind"),
        ("other", r"(\w+) and (\w+) are of different kinds"),
        ("is not", r"(\w+) (?:is|am) not an? (\w+)"),
        ("is", r"(\w+) (?:is|am) an? (\w+)"),
    ],
    "zh": [
        ("count", r"(.+)当中(恰好|至少|至多)有(\d+)个(\w+)"),
        ("same", r"(\w+)和(\w+)身份相同"),
        ("other", r"(\w+)和(\w+)身份不同"),
        ("is not", r"(\w+?)不是(\w+)"),
        ("is", r"(\w+?)是(\w+)"),
    ],
}
COMPARE = {
    "exactly": int.__eq__,
    "恰好": int.__eq__,
    "at least": int.__ge__,
    "至少": int.__ge__,
    "at most": int.__le__,
    "至多": int.__le__,
}
TRUTH = {
    "if": lambda a, b: b or not a,
    "either": lambda a, b: a is not b,
    "iff": lambda a, b: a is b,
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
}


def closes_at_end(text: str) -> bool:
    """Whether the bracket that opens a text is closed by its last character."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign in "(（") - (sign in ")）")
        if depth == 0:
            return place == len(text) - 1
    return False


class Island:
    """A prompt as read. A solution is the role of each person, in the order of the prompt."""

    def __init__(self, prompt: str) -> None:
        self.lang = "zh" if is_chinese(prompt) else "en"
        roles = ROLES[self.lang]
        if self.lang == "en":
            people = re.search(r"You meet (\d+) people: (.+?)\.", prompt)
            self.names = re.split(", | and ", people[2])
            told = re.findall(r"xactly (\d+) of the people below (?:is an?|are) (\w+)", prompt)
            heard = [re.fullmatch(r'(\w+) says: "(.+)\."', line).groups() for line in numbered(prompt)]
            kinds = re.search(r"everyone is (?:either )?(.+?)\.", prompt)[1]
            self.roles = [roles[word] for word in re.split(r", a | or a ", re.sub("^a ", "", kinds))]
        else:
            people = re.search(r"你遇到了(\d+)个人：(.+?)。", prompt)
            self.names = re.split("、|和", people[2])
            told = re.findall(r"恰好有(\d+)名(间谍|普通人)", prompt.split("\n")[0])
            heard = [re.fullmatch(r"(\w+)说：“(.+)。”", line).groups() for line in numbered(prompt)]
            kinds = re.search(r"每个人(.+?)。", prompt)[1]
            self.roles = [roles[word] for word in re.findall("|".join(roles), kinds)]
        assert len(set(self.names)) == len(self.names) == int(people[1])
        self.many = {self.role(word): int(count) for count, word in told}
        assert {"knight", "knave"} | set(self.many) == set(self.roles)
        self.clues = [(self.names.index(name), self.meaning(said, name)) for name, said in heard]

    def role(self, word: str) -> str:
        return ROLES[self.lang][word] if word in ROLES[self.lang] else PLURAL[word]

    def who(self, word: str, speaker: str) -> int:
        return self.names.index(speaker if word in ("I", "me", "我") else word)

    def meaning(self, said: str, speaker: str):
        """What is said, as a test of all roles."""
        if said[0] in "(（" and closes_at_end(said):
            return self.meaning(said[1:-1], speaker)
        for kind, form in JOINS[self.lang]:
            match = re.fullmatch(form, said)
            if match and kind == "not":
                part = self.meaning(match[1], speaker)
                return lambda world: not part(world)
            if match and all(one[0] not in "(（" or closes_at_end(one) for one in match.groups()):
                if kind == "and" and self.is_list(said):
                    continue
                one, two = (self.meaning(part, speaker) for part in match.groups())
                return lambda world, join=TRUTH[kind]: join(one(world), two(world))
        return self.plain(said, speaker)

    def is_list(self, said: str) -> bool:
        """Whether an "and" joins people and not statements."""
        return any(re.fullmatch(form, said) for _, form in PLAIN["en"][:3])

    def plain(self, said: str, speaker: str):
        kind, parts = first_match(PLAIN[self.lang], said)
        if kind == "count":
            group = [self.who(word, speaker) for word in re.split(", | and |、|和", parts[0])]
            compare, number, role = COMPARE[parts[1]], int(parts[2]), self.role(parts[3])
            assert len(set(group)) == len(group)
            return lambda world: compare(sum(world[one] == role for one in group), number)
        one = self.who(parts[0], speaker)
        if kind in ("same", "other"):
            two = self.who(parts[1], speaker)
            return lambda world: (world[one] == world[two]) is (kind == "same")
        role = self.role(parts[1])
        return lambda world: (world[one] == role) is (kind == "is")

    def fits(self, world: tuple[str, ...]) -> bool:
        """Whether everybody can have said what is reported."""
        if any(world.count(role) != count for role, count in self.many.items()):
            return False
        before: dict[int, bool] = {}  # whether the last statement of a normal was true
        for who, statement in self.clues:
            true = statement(world)
            if world[who] in ("knight", "knave"):
                if true is not (world[who] == "knight"):
                    return False
            elif world[who] == "normal":
                if before.get(who) is true:
                    return False
                before[who] = true
        return True

    def solutions(self, most: int = 2) -> list[tuple[str, ...]]:
        worlds = itertools.product(self.roles, repeat=len(self.names))
        return list(itertools.islice((world for world in worlds if self.fits(world)), most))

    def asked(self, solution):
        return solution

    def answer(self, solution: tuple[str, ...]) -> str:
        """In the form "NAME: ROLE, NAME: ROLE"."""
        word = {role: word for word, role in ROLES[self.lang].items()}
        return ", ".join(f"{name}: {word[role]}" for name, role in zip(self.names, solution, strict=True))

    def form_is(self, answer: str) -> bool:
        return re.fullmatch(r"\w+: \w+(, \w+: \w+)*", answer) is not None

    def spoilt(self, solution: tuple[str, ...], rng) -> tuple[str, ...]:
        """One person has another role."""
        who = rng.randrange(len(solution))
        role = rng.choice([role for role in self.roles if role != solution[who]])
        return (*solution[:who], role, *solution[who + 1 :])


read = Island
