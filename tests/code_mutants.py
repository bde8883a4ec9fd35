"""Mutants of real programs: one small change each. ``python tests/code_mutants.py FILE`` tells which ones the tests of a file miss."""

from __future__ import annotations

import argparse
import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from guru_envs.data.code_benchmarks import judge, read_problems
from guru_envs.data.code_benchmarks.values import parsed
from guru_envs.sandbox import Limits, map_programs

OTHER = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult, ast.Mod: ast.FloorDiv, ast.And: ast.Or, ast.Or: ast.And, ast.BitXor: ast.BitOr, ast.Is: ast.IsNot,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Pow: ast.Mult,
}  # fmt: skip
SWAPPED = {"max": "min", "min": "max", "all": "any", "any": "all", "sorted": "list", "upper": "lower", "lower": "upper"}


def _constant(node: ast.Constant) -> Iterator[ast.expr]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, (int, float)) and node.value < 1000:  # larger ones are bounds that nothing reaches
        yield ast.Constant(node.value + 1)
    elif isinstance(node.value, str):
        yield ast.Constant(node.value + "x")


def _call(node: ast.Call) -> Iterator[ast.expr]:
    if isinstance(node.func, ast.Name) and node.func.id in SWAPPED:
        yield ast.Call(
            ast.Name(SWAPPED[node.func.id], ast.Load()), node.args, [] if node.func.id == "sorted" else node.keywords
        )
    elif isinstance(node.func, ast.Attribute) and node.func.attr in SWAPPED:
        yield ast.Call(ast.Attribute(node.func.value, SWAPPED[node.func.attr], ast.Load()), node.args, node.keywords)
    elif isinstance(node.func, ast.Name) and node.func.id == "range" and node.args:
        place = min(len(node.args) - 1, 1)
        less = ast.BinOp(node.args[place], ast.Sub(), ast.Constant(1))
        yield ast.Call(node.func, [*node.args[:place], less, *node.args[place + 1 :]], [])


def _changed(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Constant):
        yield from _constant(node)
    elif isinstance(node, ast.Call):
        yield from _call(node)
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in OTHER:
        yield ast.Compare(node.left, [OTHER[type(node.ops[0])](), *node.ops[1:]], node.comparators)
    elif isinstance(node, ast.BinOp) and type(node.op) in OTHER:
        yield ast.BinOp(node.left, OTHER[type(node.op)](), node.right)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(OTHER[type(node.op)](), node.values)
    elif isinstance(node, ast.Return) and node.value is not None:
        yield ast.Return(ast.Constant(None))
    elif isinstance(node, ast.If):
        yield ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)


def changes(code: str) -> list[tuple[int, ast.AST]]:
    """All single changes of a program: the place of a node in the tree, and what to put there."""
    tree = parsed(code)
    if tree is None:
        return []
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings and calls
    notes = [
        note for node in ast.walk(tree) for note in (getattr(node, "annotation", None), getattr(node, "returns", None))
    ]
    silent |= {id(part) for note in notes if isinstance(note, ast.AST) for part in ast.walk(note)}
    return [
        (place, new) for place, node in enumerate(ast.walk(tree)) if id(node) not in silent for new in _changed(node)
    ]


def mutant(code: str, change: tuple[int, ast.AST]) -> str:
    """A program with one change."""
    place, new = change
    tree = parsed(code)
    assert tree is not None
    target = next(one for at, one in enumerate(ast.walk(tree)) if at == place)
    return ast.unparse(ast.fix_missing_locations(_Put(target, new).visit(tree)))


class _Put(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else super().visit(node)


def main() -> None:
    """Judge every mutant (or some of each program) and list the survivors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--most", type=int, default=10**6, help="mutants of each program, spread over it")
    options = parser.parse_args()
    jobs = [
        (problem, change)
        for problem in read_problems(options.file)
        for change in spread(changes(problem.golds[0]), options.most)
    ]
    alive = map_programs(lambda job: judge(job[0], mutant(job[0].golds[0], job[1]), Limits(cpu_s=1.0)).correct, jobs)
    for (problem, (place, new)), lives in zip(jobs, alive, strict=True):
        if lives:
            old = list(ast.walk(ast.parse(problem.golds[0])))[place]
            print(f"{problem.id}, line {getattr(old, 'lineno', 0)}: {_short(old)} -> {_short(new)}")
    print(f"{len(jobs) - sum(alive)} of {len(jobs)} mutants fail")


def _short(node: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(node)).partition("\n")[0][:80]


def spread(listed: list[Any], most: int) -> list[Any]:
    """At most so many, evenly from the whole list."""
    return [listed[place * len(listed) // most] for place in range(most)] if len(listed) > most else listed


if __name__ == "__main__":
    main()
