"""Propositional puzzles read from their prompt's text alone, in both languages, and decided by complete truth tables.

Shares no code with the domain: own sentences, own rule for negations, own evaluation. ``python tests/propositional_by_hand.py
--deep 1000`` checks that many tasks of every level, each with its proof.
"""

from __future__ import annotations

import argparse
import itertools
import re

SENTENCES = {
    "en": [
        (r"It is neither the case that (.+) nor that (.+)\.", lambda p, q: not p and not q),
        (r"If (.+) and (.+), then (.+)\.", lambda p, q, r: r or not (p and q)),
        (r"If (.+), then (.+) or (.+)\.", lambda p, q, r: q or r or not p),
        (r"If (.+), then (.+)\.", lambda p, q: q or not p),
        (r"Whenever (.+), (.+)\.", lambda p, q: q or not p),
        (r"Either (.+) or (.+), but not both\.", lambda p, q: p != q),
        (r"Exactly one of these is true: ([^;]+); ([^;]+)\.", lambda p, q: p != q),
        (r"Exactly one of these is true: ([^;]+); ([^;]+); ([^;]+)\.", lambda p, q, r: [p, q, r].count(True) == 1),
        (r"At least two of these are true: (.+); (.+); (.+)\.", lambda p, q, r: [p, q, r].count(True) >= 2),
        (r"At least one of these is true: (.+); (.+)\.", lambda p, q: p or q),
        (r"These are both true or both false: (.+); (.+)\.", lambda p, q: p == q),
        (r"(.+) if and only if (.+)\.", lambda p, q: p == q),
        (r"(.+) only if (.+)\.", lambda p, q: q or not p),
        (r"(.+) unless (.+)\.", lambda p, q: p or q),
        (r"(.+), or (.+), or both\.", lambda p, q: p or q),
        (r"([^,;:]+)\.", lambda p: p),
    ],
    "zh": [
        (r"以下两项都不成立：(.+)；(.+)。", lambda p, q: not p and not q),
        (r"如果(.+)并且(.+)，那么(.+)。", lambda p, q, r: r or not (p and q)),
        (r"如果(.+)，那么(.+)或者(.+)。", lambda p, q, r: q or r or not p),
        (r"如果(.+)，那么(.+)。", lambda p, q: q or not p),
        (r"只要(.+)，那么(.+)。", lambda p, q: q or not p),
        (r"(.+)，仅当(.+)。", lambda p, q: q or not p),
        (r"要么(.+)，要么(.+)，但不会两者都成立。", lambda p, q: p != q),
        (r"以下恰好有一项成立：([^；]+)；([^；]+)。", lambda p, q: p != q),
        (r"以下恰好有一项成立：([^；]+)；([^；]+)；([^；]+)。", lambda p, q, r: [p, q, r].count(True) == 1),
        (r"以下至少有两项成立：(.+)；(.+)；(.+)。", lambda p, q, r: [p, q, r].count(True) >= 2),
        (r"以下至少有一项成立：(.+)；(.+)。", lambda p, q: p or q),
        (r"以下两项同时成立或同时不成立：(.+)；(.+)。", lambda p, q: p == q),
        (r"(.+)，当且仅当(.+)。", lambda p, q: p == q),
        (r"除非(.+)，否则(.+)。", lambda p, q: p or q),
        (r"(.+)，或者(.+)，或者两者都成立。", lambda p, q: p or q),
        (r"([^，；：]+)。", lambda p: p),
    ],
}
WORDS = {"en": ["contradicted", "undetermined", "entailed"], "zh": ["必假", "不定", "必真"]}


def split(lang: str, literal: str) -> tuple[str, bool]:
    """The proposition that a literal is about, without its words of affirmation, and whether it is affirmed."""
    literal = literal[0].lower() + literal[1:]
    if lang == "en":
        return literal.replace(" not ", " "), " not " not in literal
    return re.sub("没有|不是|不|是|很|了|有", "", literal), not re.search("没有|不", literal)


class ByHand:
    """A prompt as read: premises and claims, each as the mask of the assignments under which it is true."""

    def __init__(self, prompt: str) -> None:
        self.lang = "zh" if "前提" in prompt else "en"
        self.premise_texts = re.findall(r"^\d+\. (.+)$", prompt.split("(1)")[0], re.MULTILINE)
        self.claim_texts = re.findall(r"^\(\d+\) (.+)$", prompt, re.MULTILINE)
        said = re.search(r"以下(\d+)条|are (\d+) premises", prompt)
        assert len(self.premise_texts) == int(said[1] or said[2])
        self.read = [self.sentence(text) for text in self.premise_texts + self.claim_texts]
        lettered = re.findall(r"^([a-l]): (.+)$", prompt.split("\n1: ")[0], re.MULTILINE)
        self.letters = {letter: split(self.lang, text)[0] for letter, text in lettered}
        names = {split(self.lang, literal)[0]: None for _, literals in self.read for literal in literals}
        self.atoms = list(names | dict.fromkeys(self.letters.values()))
        self.rows = list(itertools.product([False, True], repeat=len(self.atoms)))
        masks = [self.mask(*one) for one in self.read]
        self.premises, self.claims = masks[: len(self.premise_texts)], masks[len(self.premise_texts) :]
        self.models = self.all(self.premises)

    def sentence(self, text: str) -> tuple[object, list[str]]:
        """The meaning of a sentence and its literals."""
        for pattern, meaning in SENTENCES[self.lang]:
            match = re.fullmatch(pattern, text)
            if match and not any(re.search("[,;:，；：]", part) for part in match.groups()):
                return meaning, list(match.groups())
        raise AssertionError(f"no known sentence: {text}")

    def mask(self, meaning, literals: list[str]) -> int:
        """The assignments under which a sentence is true."""
        parts = [split(self.lang, literal) for literal in literals]
        places = [(self.atoms.index(name), value) for name, value in parts]
        return sum(1 << n for n, row in enumerate(self.rows) if meaning(*[row[at] is value for at, value in places]))

    def all(self, masks) -> int:
        """The conjunction."""
        models = (1 << len(self.rows)) - 1
        for one in masks:
            models &= one
        return models

    def label(self, claim: int, models: int | None = None) -> int:
        """1, -1 or 0 for a claim."""
        models = self.models if models is None else models
        return 1 if not models & ~claim else -1 if not models & claim else 0

    def labels(self) -> list[int]:
        """Of all claims."""
        return [self.label(claim) for claim in self.claims]

    def case(self, true: set[str]) -> int:
        """The mask of the one assignment in which exactly these propositions are true."""
        return 1 << self.rows.index(tuple(atom in true for atom in self.atoms))


def said_of(puzzle: ByHand, said: str) -> int:
    """The assignments under which a line of a proof is true."""
    about = re.fullmatch(r"Claim (\d) is (entailed|contradicted)|论断(\d)(可以推出|被否定)", said)
    if about:
        claim = puzzle.claims[int(about[1] or about[3]) - 1]
        return claim if (about[2] or about[4]) in ("entailed", "可以推出") else (1 << len(puzzle.rows)) - 1 & ~claim
    match = re.fullmatch("If (.+), then (.+)", said) or re.fullmatch("如果(.+)，那么(.+)", said)
    assumed, goal = (re.split(" and |并且", match[1]), match[2]) if match else ([], said)
    return puzzle.mask(lambda *parts: parts[-1] or not all(parts[:-1]), [*assumed, goal])


def check_proof(puzzle: ByHand, trace) -> None:
    """Each line follows from the premise and the lines that its own words name; the lines decide what is decided."""
    lines: list[int] = []
    shown: dict[tuple[int, bool], int] = {}
    for step in trace.steps:
        text = step.statement
        case = re.fullmatch(r"Claim (\d+) (holds|fails) when .*?: (.*)\.|论断(\d+)在.*?时(成立|不成立)：(.*)。", text)
        if case:
            number, how, listed = case.groups()[:3] if case[1] else case.groups()[3:]
            parts = [] if listed in ("none", "无") else re.split("; |；", listed)
            true = [split(puzzle.lang, part) for part in parts]
            assert all(value for _, value in true)
            shown[int(number), how in ("holds", "成立")] = puzzle.case({name for name, _ in true})
            lines.append((1 << len(puzzle.rows)) - 1)
            continue
        said, source = re.fullmatch(r"(.*?) ?[(（](.*)[)）][.。]", text).groups()
        mask = said_of(puzzle, said)
        used = [int(number) for number in re.findall(r"(?:premise |前提)(\d+)", source)]
        before = [int(a or b) for a, b in re.findall(r"line (\d+)|第(\d+)条", source)]
        assert len(used) <= 1
        assert all(1 <= one <= len(lines) for one in before)
        given = puzzle.all([puzzle.premises[one - 1] for one in used] + [lines[one - 1] for one in before])
        assert not given & ~mask, text
        assert [one.index for one in step.premises] == used + before
        lines.append(mask)
    proved = puzzle.all(lines)
    for number, (claim, label) in enumerate(zip(puzzle.claims, puzzle.labels(), strict=True), 1):
        assert puzzle.label(claim, proved) == label
        for holds in (True, False):
            assert ((number, holds) in shown) is (label == 0)
            if label == 0:
                case = shown[number, holds]
                assert case & puzzle.models
                assert bool(case & claim) is holds


def check_task(domain, task, depth: int = 1) -> ByHand:
    """The gold; no premise idle; no claim decided by fewer than ``depth`` premises; the proof. Raises AssertionError."""
    puzzle = ByHand(task.prompt)
    assert puzzle.models, "the premises contradict each other"
    words = re.findall("|".join(WORDS[puzzle.lang]), task.gold)
    assert [WORDS[puzzle.lang].index(word) - 1 for word in words] == puzzle.labels()
    for number in range(len(puzzle.premises)):
        rest = puzzle.premises[:number] + puzzle.premises[number + 1 :]
        assert puzzle.all(rest) & ~puzzle.premises[number], "a premise follows from the others"
    for claim, label in zip(puzzle.claims, puzzle.labels(), strict=True):
        if label:
            for few in itertools.combinations(puzzle.premises, depth - 1):
                assert not puzzle.label(claim, puzzle.all(few)), "few premises decide a claim"
    trace = domain.solve(task)
    assert trace.answer == task.gold
    check_proof(puzzle, trace)
    return puzzle


def main() -> None:
    """Check many tasks of every level in both languages."""
    import guru_envs
    from guru_envs.domains.logic.propositional import Propositional

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deep", type=int, default=1000, help="tasks of each level")
    count = parser.parse_args().deep
    for level, knobs in enumerate(guru_envs.spec("guru/propositional-v0").levels, 1):
        for lang in ("en", "zh"):
            source = guru_envs.make_source("guru/propositional-v0", level=level, lang=lang)
            for seed in range(-(-count // 2)):
                check_task(Propositional(), source.draw(seed), knobs["depth"])
        print(f"level {level}: {count} tasks checked", flush=True)


if __name__ == "__main__":
    main()
