"""Science worked out a second time: formulas with pint, reactions and crosses by brute force, from the prompt's text.

Shares no code with the domain. A formula of the oracle's steps is evaluated with pint on the quantities that the prompt
states, so values, units and dimensions are all confirmed.
"""

from __future__ import annotations

import ast
import itertools
import math
import operator
import re
from collections import Counter
from fractions import Fraction
from functools import cache

_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?(?:×10\^-?[0-9]+)?"
_ATOM = (
    "(?:[kMcmμnp]?(?:mol|Pa|Hz|Bq|eV|Wh|cal|[mgsANJWVCΩFTL])|K|kg|min|h|d|yr|t|bar|atm|mmHg|mph|ft|deg|°[CF]?)"
    r"(?![A-Za-z])(?:\^-?[0-9])?"
)
_UNIT = rf"(?:1/)?{_ATOM}(?:[·/](?:{_ATOM}|\({_ATOM}(?:·{_ATOM})*\)))*"
_STATED = re.compile(rf"(?<![A-Za-z0-9_])([A-Za-z_][A-Za-z0-9_]*) = ({_NUMBER})(?: ({_UNIT}))?")
_LINK = re.compile(
    r"([A-Za-z_0-9]+) \(equal to ([A-Za-z_0-9]+) of part ([0-9]+)\)"
    r"|([A-Za-z_0-9]+)（等于第([0-9]+)部分的([A-Za-z_0-9]+)）"
)
_TRAIT = (
    r"(dominant|recessive) trait of gene ([A-Z])|heterozygous for gene ([A-Z])"
    r"|表现基因([A-Z])的[显隐]性性状|在基因([A-Z])上为杂合子"
)
_PART = re.compile(r"(?:^|\n)(?:Part ([0-9]+)\. |第([0-9]+)部分：)")
_SIGNS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


@cache
def registry():
    import pint

    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True)


def number(text):
    return float(text.replace("×10^", "e"))


def quantity(text, unit):
    ureg = registry()
    unit = (unit or "").rstrip(".").replace("·", "*").replace("Ω", "ohm").replace("°C", "degC").replace("°F", "degF")
    unit = {"°": "degree", "yr": "julian_year"}.get(unit, unit.replace("μ", "u").replace("1/yr", "1/julian_year"))
    return ureg.Quantity(number(text), unit or "dimensionless").to_base_units()


def read_parts(prompt):
    """The quantities that each part states, and the links: [{symbol: quantity or ("link", part, symbol)}]."""
    heads = list(_PART.finditer(prompt))
    pieces = [prompt] if not heads else [
        prompt[head.start() : ([*heads, None])[i + 1].start() if i + 1 < len(heads) else len(prompt)] for i, head in enumerate(heads)
    ]  # fmt: skip
    found = []
    for piece in pieces:
        env = {}
        for symbol, value, unit in _STATED.findall(piece):
            env.setdefault(symbol, quantity(value, unit))
        for one in _LINK.findall(piece):
            env[one[0] or one[3]] = ("link", int(one[2] or one[4]), one[1] or one[5])
        found.append(env)
    return found


def evaluate(formula, env):
    """A formula with quantities."""
    ureg = registry()

    def angle(value):
        return value.to("radian").magnitude if hasattr(value, "to") else math.radians(value)

    def plain(value):
        return value.to("dimensionless").magnitude if hasattr(value, "to") else value

    calls = {
        "sqrt": lambda v: v**0.5, "ln": lambda v: math.log(plain(v)), "log10": lambda v: math.log10(plain(v)),
        "sind": lambda v: math.sin(angle(v)), "cosd": lambda v: math.cos(angle(v)),
        "asind": lambda v: ureg.Quantity(math.asin(plain(v)), "radian"),
    }  # fmt: skip

    def walk(node):
        match node:
            case ast.Constant():
                return node.value
            case ast.Name():
                return math.pi if node.id == "pi" else env[node.id]
            case ast.UnaryOp():
                return -walk(node.operand)
            case ast.Call():
                return calls[node.func.id](walk(node.args[0]))
            case ast.BinOp():
                left, right = walk(node.left), walk(node.right)
                if isinstance(node.op, ast.Pow):
                    right = plain(right)
                return _SIGNS[type(node.op)](left, right)
        raise AssertionError(ast.dump(node))

    return walk(ast.parse(formula, mode="eval").body)


def work_out(prompt, facts):
    """What the steps ``("eq", part, symbol, formula)`` give on the quantities of the prompt; the last one's value."""
    parts = read_parts(prompt)
    value = None
    for kind, part, symbol, formula in facts:
        assert kind == "eq"
        env = parts[int(part) - 1]
        for name, one in list(env.items()):
            if isinstance(one, tuple):
                env[name] = parts[one[1] - 1][one[2]]
        value = evaluate(formula, env)
        env[symbol] = value
    return value


def atoms(formula):
    flat = re.sub(r"\(([A-Za-z0-9]+)\)([0-9]*)", lambda m: m[1] * 0 + "".join(_times(m[1], int(m[2] or 1))), formula)
    found = Counter()
    for name, count in re.findall(r"([A-Z][a-z]?)([0-9]*)", flat):
        found[name] += int(count or 1)
    return found


def _times(group, count):
    return [f"{name}{int(n or 1) * count}" for name, n in re.findall(r"([A-Z][a-z]?)([0-9]*)", group)]


def is_balanced(text):
    sides = []
    for side in text.split(" -> "):
        total = Counter()
        for term in side.split(" + "):
            match = re.fullmatch(r"(?:([0-9]+) )?(\S+)", term)
            for name, count in atoms(match[2]).items():
                total[name] += count * int(match[1] or 1)
        sides.append(total)
    return sides[0] == sides[1]


def coefficients(text):
    return [
        int(re.match(r"[0-9]+ ", term)[0]) if re.match(r"[0-9]+ ", term) else 1 for term in re.split(r" -> | \+ ", text)
    ]


def cross(prompt):
    """The probability that a prompt about a cross asks for, by listing all pairs of gametes (both languages)."""
    one, two = re.search(r"([A-Za-z]{2,})(?: and |和)([A-Za-z]{2,})(?: are crossed|的两个亲本)", prompt).groups()
    wanted = [(m[2] or m[3] or m[4] or m[5], m[0]) for m in re.finditer(
        _TRAIT, prompt)]  # fmt: skip
    gametes = [list(itertools.product(*(parent[i : i + 2] for i in range(0, len(parent), 2)))) for parent in (one, two)]
    right = total = 0
    for first in gametes[0]:
        for second in gametes[1]:
            child = {a.upper(): a + b for a, b in zip(first, second, strict=True)}
            total += 1
            right += all(
                child[gene][0] != child[gene][1]
                if "hetero" in text or "杂合" in text
                else child[gene].islower() == ("recessive" in text or "隐性" in text)
                for gene, text in wanted
            )
    return Fraction(right, total)
