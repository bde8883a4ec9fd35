"""Lines of free-text responses, judged in domains that are not deductive: countdown, programs, and proofs that state values."""

import itertools
import random
import re
from fractions import Fraction

import gymnasium
import pytest

import guru_envs
from guru_envs import registry
from guru_envs.domains.math.countdown import Countdown
from guru_envs.domains.simulation import codeio
from guru_envs.errors import ImpossibleTaskError, InvalidValueError
from guru_envs.review import review
from guru_envs.working import ProofLines, agree, read_line, read_number

ARROWS = {"step": 0.5, "false_step": -0.5}


def sheet(task_id):
    """The empty sheet of a task, and the lines of its proof."""
    source, task = registry.source_of(task_id)[0], registry.task(task_id)
    return source.domain.working(task), [step.statement for step in source.domain.solve(task).steps]


# -- countdown -----------------------------------------------------------------------------------------------------------


def reaches(items, target, signs, use):
    """Whether some numbers make a target, by trying everything, results below zero among it."""
    if target in items and (use == "any" or len(items) == 1):
        return True
    for one, two in itertools.permutations(range(len(items)), 2):
        rest = [item for place, item in enumerate(items) if place not in (one, two)]
        for sign in signs:
            if (sign == "/" and not items[two]) or (sign in "+*" and one > two):
                continue
            if reaches([*rest, combined(items[one], sign, items[two])], target, signs, use):
                return True
    return False


def combined(one, sign, two):
    return {"+": one + two, "-": one - two, "*": one * two, "/": one / two if two else None}[sign]


def shown(number):
    return str(number) if number.denominator == 1 else f"({number})"


@pytest.mark.parametrize(("signs", "use"), [("+-", "all"), ("+-*", "all"), ("+-*/", "all"), ("+-*/", "any")])
def test_a_step_is_right_exactly_when_a_search_of_everything_finds_a_way_on(signs, use):
    rng, seen = random.Random(5), {True: 0, False: 0}
    while sum(seen.values()) < 260:
        numbers = [rng.randint(1, 12) for _ in range(rng.choice((3, 3, 4)))]
        try:
            task = Countdown.task_from(numbers, rng.randint(1, 40), signs, use)
        except ImpossibleTaskError:
            continue
        problem = task.payload
        if problem.target in numbers:
            continue
        items = [Fraction(number) for number in numbers]
        sheet = Countdown().working(task)
        while len(items) > 1:  # a random walk, backed up by one line of each kind
            one, two = rng.sample(range(len(items)), 2)
            sign = rng.choice(signs)
            worth = combined(items[one], sign, items[two])
            if worth is None or worth < 0:
                continue
            rest = [item for place, item in enumerate(items) if place not in (one, two)]
            right = sheet.state(f"{shown(items[one])} {sign} {shown(items[two])} = {worth}.")
            expected = reaches([*rest, worth], Fraction(problem.target), signs, use)
            assert right is expected, (numbers, problem.target, items, sign, one, two)
            seen[right] += 1
            if not right:
                break
            items = [*rest, worth]
            if use == "all":
                assert sheet.progress == pytest.approx(1 - (len(items) - 1) / (len(numbers) - 1))
    assert min(seen.values()) > 40, "too few lines of one kind were tried"


def test_lines_of_countdown():
    task = Countdown.task_from([8, 13, 15, 3], 17, "+-*", "all")
    for line, right, progress in (
        ("15 - 3 = 12.", True, 1 / 3),
        ("15 − 3 = 12", True, 1 / 3),
        ("15 - 3 = 11", False, 0),
        ("  15 - 3  =  12, good", True, 1 / 3),
        ("I take 15 - 3 = 12", None, 0),
        ("15 - 4 = 11", None, 0),  # true, but there is no 4
        ("3 - 15 = -12", None, 0),  # below zero: true, and no step
        ("15 / 3 = 5", None, 0),  # not allowed
        ("15 * 13 = 195", False, 0),  # too large to come back
        ("15 - 3 + 13 - 8 = 17", True, 1),
        ("15 + 3 + 13 + 8 = 39, not 17.", True, 0),
        ("15 + 3 + 13 + 8 = 38", False, 0),
        ("15 + 15 - 13 = 17", None, 0),
        ("13 - 8 + 15 = 20", True, 0),
        ("So 15 - 3 + 13 - 8 = 17, with each number used once.", True, 1),
        ("17 = 17", None, 0),
        ("9" * 5000 + " - 1 = 2", None, 0),
        ("(" * 500 + " = 1", None, 0),
        ("15 / 0 = 1", None, 0),
    ):
        lines = Countdown().working(task)
        assert (lines.state(line), lines.progress) == (right, pytest.approx(progress)), line
    lines = Countdown().working(task)
    assert lines.state("15 - 3 = 12")
    assert lines.state("15 - 3 = 12") is None
    assert lines.state("12 + 13 = 25")
    assert lines.state("25 - 8 = 17")
    assert lines.progress == 1


def test_steps_drawn_blindly_do_not_pay():
    """Lines that are true, of numbers that are left, without a look at the target; at the price of a false step of the docs."""
    rng, earned = random.Random(0), []
    source = registry.make_source("guru/countdown-v0", level=5)
    for seed in range(150):
        task = source.pose(source.address(seed)).task
        lines, items, total = source.domain.working(task), list(task.payload.numbers), 0.0
        while len(items) > 1:
            one, two = sorted(
                (items.pop(rng.randrange(len(items))), items.pop(rng.randrange(len(items)))), reverse=True
            )
            sign = rng.choice(task.payload.operations)
            before = lines.progress
            if not lines.state(f"{one} {sign} {two} = {combined(one, sign, two)}"):
                total += ARROWS["false_step"]
                break
            total += ARROWS["step"] * (lines.progress - before)
            items.append(combined(one, sign, two))
        earned.append(total)
    assert sum(earned) / len(earned) < -0.2


# -- programs ------------------------------------------------------------------------------------------------------------


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
                assert right is False or "..." in "".join(whole), (task_id, changed)
                assert lines.progress == before
                false += 1
        text = " ".join(rng.choices("abc =1:;(\n", k=200))
        assert sheet(task_id)[0].state(text) is None
    assert false >= 10


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


# -- proofs that state values ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("33", 33, ""),
        ("-4.50 kJ", Fraction(-9, 2), "kJ"),
        ("10,385.3", Fraction(103853, 10), ""),
        ("711/50", Fraction(711, 50), ""),
        ("2.47×10^3 J", 2470, "J"),
        ("2.47*10^(-3) J", Fraction(247, 100000), "J"),
        ("−5%", -5, "%"),
        ("3 kg·m^2·s^-3", 3, "kg*m^2*s^-3"),
        ("33x", 33, "x"),
        ("33x + 1", None, None),
        ("33 - 1", None, None),
        ("1/0", None, None),
        ("17 + 16", None, None),
        ("1.2.3", None, None),
        ("m^2", None, None),
        ("", None, None),
        ("9" * 5000, None, None),
    ],
)
def test_numbers_with_units_are_read(text, value, unit):
    found = read_number(text)
    if value is None:
        assert found is None
    else:
        assert (found.value, found.unit) == (value, unit)


@pytest.mark.parametrize(
    ("wanted", "got", "expected"),
    [
        ("17.0455 K", "17.0455 K", True),
        ("17.0455 K", "17.05 K", True),
        ("17.0455 K", "17.0 K", True),
        ("17.0455 K", "17 K", None),  # two digits only
        ("17.0455 K", "17.1 K", False),
        ("17.0455 K", "17.045512 K", True),
        ("17.0455 K", "17.0455 kK", None),
        ("2466.12 J", "2470 J", True),
        ("2466.12 J", "2.47×10^3 J", True),
        ("2466.12 J", "2480 J", False),
        ("711/50", "14.22", True),
        ("1422/13", "109.38", None),  # a rounded number is no fraction
        ("1422/13", "109.4", None),
        ("1422/13", "110.4", False),
        ("0.0018 m", "0 m", None),
        ("33", "34", False),
    ],
)
def test_values_agree_up_to_rounding(wanted, got, expected):
    assert agree(read_number(wanted), read_number(got)) is expected


def test_lines_are_judged_against_the_proof():
    proof = [
        "Acid: (17 * 62 + 16 * 23)/100 = 711/50.",
        "Volume: 17 + 16 = 33.",
        "Freight in 2022 (thousand tonnes): Ironbridge 2.5, Lowell Bay 16.3; 2.5 + 16.3 + 1 = 19.8 thousand tonnes.",
        "Number 1 from the lowest is Ironbridge.",
        "Above 3%: sesame, potatoes.",
        "It is highest in 2020.",
        "time of the fall: t = sqrt(2*h/g) = 6.38877 s with h = 200 m, g = 9.8 m/s^2.",
    ]
    whole = 9  # things that these lines say
    for line, right, progress in (
        ("17 + 16 = 33", True, 1),
        ("Litres in all: 17 + 16 = 33", True, 1),
        ("17 + 16 = 34", False, 0),
        ("16 + 17 = 33", None, 0),  # in other words
        ("1 + 2.5 + 16.3 = 19.8 thousand tonnes", True, 1),  # but the order of a sum does not count
        ("Freight in 2022 (thousand tonnes): Lowell Bay 16.3", True, 1),
        ("Freight in 2022 (thousand tonnes): Ironbridge 2.5, Lowell Bay 16.3.", True, 2),
        ("Freight in 2022 (thousand tonnes): Ironbridge 2.5, Lowell Bay 16.4.", False, 0),
        ("Above 3%: potatoes, sesame", True, 1),
        ("It is highest in 2021.", False, 0),
        ("It is highest in 2020.", True, 1),
        ("t = 6.39 s", True, 1),
        ("t = sqrt(2*h/g) = 6.39 s", True, 1),
        ("t = sqrt(2*h/g)", None, 0),
        ("t = 7 s", False, 0),
        ("Nothing of that.", None, 0),
    ):
        lines = ProofLines(proof)
        assert (lines.state(line), round(lines.progress * whole)) == (right, progress), line
    lines = ProofLines(proof)
    assert all(lines.state(line) for line in proof)
    assert lines.progress == 1
    lines = ProofLines(proof)  # listing all names does not pay
    assert lines.state("Number 1 from the lowest is Carlton.") is None
    assert lines.state("Number 1 from the lowest is Ironbridge.") is None
    assert lines.progress == 0
    assert ProofLines(["Sum: 30 = 30."]).state("30 = 30") is None  # says nothing
    assert ProofLines([]).progress == 0


def test_reading_a_line_takes_linear_time():
    for unit in ("9", "=", ", ", "; ", ": ", " is ", "a ", "1,", "1.", "(", "是", " with a = "):
        assert read_line((unit * 4000)[:4000]) is not None


# -- environments --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("env_id", ["countdown", "math", "science", "tables", "codeio"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_oracle_earns_every_step(env_id, lang):
    env = gymnasium.make(f"guru/{env_id}-v0", level=3, reward=ARROWS, lang=lang)
    for seed in range(5):
        env.reset(seed=seed)
        _, reward, *_, info = env.step(env.unwrapped.oracle())
        assert info["correct"]
        assert info["first_false"] == 0
        assert info["progress"] == pytest.approx(1)
        assert reward == pytest.approx(1.5)
        assert sum(rise for _, rise in info["gains"]) == pytest.approx(1)


def test_a_wrong_line_ends_what_is_earned():
    env = gymnasium.make("guru/countdown-v0", level=5, reward=ARROWS)
    env.reset(seed=0)
    oracle = env.unwrapped.oracle().split("\n")
    response = "\n".join([oracle[0], "1 + 1 = 3", *oracle[1:]])
    _, reward, *_, info = env.step(response)
    assert info["correct"]
    assert info["first_false"] == 2
    assert 0 < info["progress"] < 1
    assert reward == pytest.approx(1 + 0.5 * info["progress"] - 0.5)
    (first, rise), (last, nothing) = info["gains"]
    assert response[:first] == oracle[0]
    assert response[:last].endswith("1 + 1 = 3")
    assert nothing == 0
    assert rise == pytest.approx(info["progress"])


@pytest.mark.parametrize("env_id", ["countdown", "math", "codeio"])
def test_hints_earn_nothing(env_id):
    source = registry.make_source(f"guru/{env_id}-v0", level=4)
    for seed in range(6):
        posed = source.pose(f"guru/{env_id}-v0/train/4/{seed}?hints=1")
        steps = [step.statement for step in source.domain.solve(posed.task).steps]
        if len(steps) < 3:
            continue
        assert steps[0] in posed.prompt
        assert review(source, posed, steps[0]).progress == 0
        assert review(source, posed, "\n".join(steps)).progress == pytest.approx(1)


def test_mixtures_judge_lines_where_all_their_parts_do():
    row = guru_envs.mixture("test/lines-v0", {"guru/zebra-v0": 1, "guru/countdown-v0": 1, "guru/tables-v0": 1})
    guru_envs.register(row)
    env, seen = gymnasium.make("test/lines-v0", reward=ARROWS), set()
    for seed in range(12):
        _, info = env.reset(seed=seed)
        seen.add(info["task_id"].split("/")[1])
        *_, info = env.step(env.unwrapped.oracle())
        assert info["progress"] == pytest.approx(1)
        assert info["correct"]
    assert len(seen) == 3
    guru_envs.register(guru_envs.mixture("test/nolines-v0", {"guru/zebra-v0": 1, "guru/code-v0": 1}))
    with pytest.raises(InvalidValueError, match="does not judge single lines"):
        gymnasium.make("test/nolines-v0", reward=ARROWS)


def test_vector_environments_judge_lines():
    envs = gymnasium.make_vec("guru/codeio-v0", num_envs=3, level=4, reward=ARROWS)
    _, infos = envs.reset(seed=1)
    responses = [guru_envs.oracle(task_id) for task_id in infos["task_id"]]
    responses[1] = "nothing"
    _, rewards, *_, infos = envs.step(responses)
    infos = infos["final_info"]
    assert infos["progress"].tolist() == pytest.approx([1, 0, 1])
    assert rewards.tolist() == pytest.approx([1.5, 0, 1.5])
