"""The families of the code domain: references, mutants, statements and program texts."""

from __future__ import annotations

import copy
import random
import re

import pytest

from guru_envs.domains.code import _draw, _values
from guru_envs.domains.code._draw import CONSTANTS, UnkilledError, draw_cases, fails, right
from guru_envs.domains.code._families.catalogue import FAMILIES
from guru_envs.domains.code._families.family import FORMATS, THEMES, P
from guru_envs.domains.code._source import camel, function_text, program_text
from guru_envs.domains.code._verdicts import LIMITS
from guru_envs.sandbox import Call, Program, Status, default_sandbox


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


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_texts_show_no_trace_of_what_was_decided(family):
    """What is left of the parameters in a text would give a mutant's fault away."""
    left = r"\b(and|or|not|if|elif) (True|False)\b|\b(True|False) (and|or)\b|[+-] -\d|[+-] 0\b(?!\.)|\* 1\b"
    for seed in range(6):
        values = family.parameters(random.Random(seed))
        for mutant in (0, *family.live(P(**values))):
            text = function_text(family, values, mutant)
            assert not re.search(left, text), text


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_one_statement_means_one_problem(family):
    """Parameters that the statement does not speak of change neither the Chinese statement nor the reference."""
    seen = {}
    for seed in range(30):
        values = family.parameters(random.Random(seed))
        meant = family.text(P(**values))[1], program_text("function", family, values)
        assert seen.setdefault(family.canonical(values), meant) == meant
    assert len(seen) >= 10
