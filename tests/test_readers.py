"""Tasks checked from their prompt's text alone, in both languages; see ``readers.check`` for what is checked of each.

More tasks and levels: ``python tests/readers/check.py --tasks 200``.
"""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest
from readers import arc, check, countdown, graph, knights, logic_grid, ordering, propositional, search, sudoku, zebra

from guru_envs import registry
from guru_envs.errors import ImpossibleTaskError

PLAIN = [  # what the readers solve in a second: environment, levels, tasks of each level
    ("guru/zebra-v0", range(1, 7), 6),
    ("guru/knights-and-knaves-v0", range(1, 11), 5),
    ("guru/ordering-v0", range(1, 8), 8),
    ("guru/logic-grid-v0", range(1, 5), 6),
    ("guru/sudoku-v0", range(1, 6), 4),
    ("guru/propositional-v0", range(1, 8), 4),
    ("guru/graph-v0", range(1, 8), 3),
    ("guru/countdown-v0", range(1, 6), 5),
    ("guru/arc-v0", range(1, 11), 2),
]
DEDUCTIVE = [
    "guru/zebra-v0",
    "guru/knights-and-knaves-v0",
    "guru/ordering-v0",
    "guru/logic-grid-v0",
    "guru/sudoku-v0",
    "guru/graph-v0",
]


def prompt(task_id: str) -> str:
    return registry.source_of(task_id)[0].pose(task_id).prompt


@pytest.mark.parametrize(("env_id", "levels", "tasks"), PLAIN)
def test_the_text_has_one_solution_and_it_is_right(env_id, levels, tasks):
    done = Counter()
    for level in levels:
        for seed in range(100, 100 + tasks):
            check.check(env_id, str(level), seed, done)
    total = 2 * len(levels) * tasks
    assert done["with one solution"] + done["read, not solved"] == total
    assert done["read, not solved"] == 0 or env_id == "guru/arc-v0"
    assert done["false answers"] >= done["with one solution"] > 0


@pytest.mark.parametrize("env_id", DEDUCTIVE)
def test_no_solution_and_several(env_id):
    done = Counter()
    for level in (2, 3):
        for seed in range(15):
            check.check(env_id, f"{level},abstain=true", seed, done)
    assert min(done["with one solution"], done["without a solution"], done["with several solutions"]) >= 2, done


@pytest.mark.parametrize(
    ("env_id", "knob"),
    [
        ("guru/zebra-v0", "question=cell"),
        ("guru/logic-grid-v0", "question=cell"),
        ("guru/ordering-v0", "question=position"),
        ("guru/graph-v0", "question=path"),
        ("guru/propositional-v0", "certificate=true"),
    ],
)
def test_other_questions(env_id, knob):
    done = Counter()
    for seed in range(12):
        check.check(env_id, f"3,{knob}", seed, done)
    assert done["with one solution"] == 24


@pytest.mark.parametrize("env_id", [*DEDUCTIVE, "guru/propositional-v0"])
def test_twins(env_id):
    """A reworded twin reads well too; an edited one asks for something else than the original."""
    done = Counter()
    for seed in range(3):
        check.check(env_id, "4", seed, done, "twin=reworded")
        try:
            check.check(env_id, "4", seed, done, "twin=edited")
        except ImpossibleTaskError:
            continue
        original, edited = (
            check.read(prompt(f"{env_id}/train/4/{seed}{shown}"), env_id) for shown in ("", "?twin=edited")
        )
        answers = [one.answer(one.solutions()[0]) for one in (original, edited)]
        assert answers[0] != answers[1]
    assert done["with one solution"] > 6


@pytest.mark.parametrize(("env_id", "reader"), [("guru/zebra-v0", zebra), ("guru/ordering-v0", ordering)])
def test_backtracking_finds_what_trying_everything_finds(env_id, reader):
    for level, seeds in ((1, 8), (2, 8), (3, 2)):
        for seed in range(seeds):
            text = prompt(f"{env_id}/train/{level},abstain=true/{seed}")
            one = reader.read(text)
            assert sorted(one.solutions(10_000)) == sorted(one.all_solutions())


@pytest.mark.parametrize(
    ("env_id", "levels"),
    [
        ("guru/zebra-v0", range(1, 7)),
        ("guru/knights-and-knaves-v0", (3, 4, 5, 6, 8, 10)),
        ("guru/ordering-v0", range(1, 8)),
        ("guru/logic-grid-v0", range(1, 4)),
    ],
)
def test_every_clue_of_the_text_is_necessary(env_id, levels):
    for level in levels:
        for seed in range(3):
            for lang in ("", "?lang=zh"):
                reading = check.read(prompt(f"{env_id}/train/{level}/{seed}{lang}"), env_id)
                assert not search.idle_clues(reading)
    level = levels[1]
    reading = check.read(prompt(f"{env_id}/train/{level}/0"), env_id)
    reading.clues = [*reading.clues, reading.clues[0]]  # said twice
    assert len(search.idle_clues(reading)) == 2


TABLES = [
    ("guru/zebra-v0", "en", [form for _, form in zebra.EN], range(2, 9)),
    ("guru/zebra-v0", "zh", [form for _, form in zebra.ZH], range(2, 9)),
    ("guru/knights-and-knaves-v0", "en", [f'.+says: "{form}\\."' for _, form in knights.JOINS["en"]], range(3, 9)),
    ("guru/knights-and-knaves-v0", "zh", [f".+说：“{form}。”" for _, form in knights.JOINS["zh"]], range(3, 9)),
    ("guru/ordering-v0", "en", [rf"(?:{form})\." for form, _ in [*ordering.FORMS["en"], *ordering.ENDS]], range(1, 10)),
    ("guru/ordering-v0", "zh", [rf"(?:{form})。" for form, _ in [*ordering.FORMS["zh"], *ordering.ENDS]], range(1, 10)),
    ("guru/propositional-v0", "en", [form for _, form in propositional.FORMS["en"]], [1, *range(1, 5)] * 3),
    ("guru/propositional-v0", "zh", [form for _, form in propositional.FORMS["zh"]], [1, *range(1, 5)] * 3),
    ("guru/graph-v0", "en", [form for form, _ in graph.FORMS[:4]], range(3, 5)),
    ("guru/graph-v0", "zh", [form for form, _ in graph.FORMS[4:]], range(3, 5)),
]


@pytest.mark.parametrize(("env_id", "lang", "forms", "levels"), TABLES)
def test_each_form_that_is_read_occurs(env_id, lang, forms, levels):
    """No form of a reader's table is idle: else a wording could change without a reader noticing."""
    source = registry.make_source(env_id, lang=lang)
    texts = [
        text
        for turn, level in enumerate(levels)
        for seed in range(20 * turn, 20 * turn + 14)
        for text in search.numbered(source.draw(seed, level).prompt)
    ]
    idle = [form for form in forms if not any(re.fullmatch(form, text) for text in texts)]
    assert not idle


SWAPS = [
    (zebra, "guru/zebra-v0", 5, ("somewhere to the left", "somewhere to the right")),
    (zebra, "guru/zebra-v0", 5, ("左边的某处", "右边的某处")),
    (knights, "guru/knights-and-knaves-v0", 5, ("at least", "at most")),
    (knights, "guru/knights-and-knaves-v0", 5, ("并且", "或者")),
    (ordering, "guru/ordering-v0", 4, ("comes before", "comes after")),
    (ordering, "guru/ordering-v0", 4, ("之前", "之后")),
    (logic_grid, "guru/logic-grid-v0", 4, ("more than", "less than")),
    (propositional, "guru/propositional-v0", 4, ("Exactly one", "At least one")),
    (propositional, "guru/propositional-v0", 4, ("恰好有一项", "至少有一项")),
]


@pytest.mark.parametrize(("reader", "env_id", "level", "words"), SWAPS)
def test_a_wording_that_says_something_else_is_noticed(reader, env_id, level, words):
    """Readers read: with one word exchanged in a clue, the text has another solution, or none or several."""
    one, two = words
    lang = "zh" if re.match("[\u4e00-\u9fff]", one) else "en"
    tried = noticed = 0
    for seed in range(12):
        text = prompt(f"{env_id}/train/{level}/{seed}" + "?lang=zh" * (lang == "zh"))
        head, *clues = re.split(r"(?m)^(?=\d+\. )", text)
        place = next((n for n, clue in enumerate(clues) if one in clue.split("\n")[0]), None)
        if place is None:
            continue
        changed = head + "".join(clue.replace(one, two, 1) if n == place else clue for n, clue in enumerate(clues))
        tried += 1
        try:
            other = reader.read(changed)
            noticed += [*map(other.asked, other.solutions())] != [
                *map(reader.read(text).asked, reader.read(text).solutions())
            ]
        except AssertionError:  # not even a sentence any more, or premises that contradict each other
            noticed += 1
    assert tried >= 2
    assert noticed >= tried / 2


def test_what_is_read_is_what_is_asked():
    """Parts of single prompts, as a person reads them."""
    text = prompt("guru/sudoku-v0/train/5/0")
    assert (sudoku.read(text).high, sudoku.read(text).wide) == (2, 3)
    one = countdown.read(prompt("guru/countdown-v0/train/3/0"))
    assert (len(one.numbers), one.signs, one.all) == (3, "+-*", True)
    assert not countdown.read(prompt("guru/countdown-v0/train/9/0?lang=zh")).all
    grids = arc.read(prompt("guru/arc-v0/train/1/0"))
    assert len(grids.pairs) >= 2
    wrong = grids.spoilt(grids.test, random.Random(0))
    assert sum(a != b for one, two in zip(wrong, grids.test, strict=True) for a, b in zip(one, two, strict=True)) == 1
