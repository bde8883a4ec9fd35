"""Chemical formulas, reactions, and the balancing of equations."""

from __future__ import annotations

import itertools
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
    "Cr": "52.00", "Ni": "58.69", "Sn": "118.71", "F": "19.00", "B": "10.81",
}  # fmt: skip
_CHARGES = {
    "Na": 1, "K": 1, "Ag": 1, "Li": 1, "Ca": 2, "Ba": 2, "Mg": 2, "Zn": 2, "Cu": 2, "Pb": 2, "Fe": 3, "Al": 3, "Cr": 3,
    "Cl": 1, "Br": 1, "I": 1, "NO3": 1, "OH": 1, "SO4": 2, "CO3": 2, "PO4": 3, "S": 2,
}  # fmt: skip
_CATIONS, _ANIONS = tuple(_CHARGES)[:13], tuple(_CHARGES)[13:]
# Which metals form which salts with an element, and the charge of the metal in them.
_BINARY = {
    ("O2", 2): "Li1 Mg2 Ca2 Zn2 Al3 Fe3 Cr3 Ti4 Mn4 Sn4", ("S", 2): "Li1 Na1 K1 Mg2 Ca2 Zn2 Al3 Fe2 Cr3 Ti4 Mn2 Sn2",
    ("Cl2", 1): "Li1 Na1 K1 Mg2 Ca2 Zn2 Al3 Fe3 Cr3 Ti4 Mn2 Sn4", ("Br2", 1): "Li1 Na1 K1 Mg2 Ca2 Zn2 Al3 Fe3 Cr3 Ti4 Mn2 Sn4",
    ("F2", 1): "Li1 Na1 K1 Mg2 Ca2 Zn2 Al3 Fe3 Cr3 Ti4 Mn2 Sn4", ("N2", 3): "Li1 Mg2 Ca2 Zn2 Al3 Cr3",
}  # fmt: skip
_DISSOLVING = "Li1 Na1 K1 Mg2 Ca2 Zn2 Al3 Fe2 Mn2 Sn2"  # metals that set hydrogen free from acids
_ACIDS = (("Cl", 1), ("Br", 1), ("SO4", 2), ("PO4", 3))
_REDUCERS = ("Na1", "Mg2", "Ca2", "Al3")
_OXIDES = (
    "Fe2O3", "Fe3O4", "Cr2O3", "MnO2", "Mn3O4", "TiO2", "SnO2", "PbO", "PbO2", "CuO", "Cu2O", "ZnO", "NiO", "SiO2",
)  # fmt: skip
_KNOWN = """
Fe2O3 + CO -> Fe + CO2; Fe3O4 + CO -> Fe + CO2; Fe2O3 + C -> Fe + CO2; Fe3O4 + H2 -> Fe + H2O; NH3 + O2 -> NO + H2O;
NH3 + NO -> N2 + H2O; NO2 + H2O -> HNO3 + NO; FeS2 + O2 -> Fe2O3 + SO2; Cu2S + O2 -> Cu2O + SO2; ZnS + O2 -> ZnO + SO2;
KClO3 -> KCl + O2; KNO3 -> KNO2 + O2; Pb(NO3)2 -> PbO + NO2 + O2; Cu(NO3)2 -> CuO + NO2 + O2; NaHCO3 -> Na2CO3 + CO2 + H2O;
P4 + O2 -> P4O10; P4 + Cl2 -> PCl3; P4O10 + H2O -> H3PO4; PCl5 + H2O -> H3PO4 + HCl; SiCl4 + H2O -> SiO2 + HCl;
Cu + HNO3 -> Cu(NO3)2 + NO + H2O; Ag + HNO3 -> AgNO3 + NO + H2O; Zn + HNO3 -> Zn(NO3)2 + NO + H2O; MnO2 + HCl -> MnCl2 + Cl2 + H2O;
KMnO4 + HCl -> KCl + MnCl2 + Cl2 + H2O; K2Cr2O7 + HCl -> KCl + CrCl3 + Cl2 + H2O; C3H5N3O9 -> CO2 + H2O + N2 + O2;
Ca3(PO4)2 + SiO2 + C -> CaSiO3 + CO + P4; H2S + SO2 -> S + H2O; CS2 + O2 -> CO2 + SO2; Al2O3 + HCl -> AlCl3 + H2O;
Fe(OH)3 + H2SO4 -> Fe2(SO4)3 + H2O; Al(OH)3 + H2SO4 -> Al2(SO4)3 + H2O; Ca(OH)2 + H3PO4 -> Ca3(PO4)2 + H2O;
Mg3N2 + H2O -> Mg(OH)2 + NH3; CaC2 + H2O -> Ca(OH)2 + C2H2; Al4C3 + H2O -> Al(OH)3 + CH4; Na2O2 + H2O -> NaOH + O2;
Na2CO3 + HCl -> NaCl + CO2 + H2O; CaCO3 + HCl -> CaCl2 + CO2 + H2O; Cl2 + NaOH -> NaCl + NaClO3 + H2O; Br2 + KOH -> KBr + KBrO3 + H2O;
I2 + HNO3 -> HIO3 + NO2 + H2O; S + HNO3 -> H2SO4 + NO2 + H2O; (NH4)2Cr2O7 -> Cr2O3 + N2 + H2O; NH4NO3 -> N2O + H2O;
Fe + H2O -> Fe3O4 + H2; B2O3 + C + Cl2 -> BCl3 + CO; TiO2 + C + Cl2 -> TiCl4 + CO; KOH + Cl2 -> KCl + KClO3 + H2O
"""
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


def _salt(cation: str, charge: int, anion: str, valence: int) -> str:
    shared = math.gcd(charge, valence)
    many, few = valence // shared, charge // shared
    group = f"({anion})" if few > 1 and len(re.findall("[A-Z]", anion)) > 1 else anion
    return f"{cation}{many if many > 1 else ''}{group}{few if few > 1 else ''}"


def _dissolves(cation: str, anion: str) -> bool | None:
    """Whether a salt dissolves in water; None when it is not known as a salt."""
    charge = _CHARGES[cation]
    if (charge == 3 and anion in ("CO3", "S")) or (cation, anion) in _NO_SALTS:
        return None
    if anion == "NO3" or cation in ("Na", "K"):
        return True
    if cation == "Li":
        return anion not in ("CO3", "PO4")
    if anion in ("Cl", "Br", "I"):
        return cation not in ("Ag", "Pb")
    if anion == "SO4":
        return cation not in ("Ba", "Pb", "Ca", "Ag")
    return (cation, anion) in (("Ba", "OH"), ("Ba", "S"))


_NO_SALTS = {("Ag", "OH"), ("Cu", "I"), ("Fe", "I"), ("Cu", "CO3"), ("Ca", "S"), ("Mg", "S")}


@lru_cache(maxsize=1)
def _precipitations() -> tuple[Reaction, ...]:
    """All pairs of salts that dissolve and exchange their ions because one of the products does not."""
    found = []
    for (i, one), (j, two) in itertools.product(enumerate(_CATIONS), enumerate(_CATIONS)):
        for left, right in itertools.permutations(_ANIONS, 2):
            before = _dissolves(one, left) and _dissolves(two, right)
            after = (_dissolves(one, right), _dissolves(two, left))
            if i < j and before and None not in after and False in after:
                ends = ((one, left), (two, right), (one, right), (two, left))
                texts = [_salt(cation, _CHARGES[cation], anion, _CHARGES[anion]) for cation, anion in ends]
                found.append(((texts[0], texts[1]), (texts[2], texts[3])))
    return tuple(found)


@lru_cache(maxsize=1)
def _known() -> tuple[Reaction, ...]:
    texts = [text.split(" -> ") for text in _KNOWN.replace("\n", " ").split(";")]
    return tuple((tuple(left.strip().split(" + ")), tuple(right.strip().split(" + "))) for left, right in texts)


def _fuel(rng: random.Random) -> str:
    """A compound of carbon and hydrogen, perhaps with oxygen; an even number of hydrogens, as all such compounds have."""
    carbons = rng.randint(1, 12)
    oxygens = min(rng.choice((0, 0, 0, 1, 2, 3, 6)), carbons)
    fewest = max(1, carbons // 3) if carbons > 1 or oxygens else 2
    hydrogens = 2 * rng.randint(fewest, carbons + 1)
    counts = (("C", carbons), ("H", hydrogens), ("O", oxygens))
    return "".join(f"{name}{count if count > 1 else ''}" for name, count in counts if count)


def draw_reaction(rng: random.Random, hard: bool = False) -> Reaction:
    """A reaction of one of several kinds; with one way to balance it."""
    kind = rng.randrange(3 if not hard else 6)
    if kind == 0:
        return (_fuel(rng), "O2"), ("CO2", "H2O")
    if kind == 1:
        (other, valence), metals = rng.choice(tuple(_BINARY.items()))
        metal = rng.choice(metals.split())
        return (metal[:-1], other), (_salt(metal[:-1], int(metal[-1]), other.rstrip("2"), valence),)
    if kind == 2:
        metal, (acid, valence) = rng.choice(_DISSOLVING.split()), rng.choice(_ACIDS)
        salt = _salt(metal[:-1], int(metal[-1]), acid, valence)
        return (metal[:-1], _salt("H", 1, acid, valence)), (salt, "H2")
    if kind == 3:
        return rng.choice(_precipitations())
    if kind == 4:
        oxide, reducer = rng.choice(_OXIDES), rng.choice(_REDUCERS)
        metal = re.split("[0-9O]", oxide, maxsplit=1)[0]
        return (oxide, reducer[:-1]), (_salt(reducer[:-1], int(reducer[-1]), "O", 2), metal)
    return rng.choice(_known())


@lru_cache(maxsize=2048)
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


_ARROW = re.compile(r"\\(?:long|x)?(?:[rR]ightarrow|rightleftharpoons)(?:\{\})?|\\to\b|-+>|=+>|→|⟶|=+|⇌|⇒")
_TERM = re.compile(r"(?:([0-9]{1,4}) ?[*·×⋅]? ?)?([A-Z(][A-Za-z0-9()]{0,40})(?: ?\((?:s|l|g|aq)\))?")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_DECORATION = re.compile(r"\\(?:text|mathrm|rm|ce|boxed|uparrow|downarrow|cdot|times)\b|\\[,;: ]|[{}$_\\↑↓]")


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
