"""Chemical formulas, reactions, and the balancing of equations."""

from __future__ import annotations

import math
import random
import re
from fractions import Fraction
from functools import lru_cache

from guru_envs.domains.science._science.laws import Given, Law, Situation

MASSES = {
    "H": "1.008", "C": "12.01", "N": "14.01", "O": "16.00", "Na": "22.99", "Mg": "24.31", "Al": "26.98", "S": "32.06",
    "Cl": "35.45", "K": "39.10", "Ca": "40.08", "Fe": "55.85", "Cu": "63.55", "Zn": "65.38", "Br": "79.90", "Ag": "107.87",
    "Ba": "137.33", "Pb": "207.2", "P": "30.97", "I": "126.90", "Li": "6.94", "Mn": "54.94", "Ti": "47.87", "Si": "28.09",
    "Cr": "52.00", "Ni": "58.69", "Sn": "118.71", "F": "19.00",
}  # fmt: skip
_CATIONS = (
    ("Na", 1),
    ("K", 1),
    ("Ag", 1),
    ("Li", 1),
    ("Ca", 2),
    ("Ba", 2),
    ("Mg", 2),
    ("Zn", 2),
    ("Cu", 2),
    ("Pb", 2),
    ("Fe", 3),
    ("Al", 3),
    ("Cr", 3),
)
_ANIONS = (("Cl", 1), ("Br", 1), ("I", 1), ("NO3", 1), ("OH", 1), ("SO4", 2), ("CO3", 2), ("PO4", 3), ("S", 2))
_METALS = (
    ("Li", 1),
    ("Na", 1),
    ("K", 1),
    ("Mg", 2),
    ("Ca", 2),
    ("Zn", 2),
    ("Al", 3),
    ("Fe", 3),
    ("Cr", 3),
    ("Ti", 4),
    ("Mn", 4),
    ("Sn", 4),
)
_TOKEN = re.compile(r"([A-Z][a-z]?)([0-9]{0,3})|(\()|\)([0-9]{0,3})")

Reaction = tuple[tuple[str, ...], tuple[str, ...]]  # left side, right side


@lru_cache(maxsize=4096)
def atoms(formula: str) -> tuple[tuple[str, int], ...]:
    """The atoms of a formula and how many of each; one level of brackets.

    Raises:
        ValueError: the text is no formula.
    """
    counts: dict[str, int] = {}
    inner: dict[str, int] | None = None
    place = 0
    while place < len(formula):
        token = _TOKEN.match(formula, place)
        if token is None:
            raise ValueError(formula)
        place = token.end()
        if token[1]:
            target = counts if inner is None else inner
            target[token[1]] = target.get(token[1], 0) + int(token[2] or 1)
        elif token[3]:
            if inner is not None:
                raise ValueError(formula)
            inner = {}
        else:
            if inner is None:
                raise ValueError(formula)
            for name, count in inner.items():
                counts[name] = counts.get(name, 0) + count * int(token[4] or 1)
            inner = None
    if inner is not None or not counts:
        raise ValueError(formula)
    return tuple(counts.items())


def _salt(cation: tuple[str, int], anion: tuple[str, int]) -> str:
    shared = math.gcd(cation[1], anion[1])
    many, few = anion[1] // shared, cation[1] // shared
    group = f"({anion[0]})" if few > 1 and len(re.findall("[A-Z]", anion[0])) > 1 else anion[0]
    return f"{cation[0]}{many if many > 1 else ''}{group}{few if few > 1 else ''}"


def draw_reaction(rng: random.Random, hard: bool = False) -> Reaction:
    """A reaction of one of several kinds; with one way to balance it."""
    kind = rng.randrange(3 if not hard else 5)
    if kind == 0:
        carbons = rng.randint(1, 12)
        hydrogens, oxygens = rng.randint(1, 2 * carbons + 2), rng.choice((0, 0, 1, 2, 3, 6))
        fuel = "".join(
            f"{name}{count if count > 1 else ''}"
            for name, count in (("C", carbons), ("H", hydrogens), ("O", oxygens))
            if count
        )
        return (fuel, "O2"), ("CO2", "H2O")
    if kind == 1:
        metal, charge = rng.choice(_METALS)
        other, valence = rng.choice((("O2", 2), ("Cl2", 1), ("S", 2), ("N2", 3), ("Br2", 1), ("F2", 1)))
        return (metal, other), (_salt((metal, charge), (other.rstrip("2"), valence)),)
    if kind == 2:
        metal, charge = rng.choice(_METALS)
        acid, valence = rng.choice((("Cl", 1), ("Br", 1), ("SO4", 2), ("PO4", 3), ("NO3", 1)))
        return (metal, _salt(("H", 1), (acid, valence))), (_salt((metal, charge), (acid, valence)), "H2")
    if kind == 3:
        one, two = rng.sample(_CATIONS, 2)
        left, right = rng.sample(_ANIONS, 2)
        return (_salt(one, left), _salt(two, right)), (_salt(one, right), _salt(two, left))
    metal, charge = rng.choice(_METALS)
    other, valence = rng.choice(_METALS[:7])
    return (_salt((metal, charge), ("O", 2)), other), (_salt((other, valence), ("O", 2)), metal)


def balance(reaction: Reaction) -> tuple[int, ...] | None:
    """The smallest whole coefficients, or None when there are none or several ways.

    Gaussian elimination over fractions on the matrix of atoms.
    """
    left, right = reaction
    columns = [dict(atoms(one)) for one in (*left, *right)]
    names = list(dict.fromkeys(name for column in columns for name in column))
    rows = [
        [Fraction(column.get(name, 0) * (1 if i < len(left) else -1)) for i, column in enumerate(columns)]
        for name in names
    ]
    pivots: list[int] = []
    for column in range(len(columns)):
        done = len(pivots)
        row = next((i for i in range(done, len(rows)) if rows[i][column]), None)
        if row is None:
            continue
        rows[done], rows[row] = rows[row], rows[done]
        lead = rows[done][column]
        rows[done] = [value / lead for value in rows[done]]
        for i in range(len(rows)):
            if i != done and rows[i][column]:
                times = rows[i][column]
                rows[i] = [value - times * top for value, top in zip(rows[i], rows[done], strict=True)]
        pivots.append(column)
    free = [column for column in range(len(columns)) if column not in pivots]
    if len(free) != 1:
        return None
    values = [Fraction(0)] * len(columns)
    values[free[0]] = Fraction(1)
    for row, column in enumerate(pivots):
        values[column] = -rows[row][free[0]]
    if any(value <= 0 for value in values):
        return None
    scale = math.lcm(*(value.denominator for value in values))
    whole = [int(value * scale) for value in values]
    shared = math.gcd(*whole)
    return tuple(value // shared for value in whole)


def written(reaction: Reaction, coefficients: tuple[int, ...] | None = None) -> str:
    """A reaction as text, with its coefficients when they are given."""
    left, right = reaction
    numbers = coefficients or (1,) * (len(left) + len(right))
    terms = [f"{n if n > 1 else ''} {name}".strip() for n, name in zip(numbers, (*left, *right), strict=True)]
    return " + ".join(terms[: len(left)]) + " -> " + " + ".join(terms[len(left) :])


_ARROW = re.compile(r"\\(?:long)?rightarrow|\\to\b|-+>|=+>|→|⟶|=|⇌")
_TERM = re.compile(r"(?:([0-9]{1,4}) ?\*? ?)?([A-Z(][A-Za-z0-9()]{0,40})(?: ?\((?:s|l|g|aq)\))?")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_DECORATION = re.compile(r"\\(?:text|mathrm|ce|boxed)\b|[{}$_\\↑↓]")


def read_equation(text: str) -> tuple[dict[str, int], dict[str, int]] | None:
    """The two sides of a written equation as coefficients by formula; None when it is none."""
    if len(text) > 400:
        return None
    sides = _ARROW.split(text.translate(_SUBSCRIPTS))
    if len(sides) != 2:
        return None
    found: list[dict[str, int]] = []
    for side in sides:
        terms: dict[str, int] = {}
        for part in _DECORATION.sub("", side).strip().rstrip(".").split("+"):
            match = _TERM.fullmatch(re.sub(r" ?\((?:s|l|g|aq)\) *$", "", part.strip()))
            if match is None or match[2] in terms:
                return None
            terms[match[2]] = int(match[1] or 1)
        found.append(terms)
    return found[0], found[1]


def stoichiometry(rng: random.Random) -> Situation:
    """Two substances of a reaction: from the mass of one to the amount and mass of the other."""
    while True:
        reaction = draw_reaction(rng)
        coefficients = balance(reaction)
        if coefficients is not None:
            break
    names = (*reaction[0], *reaction[1])
    one = rng.randrange(len(reaction[0]))
    two = len(reaction[0]) + rng.randrange(len(reaction[1]))
    situation = Situation("stoichiometry", written(reaction).replace(" ", ""))
    situation.givens = [
        Given("m1", Fraction(1), Fraction(400), ("g", "kg", "mg")),
        Given("e", Fraction("0.3"), Fraction("0.95"), ("-",)),
    ]
    for element in dict.fromkeys(element for i in (one, two) for element, _ in atoms(names[i])):
        situation.consts[f"M_{element}"] = (Fraction(MASSES[element]), "g/mol")
    first, second = (" + ".join(f"{n}*M_{a}" if n > 1 else f"M_{a}" for a, n in atoms(names[i])) for i in (one, two))
    a, b = coefficients[one], coefficients[two]
    ratio = f"n1*{b}/{a}" if (a, b) != (1, 1) else "n1"
    situation.laws = [
        Law("M1", ("g/mol",), first, f"molar mass of {names[one]}", f"{names[one]}的摩尔质量"),
        Law("M2", ("g/mol",), second, f"molar mass of {names[two]}", f"{names[two]}的摩尔质量"),
        Law("n1", ("mol", "mmol"), "m1/M1", f"amount of {names[one]}", f"{names[one]}的物质的量"),
        Law("n2", ("mol", "mmol"), ratio, f"amount of {names[two]} at full yield", f"完全反应时{names[two]}的物质的量"),
        Law("m2", ("g", "kg"), "n2*M2", f"mass of {names[two]} at full yield", f"完全反应时{names[two]}的质量"),
        Law("m", ("g", "kg"), "e*m2", f"mass of {names[two]} really obtained", f"实际得到的{names[two]}的质量"),
    ]  # fmt: skip
    situation.slips = [Fraction(2), Fraction(3), Fraction(a + b, a), Fraction(10)]
    equation = written(reaction)
    situation.en = (
        f"In the reaction {equation} (not yet balanced) {names[one]} of mass {{m1}} reacts; the other starting materials "
        f"are in excess. Of the mass of {names[two]} that full yield would give, the fraction {{e}} is obtained."
    )
    situation.zh = (
        f"在反应 {equation}（尚未配平）中，质量为{{m1}}的{names[one]}参加反应，其他反应物过量。"
        f"实际得到的{names[two]}质量占完全反应时质量的比例为{{e}}。"
    )
    return situation
