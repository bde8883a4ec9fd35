"""Lines of free-text responses, judged in domains that are not deductive: countdown, programs, and proofs that state values."""

import copy
import itertools
import random
import re
import sys
import time
from fractions import Fraction

import gymnasium
import pytest

import guru_envs
from guru_envs import registry
from guru_envs.domains.math import _countdown_working as countdown_lines
from guru_envs.domains.math.countdown import Countdown
from guru_envs.domains.simulation import codeio
from guru_envs.domains.simulation._codeio.text import literal
from guru_envs.errors import ImpossibleTaskError, InvalidValueError
from guru_envs.review import review
from guru_envs.statements import agree, read_line, read_number
from guru_envs.working import ProofLines

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
        ("15 - 3 + 13 - 8 = 17.0", True, 1),
        ("15 * 13 * 8 * 3 = 4,680", True, 0),
        ("15 * 13 * 8 * 3 = 4,681", False, 0),
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


def test_a_rounded_result_states_nothing():
    task = Countdown.task_from([15, 4, 2, 8], 30, "+-*/", "all")
    for line, right in (
        ("15 / 8 = 1.875", False),  # right, but then 30 can't be reached
        ("15 / 8 = 1.88", None),
        ("15 / 8 = 1.9", None),
        ("15 / 8 = 1.8", False),
        ("8 / 15 = 0.533", None),
        ("8 - 4 = 4.0", True),
    ):
        assert Countdown().working(task).state(line) is right, line


def test_lines_that_ask_for_searches_are_bounded():
    task = registry.task("guru/countdown-v0/train/10/0")
    one, two, *_ = task.payload.numbers
    lines = Countdown().working(task)
    started = time.process_time()
    for number in range(3000):
        lines.state(f"{one} * {two} = {one * two}")
        lines.state(f"{one} + {task.payload.numbers[number % 8]} = {one + task.payload.numbers[number % 8]}")
    assert time.process_time() - started < 5
    assert len(lines._found) <= countdown_lines.MOST_SEARCHES + 1


@pytest.mark.parametrize("level", [3, 5, 7])
def test_steps_drawn_blindly_do_not_pay(level):
    """Lines that are true, of numbers that are left, without a look at the target; at the price of a false step of the docs."""
    rng, earned = random.Random(0), []
    source = registry.make_source("guru/countdown-v0", level=level)
    for seed in range(150):
        task = source.pose(source.address(seed)).task
        lines, items, total = source.domain.working(task), list(task.payload.numbers), 0.0
        while len(items) > 1:
            one, two = sorted(
                (items.pop(rng.randrange(len(items))), items.pop(rng.randrange(len(items)))), reverse=True
            )
            sign = rng.choice([each for each in task.payload.operations if each != "/" or (two and one % two == 0)])
            before = lines.progress
            if not lines.state(f"{one} {sign} {two} = {combined(one, sign, two)}"):
                total += ARROWS["false_step"]
                break
            total += ARROWS["step"] * (lines.progress - before)
            items.append(combined(one, sign, two))
        earned.append(total)
    assert sum(earned) / len(earned) < -0.1


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
                assert right is not True, (task_id, changed)
                assert lines.progress == before
                false += right is False
        text = " ".join(rng.choices("abc =1:;(\n", k=200))
        assert sheet(task_id)[0].state(text) is None
    assert false >= 10


def statements(code, name, args, wanted):
    """What Python says a program's variables are after each line of it: (line, name, value), found by tracing it."""
    space, found, last = {}, [], {}
    exec(compile(code, "<program>", "exec"), space)  # a program of our own, which the task shows

    def trace(frame, event, _):
        if frame.f_code.co_filename != "<program>" or frame.f_code.co_name.startswith("<"):
            return None
        if event in ("line", "return") and id(frame) in last:
            found.extend(
                (last[id(frame)], key, copy.deepcopy(one)) for key, one in frame.f_locals.items() if wanted(one)
            )
        last[id(frame)] = frame.f_lineno
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        space[name](*copy.deepcopy(args))
    finally:
        sys.settrace(before)
    return found


@pytest.mark.parametrize("level", [2, 4, 7, 8, 10, 12])
def test_nothing_that_is_true_after_a_line_is_called_false(level):
    """Whatever a variable is after a line, whether that line sets it or not, by a run in Python itself."""
    judged = 0
    for seed in range(14):
        task_id = f"guru/codeio-v0/train/{level}/{seed}"
        problem = registry.task(task_id).payload
        if problem.mode == "input":
            continue
        name = sheet(task_id)[1][0].split(": ")[1].split("(")[0]
        true = statements(problem.code, name, problem.args, lambda one: type(one) in (int, str, list))
        for line, variable, value in true[:60]:
            lines, _ = sheet(task_id)
            assert lines.state(f"line {line}: {variable} = {literal(value)}") is not False, (
                task_id,
                line,
                variable,
                value,
            )
            judged += 1
    assert judged > 100


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
        ("140741 V/m", "140740.74 V/m", True),  # six digits of a proof may be rounded
        ("140741 V/m", "1.41×10^5 V/m", True),
        ("140741 V/m", "140742 V/m", False),
        ("211/100×10^25 kg", "2.11×10^25 kg", True),
        ("6.38877 s", "6.40 s", None),  # rounded on the way, perhaps
        ("17.0455 K", "17.0455 K", True),
        ("17.0455 K", "17.05 K", True),
        ("17.0455 K", "17.0 K", True),
        ("17.0455 K", "17 K", None),  # two digits only
        ("17.0455 K", "17.1 K", None),
        ("17.0455 K", "17.3 K", False),
        ("17.0455 K", "17.045512 K", True),
        ("17.0455 K", "17.0455 kK", None),
        ("2466.12 J", "2470 J", True),
        ("2466.12 J", "2.47×10^3 J", True),
        ("2466.12 J", "2500 J", None),
        ("2466.12 J", "2520 J", False),
        ("711/50", "14.22", True),
        ("1422/13", "109.38", None),  # a rounded number is no fraction
        ("1422/13", "109.4", None),
        ("2.466×10^3 J", "2466.12 J", True),
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
    share = 1 / 7  # of the proof, each line
    for line, right, progress in (
        ("17 + 16 = 33", True, 1),
        ("Litres in all: 17 + 16 = 33", True, 1),
        ("17 + 16 = 34", False, 0),
        ("16 + 17 = 33", None, 0),  # in other words
        ("1 + 2.5 + 16.3 = 19.8 thousand tonnes", True, 1 / 3),  # but the order of a sum does not count
        ("Freight in 2022 (thousand tonnes): Lowell Bay 16.3", True, 1 / 3),
        ("Freight in 2022 (thousand tonnes): Ironbridge 2.5, Lowell Bay 16.3.", True, 2 / 3),
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
        lines = ProofLines(proof, "")
        assert (lines.state(line), lines.progress) == (right, pytest.approx(progress * share)), line
    lines = ProofLines(proof, "")
    assert all(lines.state(line) for line in proof)
    assert lines.progress == 1
    prompt = (
        "In 2022 Ironbridge has 2.5 and Lowell Bay 16.3. With h = 200 m, and t = 7 s of another one, what is 17 + 16?"
    )
    told = ProofLines(proof, prompt)
    assert told.state(proof[2].split(";")[0])
    assert told.progress == 0, "the prompt says so"
    assert told.state("1 + 2.5 + 16.3 = 19.8 thousand tonnes")
    assert told.progress == pytest.approx(share), "what is left of that line"
    assert told.state("t = 7 s") is None, "true of something else"
    assert told.state("t = 8 s") is False
    lines = ProofLines(proof, "")
    for line in ("66 + 2 * 3 = 72, 72/(3 + 1) = 18", "17 + 16 = 33, so 3 * 18 = 54", "That is 3 kg."):
        assert lines.state(line) is None, "two statements in one, or of who knows what"
    lines = ProofLines(proof, "")  # listing all names does not pay
    assert lines.state("Number 1 from the lowest is Carlton.") is None
    assert lines.state("Number 1 from the lowest is Ironbridge.") is None
    assert lines.progress == 0
    powers = ProofLines(
        ["So: 5 * 3 ≡ 1 (mod 7).", "Check: with x = 5, y = -2, 2x + y = 8.", "With the probability 3/4."], ""
    )
    assert powers.state("5 * 3 ≡ 15 (mod 7)") is True
    assert powers.state("5 * 3 ≡ 2 (mod 7)") is False
    assert powers.state("Check:") is None
    assert powers.state("With the probability 1/4.") is False
    assert ProofLines(["150/330 = 5/11."], "").state("150/330 = 5/12") is False
    asked = ProofLines(
        ["The price of A is 3 euros.", "That is 3 euros."], "A: 3 euros"
    )  # of nothing else: the last line counts
    assert [asked.state("The price of A is 3 euros."), asked.progress] == [True, 0]
    assert [asked.state("That is 3 euros."), asked.progress] == [True, 1]
    assert ProofLines(["Sum: 30 = 30."], "").state("30 = 30") is None  # says nothing
    assert ProofLines([], "").progress == 0


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
