"""Science: every gold answer a second time, units, choices, twins, and answers by people who mistype."""

from __future__ import annotations

import math
import random
import re
import statistics
from fractions import Fraction

import pytest
from science_by_hand import atoms, coefficients, cross, evaluate, is_balanced, quantity, read_parts, registry, work_out
from science_laws_by_hand import formula_of, stoichiometry

from guru_envs.domain import make_knobs
from guru_envs.domains.science._science import chemistry, formulas, units
from guru_envs.domains.science._science import problem as quantities
from guru_envs.domains.science._science.laws import situations
from guru_envs.domains.science.science import FAMILIES, LAWS, Science, ScienceKnobs
from guru_envs.errors import ImpossibleTaskError, UnknownNameError
from guru_envs.registry import bundled_file, read_rows
from guru_envs.task import Outcome

ROW = next(row for row in read_rows(bundled_file()) if row.id == "guru/science-v0")
LEVELS = range(1, len(ROW.levels) + 1)
SCIENCE = Science()


def tasks(count, lang="en", salt=0, **knobs):
    rng = random.Random(salt)
    made = make_knobs(ScienceKnobs, knobs | {"lang": lang})
    return [SCIENCE.generate(rng, made) for _ in range(count)]


def at_level(level, count, lang="en", salt=0, **knobs):
    return tasks(count, lang, 1000 * level + salt, **{**ROW.levels[level - 1], **knobs})


def confirm(task):
    """The gold answer follows from the prompt by pint."""
    same_as_gold(task, work_out(task.prompt, [step.fact for step in SCIENCE.solve(task).steps]))


def same_as_gold(task, found):
    gold = task.gold
    if re.fullmatch("[A-D]", gold):
        gold = re.search(rf"\n{gold}\) (.*)", task.prompt)[1]
    value, _, unit = gold.partition(" ")
    mine = quantity(value, unit)
    theirs = found.to_base_units() if hasattr(found, "to_base_units") else registry().Quantity(found, "dimensionless")
    theirs = theirs.to(mine.units)  # raises when the dimensions differ
    tolerance = 0.006 if "×" in gold or len(value.replace(".", "").strip("0")) <= 3 else 2e-5
    assert math.isclose(theirs.magnitude, mine.magnitude, rel_tol=tolerance), (task.prompt, task.gold, found)


@pytest.mark.parametrize("family", LAWS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_gold_by_pint(family, lang):
    for task in tasks(25, lang, families=(family,), steps_high=6, mixed_units=True, figures=3, precision="mixed"):
        confirm(task)


@pytest.mark.parametrize("family", [family for family in LAWS if family not in ("stoichiometry", "conversion")])
def test_gold_by_formulas_of_our_own(family):
    """Formulas written anew, not those of the oracle's steps."""
    seen = set()
    for task in tasks(60, families=(family,), steps_high=6, mixed_units=True, figures=3, salt=1):
        symbol, formula = formula_of(task.prompt)
        seen.add((task.payload.parts[0].situation.key, symbol))
        same_as_gold(task, evaluate(formula, read_parts(task.prompt)[0]))
    laws = [(one.key, law.symbol) for one in situations()[family] for law in one.laws]
    assert len(seen) >= 0.8 * len(laws), set(laws) - seen


def test_stoichiometry_by_the_kernel_of_the_matrix_of_atoms():
    for task in tasks(40, families=("stoichiometry",), steps_high=6, mixed_units=True, form="number", salt=2):
        masses = {name: float(mass) for name, mass in re.findall(r"M_([A-Z][a-z]?) = ([0-9.]+) g/mol", task.prompt)}
        value, _, unit = task.gold.partition(" ")
        factor = {"g": 1, "kg": 1e-3, "mol": 1, "mmol": 1e3, "g/mol": 1}[unit]
        table = {name: float(mass) for name, mass in chemistry.MASSES.items()} | masses
        found = stoichiometry(task.prompt, atoms, table) * factor
        assert math.isclose(found, float(value.replace("×10^", "e")), rel_tol=2e-5), (task.prompt, task.gold)


@pytest.mark.parametrize("level", [4, 6, 8])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_chains_by_pint(level, lang):
    for task in at_level(level, 12, lang, families=LAWS[:-1]):
        confirm(task)
        assert len(SCIENCE.solve(task).steps) >= ROW.levels[level - 1]["steps_low"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_equations_balance_and_cannot_be_smaller(lang):
    for task in tasks(60, lang, families=("balancing",), steps_high=8):
        assert is_balanced(task.gold)
        assert math.gcd(*coefficients(task.gold)) == 1
        assert not is_balanced(SCIENCE.corrupt(task, random.Random(1)))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_crosses_by_listing_all_offspring(lang):
    for task in tasks(40, lang, families=("genetics",), steps_high=6):
        assert cross(task.prompt) == Fraction(task.gold)


def test_dimensions_by_pint():
    ureg = registry()
    for task in tasks(40, families=("dimensions",), steps_high=6):
        product = re.search(r"the unit ([^ ?]+)(?: in|\?)", task.prompt)[1].replace("Ω", "ohm").replace("·", "*")
        left = ureg.Quantity(1, product).to_base_units()
        assert left.units == ureg.Quantity(1, task.gold.replace("·", "*")).to_base_units().units


def test_our_units_are_those_of_pint():
    ureg = registry()
    for text in (
        "km/h",
        "kJ/mol",
        "g/cm^3",
        "mmHg",
        "atm",
        "kWh",
        "mph",
        "ft",
        "lb",
        "eV",
        "N*m^2/C^2",
        "mmol/L",
        "bar",
        "μF",
        "min",
    ):
        mine = units.read_unit(text)
        other = ureg.Quantity(1, text.replace("μ", "u")).to_base_units()
        assert math.isclose(float(mine.factor), other.magnitude, rel_tol=1e-5), text
    for text in ("°C", "°F"):
        mine = units.read_unit(text)
        assert math.isclose(float((20 + mine.offset) * mine.factor), quantity("20", text).magnitude)


def test_formula_by_numbers():
    rng = random.Random(5)
    for task in tasks(60, families=("formula",), steps_high=6):
        law = re.search(r", (\S+ = \S+|\S+\*\S+ = \S+) holds", task.prompt)[1]
        kept = re.search(r"express (\S) by", task.prompt)[1]
        extra = re.search(r"Besides, (\S) = (\S+)\.", task.prompt)
        env = {name: rng.uniform(1, 3) for name in re.findall("[A-Za-z]", law + " q")}
        env[kept] = evaluate(task.gold.replace("^", "**"), env | ({extra[1]: None} if extra else {}))
        if extra:
            env[extra[1]] = evaluate(extra[2].replace("^", "**"), env)
            env[kept] = evaluate(task.gold.replace("^", "**"), env)
        left, right = (evaluate(side.replace("^", "**"), env) for side in law.split(" = "))
        assert math.isclose(left, right), task


@pytest.mark.parametrize("level", LEVELS)
def test_languages_twins_and_edits(level):
    rng = random.Random(level)
    for one, other in zip(at_level(level, 15), at_level(level, 15, "zh"), strict=True):
        assert (one.canonical, one.gold) == (other.canonical, other.gold)
        twin, edited = SCIENCE.twin(one, rng), SCIENCE.edit(one, rng)
        assert twin.canonical == one.canonical
        assert twin.prompt != one.prompt
        assert SCIENCE.verify(twin, twin.gold).correct
        if edited is not None:
            assert edited.canonical != one.canonical
            assert SCIENCE.verify(edited, edited.gold).correct
            assert not SCIENCE.verify(one, edited.gold).correct


def test_ladder_gets_harder():
    means = [statistics.mean(SCIENCE.effort(task) for task in at_level(level, 60)) for level in LEVELS]
    assert means == sorted(set(means)), means


def quantity_task(bare):
    for task in tasks(200, families=("motion",), form="number", mixed_units=False):
        if task.gold.endswith(" m/s") and task.payload.bare is bare:
            return task, float(task.gold.split()[0])
    raise AssertionError


@pytest.mark.parametrize(
    ("form", "right"),
    [
        ("{v} m/s", True), ("{k} km/h", True), ("{v} m s^-1", True), ("{v}m/s", True), ("v = {v} m/s.", True), ("{c} cm/s", True),
        ("$ {v} \\,\\mathrm{{m/s}} $", True), ("\\boxed{{{v}\\text{{ m/s}}}}", True), ("{v} meters per second", True),
        ("{v} 米每秒", True), ("{v} 米/秒", True), ("{v} m·s⁻¹", True), ("{v}e0 m/s", True), ("≈ {v} m/s", True),
        ("{v} m", False), ("{v} s", False), ("{v} km/h", False), ("{v} m/s^2", False), ("-{v} m/s", False), ("{v} quux", False),
        ("{v} m/s or {k} m/s", False), ("{v} {v} m/s", False), ("0 m/s", False), ("{v} m/s/s", False),
    ],
)  # fmt: skip
def test_quantities_in_many_forms(form, right):
    task, value = quantity_task(bare=False)
    answer = form.format(v=value, k=round(value * 3.6, 6), c=value * 100)
    assert SCIENCE.verify(task, answer).correct is right, answer


def test_a_bare_number_needs_a_fixed_unit():
    for bare in (True, False):
        task, value = quantity_task(bare)
        assert SCIENCE.verify(task, str(value)).correct is bare
        assert SCIENCE.verify(task, str(value * 1.005) + " m/s").correct
        assert not SCIENCE.verify(task, str(value * 1.02) + " m/s").correct


def test_a_conversion_needs_the_unit_that_is_asked_for():
    for task in tasks(80, families=("conversion",), mixed_units=True):
        given = re.search(r"given as x = ([^ ]+ [^ ]+?)\.\s", task.prompt)
        assert given is not None, task.prompt
        assert not SCIENCE.verify(task, given[1]).correct, task.prompt
        assert SCIENCE.verify(task, task.gold).correct
        assert re.fullmatch("[A-D]", task.gold) or f" in {task.gold.partition(' ')[2]}" in task.prompt


def test_figures_count_in_the_unit_of_the_answer():
    rng = random.Random(3)
    for task in tasks(150, families=("radioactivity", "motion"), form="number", precision="figures", steps_high=3):
        part = task.payload.parts[-1]
        for unit in {"s": ("s", "min", "h", "d"), "m": ("mm", "cm", "km")}.get(part.law.units[0], ()):
            value = task.payload.answer / units.read_unit(unit).factor
            assert SCIENCE.verify(task, f"{float(value):.2e} {unit}").correct, (task.gold, unit)
            off = float(value) * (1 + rng.choice((-1, 1)) * 0.011)
            assert not SCIENCE.verify(task, f"{off:.2e} {unit}").correct, (task.gold, unit)


@pytest.mark.parametrize(
    ("form", "right"),
    [
        ("{v} m/s = {k} km/h", True), ("{v} m/s ({k} km/h)", True), ("v ≈ {v} m/s ≈ {k} km/h", True), ("{v} ms^{{-1}}", True),
        ("\\approx {v}\\ \\text{{m/s}}", True), ("{v}*10**0 m/s", True), ("{v} m/s = {v} km/h", False),
        ("{k} m/s = {k} km/h", False), ("{v} m/s ({v} m)", False), ("{v} ms", False), ("{v} m/s (or so)", False),
    ],
)  # fmt: skip
def test_a_quantity_said_twice(form, right):
    task, value = quantity_task(bare=False)
    assert SCIENCE.verify(task, form.format(v=value, k=round(value * 3.6, 6))).correct is right, form


def test_choices_are_all_possible():
    for task in tasks(200, form="choice", families=("heat", "optics", "gas", "waves"), mixed_units=True, steps_high=3):
        assert task.payload.parts[-1].unit not in ("-", "deg", "°C")
        assert re.search(r"\nD\) .* \S", task.prompt)


def test_situations_are_possible():
    """No body denser than any matter, no satellite inside of its planet, no boiling liquid."""
    for family, need in (
        ("gravitation", "15000 - 3*g/(4*pi*G*R)"), ("fluids", "20000*V - m"), ("heat", "90 - Q/(m*c)"), ("dilution", "600 - m/V"),
    ):  # fmt: skip
        seen = 0
        for task in tasks(60, families=(family,), mixed_units=True):
            if any(one == need for one in task.payload.parts[0].situation.needs):
                env = {s: float(v) for s, v in quantities.environment(task.payload.parts[0], ()).items()}
                seen += 1
                assert formulas.quick(need)(env) > 0
        assert seen >= 5, family


def test_reactions_are_balanced_in_one_way():
    assert len(chemistry._precipitations()) > 300
    for reaction in (*chemistry._known(), *chemistry._precipitations()):
        assert is_balanced(chemistry.written(reaction, chemistry.balance(reaction))), reaction


def test_figures():
    for task in tasks(
        60, families=("electricity",), form="number", precision="figures", mixed_units=True, steps_high=4
    ):
        value, _, unit = task.gold.partition(" ")
        mantissa, _, power = value.partition("×10^")
        last = 10.0 ** -len(mantissa.partition(".")[2])
        for shift, right in ((0, True), (0.3, None), (1, False), (-1, False)):
            text = f"{float(mantissa) + shift * last:.6f}" + (f"e{power}" if power else "") + f" {unit}"
            if right is not None:
                assert SCIENCE.verify(task, text).correct is right, (task.gold, text)


def test_choices():
    letters = []
    for task in tasks(200, form="choice", families=("gas", "circuits", "optics"), mixed_units=True, steps_high=3):
        options = dict(re.findall(r"\n([A-D])\) (.*)", task.prompt))
        letters.append(task.gold)
        assert len(set(options.values())) == 4
        for letter, content in options.items():
            right = letter == task.gold
            for answer in (letter, f"({letter})", letter.lower(), content, f"{letter}) {content}"):
                assert SCIENCE.verify(task, answer).correct is right, (task.prompt, answer)
        wrong = next(letter for letter in options if letter != task.gold)
        assert not SCIENCE.verify(task, f"{wrong}) {options[task.gold]}").correct
        assert SCIENCE.verify(task, "A, B, C, D").outcome is not Outcome.CORRECT
    assert all(30 <= letters.count(letter) <= 75 for letter in "ABCD")


@pytest.mark.parametrize("family", FAMILIES)
def test_hostile_answers(family):
    bombs = [
        "", "\x00", "\ud800", "9" * 100_000, "1e" + "9" * 50, "10^999999999", "1/0", "(" * 5000, "m^" * 3000, "≈" * 200, "a " * 90,
        "1 m^99^99", "\\frac{1}{0}", "x" * 1_000_000, "2 H2 + " * 50, "nan", "inf kg", "1_000 m", "p**9**9**9",
    ]  # fmt: skip
    for task in tasks(3, families=(family,), steps_high=3):
        for bomb in bombs:
            assert SCIENCE.verify(task, bomb).outcome in (Outcome.WRONG, Outcome.NO_ANSWER), (task.prompt, bomb[:50])


def test_unusual_units_only_with_pint():
    task, value = quantity_task(bare=False)
    answer = f"{value / 0.5144444444444445} knots"
    assert not SCIENCE.verify(task, answer).correct
    units.use_pint()
    try:
        assert SCIENCE.verify(task, answer).correct
        assert not SCIENCE.verify(task, f"{value} furlongs").correct
    finally:
        units._pint = None
        units._read.cache_clear()
        units._by_pint.cache_clear()


def test_knobs():
    with pytest.raises(UnknownNameError, match="alchemy"):
        ScienceKnobs(families=("alchemy",))
    with pytest.raises(ImpossibleTaskError):
        ScienceKnobs(steps_low=4, steps_high=3)
    with pytest.raises(ImpossibleTaskError):
        tasks(1, families=("conversion",), steps_low=9, steps_high=9)
    assert len(FAMILIES) >= 16


def test_prompts_state_what_is_needed():
    for task in at_level(8, 10, families=LAWS[:-1]):
        assert len(read_parts(task.prompt)) == len(task.payload.parts)
