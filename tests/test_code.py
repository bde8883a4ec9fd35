"""The code domain: tasks and verdicts."""

from __future__ import annotations

import pickle
import random
import re

import pytest
from code_by_hand import ByHand, agrees, run_all
from hypothesis import given, settings
from hypothesis import strategies as st

from guru_envs import registry
from guru_envs.domains.code import _values
from guru_envs.domains.code._families.catalogue import FAMILIES
from guru_envs.domains.code._families.family import FORMATS, P
from guru_envs.domains.code._problem import CodeKnobs
from guru_envs.domains.code.code import Code
from guru_envs.errors import ImpossibleTaskError, InvalidValueError, UnknownNameError
from guru_envs.task import Outcome

DOMAIN = Code()
ROW = registry.spec("guru/code-v0")


def make(seed=0, **knobs):
    return DOMAIN.generate(random.Random(seed), CodeKnobs(**knobs))


# -- tasks -------------------------------------------------------------------------------------------------------------


def test_prompts_read_by_hand_agree_with_the_gold_programs():
    """Every example in a prompt, read from its text alone, is what the gold program gives in a plain interpreter."""
    jobs, expected = [], []
    for seed in range(160):
        form = FORMATS[seed % 4]
        task, other = (make(seed, form=form, lang=lang, shown=3) for lang in ("en", "zh"))
        read = ByHand(task.prompt)
        assert read.form == form
        assert len(read.examples) == 3, task.prompt
        assert ByHand(other.prompt).examples == read.examples
        assert other.gold == task.gold
        for inputs, wanted in read.examples:
            jobs.append((task.gold, read.entry, inputs))
            expected.append((form, wanted, task))
    for (form, wanted, task), result in zip(expected, run_all(jobs), strict=True):
        assert agrees(form, wanted, result), (task.prompt, task.gold, result)


def test_languages_pose_the_same_problem():
    for seed in range(60):
        one, other = make(seed), make(seed, lang="zh")
        assert one.canonical == other.canonical
        assert one.gold == other.gold
        assert one.payload.cases == other.payload.cases
        assert one.prompt != other.prompt


def test_the_form_is_no_part_of_the_problem():
    forms = {make(3, form=form, families=("kth_distinct",)).canonical for form in FORMATS}
    assert len(forms) == 1


def test_knobs():
    assert make(families=("odd_arithmetic",)).payload.family == "odd_arithmetic"
    assert {FAMILIES[make(seed, easiest=3, hardest=3).payload.family].level for seed in range(30)} == {3}
    assert {FAMILIES[make(seed, themes=("graphs",)).payload.family].theme for seed in range(30)} == {"graphs"}
    assert len(make(shown=0).payload.examples) == 0
    assert len(make(hidden=40, families=("kth_distinct",)).payload.hidden) >= 40
    with pytest.raises(UnknownNameError, match="kth_distinct"):
        CodeKnobs(families=("kth_distinkt",))
    with pytest.raises(UnknownNameError, match="graphs"):
        CodeKnobs(themes=("graph",))
    with pytest.raises(ImpossibleTaskError, match="easiest=8"):
        CodeKnobs(easiest=8, hardest=7)
    with pytest.raises(ImpossibleTaskError, match="stdin"):
        CodeKnobs(families=("some_order",), form="stdin")
    with pytest.raises(InvalidValueError):
        CodeKnobs(form="essay")


@pytest.mark.parametrize("level", range(1, len(ROW.levels) + 1))
def test_gold_passes_and_mutants_fail_on_every_level(level):
    source = registry.make_source("guru/code-v0", level=level)
    for seed in range(6):
        task = source.draw(seed)
        assert DOMAIN.verify(task, task.gold).correct
        assert DOMAIN.solve(task).answer == task.gold
        mutant = DOMAIN.corrupt(task, random.Random(seed))
        verdict = DOMAIN.verify(task, mutant)
        assert verdict.outcome is Outcome.WRONG, mutant
        assert verdict.credit == 0.0
        copied = pickle.loads(pickle.dumps(task))
        assert copied == task


# -- verdicts ----------------------------------------------------------------------------------------------------------


def test_reasons_tell_of_shown_examples_only():
    task = make(families=("kth_distinct",), form="function")
    wrong = DOMAIN.verify(task, "def kth_distinct(values):\n    return 31415")
    assert wrong.detail == "example 1: the answer is wrong (got 31415)"
    failing = DOMAIN.verify(task, "def kth_distinct(values):\n    raise ValueError('no idea')")
    assert failing.detail == "example 1: the program failed with an error (ValueError: no idea)"
    shown = {repr(case.args): case.expected for case in task.payload.examples}
    spy = f"def kth_distinct(values):\n    shown = {shown!r}\n    key = repr((values,))\n"
    spy += "    if key in shown:\n        return shown[key]\n    raise ValueError(key)"
    assert DOMAIN.verify(task, spy).detail == "a hidden test: the program failed with an error"
    slow = DOMAIN.verify(task, "def kth_distinct(values):\n    while True: pass")
    assert slow.detail == "example 1: the time limit was reached"
    text = DOMAIN.verify(task, "def kth_distinct(values) return 1")
    assert text.outcome is Outcome.WRONG
    assert text.detail.startswith("the code does not compile (SyntaxError")
    chinese = DOMAIN.verify(make(families=("kth_distinct",), form="function", lang="zh"), "kth_distinct = 3")
    assert re.search("[\u4e00-\u9fff]", chinese.detail)


def test_many_verdicts_are_those_of_each():
    tasks = [make(seed % 3, families=("kth_distinct",)) for seed in range(9)]
    answers = [task.gold if seed % 2 else "pass" for seed, task in enumerate(tasks)]
    answers[4] = DOMAIN.corrupt(tasks[4], random.Random(1))
    assert DOMAIN.verify_many(tasks, answers) == [DOMAIN.verify(*pair) for pair in zip(tasks, answers, strict=True)]
    assert DOMAIN.verify_many([], []) == []
    with pytest.raises(ValueError, match="shorter"):
        DOMAIN.verify_many(tasks, answers[:-1])


def test_code_that_defines_nothing_is_no_answer():
    task = make(families=("kth_distinct",), form="class")
    for text in ("", " \n", "print(1)", "def kth_distinct(values):\n    return 1", "MySolution = 3"):
        assert DOMAIN.verify(task, text).outcome is Outcome.NO_ANSWER
    assert DOMAIN.verify(task, "class Solution:\n    pass").outcome is Outcome.WRONG
    assert DOMAIN.verify(task, task.gold + "\n# " + "x" * 100_000).detail == "the code is too long"


def test_the_last_block_that_defines_what_is_asked_counts():
    source = registry.make_source("guru/code-v0", level=1, knobs={"families": ("kth_distinct",), "form": "function"})
    task = source.draw(0)
    wrong = task.gold.replace("return ", "return -3 + ")
    right, other = f"```python\n{task.gold}\n```", f"```python\n{wrong}\n```"
    usage = "```python\nprint(kth_distinct([1, 2]))\n```"
    bare = f"```\n{task.gold}\n```"
    for response in (
        right,
        f"{right}\n{usage}",
        f"{right}\n```\n2\n```",
        f"{other}\n{right}",
        f"{bare}\n{usage}",
        f"{usage}{right}",
    ):
        assert source.judge(task, response).correct, response
    for response in (f"{right}\n{other}", f"{right}\n{other}\n{usage}", usage, f"<think>{right}</think>{usage}"):
        assert not source.judge(task, response).correct, response


def test_values_are_compared_by_type():
    for expected, value in (
        (1, True),
        (1, 1.0),
        ([1], (1,)),
        ("1", 1),
        ({"a": 1}, {"a": True}),
        ([], {}),
        (0, False),
        ([1], [1, 1]),
    ):
        assert not _values.same(expected, value)
    for expected, value in ((1.5, 1.5 + 1e-9), (2.0, 2), ({"a": 1, "b": 2}, {"b": 2, "a": 1}), ([[], [1]], [[], [1]])):
        assert _values.same(expected, value)
    assert not _values.same(1.5, float("nan"))
    assert not _values.same(1.5, 10**400)


def test_outputs_are_compared_by_tokens():
    same = _values.same_output
    assert same("1 2\n3", " 1  2 \r\n3\n\n\n", "list[list[int]]")
    assert not same("1 2\n3", "1 2 3", "list[list[int]]")
    assert not same("", "0", "list[int]")
    assert same("yes", "YES", "bool")
    assert not same("yes", "YES", "str")
    assert same("0.3333333", "0.33333334", "float")
    assert not same("0.3333333", "0.3334", "float")
    assert not same("12", "1 2", "int")


def test_any_right_answer_is_accepted():
    others = {
        "some_order": ("free[0]", "free[-1]"),
        "some_pair": ("range(len(values))", "reversed(range(len(values)))"),
    }
    others["reach_number"] = ("after.items()", "reversed(after.items())")
    for name, (this, that) in others.items():
        task = make(families=(name,), form="function")
        other = task.gold.replace(this, that)
        assert other != task.gold
        assert DOMAIN.verify(task, other).correct, name
    teams = make(families=("two_teams",), form="function")
    assert DOMAIN.verify(teams, teams.gold.replace("*range(n)", "*range(n)[::-1]")).correct


def test_checkers_refuse_data_of_other_kinds():
    values = (
        None,
        True,
        [],
        [None],
        [True, False],
        ["0", "1"],
        [[0], [1]],
        {},
        "",
        "no",
        "A" * 10**6,
        [10**30, -1],
        (0, 1),
        1.5,
    )
    for family in FAMILIES.values():
        if family.check is not None:
            p = P(**family.parameters(random.Random(0)))
            for args in family.edges(p):
                refused = [value for value in values if not family.check(p, args, value)]
                assert len(refused) >= len(values) - 2, family.name


def test_partial_credit_is_the_share_of_tests():
    task = make(families=("count_letters",), form="function", partial=True)
    half = len(task.payload.cases) // 2
    known = {case.args[0]: case.expected for case in task.payload.cases[:half]}
    answer = f"def count_letters(text):\n    return {known!r}.get(text, -7)"
    verdict = DOMAIN.verify(task, answer)
    assert verdict.outcome is Outcome.WRONG
    assert verdict.credit == pytest.approx(half / len(task.payload.cases))
    assert DOMAIN.verify(make(families=("count_letters",), form="function"), answer).credit == 0.0


def test_values_that_cannot_be_shown_get_a_verdict():
    task = make(families=("kth_distinct",), form="function")
    for value in ("10**5000", "float('nan')", "'\\ud800'", "[[[[]]]]", "lambda: 3", "kth_distinct", "'x' * 5_000_000"):
        verdict = DOMAIN.verify(task, f"def kth_distinct(values):\n    return {value}")
        assert verdict.outcome is Outcome.WRONG
        assert len(verdict.detail) < 400


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60), st.sampled_from(FORMATS))
def test_any_text_gets_a_verdict(text, form):
    task = make(families=("kth_distinct",), form=form)
    assert DOMAIN.verify(task, text).outcome in (Outcome.WRONG, Outcome.NO_ANSWER)
