"""Program text of reference solutions and mutants.

The text of a family's ``solve`` is read from its module and specialised: parameters become literals, conditions on them are
decided, loops over tuples of parameters are unrolled. Nothing is executed.
"""

from __future__ import annotations

import ast
import copy
import functools
import operator
import sys
from collections.abc import Callable, Mapping
from typing import Any

from guru_envs.domains.code._families.family import Family
from guru_envs.domains.code._values import reader_text

_COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
}
_ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}


@functools.cache
def _module_tree(module: str) -> ast.Module:
    loader: Any = sys.modules[module].__loader__
    tree: ast.Module = ast.parse(loader.get_source(module))  # also from a zip file
    return tree


@functools.cache
def _solve_text(module: str, owner: str) -> str:
    """The text of ``solve`` of a class, as written."""
    for node in _module_tree(module).body:
        if isinstance(node, ast.ClassDef) and node.name == owner:
            for part in node.body:
                if isinstance(part, ast.FunctionDef) and part.name == "solve":
                    part.decorator_list = []
                    return ast.unparse(part)
    raise LookupError(f"{module}.{owner}.solve has no text")


def _literal(value: Any) -> ast.expr:
    return ast.parse(repr(value), mode="eval").body


def _known(node: ast.expr) -> tuple[bool, Any]:
    """Whether an expression is a literal, and its value."""
    if not isinstance(node, (ast.Constant, ast.Tuple, ast.List, ast.UnaryOp, ast.Dict)):
        return False, None
    try:
        return True, ast.literal_eval(node)
    except ValueError:
        return False, None


_PURE = frozenset(
    ("abs", "bool", "dict", "enumerate", "int", "len", "list", "max", "min", "range", "set", "sorted", "str", "sum")
)


def _harmless(node: ast.AST) -> bool:
    """Whether an expression changes nothing."""
    calls = [part for part in ast.walk(node) if isinstance(part, (ast.Call, ast.NamedExpr, ast.Await, ast.Yield))]
    return all(
        isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in _PURE for call in calls
    )


class _DropUnread(ast.NodeTransformer):
    """Remove the assignments to variables that are never read."""

    def __init__(self, unread: set[str]) -> None:
        self.unread, self.dropped = unread, False

    def _assigned(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> ast.AST | None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        only = len(targets) == 1 and isinstance(targets[0], ast.Name) and targets[0].id in self.unread
        if only and (node.value is None or _harmless(node.value)):
            self.dropped = True
            return None
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST | None:
        return self._assigned(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        return self._assigned(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST | None:
        return self._assigned(node)

    def generic_visit(self, node: ast.AST) -> ast.AST | None:  # type: ignore[override]  # empty branches go
        had = bool(getattr(node, "body", None))
        super().generic_visit(node)
        if had and isinstance(node, (ast.If, ast.For, ast.While)) and not node.body:
            if isinstance(node, ast.If) and _harmless(node.test):
                if not node.orelse:
                    return None
                node.test, node.body, node.orelse = ast.UnaryOp(ast.Not(), node.test), node.orelse, []
                return node
            node.body = [ast.Pass()]
        return node


def _without_unread(function: ast.FunctionDef) -> None:
    """Remove variables that are set and never read, as a person would."""
    while True:
        names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
        unread = {node.id for node in names} - {node.id for node in names if isinstance(node.ctx, ast.Load)}
        if not unread:
            return
        dropping = _DropUnread(unread)
        dropping.visit(function)
        if not dropping.dropped:
            return


class _Specialise(ast.NodeTransformer):
    """Put in what is known and decide what follows from it."""

    def __init__(self, parameters: Mapping[str, Any], names: Mapping[str, Any]) -> None:
        self.parameters, self.names = parameters, names

    def generic_visit(self, node: ast.AST) -> ast.AST:
        node = super().generic_visit(node)
        if getattr(node, "body", None) == []:
            node.body = [ast.Pass()]  # type: ignore[attr-defined]  # the body was left out
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == "p":
            return _literal(self.parameters[node.attr])
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self.names and isinstance(node.ctx, ast.Load):
            return _literal(self.names[node.id])
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        left, right = _known(node.left), _known(node.comparators[0])
        if len(node.ops) == 1 and left[0] and right[0] and type(node.ops[0]) in _COMPARE:
            return _literal(_COMPARE[type(node.ops[0])](left[1], right[1]))
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        left, right = _known(node.left), _known(node.right)
        if left[0] and right[0] and type(node.op) in _ARITHMETIC and type(left[1]) is type(right[1]) is int:
            return _literal(_ARITHMETIC[type(node.op)](left[1], right[1]))
        if (right == (True, 0) and isinstance(node.op, (ast.Add, ast.Sub))) or (
            right == (True, 1) and isinstance(node.op, ast.Mult)
        ):
            return node.left
        if right[0] and type(right[1]) is int and right[1] < 0 and isinstance(node.op, (ast.Add, ast.Sub)):
            node.op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
            node.right = _literal(-right[1])
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        found, value = _known(node.operand)
        if found and isinstance(node.op, ast.Not):
            return _literal(not value)
        return _literal(-value) if found and isinstance(node.op, ast.USub) else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        plain = (
            isinstance(node.func, ast.Name) and node.func.id in ("int", "str", "list", "dict") and len(node.args) == 1
        )
        found, value = (
            _known(node.args[0]) if plain else (False, None)
        )  # a conversion that is there for the type checker
        return (
            node.args[0] if found and isinstance(node.func, ast.Name) and type(value).__name__ == node.func.id else node
        )

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        decisive = isinstance(node.op, ast.Or)  # True decides an or, False decides an and
        kept: list[ast.expr] = []
        for part in node.values:
            if isinstance(part, ast.Constant) and isinstance(part.value, bool):
                if part.value is decisive:
                    if all(map(_harmless, kept)):
                        return part  # what stands before it makes no difference
                    kept.append(part)
                    break
            else:
                kept.append(part)
        if not kept:
            return _literal(not decisive)
        if len(kept) == 1 or (isinstance(kept[0], ast.Constant) and kept[0].value is decisive):
            return kept[0]
        node.values = kept
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        test = self.visit(node.test)
        if isinstance(test, ast.Constant):
            chosen: ast.AST = self.visit(node.body if test.value else node.orelse)
            return chosen
        node.test, node.body, node.orelse = test, self.visit(node.body), self.visit(node.orelse)
        return node

    def visit_If(self, node: ast.If) -> Any:
        test = self.visit(node.test)
        if isinstance(test, ast.Constant):
            return self._statements(node.body if test.value else node.orelse)
        node.test, node.body = test, self._statements(node.body) or [ast.Pass()]
        node.orelse = self._statements(node.orelse)
        return node

    def visit_For(self, node: ast.For) -> Any:
        over = node.iter
        if isinstance(over, ast.Attribute) and isinstance(over.value, ast.Name) and over.value.id == "p":
            items = self.parameters[over.attr]
            if isinstance(items, tuple):
                return [statement for item in items for statement in self._unrolled(node, item)]
        return self.generic_visit(node)

    def _unrolled(self, node: ast.For, item: Any) -> list[ast.stmt]:
        target = node.target
        if isinstance(target, ast.Tuple):
            bound = {
                part.id: value for part, value in zip(target.elts, item, strict=True) if isinstance(part, ast.Name)
            }
        else:
            assert isinstance(target, ast.Name)
            bound = {target.id: item}
        inner = _Specialise(self.parameters, {**self.names, **bound})
        return inner._statements(copy.deepcopy(node.body))

    def _statements(self, body: list[ast.stmt]) -> list[ast.stmt]:
        done: list[ast.stmt] = []
        for statement in body:
            result = self.visit(statement)
            if isinstance(result, list):
                done += result
            elif result is not None:
                done.append(result)
            if done and isinstance(done[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break)):
                break  # what follows is never reached
        return done


def camel(name: str) -> str:
    """``count_digits`` as ``countDigits``."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def _specialised(family: Family, parameters: Mapping[str, Any], mutant: int) -> tuple[list[str], ast.FunctionDef]:
    """The imports and the function."""
    owner = next(one for one in type(family).__mro__ if "solve" in vars(one))  # families may share a reference
    function = ast.parse(_solve_text(owner.__module__, owner.__name__)).body[0]
    assert isinstance(function, ast.FunctionDef)
    function.args.args = function.args.args[2:]
    function.body = _Specialise(parameters, {"m": mutant})._statements(function.body)
    _without_unread(function)
    imports = [ast.unparse(part) for part in function.body if isinstance(part, (ast.Import, ast.ImportFrom))]
    function.body = [part for part in function.body if not isinstance(part, (ast.Import, ast.ImportFrom))]
    return imports, function


def function_text(family: Family, parameters: Mapping[str, Any], mutant: int = 0) -> str:
    """The reference (or a mutant) as a program that defines the function."""
    imports, function = _specialised(family, parameters, mutant)
    function.name = family.name
    head = "\n".join(imports) + "\n\n\n" if imports else ""
    return head + ast.unparse(ast.fix_missing_locations(function)).strip()


def class_text(family: Family, parameters: Mapping[str, Any], mutant: int = 0) -> str:
    """The reference (or a mutant) as a class ``Solution`` with one method."""
    imports, function = _specialised(family, parameters, mutant)
    function.name = camel(family.name)
    function.args.args.insert(0, ast.arg("self"))
    head = "\n".join(imports) + "\n\n\n" if imports else ""
    text = ast.unparse(ast.fix_missing_locations(function)).strip()
    return head + "class Solution:\n" + "\n".join("    " + line if line else "" for line in text.split("\n"))


def stdin_text(family: Family, parameters: Mapping[str, Any], mutant: int = 0) -> str:
    """The reference (or a mutant) as a program that reads standard input and prints the answer."""
    main = reader_text(family.takes, family.gives, family.name)
    function = function_text(family, parameters, mutant)
    gap = "\n" if function.startswith(("import ", "from ")) else "\n\n\n"
    return f"import sys{gap}{function}\n\n\n{main}"


def parts_of(text: str) -> int:
    """How many statements and expressions a program has."""
    return sum(isinstance(node, (ast.stmt, ast.expr)) for node in ast.walk(ast.parse(text)))


def program_text(form: str, family: Family, parameters: Mapping[str, Any], mutant: int = 0) -> str:
    """The reference (or a mutant) in a format."""
    make = {"stdin": stdin_text, "class": class_text}.get(form, function_text)
    return make(family, parameters, mutant)
