"""Lines of responses that carry a program out, against the program's run in Python."""

import copy
import random
import re
import sys

import pytest

from guru_envs import registry
from guru_envs.domains.simulation import codeio
from guru_envs.domains.simulation._codeio.text import literal


def sheet(task_id):
    """The empty sheet of a task, and the lines of its proof."""
    source, task = registry.source_of(task_id)[0], registry.task(task_id)
    return source.domain.working(task), [step.statement for step in source.domain.solve(task).steps]


@pytest.mark.parametrize("level", [1, 2, 3, 4, 6, 7, 8, 10, 12])
def test_lines_of_a_program(level):
    rng, false = random.Random(level), 0
    for seed in range(12):
        task_id = f"guru/codeio-v0/train/{level}/{seed}"
        problem = registry.task(task_id).payload
        lines, told = sheet(task_id)
        given = problem.mode != "input"
        whole = codeio._told(problem, codeio._events(problem.program, problem.args))
        for number, line in enumerate(told, 1):
            assert lines.state(line) is True
            assert lines.progress == pytest.approx((number - given) / (len(told) - given))
        lines, _ = sheet(task_id)
        halved = told[:1] + told[1::2]
        assert all(map(lines.state, halved))
        assert 0 < lines.progress <= (len(halved) - given) / (len(told) - given) + 1e-9
        for place, line in enumerate(told):  # a number changed in a value that is set
            changed = re.sub(r"(= -?)([0-9]+)$", lambda match: f"{match[1]}{int(match[2]) + 1}", line)
            if changed == line:
                continue
            lines, _ = sheet(task_id)
            assert all(map(lines.state, told[:place]))
            before = lines.progress
            right = lines.state(changed)
            if changed in whole:  # it happens after what is asked
                assert right is True
            else:
                assert right is not True, (task_id, changed)
                assert lines.progress == before
                false += right is False
        text = " ".join(rng.choices("abc =1:;(\n", k=200))
        assert sheet(task_id)[0].state(text) is None
    assert false >= 10


def statements(code, name, args, wanted):
    """What Python says a program's variables are after each line of it: (line, name, value), found by tracing it."""
    space, found, last = {}, [], {}
    exec(compile(code, "<program>", "exec"), space)  # a program of our own, which the task shows

    def trace(frame, event, _):
        if frame.f_code.co_filename != "<program>" or frame.f_code.co_name.startswith("<"):
            return None
        if event in ("line", "return") and id(frame) in last:
            found.extend(
                (last[id(frame)], key, copy.deepcopy(one)) for key, one in frame.f_locals.items() if wanted(one)
            )
        last[id(frame)] = frame.f_lineno
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        space[name](*copy.deepcopy(args))
    finally:
        sys.settrace(before)
    return found


@pytest.mark.parametrize("level", [2, 4, 7, 8, 10, 12])
def test_nothing_that_is_true_after_a_line_is_called_false(level):
    """Whatever a variable is after a line, whether that line sets it or not, by a run in Python itself."""
    judged = 0
    for seed in range(14):
        task_id = f"guru/codeio-v0/train/{level}/{seed}"
        problem = registry.task(task_id).payload
        if problem.mode == "input":
            continue
        name = sheet(task_id)[1][0].split(": ")[1].split("(")[0]
        true = statements(problem.code, name, problem.args, lambda one: type(one) in (int, str, list))
        for line, variable, value in true[:60]:
            lines, _ = sheet(task_id)
            assert lines.state(f"line {line}: {variable} = {literal(value)}") is not False, (
                task_id,
                line,
                variable,
                value,
            )
            judged += 1
    assert judged > 100


def test_lines_of_a_program_by_hand():
    task_id = next(
        f"guru/codeio-v0/train/4/{seed}" for seed in range(50)
        if any(text.endswith("is false") for text in sheet(f"guru/codeio-v0/train/4/{seed}")[1])
    )  # fmt: skip
    _, told = sheet(task_id)
    test = next(place for place, text in enumerate(told) if text.endswith("is false"))
    opposite = told[test].replace("is false", "is true")
    lines, _ = sheet(task_id)
    assert lines.state("Let me see.") is None
    assert lines.state("line 999: the sun shines") is None
    assert lines.state(told[0]) is True
    assert lines.progress == 0
    assert lines.state(told[test]) is True  # what comes before was left out: it is worth one line
    assert lines.progress == pytest.approx(1 / (len(told) - 1))
    if opposite not in told:
        assert lines.state(opposite) is False
    assert lines.state(told[1]) is True
    assert lines.progress == pytest.approx(1 / (len(told) - 1))
    assert lines.state(re.sub(r": .* is", ": 12345 is", told[-1])) is False  # another result


def test_arguments_that_are_asked_for_open_the_run():
    task_id = "guru/codeio-v0/train/5/3"
    assert registry.task(task_id).payload.mode == "input"
    lines, told = sheet(task_id)
    assert all(lines.state(text) is None for text in told[1:])
    assert lines.progress == 0
    assert lines.state(told[0]) is True
    assert lines.progress == pytest.approx(1 / len(told))
    lines, told = sheet(task_id)
    assert lines.state(re.sub(r"\(.*\)", "(123456)", told[0])) is None
    assert lines.state(told[1]) is None  # of that call
