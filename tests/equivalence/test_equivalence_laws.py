"""What holds for all answers: dressing changes nothing, equality is symmetric, and a changed value is another value."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from guru_envs.equivalence import equivalent, read_gold

WHOLE = st.integers(-(10**6), 10**6)
SMALL = st.integers(-99, 99)
RATIONAL = st.fractions(-1000, 1000, max_denominator=60)
DRESSINGS = (
    "{}", "${}$", "\\boxed{{{}}}", " {}\n", "\\({}\\)", "$$\n{}\n$$", "\\[ \\boxed{{ {} }} \\]", "**Final Answer:** {}",
    "The answer is {}.", "**Final Answer**\n\n\\[\\boxed{{{}}}\\]", "### Final Answer\n{}", "\\displaystyle {}", "Final answer: ${}$",
    "Thus, the final answer is $\\boxed{{{}}}$.", "**{}**", "Answer: {}", "答案是 {}。",
)  # fmt: skip
ATOMS = st.sampled_from(
    ["x", "y", "2", "7", "\\pi", "\\sqrt{2}", "\\frac{1}{3}", "x^2", "n!", "\\ln 3", "\\sin x", "e^{x}", "3i"]
)
EXPRESSION = st.recursive(
    ATOMS, lambda inner: st.tuples(inner, st.sampled_from(["{}+{}", "{}-({})", "({})({})", "\\frac{{{}}}{{{}}}"]), inner).map(
        lambda parts: parts[1].format(parts[0], parts[2])), max_leaves=5,
)  # fmt: skip
few = settings(max_examples=60, deadline=None, derandomize=True)


def fraction(value):
    return f"\\frac{{{value.numerator}}}{{{value.denominator}}}"


def forms(value):
    """The same rational number in other notations."""
    p, q = value.numerator, value.denominator
    sign = "-" if p < 0 else ""
    found = [
        f"{p}/{q}",
        f"{sign}\\dfrac{{{abs(p)}}}{{{q}}}",
        f"\\frac{{{3 * p}}}{{{3 * q}}}",
        f"x = {fraction(value)}",
        f"({p})/({q})",
    ]
    if abs(p) > q > 1:
        found.append(f"{sign}{abs(p) // q}\\frac{{{abs(p) % q}}}{{{q}}}")
        found.append(f"{sign}{abs(p) // q} {abs(p) % q}/{q}")
    if 10**8 % q == 0:
        places = next(k for k in range(9) if 10**k % q == 0)
        digits = f"{abs(p) * 10**places // q:0{places + 1}d}"
        decimal = sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)
        found += [decimal, f"{decimal}0" if places else f"{decimal}.0", f"{value * 100}\\%" if places < 3 else decimal]
        found += [f"{sign}{int(digits)} \\times 10^{{{-places}}}", f"{sign}{int(digits)}e{-places}"]
    return found


@few
@given(EXPRESSION, st.sampled_from(DRESSINGS), st.booleans())
def test_dressing_changes_nothing(text, dressing, spaced):
    answer = dressing.format(text.replace("+", " + ").replace("(", " ( ") if spaced else text)
    found = equivalent(text, answer)
    assert found.equal or found.path == "limit", (answer, found)


@few
@given(EXPRESSION, EXPRESSION)
def test_equality_of_expressions_is_symmetric(left, right):
    assert equivalent(left, right).equal == equivalent(right, left).equal


@few
@given(RATIONAL, RATIONAL)
def test_numbers_are_equal_in_all_notations_and_to_no_others(value, other):
    gold = read_gold(fraction(value))
    for form in forms(value):
        assert equivalent(gold, form).equal, form
        if value.denominator > 1 and not form.endswith("%"):
            assert equivalent(form, fraction(value)).equal, form
    if other != value:
        assert not any(equivalent(gold, form).equal for form in forms(other))


@few
@given(st.one_of(WHOLE.map(Fraction), RATIONAL), st.sampled_from(DRESSINGS))
def test_a_changed_number_is_another(value, dressing):
    gold = read_gold(fraction(value) if value.denominator > 1 else str(value))
    changed = {value + 1, value - 1, -value, value * 100, value / 100, value * 10, value + Fraction(1, 7)} - {value}
    for one in changed:
        assert not equivalent(gold, dressing.format(one)).equal, one
        assert not equivalent(gold, dressing.format(fraction(one))).equal, one


@few
@given(WHOLE.filter(bool))
def test_separators_and_signs(value):
    for text in (
        f"{value:,}",
        f"{value:,}".replace(",", "{,}"),
        f"{value:,}".replace(",", "\\,"),
        f"${value:,}.00",
        f"{value:,} km",
    ):
        assert equivalent(str(value), text).equal, text
        assert not equivalent(str(-value), text).equal, text
        assert not equivalent(str(value + 1), text).equal, text


@few
@given(st.lists(SMALL, min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_order_matters_in_tuples_only(items, source):
    other = items[:]
    source.shuffle(other)
    inner, mixed = ", ".join(map(str, items)), ",".join(map(str, other))
    assert equivalent(f"({inner})", f"\\left({mixed}\\right)").equal is (items == other)
    assert equivalent(f"\\{{{inner}\\}}", f"\\left\\{{{mixed}\\right\\}}").equal
    assert equivalent(inner, mixed).equal
    assert not equivalent(f"({inner})", f"({inner}, 100)").equal
    assert not equivalent(f"\\{{{inner}\\}}", f"\\{{{mixed}, 100\\}}").equal
    assert not equivalent(inner, f"{mixed}, 100").equal


@few
@given(SMALL, st.integers(1, 50), st.sampled_from("[("), st.sampled_from(")]"))
def test_ends_of_intervals(low, width, left, right):
    gold = read_gold(f"{left}{low},{low + width}{right}", "interval")
    below, above = ("\\le" if sign in "[]" else "<" for sign in (left, right))
    assert equivalent(gold, f"{low} {below} x {above} {low + width}").equal
    for answer in (f"{'(['[left == '(']}{low},{low + width}{right}", f"{left}{low},{low + width}{')]'[right == ')']}",
                   f"{left}{low - 1},{low + width}{right}", f"{left}{low},{low + width + 1}{right}"):  # fmt: skip
        assert not equivalent(gold, answer).equal, answer


@few
@given(st.lists(st.tuples(SMALL, SMALL), min_size=2, max_size=3))
def test_matrices_are_not_their_transposes_or_opposites(rows):
    def matrix(lines, name="pmatrix"):
        return f"\\begin{{{name}}}" + " \\\\ ".join(" & ".join(map(str, line)) for line in lines) + f"\\end{{{name}}}"

    gold = read_gold(matrix(rows))
    columns = list(zip(*rows, strict=True))
    assert equivalent(gold, matrix(rows, "bmatrix")).equal
    assert equivalent(gold, matrix(columns)).equal is (columns == rows)
    assert equivalent(gold, matrix([(-a, -b) for a, b in rows])).equal is (not any(a or b for a, b in rows))
    assert not equivalent(gold, matrix([(a, b + 1) for a, b in rows])).equal
