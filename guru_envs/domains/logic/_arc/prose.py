"""The oracle's words: what the rule is, what it does in each demonstration, and to the test input."""

from __future__ import annotations

from collections.abc import Sequence

from guru_envs.domains.logic._arc.grammar import Program, apply, stages
from guru_envs.domains.logic._arc.grid import Grid, Thing, occupied, plane
from guru_envs.domains.logic._arc.words import DEFINITIONS, rule_text, spaced
from guru_envs.task import Premise, Step

_LISTED = 6  # objects named in a line, at most

_WORDS = {
    "en": {
        "rule": "Step {} of the rule: {}.",
        "demo": "Example {}: {} The result is the output.",
        "after": "Step {}: {}.",
        "shape": "a grid of {} x {} cells becomes one of {} x {}",
        "test": "Test, step {}, {}:\n{}",
        "thing": "the object of {} cells of colour {} at row {}, column {} {}",
        "cell": "the cell of colour {1} at row {2}, column {3} {4}",
        "gone": "is erased",
        "becomes": "becomes colour {}",
        "changes": "changes in part",
        "new": "{} empty cells become colour {}",
        "more": "and more",
        "none": "No rule of the grammar explains the examples; the output is the one given with the task.",
    },
    "zh": {
        "rule": "规则第 {} 步：{}。",
        "demo": "示例 {}：{}结果就是输出。",
        "after": "第 {} 步：{}。",
        "shape": "{} x {} 的网格变成 {} x {}",
        "test": "测试，第 {} 步，{}：\n{}",
        "thing": "第 {2} 行第 {3} 列起、{0} 格、颜色 {1} 的对象{4}",
        "cell": "第 {2} 行第 {3} 列、颜色 {1} 的格子{4}",
        "gone": "被擦除",
        "becomes": "变成颜色 {}",
        "changes": "有一部分改变",
        "new": "{} 个空格变成颜色 {}",
        "more": "等等",
        "none": "语法中没有规则能解释这些示例；输出取自题目所给。",
    },
}


def no_rule(lang: str) -> tuple[Step, ...]:
    """The trace of a task whose rule is not of the grammar."""
    return (Step(_WORDS[lang]["none"], (), ("given",)),)


def steps_of(lang: str, program: Program, pairs: Sequence[tuple[Grid, Grid]], test: Grid) -> tuple[Step, ...]:
    """The proof.

    Facts: ``("rule", stage, name, parameter, ...)``; ``("demonstration", number)``: the rule makes its output;
    ``("grid", stage, rows, columns, digits)``: the test input after a stage.
    """
    words = _WORDS[lang]
    found = []
    for number, rule in enumerate(program, 1):
        text = words["rule"].format(number, rule_text(lang, rule))
        if number == 1:
            text = f"{DEFINITIONS[lang]} {text}"
        found.append(Step(text, (), ("rule", number, *rule)))
    rules = tuple(Premise("step", number) for number in range(1, len(program) + 1))
    for number, (given, _) in enumerate(pairs, 1):
        done = stages(program, given)
        assert done is not None
        parts, before = [], given
        for place, after in enumerate(done, 1):
            parts.append(words["after"].format(place, _difference(lang, before, after)))
            before = after
        joint = " " if lang == "en" else ""
        text = words["demo"].format(number, joint.join(parts))
        found.append(Step(text, rules, ("demonstration", number)))
    return tuple(found) + tuple(_test_steps(lang, program, test, len(found)))


def _test_steps(lang: str, program: Program, test: Grid, before: int) -> list[Step]:
    found, grid = [], test
    for number, rule in enumerate(program, 1):
        made = apply(rule, grid)
        assert made is not None
        grid = made
        premises = [Premise("step", number)] + ([Premise("step", before + number - 1)] if number > 1 else [])
        text = _WORDS[lang]["test"].format(number, rule_text(lang, rule), spaced(grid.lines))
        found.append(Step(text, tuple(premises), ("grid", number, grid.h, grid.w, grid.text)))
    return found


def _difference(lang: str, before: Grid, after: Grid) -> str:
    """What became of which object, where the shape is the same; else the shapes."""
    words = _WORDS[lang]
    if (before.h, before.w) != (after.h, after.w):
        return words["shape"].format(before.h, before.w, after.h, after.w)
    at = plane(before.h, before.w)
    differ = occupied(before.bits ^ after.bits) & at.ones
    parts = []
    for one in before.objects("mono4"):
        if one.mask & differ:
            key = "cell" if one.size == 1 else "thing"
            fate = _fate(lang, one, after)
            parts.append(words[key].format(one.size, one.colour, one.top + 1, one.left + 1, fate))
    fresh = differ & ~before.occupied
    for colour in range(1, 10):
        number = (fresh & after.of_colour(colour)).bit_count()
        if number:
            parts.append(words["new"].format(number, colour))
    if len(parts) > _LISTED:
        parts = [*parts[:_LISTED], words["more"]]
    return (", " if lang == "en" else "，").join(parts)


def _fate(lang: str, one: Thing, after: Grid) -> str:
    words = _WORDS[lang]
    if not after.occupied & one.mask:
        return words["gone"]
    for colour in range(1, 10):
        if one.mask & ~after.of_colour(colour) == 0:
            return words["becomes"].format(colour)
    return words["changes"]
