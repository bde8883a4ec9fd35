"""The code domain: families, their texts, the tests they draw, and verdicts."""

from __future__ import annotations

import copy
import pickle
import random
import re

import pytest
from code_by_hand import ByHand, agrees, run_all
from hypothesis import given, settings
from hypothesis import strategies as st

from guru_envs import registry
from guru_envs.domains.code import _draw, _values
from guru_envs.domains.code._draw import CONSTANTS, UnkilledError, draw_cases, fails, right
from guru_envs.domains.code._families.catalogue import FAMILIES
from guru_envs.domains.code._families.family import FORMATS, THEMES, P
from guru_envs.domains.code._source import camel, program_text
from guru_envs.domains.code.code import LIMITS, Code, CodeKnobs
from guru_envs.errors import ImpossibleTaskError, InvalidValueError, UnknownNameError
from guru_envs.sandbox import Call, Program, Status, default_sandbox
from guru_envs.task import Outcome

DOMAIN = Code()
ROW = registry.spec("guru/code-v0")


def make(seed=0, **knobs):
    return DOMAIN.generate(random.Random(seed), CodeKnobs(**knobs))


def problems(family, count):
    """Parameters, tests and format of ``count`` problems of a family."""
    made, refused = [], 0
    for seed in range(4 * count):
        rng = random.Random(f"{family.name} {seed}")
        values, form = family.parameters(rng), rng.choice(family.formats)
        try:
            made.append((values, form, *draw_cases(family, values, rng, form, 2, 12)))
        except UnkilledError:
            refused += 1
        if len(made) == count:
            break
    assert refused <= count // 2, f"{refused} of {count + refused} parameters leave a mutant alive"
    return made


# -- families ----------------------------------------------------------------------------------------------------------


def test_there_are_enough_families_of_every_kind():
    assert len(FAMILIES) >= 60
    assert {family.level for family in FAMILIES.values()} == set(range(1, 9))
    assert {family.theme for family in FAMILIES.values()} == set(THEMES)
    for form in FORMATS:
        assert sum(form in family.formats for family in FAMILIES.values()) >= 60
    assert len({camel(name) for name in FAMILIES}) == len(FAMILIES)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_reference_agrees_with_brute_force_and_mutants_die(family):
    for values, form, examples, hidden in problems(family, 8):
        p = P(**values)
        rng = random.Random(family.name)
        more = [family.inputs(rng, p) for _ in range(15)]
        tests = [*examples, *hidden, *(_draw.Case(args, family.solve(p, 0, *args)) for args in more)]
        for case in tests:
            before = copy.deepcopy(case.args)
            value = family.brute(p, *case.args)
            if family.check is None:
                assert _values.same(case.expected, value), (values, case, value)
            else:
                assert family.check(p, case.args, value)
                assert family.check(p, case.args, case.expected)
            for mutant in family.live(p):
                fails(family, p, form, case, mutant)
            assert case.args == before, "a solution changed its arguments"
        assert len(family.live(p)) >= 3
        for mutant in family.live(p):
            assert any(fails(family, p, form, case, mutant) for case in hidden), (values, mutant)
        assert len({repr(case.args) for case in examples + hidden}) == len(examples) + len(hidden)
        assert len(hidden) >= 12
        edges = {repr(args) for args in family.edges(p)}
        assert edges <= {repr(case.args) for case in examples + hidden}
        if form != "stdin":
            for constant in CONSTANTS[family.gives]:
                assert not all(right(family, p, form, case, constant) for case in hidden)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_statement_is_whole_in_both_languages(family):
    for values, *_ in problems(family, 4):
        p = P(**values)
        for english, chinese in (family.text(p), family.idea(p)):
            assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", english)
            assert re.search(r"[\u4e00-\u9fff]", chinese)
            assert english.strip() == english
            assert "  " not in english
        english, chinese = family.text(p)
        for name, _ in family.takes:
            assert f"`{name}`" in english, name
            assert f"`{name}`" in chinese, name
        assert english[-1] in ".)"
        numbers = re.findall(r"\d+", english)
        missing = [number for number in set(numbers) if number not in chinese and int(number) > 9]
        assert not missing, f"numbers {missing} stand in the English statement only"


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_text_and_function_agree_in_the_sandbox(family):
    """The program text of the reference and of each mutant gives, test by test, what the function gives."""
    values, _, examples, hidden = problems(family, 1)[0]
    p, cases = P(**values), examples + hidden
    entries = {"function": family.name, "class": f"Solution.{camel(family.name)}"}
    kinds = [kind for _, kind in family.takes]
    for number, mutant in enumerate((0, *family.live(p))):
        form = ("function", "class", "stdin")[number % 3] if "stdin" in family.formats else "function"
        source = program_text(form, family, values, mutant)
        compile(source, "solution", "exec")
        assert not re.search(r"\bp\.|\bm [!=]= ", source), source
        if form == "stdin":
            inputs = tuple(_values.input_text(case.args, kinds) for case in cases)
        else:
            inputs = tuple(Call(entries[form], case.args) for case in cases)
        results = default_sandbox().run(Program(source, inputs), LIMITS, lambda index, result: True)
        for case, result in zip(cases, results, strict=True):
            try:
                value = family.solve(p, mutant, *case.args)
                text = _values.output_text(value, family.gives) if form == "stdin" else None
            except Exception:
                assert result.status is Status.RUNTIME_ERROR, (source, case, result)
                continue
            assert result.status is Status.OK, (source, case, result)
            if form == "stdin":
                assert _values.same_output(text, result.output, family.gives), (source, case, result)
            else:
                assert _values.same(value, result.value), (source, case, result)


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


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_one_statement_means_one_problem(family):
    """Parameters that the statement does not speak of change neither the Chinese statement nor the reference."""
    seen = {}
    for seed in range(30):
        values = family.parameters(random.Random(seed))
        meant = family.text(P(**values))[1], program_text("function", family, values)
        assert seen.setdefault(family.canonical(values), meant) == meant
    assert len(seen) >= 10


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


# -- repair, and tests as answers --------------------------------------------------------------------------------------


def test_repair_shows_a_wrong_program_of_the_same_problem():
    for seed in range(25):
        task = make(seed, task="repair")
        problem = task.payload
        family = FAMILIES[problem.family]
        broken = re.search(r"```python\n(.*)\n```$", task.prompt, re.DOTALL)[1]
        assert broken == program_text(problem.form, family, problem.parameters, problem.broken)
        assert DOMAIN.verify(task, broken).outcome is Outcome.WRONG
        assert DOMAIN.verify(task, task.gold).correct
        assert task.gold != broken
        assert task.canonical == family.canonical(problem.parameters)


def test_a_suite_is_judged_by_the_mutants_it_kills():
    for seed in range(25):
        task = make(seed, task="tests", partial=True)
        assert DOMAIN.verify(task, task.gold).correct
        assert DOMAIN.solve(task).answer == task.gold
        lines = task.gold.split("\n")
        if len(lines) > 1:
            weak = DOMAIN.verify(task, lines[0])
            assert weak.outcome is Outcome.WRONG
            assert 0 < weak.credit < 1
        assert DOMAIN.verify(task, DOMAIN.corrupt(task, random.Random(seed))).outcome is Outcome.WRONG
        known = [line for line in task.prompt.split("\n") if line.startswith("assert ")]
        assert len(known) == 2
        copied = DOMAIN.verify(task, "\n".join(known))
        assert (copied.outcome, copied.credit) == (Outcome.WRONG, 0.0)
        assert DOMAIN.verify(task, "\n".join([*known, task.gold])).correct
        in_function = "def test_all():\n" + "\n".join("    " + line for line in lines)
        assert DOMAIN.verify(task, in_function).correct


def test_suites_of_other_forms_are_told_why():
    task = make(task="tests", families=("kth_distinct",), hidden=20)
    said = {
        "": (Outcome.NO_ANSWER, "there are no tests"),
        "import math": (Outcome.NO_ANSWER, "there are no tests"),
        "assert kth_distinct([1, 2)": (Outcome.NO_ANSWER, "the code does not compile"),
        "x = 3": (Outcome.NO_ANSWER, "line 1 is not of the asked form"),
        "assert kth_distinct([1, 2]) > 0": (Outcome.NO_ANSWER, "line 1 is not of the asked form"),
        "assert kth_distinct(list(range(9))) == 0": (Outcome.NO_ANSWER, "line 1 is not of the asked form"),
        "assert other([1]) == 0": (Outcome.NO_ANSWER, "line 1 is not of the asked form"),
        "\nassert kth_distinct('ab') == 0": (
            Outcome.NO_ANSWER,
            "line 2 calls the function with arguments of other types",
        ),
        "assert kth_distinct([True]) == 0": (
            Outcome.NO_ANSWER,
            "line 1 calls the function with arguments of other types",
        ),
        "assert kth_distinct() == 0": (Outcome.NO_ANSWER, "line 1 calls the function with arguments of other types"),
        "assert kth_distinct([1]) == 5551": (Outcome.WRONG, "test 1 does not hold for a right function"),
        "\n".join(["assert kth_distinct([1]) == 0"] * 9): (Outcome.WRONG, "there are more than 8 tests"),
        "#" * 30_000: (Outcome.WRONG, "the tests are too long"),
        "-" * 15_000 + "1": (Outcome.NO_ANSWER, "the code does not compile"),
        "(" * 15_000: (Outcome.NO_ANSWER, "the code does not compile"),
    }
    for text, (outcome, detail) in said.items():
        verdict = DOMAIN.verify(task, text)
        assert (verdict.outcome, verdict.detail) == (outcome, detail), text[:80]
    with pytest.raises(ImpossibleTaskError, match="stdin"):
        CodeKnobs(task="tests", form="stdin")
    with pytest.raises(ImpossibleTaskError):
        CodeKnobs(task="tests", families=("some_order",))


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60), st.sampled_from(FORMATS))
def test_any_text_gets_a_verdict(text, form):
    task = make(families=("kth_distinct",), form=form)
    assert DOMAIN.verify(task, text).outcome in (Outcome.WRONG, Outcome.NO_ANSWER)
