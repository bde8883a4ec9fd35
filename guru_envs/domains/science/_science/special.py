"""Questions whose answer is no quantity: equations to balance, crosses, dimensions, formulas."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from guru_envs.domains.science._science import chemistry
from guru_envs.domains.science._science.chemistry import balance, draw_reaction, written
from guru_envs.domains.science._science.units import BASES, NO_DIMS, read_unit

FAMILIES = ("balancing", "genetics", "dimensions", "formula")


@dataclass(frozen=True)
class Question:
    """A question of one of the families above.

    Attributes:
        family: which.
        data: what it is about, in the family's own form.
        wording: which of two phrasings is used.
        lang: ``en`` or ``zh``.
    """

    family: str
    data: tuple[Any, ...]
    wording: int
    lang: str


@dataclass(frozen=True)
class Worked:
    """A question in words, with its answer and the way there."""

    prompt: str
    gold: str
    steps: tuple[str, ...]
    canonical: str
    effort: float


# -- balancing: data = (left side, right side) -------------------------------------------------------------------------


def _draw_balancing(rng: random.Random, size: int) -> tuple[Any, ...]:
    while True:
        reaction = draw_reaction(rng, size > 2)
        coefficients = balance(reaction)
        if coefficients and len({*reaction[0], *reaction[1]}) == len(coefficients) and max(coefficients) > 1:
            if size not in {3, 4} and (max(coefficients) > 6) is not (size > 4):
                continue
            left, right = list(reaction[0]), list(reaction[1])
            rng.shuffle(left)
            rng.shuffle(right)
            return tuple(left), tuple(right)


def _work_balancing(question: Question) -> Worked:
    reaction: chemistry.Reaction = question.data
    coefficients = balance(reaction)
    assert coefficients is not None
    gold, zh = written(reaction, coefficients), question.lang == "zh"
    if zh:
        head = ("配平化学方程式：", "用最小的正整数配平下列反应：")[question.wording]
        text = (
            f"{head}{written(reaction)}\n写出系数为最小正整数的完整方程式，用 -> 作箭头，例如 2 A + B -> 3 C 的形式。"
        )
    else:
        head = ("Balance the chemical equation:", "Find the smallest positive whole coefficients of the reaction:")[
            question.wording
        ]
        tail = "Answer with the whole equation, with the smallest whole coefficients and -> as the arrow, in the form 2 A + B -> 3 C."
        text = f"{head} {written(reaction)}\n{tail}"
    steps = []
    names = (*reaction[0], *reaction[1])
    for element in dict.fromkeys(element for name in names for element, _ in chemistry.atoms(name)):
        terms = [
            f"{n}·{dict(chemistry.atoms(name)).get(element, 0)}" for n, name in zip(coefficients, names, strict=True)
        ]
        total = sum(
            n * dict(chemistry.atoms(name)).get(element, 0)
            for n, name in zip(coefficients[: len(reaction[0])], reaction[0], strict=True)
        )
        left, right = " + ".join(terms[: len(reaction[0])]), " + ".join(terms[len(reaction[0]) :])
        steps.append(f"{element}：{left} = {right} = {total}。" if zh else f"{element}: {left} = {right} = {total}.")
    sides = " -> ".join("+".join(sorted(side)) for side in reaction)
    return Worked(text, gold, tuple(steps), f"science balancing {sides}", 0.4 * len(steps) + 0.1 * sum(coefficients))


# -- genetics: data = (first parent, second parent, wanted phenotype); parents as pairs of flags, wanted as flags ------

_TRAITS = ("A", "B", "D", "E", "G", "H")


def _draw_genetics(rng: random.Random, size: int) -> tuple[Any, ...]:
    genes = min(6, max(1, 1 + size // 2))
    while True:
        parents = tuple(tuple((rng.randint(0, 1), rng.randint(0, 1)) for _ in range(genes)) for _ in range(2))
        parents = tuple(tuple((max(pair), min(pair)) for pair in parent) for parent in parents)
        wanted = tuple(rng.choice(("dominant", "recessive", "hetero")) for _ in range(genes))
        if 0 < _chance((*parents, wanted)) < 1:
            return *parents, wanted


def _gene_chance(one: tuple[int, int], two: tuple[int, int], wanted: str) -> Fraction:
    pairs = [a + b for a in one for b in two]
    fits: dict[str, Callable[[int], bool]] = {
        "dominant": lambda n: n > 0,
        "recessive": lambda n: n == 0,
        "hetero": lambda n: n == 1,
    }
    return Fraction(sum(fits[wanted](pair) for pair in pairs), 4)


def _chance(data: tuple[Any, ...]) -> Fraction:
    value = Fraction(1)
    for one, two, wanted in zip(*data, strict=True):
        value *= _gene_chance(one, two, wanted)
    return value


def _genotype(parent: tuple[tuple[int, int], ...]) -> str:
    return "".join(
        "".join(_TRAITS[i] if allele else _TRAITS[i].lower() for allele in pair) for i, pair in enumerate(parent)
    )


_WANTED = {
    "dominant": ("shows the dominant trait of gene {}", "表现基因{}的显性性状"),
    "recessive": ("shows the recessive trait of gene {}", "表现基因{}的隐性性状"),
    "hetero": ("is heterozygous for gene {}", "在基因{}上为杂合子"),
}


def _work_genetics(question: Question) -> Worked:
    one, two, wanted = question.data
    zh, value = question.lang == "zh", _chance(question.data)
    parts = [_WANTED[want][zh].format(_TRAITS[i]) for i, want in enumerate(wanted)]
    genes = list(zip(one, two, wanted, strict=True))
    chances = [_gene_chance(*gene) for gene in genes]
    if zh:
        head = f"基因型为{_genotype(one)}和{_genotype(two)}的两个亲本杂交。大写字母为显性等位基因，各基因独立遗传。"
        ask = ("求一个后代", "一个后代具备以下条件的概率是多少：它")[question.wording]
        tail = "的概率。" if not question.wording else "？"
        text = f"{head}\n{ask}{'，并且'.join(parts)}{tail}\n用分数作答，或用至少3位有效数字的小数作答。"
        steps = [f"{part}的概率为{chance}。" for part, chance in zip(parts, chances, strict=True)]
        steps.append(f"各基因独立：{' × '.join(map(str, chances))} = {value}。")
    else:
        head = (
            f"Two parents with the genotypes {_genotype(one)} and {_genotype(two)} are crossed. "
            "Capital letters are dominant alleles, and the genes are inherited independently."
        )
        ask = ("Find the probability that one offspring", "What is the probability that one offspring")[
            question.wording
        ]
        form = "Answer with a fraction, or with a decimal number to at least 3 significant figures."
        text = f"{head}\n{ask} {' and '.join(parts)}{'.' if not question.wording else '?'}\n{form}"
        steps = [
            f"An offspring {part} with the probability {chance}." for part, chance in zip(parts, chances, strict=True)
        ]
        steps.append(f"The genes are independent: {' × '.join(map(str, chances))} = {value}.")
    rows = sorted(f"{sorted((a, b))}{want}" for a, b, want in genes)
    return Worked(text, str(value), tuple(steps), f"science genetics {rows}", 1.0 * len(genes) + 0.5)


# -- dimensions: data = ((unit, power), ...) ---------------------------------------------------------------------------

_NAMED = ("N", "J", "W", "Pa", "C", "V", "Ω", "F", "T", "Hz", "Wb", "H", "m", "s", "kg", "A", "K", "mol")
_SI_BASES = BASES[:6]


def _draw_dimensions(rng: random.Random, size: int) -> tuple[Any, ...]:
    while True:
        count = min(6, 1 + (size + 1) // 2)
        names = rng.sample(_NAMED, count)
        data = tuple((name, rng.choice((1, 1, 1, 2, -1, -1, -2, 3))) for name in names)
        dims = _dims_of(data)
        if sum(map(bool, dims)) >= 2 and max(map(abs, dims)) <= 12 and any(name in _NAMED[:12] for name in names):
            return data


def _dims_of(data: tuple[Any, ...]) -> tuple[int, ...]:
    total = list(NO_DIMS)
    for name, power in data:
        unit = read_unit(name)
        assert unit is not None
        for index, exponent in enumerate(unit.dims):
            total[index] += exponent * power
    return tuple(total)


def _power_text(name: str, power: int) -> str:
    return name if power == 1 else f"{name}^{power}"


def _in_bases(dims: tuple[int, ...]) -> str:
    return "·".join(_power_text(base, power) for base, power in zip(BASES, dims, strict=True) if power) or "1"


def _work_dimensions(question: Question) -> Worked:
    zh, dims = question.lang == "zh", _dims_of(question.data)
    product = "·".join(_power_text(name, power) for name, power in question.data)
    gold = _in_bases(dims)
    if zh:
        head = (
            "把单位{}用国际单位制基本单位（m、kg、s、A、K、mol）表示。",
            "单位{}等于国际单位制基本单位m、kg、s、A、K、mol的哪些幂之积？",
        )[question.wording]
        text = head.format(product) + "\n写成幂的乘积，例如 kg·m^2·s^-3 的形式。"
    else:
        head = (
            "Express the unit {} in the SI base units m, kg, s, A, K, mol.",
            "Which product of powers of the SI base units m, kg, s, A, K, mol is the unit {}?",
        )[question.wording]
        text = head.format(product) + "\nAnswer with a product of powers, in the form kg·m^2·s^-3."
    steps = []
    for name, _ in question.data:
        unit = read_unit(name)
        assert unit is not None
        steps.append(f"{name} = {_in_bases(unit.dims)}。" if zh else f"{name} = {_in_bases(unit.dims)}.")
    steps.append(f"合并各幂：{gold}。" if zh else f"Adding up the exponents: {gold}.")
    key = sorted(f"{name}^{power}" for name, power in question.data)
    return Worked(text, gold, tuple(steps), f"science dimensions {key}", 0.5 + 0.7 * len(key))


# -- formula: data = (number of the relation, wanted letter, the power put in) -----------------------------------------

# A product of powers that equals 1: letters, powers and a number; each letter may be asked for.
_RELATIONS: tuple[tuple[str, str, str, tuple[tuple[str, int], ...], Fraction], ...] = (
    ("kinetic energy", "E = m*v^2/2", "动能", (("E", -1), ("m", 1), ("v", 2)), Fraction(1, 2)),
    ("energy of a spring", "E = k*x^2/2", "弹簧的弹性势能", (("E", -1), ("k", 1), ("x", 2)), Fraction(1, 2)),
    ("distance of a fall from rest", "h = g*t^2/2", "自由下落的距离", (("h", -1), ("g", 1), ("t", 2)), Fraction(1, 2)),
    ("power in a resistor", "P = U^2/R", "电阻的功率", (("P", -1), ("U", 2), ("R", -1)), Fraction(1)),
    ("ideal gas", "p*V = n*R*T", "理想气体", (("p", -1), ("V", -1), ("n", 1), ("R", 1), ("T", 1)), Fraction(1)),
    ("gravitation", "F = G*m*M/r^2", "万有引力", (("F", -1), ("G", 1), ("m", 1), ("M", 1), ("r", -2)), Fraction(1)),
    ("centripetal force", "F = m*v^2/r", "向心力", (("F", -1), ("m", 1), ("v", 2), ("r", -1)), Fraction(1)),
    ("heat", "Q = c*m*T", "热量", (("Q", -1), ("c", 1), ("m", 1), ("T", 1)), Fraction(1)),
    ("resistance of a wire", "R = p*L/A", "导线的电阻", (("R", -1), ("p", 1), ("L", 1), ("A", -1)), Fraction(1)),
    ("energy of a capacitor", "E = C*U^2/2", "电容器的能量", (("E", -1), ("C", 1), ("U", 2)), Fraction(1, 2)),
    ("pressure of a liquid", "p = d*g*h", "液体的压强", (("p", -1), ("d", 1), ("g", 1), ("h", 1)), Fraction(1)),
    ("braking distance", "s = v^2/(2*a)", "制动距离", (("s", -1), ("v", 2), ("a", -1)), Fraction(1, 2)),
)  # fmt: skip


def _draw_formula(rng: random.Random, size: int) -> tuple[Any, ...]:
    number = rng.randrange(len(_RELATIONS))
    law, powers = _RELATIONS[number][1], _RELATIONS[number][3]
    solved_for = law.partition(" ")[0]  # asking for it is only a question when another letter is replaced
    letters = [letter for letter, power in powers if (power != -1 or size > 1) and (letter != solved_for or size > 2)]
    kept = rng.choice(letters)
    others = [letter for letter, _ in _RELATIONS[number][3] if letter != kept]
    # harder: one of the other letters is itself given as a multiple of a new letter
    replaced = rng.choice(others) if size > 2 else ""
    return (
        number,
        kept,
        replaced,
        rng.randint(2, 30) if replaced else 1,
        rng.choice((1, 2, -1)) if size > 4 and replaced else 1,
    )


def solved(data: tuple[Any, ...]) -> tuple[Fraction, tuple[tuple[str, int], ...], int]:
    """``(number, powers, root)``: the wanted letter is the ``root``-th root of number times the powers."""
    index, kept, replaced, times, power = data
    relation = _RELATIONS[index]
    number, powers = relation[4], dict(relation[3])
    own = powers.pop(kept)
    if replaced:
        exponent = powers.pop(replaced)
        number *= Fraction(times) ** exponent
        powers["q"] = exponent * power
    sign = -1 if own > 0 else 1
    return number**sign, tuple((letter, exponent * sign) for letter, exponent in powers.items()), abs(own)


def _formula_text(data: tuple[Any, ...]) -> str:
    number, powers, degree = solved(data)
    above = [_power_text(letter, power) for letter, power in powers if power > 0]
    below = [_power_text(letter, -power) for letter, power in powers if power < 0]
    if number.numerator != 1 or not above:
        above.insert(0, str(number.numerator))
    if number.denominator != 1:
        below.insert(0, str(number.denominator))
    text = "*".join(above)
    if below:
        text += f"/({'*'.join(below)})" if len(below) > 1 else f"/{below[0]}"
    return f"sqrt({text})" if degree == 2 else text


def _work_formula(question: Question) -> Worked:
    index, kept, replaced, times, power = question.data
    name, law, name_zh, powers, _ = _RELATIONS[index]
    zh, gold = question.lang == "zh", _formula_text(question.data)
    letters = sorted(letter for letter, _ in powers if letter not in (kept, replaced)) + (["q"] if replaced else [])
    added = f"{replaced} = {times}*{_power_text('q', power)}" if replaced else ""
    if zh:
        extra = f"此外{added}。" if added else ""
        head = (f"解出{kept}", f"求{kept}的表达式")[question.wording]
        text = f"{name_zh}满足{law}，其中各量均为正。{extra}\n{head}：用{'、'.join(letters)}表示{kept}，只答等号右边的表达式。"
        steps = [f"由{law}出发。"] + ([f"代入{added}。"] if added else []) + [f"解得{kept} = {gold}。"]
    else:
        extra = f" Besides, {added}." if added else ""
        head = ("Solve for", "Find a formula for")[question.wording]
        text = (
            f"For the {name}, {law} holds; all quantities are positive.{extra}\n"
            f"{head} {kept}: express {kept} by {', '.join(letters)}, and answer with the right side only."
        )
        steps = [f"Start from {law}."] + ([f"Put in {added}."] if added else []) + [f"This gives {kept} = {gold}."]
    canonical = f"science formula {index} {kept} {replaced} {times} {power}"
    return Worked(text, gold, tuple(steps), canonical, 1.0 + len(powers) * 0.3 + 1.0 * bool(replaced))


DRAW: dict[str, Callable[[random.Random, int], tuple[Any, ...]]] = {
    "balancing": _draw_balancing, "genetics": _draw_genetics, "dimensions": _draw_dimensions, "formula": _draw_formula,
}  # fmt: skip
WORK: dict[str, Callable[[Question], Worked]] = {
    "balancing": _work_balancing, "genetics": _work_genetics, "dimensions": _work_dimensions, "formula": _work_formula,
}  # fmt: skip


def chance(question: Question) -> Fraction:
    """The probability that a question about a cross asks for."""
    return _chance(question.data)


def dims_of(question: Question) -> tuple[int, ...]:
    """The dimensions that a question about a unit asks for."""
    return _dims_of(question.data)
