"""Verdicts decided by hand, and the functions' own promises."""

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from guru_envs.equivalence import Kind, equivalent, read_gold, require, symbolic, table_verdict
from guru_envs.equivalence.evaluate import exact
from guru_envs.equivalence.grammar import parse
from guru_envs.errors import InvalidValueError, MissingExtraError, UnknownNameError

TABLE = yaml.safe_load((Path(__file__).parent / "equivalence_triples.yaml").read_text(encoding="utf-8"))
MORE = yaml.safe_load((Path(__file__).parent / "equivalence_more.yaml").read_text(encoding="utf-8"))
FRESH = yaml.safe_load((Path(__file__).parent / "equivalence_fresh.yaml").read_text(encoding="utf-8"))
needs_sympy = pytest.mark.skipif(not symbolic.available(), reason="math-verify is not installed")
EVERYDAY = yaml.safe_load((Path(__file__).parent / "equivalence_everyday.yaml").read_text(encoding="utf-8"))


def test_the_table_is_long():
    assert sum(map(len, TABLE.values())) >= 300


@needs_sympy
@pytest.mark.parametrize("section", TABLE)
def test_verdicts_of_the_table(section):
    wrong = []
    for gold, answer, equal, why, *rules in TABLE[section]:
        found = equivalent(read_gold(gold, **(rules[0] if rules else {})), answer)
        if found.equal is not equal:
            wrong.append((gold, answer, equal, why, found))
    assert not wrong


def test_golds_of_no_visible_sample():
    assert len(MORE) >= 200
    wrong = []
    for row in MORE:
        gold = read_gold(row["gold"])
        wrong += [(row["gold"], text) for text in [row["gold"], *row["right"]] if not equivalent(gold, text).equal]
        wrong += [(row["gold"], text) for text in row["wrong"] if equivalent(gold, text).equal]
    assert not wrong


@needs_sympy
@pytest.mark.parametrize(("rows", "least"), [(FRESH, 1800), (EVERYDAY, 1500)], ids=["fresh", "everyday"])
def test_triples_written_before_the_module_was_run_on_them(rows, least):
    assert sum(len(row["right"]) + len(row["wrong"]) for row in rows) >= least
    wrong = []
    for row in rows:
        gold = read_gold(row["gold"], **row.get("rules", {}))
        for expected in ("right", "wrong"):
            found = [(text, equivalent(gold, text)) for text in row[expected]]
            wrong += [
                (row["gold"], text, judged) for text, judged in found if judged.equal is not (expected == "right")
            ]
    assert not wrong


@pytest.mark.parametrize("section", TABLE)
def test_a_gold_is_equal_to_itself(section):
    for gold, *_, last in TABLE[section]:
        rules = last if isinstance(last, dict) else {}
        for text in (gold, f"\\boxed{{{gold}}}", f"Final answer: {gold}"):
            if "$" in gold and text != gold:
                continue
            assert equivalent(read_gold(gold, **rules), text).equal, text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("42", "integer"), ("1,200", "integer"), ("1010_2", "integer"), ("\\frac{1}{2}", "rational"), ("3/4", "rational"),
        ("0.5", "real"), ("6.5e-13", "real"), ("\\sqrt{2}", "expression"), ("x^2+1", "expression"), ("x=5", "equation"),
        ("x^2+y^2=1", "equation"), ("\\{1,2\\}", "set"), ("(1,2)", "tuple"), ("[1,2)", "interval"), ("x>2", "interval"),
        ("\\begin{pmatrix}1\\\\2\\end{pmatrix}", "matrix"), ("B", "choice"), ("yes", "yes_no"), ("\\text{east}", "text"),
        ("5 cm", "quantity"), ("30^\\circ", "quantity"), ("January 1, 2018", "date"), ("$5", "currency"), ("8\\%", "percent"),
        ("1,-2", "list"),
    ],
)  # fmt: skip
def test_the_kind_is_inferred(text, kind):
    assert read_gold(text).kind is Kind(kind)


def test_the_kind_that_is_given_decides():
    assert equivalent(read_gold("1,2", "tuple"), "1,2").equal
    assert not equivalent(read_gold("1,2", "tuple"), "2,1").equal
    assert not equivalent(read_gold("B", "expression"), "b").equal
    assert equivalent(read_gold("8", "percent"), "8%").equal
    assert not equivalent(read_gold("x+1", "text"), "1+x").equal


@pytest.mark.parametrize(
    ("text", "kind"), [("", None), ("  ", None), ("\\boxed{}", None), ("x+", "integer"), ("hello", "date")]
)
def test_an_unreadable_gold_is_a_fault_of_the_data(text, kind):
    with pytest.raises(InvalidValueError):
        read_gold(text, kind)


def test_unknown_names_are_named():
    with pytest.raises(UnknownNameError, match="integer"):
        read_gold("1", "intger")
    with pytest.raises(UnknownNameError, match="strict"):
        equivalent("1", "1", mode="loose")
    with pytest.raises(InvalidValueError):
        read_gold(5)
    with pytest.raises(InvalidValueError):
        equivalent(read_gold("xenon", options=("neon", "argon")), "A")


def test_judgements_say_which_rule_decided():
    assert equivalent("42", "42").path == "exact text"
    assert equivalent("42", "42.0").path == "integer"
    assert equivalent("42", "43") == (False, "not equal as integer", "integer")
    assert "42" not in equivalent("42", "41").reason


def test_values_are_exact():
    assert exact(parse("(1/3+1/6)*2^10-5!/7")) == Fraction(512) - Fraction(120, 7)
    assert exact(parse("\\frac{\\sqrt{49}}{8^{-1/3}}")) == 14
    assert exact(parse("2^{0.5}")) is None


@needs_sympy
def test_many_threads_and_asyncio_give_the_same_verdicts():
    pairs = [(gold, answer, equal) for gold, answer, equal, *rest in TABLE["expressions"][::3] if len(rest) == 1]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda pair: equivalent(pair[0], pair[1]).equal, pairs))
    assert found == [equal for *_, equal in pairs]

    async def judge_all():
        return await asyncio.gather(*(asyncio.to_thread(equivalent, gold, answer) for gold, answer, _ in pairs))

    assert [one.equal for one in asyncio.run(judge_all())] == found


def test_without_the_extra_nothing_raises_but_require(monkeypatch):
    monkeypatch.setattr(symbolic, "available", lambda: False)
    found = equivalent("1", "\\int_0^1 2x\\,dx")
    assert (found.equal, found.path) == (False, "worker missing")
    assert "math" in found.reason
    with pytest.raises(MissingExtraError, match=r"guru-envs\[math\]"):
        require()


def test_importing_stays_light():
    code = (
        "import sys, guru_envs.equivalence as e; assert e.equivalent('1/2', '0.5').equal; "
        "print([m for m in ('sympy', 'math_verify', 'mpmath', 'antlr4') if m in sys.modules])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


@pytest.mark.parametrize(
    ("gold", "answer", "equal"),
    [
        ("50", "0.5", True), ("50", "5000", True), ("50", "51", False), ("12", "1,2", True), ("1,2", "12", True),
        ("1010_2", "1010_3", True), ("10", "10_2", True), ("42", "42", True), ("42", "\\boxed{42", True),
        ("1024", "2^{10}", False), ("(x^6-1)(x^6+1)", "x^{12}-1", False), ("5,6", "6,5", False),
        ("\\{1,2\\}", "\\{2,1\\}", False), ("\\frac{1}{2}", "2/4", False), ("12\\pi", "37.699", False),
        ("12000000", "12 million", False), ("\\frac{1}{2}", "1/2", True), ("\\frac{1}{2}", "0.5", True),
        ("42", "think</think> \\boxed{42}", True), ("42", "\\boxed{42}</think> so 43", False), ("5 cm", "5", True),
        ("x=5", "5", True), ("2x+2", "2(x+1)", True), ("30^\\circ", "30", True), ("1,200", "1200", True),
        ("\\text{East}", "east", True), ("7", "8", False), ("(1,2)", "(1,2)", True), ("(1,2)", "(2,1)", False),
        ("x^2-1", "(x-1)(x+1)", True), ("a+b+c", "c+b+a", False), ("x^{10}-1", "(x^5-1)(x^5+1)", False),
        ("42", "\\boxed{41} then \\boxed{42}", True), ("42", "\\boxed{42} then \\boxed{41}", False), ("50", "50.004", True),
        ("42", "<think>a</think> \\fbox{42}", True), ("42", "<think>\\boxed{42}</think> I am done", False), ("50", "50.01", False),
        ("1 or 2", "1,2", True), ("12 million", "12000000", True), ("PARIS", "paris", True), ("7.0", "7", True),
        ("1 1/2", "1+1/2", True), ("3", "6/2", False), ("0.333", "1/3", False), ("2\\pi", "\\pi+\\pi", False),
        ("(50,2)", "(0.5,200)", True), ("3 hours", "3", True), ("12\\%", "12", True), ("$5", "5", True),
    ],
)  # fmt: skip
def test_guru_mode_has_the_verdicts_of_the_reference(gold, answer, equal):
    assert equivalent(gold, answer, "guru").equal is equal


@pytest.mark.parametrize(
    ("gold", "answer", "equal"),
    [
        ("12.5", "0.125", True), ("12.5", "1250", True), ("12.5", "12.6", False), ("-5", "(5)", False), ("a|b", "b|a", True),
        ("new york", "\\text{new york}", False), ("5", "\\boxed{5}", True), ("0.5", "50%", True), ("5000000", "5 million", False),
        ("1,200", "$1200", True), ("3", "__import__('os').getpid()", False), ("1", "9**9**9", False), ("kapaz", "Kapaz", True),
        ("12.5", "12.51", True), ("12.5", "12.52", False), ("a|b", "a", False), ("10|9", "9|10", True), ("3:4", "0.75", True),
        ("no box", "the answer is no box", False), ("7", "\\boxed{7}</think> 8", False), ("(5)", "-5", False),
    ],
)  # fmt: skip
def test_guru_tables_have_the_verdicts_of_the_reference(gold, answer, equal):
    assert table_verdict(gold, answer).equal is equal
