"""Codeio: the machine, live variables, and values as they are read and compared."""

from __future__ import annotations

import math

import pytest

from guru_envs.domains.simulation._codeio import values
from guru_envs.domains.simulation._codeio.limits import MAX_DEPTH, StopError
from guru_envs.domains.simulation._codeio.machine import Machine
from guru_envs.domains.simulation._codeio.tree import (
    Append,
    Assign,
    Expr,
    ForRange,
    Function,
    If,
    Program,
    Return,
    While,
    number_lines,
)


def lit(value):
    return Expr("lit", type(value).__name__, (), value)


def var(number, kind="int"):
    return Expr("var", kind, (), number)


def program(body, kinds=("int",), gives="int"):
    made = Program([Function([0], gives, body)], list(kinds), ["param"] * len(kinds), [0], ["n", "m", "k"], ["f"])
    number_lines(made)
    return made


def stopped(made, *args):
    with pytest.raises(StopError) as stop:
        Machine(made).run(list(args))
    return str(stop.value)


def test_limits_of_the_machine():
    endless = While(Expr(">= int", "bool", (var(0), var(0))), [Assign(0, lit(1), "+")])
    assert stopped(program([endless, Return(var(0))]), 1) == "steps"
    square = Assign(0, Expr("mul", "int", (var(0), var(0))))
    assert stopped(program([square] * 6 + [Return(var(0))]), 99) == "size"
    double = Assign(0, Expr("join", "str", (var(0, "str"), var(0, "str"))))
    assert stopped(program([double] * 9 + [Return(var(0, "str"))], ("str",), "str"), "abc") == "size"
    again = Expr("call", "int", (Expr("plus", "int", (var(0), lit(1))),), 0)
    assert stopped(program([Return(again)]), 1) == "steps"
    down = [
        If(Expr("<= k", "bool", (var(0), lit(0))), [Return(lit(0))]),
        Return(Expr("call", "int", (Expr("minus", "int", (var(0), lit(1))),), 0)),
    ]
    assert Machine(program(down)).run([MAX_DEPTH - 1]) == 0
    assert stopped(program(down), MAX_DEPTH) == "steps"
    assert stopped(program([Return(Expr("largest", "int", (var(0, "list[int]"),)))], ("list[int]",)), []) == "error"
    grow = ForRange(1, lit(0), lit(10**6), [Append(2, var(1))])
    body = [Assign(2, Expr("lit", "list[int]", (), [])), grow, Return(var(1))]
    assert stopped(program(body, ("int", "int", "list[int]")), 1) == "size"
    wide = Expr("each", "list[int]", (var(1), var(0, "list[int]")), 1)
    rounds = ForRange(2, lit(0), lit(900), [Assign(0, wide)])
    assert stopped(program([rounds, Return(var(2))], ("list[int]", "int", "int")), [1] * 100) == "steps"


def test_a_run_leaves_nothing_behind():
    """Literals are fresh, and a machine that was stopped runs again."""
    body = [
        Assign(1, Expr("lit", "list[int]", (), [])),
        Append(1, var(0)),
        Return(Expr("sum", "int", (var(1, "list[int]"),))),
    ]
    machine = Machine(program(body, ("int", "list[int]")))
    assert [machine.run([3]), machine.run([3])] == [3, 3]
    with pytest.raises(StopError):
        machine.run(["a"])
    assert machine.run([4]) == 4
    assert machine.lines == [2, 3, 4]


def test_live_variables_of_known_programs():
    from guru_envs.domains.simulation._codeio.live import live_variables

    add = Expr("add", "int", (var(0), var(1)))
    assert live_variables(program([Return(var(0))]).main) == 1
    assert live_variables(program([Assign(1, lit(5)), Return(add)], ("int", "int")).main) == 2
    unneeded = [
        Assign(1, Expr("plus", "int", (var(0), lit(2)))),
        Assign(2, Expr("plus", "int", (var(1), lit(2)))),
        Return(var(2)),
    ]
    assert live_variables(program(unneeded, ("int", "int", "int")).main) == 1
    loop = [Assign(1, lit(0)), ForRange(2, lit(0), lit(3), [Assign(1, var(0), "+")]), Return(var(1))]
    assert live_variables(program(loop, ("int", "int", "int")).main) == 2


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12), ("-3", -3), ("+4", 4), ("1.5", 1.5), ("2e3", 2000.0), ("-0.25", -0.25), ("1.", 1.0),
        ("true", True), ("False", False), ("None", None), ("null", None),
        ('"a b"', "a b"), ("'a\"b'", 'a"b'), ('"\\u00e9\\n\\\\"', "é\n\\"), ("''", ""),
        ("[]", []), ("[1, [2, 'x'],]", [1, [2, "x"]]), ("(1, 2)", [1, 2]), ("(1,)", [1]), ("(1)", 1), ("()", []),
        ("{}", {}), ('{"a": 1, \'b\': [2]}', {"a": 1, "b": [2]}), ("{1: 2}", {1: 2}), (" \n[ 1 ,2 ] ", [1, 2]),
    ],
)  # fmt: skip
def test_values_are_read(text, value):
    assert values.read(text) == value
    assert type(values.read(text)) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "[1", "1]", "[1 2]", "[,]", "[1,,2]", '"a', "{1}", "{'a' 1}", "{'a':}", "{[1]: 2}", "{'a': 1, 'a': 2}",
        "1 2", "0x10", "1_000", "١", "NaN", "Infinity", "truex", "b'a'", "1+1", "[1] + [2]", "f(1)", "(1", '"\n"',
        "[" * 7 + "]" * 7, "[" * 100_000, "9" * 41, "1" * 2001, "-", "1e9999", "\x00", "\ud800",
    ],
)  # fmt: skip
def test_other_texts_are_no_values(text):
    with pytest.raises(values.UnreadableError):
        values.read(text)


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        (1, 1.0), (2.5, 2.5000001), (2.0, 2), (True, True), (None, None), ("a", "a"), ((1, "a"), [1, "a"]), ([], []),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}), ({}, {}),
    ],
)  # fmt: skip
def test_same(expected, value):
    assert values.same(expected, value)


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        (1, True), (True, 1), (0, False), (0, None), ("1", 1), (1, "1"), (2.5, 2.51), (2.5, math.inf), (10**30, 1.0e30 + 1e20),
        ([1, 2], [2, 1]), ([1], [1, 1]), ([], {}), ((), None), ({"a": 1}, {"a": 1, "b": 2}), ({"a": 1}, {"b": 1}), ("a", "A"),
    ],
)  # fmt: skip
def test_not_same(expected, value):
    assert not values.same(expected, value)


def test_exactly_the_same():
    assert not values.same(1, 1.0, exact=True)
    assert not values.same(2.0, 2, exact=True)
    assert values.same((2.0, [1]), [2.0000001, [1]], exact=True)
