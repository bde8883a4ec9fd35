"""Lines of responses judged against a proof that states values."""

import time
from fractions import Fraction

import pytest

from guru_envs.statements import agree, read_line, read_number
from guru_envs.working import ProofLines


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
    started = time.process_time()
    for unit in ("9", "=", ", ", "; ", ": ", " is ", "a ", "1,", "1.", "(", "是", " with a = "):
        assert read_line((unit * 4000)[:4000]) is not None
    assert time.process_time() - started < 5, "each takes some hundredths of a second"
