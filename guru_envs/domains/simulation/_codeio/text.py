"""Programs as Python text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from guru_envs.domains.simulation._codeio.ops import ATOM, OPS, POWER
from guru_envs.domains.simulation._codeio.tree import (
    Append,
    Assign,
    Expr,
    ForEach,
    ForRange,
    If,
    Jump,
    Program,
    Return,
    SetItem,
    Statement,
    While,
)

_MARK = re.compile(r"\b([vf][0-9]+_)")


def literal(value: Any) -> str:
    """A value as Python text; texts in double quotes."""
    if type(value) is str:
        return json.dumps(value, ensure_ascii=False)
    if type(value) is list:
        return "[" + ", ".join(map(literal, value)) + "]"
    if type(value) is tuple:
        return "(" + ", ".join(map(literal, value)) + (",)" if len(value) == 1 else ")")
    if type(value) is dict:
        return "{" + ", ".join(f"{literal(key)}: {literal(one)}" for key, one in value.items()) + "}"
    return repr(value)


def expression(node: Expr) -> tuple[str, int]:
    """An expression as text with marks for names, and how tightly it binds."""
    op, _, args, value = node
    if op == "var":
        return f"v{value}_", ATOM
    if op == "lit":
        return literal(value), POWER if type(value) in (int, float) and value < 0 else ATOM
    if op == "list":
        return f"[{', '.join([expression(arg)[0] for arg in args])}]", ATOM
    if op == "tuple":
        return f"({', '.join([expression(arg)[0] for arg in args])})", ATOM
    if op == "call":
        return f"f{value}_({', '.join([expression(arg)[0] for arg in args])})", ATOM
    if op == "each":
        test = f" if {expression(args[2])[0]}" if len(args) > 2 else ""
        return f"[{expression(args[0])[0]} for v{value}_ in {expression(args[1])[0]}{test}]", ATOM
    spec = OPS[op]
    parts = []
    for arg, need in zip(args, spec.needs, strict=True):
        text, level = expression(arg)
        parts.append(f"({text})" if level < need else text)
    return spec.text.format(*parts), spec.level


def _block(body: list[Statement], indent: str, lines: list[str]) -> None:
    for statement in body:
        _WRITERS[type(statement)](statement, indent, lines)


def _assign(node: Assign, indent: str, lines: list[str]) -> None:
    lines.append(f"{indent}v{node.target}_ {node.sign}= {expression(node.value)[0]}")


def _append(node: Append, indent: str, lines: list[str]) -> None:
    lines.append(f"{indent}v{node.target}_.append({expression(node.value)[0]})")


def _set_item(node: SetItem, indent: str, lines: list[str]) -> None:
    lines.append(f"{indent}v{node.target}_[{expression(node.key)[0]}] = {expression(node.value)[0]}")


def _if(node: If, indent: str, lines: list[str], word: str = "if") -> None:
    lines.append(f"{indent}{word} {expression(node.test)[0]}:")
    _block(node.body, indent + "    ", lines)
    if len(node.orelse) == 1 and isinstance(node.orelse[0], If):
        _if(node.orelse[0], indent, lines, "elif")
    elif node.orelse:
        lines.append(f"{indent}else:")
        _block(node.orelse, indent + "    ", lines)


def _for_range(node: ForRange, indent: str, lines: list[str]) -> None:
    start, stop = expression(node.start)[0], expression(node.stop)[0]
    bounds = stop if start == "0" else f"{start}, {stop}"
    lines.append(f"{indent}for v{node.target}_ in range({bounds}):")
    _block(node.body, indent + "    ", lines)


def _for_each(node: ForEach, indent: str, lines: list[str]) -> None:
    source = expression(node.source)[0]
    if node.index >= 0:
        lines.append(f"{indent}for v{node.index}_, v{node.target}_ in enumerate({source}):")
    else:
        lines.append(f"{indent}for v{node.target}_ in {source}:")
    _block(node.body, indent + "    ", lines)


def _while(node: While, indent: str, lines: list[str]) -> None:
    lines.append(f"{indent}while {expression(node.test)[0]}:")
    _block(node.body, indent + "    ", lines)


def _jump(node: Jump, indent: str, lines: list[str]) -> None:
    lines.append(indent + node.word)


def _return(node: Return, indent: str, lines: list[str]) -> None:
    text = expression(node.value)[0]
    if node.value.op == "tuple":
        text = text[1:-1]
    lines.append(f"{indent}return {text}")


_WRITERS: dict[type, Callable[[Any, str, list[str]], None]] = {
    Assign: _assign,
    Append: _append,
    SetItem: _set_item,
    If: _if,
    ForRange: _for_range,
    ForEach: _for_each,
    While: _while,
    Jump: _jump,
    Return: _return,
}


def marked_text(program: Program) -> str:
    """The program with marks ``v3_`` and ``f0_`` in place of the names of variables and functions."""
    lines: list[str] = []
    for index, function in enumerate(program.functions):
        if index:
            lines += ["", ""]
        params = ", ".join([f"v{param}_: {program.kinds[param]}" for param in function.params])
        lines.append(f"def f{index}_({params}) -> {function.gives}:")
        _block(function.body, "    ", lines)
    return "\n".join(lines)


def named(text: str, program: Program) -> str:
    """A marked text with the names of the program."""
    kinds = {"v": program.names, "f": program.titles}
    parts = _MARK.split(text)
    parts[1::2] = [kinds[mark[0]][int(mark[1:-1])] for mark in parts[1::2]]
    return "".join(parts)


def anonymous(text: str) -> str:
    """A marked text with variables and functions numbered in the order in which they appear."""
    seen: dict[str, str] = {}
    parts = _MARK.split(text)
    parts[1::2] = [seen.setdefault(mark, f"{mark[0]}{len(seen)}") for mark in parts[1::2]]
    return "".join(parts)


def shown(node: Expr, program: Program) -> str:
    """An expression of a program as Python text."""
    return named(expression(node)[0], program)
