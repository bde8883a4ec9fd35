"""``guru/judging-v0``: labels checked through the other environments themselves, balance, leaks, and the model judge's own reading."""

from __future__ import annotations

import importlib.util
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gymnasium
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import guru_envs
from guru_envs import registry
from guru_envs.answer import answer_format
from guru_envs.errors import GuruError, ImpossibleTaskError, InvalidValueError, UnknownNameError
from guru_envs.judge import ModelJudge, StubJudge, isolate, read_decision
from guru_envs.judge.arguing import first_difference
from guru_envs.judge.candidates import INJECTIONS, KINDS, WHOLE, is_right, make_pair
from guru_envs.judge.rewriting import REWRITINGS, exchange
from guru_envs.judge.tasks import ROWS, level_of
from guru_envs.task import Outcome

ENV = "guru/judging-v0"
LEVELS = range(1, len(guru_envs.spec(ENV).levels) + 1)
TASKS = 90  # a level
QUESTION, REFERENCE, ANSWER = (
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"\A(?:User: ### Question: |用户：### 问题：)(.*?)\n\n###",
        r"\n\n### (?:Ground Truth Answer: |标准答案：)(.*?)\n\n###",
        r"\n<<<ANSWER\n(.*)\nANSWER>>>\n\n",
    )
)


@pytest.fixture(scope="module")
def posed() -> dict[int, list[Any]]:
    """The first tasks of each level."""
    sources = {level: guru_envs.make_source(ENV, level=level) for level in LEVELS}
    return {level: [one.pose(one.address(seed)) for seed in range(TASKS)] for level, one in sources.items()}


@pytest.fixture(scope="module")
def leaks() -> Iterator[Any]:
    """The benchmark that measures what an answer's surface tells."""
    path = Path(__file__).parent.parent / "benchmarks" / "judging_leaks.py"
    spec = importlib.util.spec_from_file_location("judging_leaks", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["judging_leaks"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["judging_leaks"]


def stepped(env_id: str, task_id: str, response: str) -> dict[str, Any]:
    """What the other environment says of a response, through Gymnasium."""
    env = gymnasium.make(env_id)
    env.reset(options={"task_id": task_id})
    return dict(env.step(response)[4])


def wrapped(row: str, text: str) -> str:
    return f"\\boxed{{{text}}}" if guru_envs.spec(row).answer_format == "boxed" else f"<answer>{text}</answer>"


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("level", LEVELS)
def test_the_other_environment_says_the_same_of_what_the_prompt_shows(level, lang, posed):
    """From the prompt's text alone: which question, which answer, and what its own environment says of that answer."""
    source = guru_envs.make_source(ENV, level=level, lang=lang)
    for one in posed[level][:30] if lang == "en" else [source.pose(source.address(seed)) for seed in range(8)]:
        origin = one.task.payload.origin
        row = origin.partition("-v0/")[0] + "-v0"
        env = gymnasium.make(row)
        question = QUESTION.search(one.prompt)[1]
        prompt, _ = env.reset(options={"task_id": origin})
        assert prompt.startswith(question)
        whole = question == prompt
        shown = ANSWER.search(one.prompt)[1]
        said = stepped(row, origin, shown if whole else wrapped(row, shown))
        assert said["outcome"] in ("correct", "wrong", "no_answer")
        assert ("Yes" if said["correct"] else "No") == one.task.gold, one.task_id
        given = stepped(row, origin, one.task.payload.candidate.response)
        assert given["correct"] is said["correct"]
        reference = REFERENCE.search(one.prompt)
        assert (reference is not None) is bool(registry.spec(ENV).levels[level - 1].get("reference", True))
        if reference:
            assert stepped(row, origin, wrapped(row, reference[1]))["correct"]
        decided = "Final Decision: Yes" if said["correct"] else "Final Decision: No"
        assert stepped(ENV, one.task_id, f"As its own verifier says.\n{decided}")["correct"]


def test_half_of_the_answers_are_right_on_every_level_of_every_environment_and_kind(posed):
    """A coin decides: no count is further from one half than 4.5 standard errors, which chance does once in 150,000 counts."""
    counts: Counter[tuple[Any, bool]] = Counter()
    for level, some in posed.items():
        for one in some:
            case = one.task.payload
            for group in ("all", level, case.kind, case.miss, case.origin.split("/")[1], (case.reference, case.kind)):
                counts[group, case.right] += 1
    groups = {group for group, _ in counts}
    assert {one.removeprefix("guru/") for one in ROWS} | set(KINDS) <= groups
    for group in groups:
        yes, no = counts[group, True], counts[group, False]
        assert abs(yes - no) < 4.5 * (yes + no) ** 0.5 + 1, group


def test_the_surface_of_an_answer_does_not_tell_its_verdict(posed, leaks):
    """The figure and its interval: hard answers near one half, and the same classifier does tell a form that is missing.

    The benchmark says so of each level, on more tasks.
    """
    groups: dict[str, list[Any]] = {"reference": leaks.examples((4, 5), 250), "alone": [], "formless": []}
    groups["reference"] = [one for one in groups["reference"] if one.hard]
    for one in (one for some in posed.values() for one in some):
        case = one.task.payload
        hard = case.miss in leaks.HARD_MISSES and case.kind != "formless"
        seen = leaks.surface(ANSWER.search(one.prompt)[1], QUESTION.search(one.prompt)[1])
        example = leaks.Example(case.origin.split("/")[1], case.kind, hard, seen, case.right)
        if case.kind == "formless":
            groups["formless"].append(example)
        elif hard and not case.reference:
            groups["alone"].append(example)
    for name, some in groups.items():
        hits, count = leaks.accuracy(some)
        low, high = leaks.wilson(hits, count)
        print(f"{name}: {hits} of {count} = {hits / count:.3f} ({low:.3f} to {high:.3f})")
        if name == "formless":
            assert low > 0.7
        else:
            assert count > 350
            assert low < 0.5
            assert hits / count < 0.56


def test_both_of_a_pair_have_the_same_form():
    """Lengths and marks of right and wrong answers of one task: the same tags, lines and injected text."""
    rng, made = random.Random(0), Counter[str]()
    for row in ROWS:
        source = guru_envs.make_source(row, level=level_of(row, 2))
        for kind in ("plain", "rewritten", "worked", "injected"):
            one = source.pose(source.address(rng.getrandbits(30)))
            pair = make_pair(source, one, kind, "exchanged", rng)
            assert pair is not None
            made[pair.kind] += 1
            right, wrong = pair.right.text, pair.wrong.text
            assert right != wrong
            for mark in ("<answer>", "boxed", "\n", "[removed]"):
                assert right.count(mark) == wrong.count(mark), (row, kind, mark)
            if kind == "injected":
                assert any(line in right and line in wrong for line in INJECTIONS["en"])
    assert made["worked"] == made["injected"] == len(ROWS)
    assert made["rewritten"] > len(ROWS) / 2


def test_rewritten_answers_are_other_texts_that_the_verifier_takes_for_the_same(posed):
    ways: Counter[str] = Counter()
    for some in posed.values():
        for one in some:
            case = one.task.payload
            if case.kind == "rewritten" and case.right:
                gold = registry.task(case.origin).gold
                assert case.candidate.text != gold
                ways[case.origin.split("/")[1]] += 1
    assert len(ways) >= 11


def test_a_prompt_with_a_reference_is_what_the_model_judge_asks(posed):
    seen = 0
    for one in (one for level in (1, 3, 5) for one in posed[level][:25]):
        case, source = one.task.payload, guru_envs.task(one.task.payload.origin)
        stub = StubJudge(["Final Decision: No"])
        question = guru_envs.prompt(case.origin) if case.kind in WHOLE else source.prompt
        ModelJudge(stub).verdict(question, source.gold, case.candidate.text)
        assert isolate(case.candidate.text) in one.prompt
        seen += len(stub.prompts)
        assert stub.prompts in ([], [one.prompt])  # nothing is asked where the rules find the two equal
    assert seen > 40


PARTS = [
    "Final Decision:",
    "final decision: ",
    "**",
    "*",
    "Yes",
    "no",
    "YES",
    ".",
    " ",
    "\n",
    "\r",
    "\t",
    "x",
    "：",
    "是",
    "\ud800",
    "\0",
]


@settings(max_examples=400, deadline=None)
@example("Final Decision:Final Decision:Yes")
@given(st.lists(st.sampled_from(PARTS), max_size=9).map("".join))
def test_replies_are_read_as_the_model_judge_reads_them(text):
    """What is a FAULT of the judge earns nothing here; what decides is the same decision, in both environments' eyes."""
    verdict = ModelJudge(StubJudge([text])).verdict("Which gas do plants take up?", "carbon dioxide", "oxygen")
    said = guru_envs.verify(f"{ENV}/train/1/1", text)  # where Yes is right
    expected = {Outcome.CORRECT: Outcome.CORRECT, Outcome.WRONG: Outcome.WRONG, Outcome.FAULT: Outcome.NO_ANSWER}
    assert said.outcome is expected[verdict.outcome]
    read = {True: "Yes", False: "No", None: None}[read_decision(text)]
    found = answer_format("decision").extract(text)
    assert found == read or (read is None and found not in ("Yes", "No"))


@pytest.mark.parametrize(
    "piece",
    [
        "*",
        "Final Decision: Yes\n",
        "Final Decision: Yes*",
        "final decision:",
        " ",
        "\n",
        "Final Decision: Yes**.",
        "<think>",
    ],
)
def test_reading_takes_linear_time(piece):
    text = piece * (1_000_000 // len(piece))
    start = time.process_time()
    for one in (text, f"Final Decision: Yes{text}x", f"{text}\nFinal Decision: Yes"):
        guru_envs.verify(f"{ENV}/train/1/1", one)
        read_decision(one)
    assert time.process_time() - start < 4


def test_verdicts_are_cheap(posed):
    domain, task = registry.make_source(ENV).domain, posed[1][0].task
    start = time.process_time()
    for _ in range(20_000):
        domain.verify(task, "Yes")
    assert time.process_time() - start < 1


def test_injected_texts_are_gone_before_a_judge_reads_them(posed):
    seen = 0
    for some in posed.values():
        for one in some:
            case = one.task.payload
            shown = ANSWER.search(one.prompt)[1]
            assert not re.search(
                r"final\s+(decision|score)|<\|im_|###|^(user|system):", shown, re.IGNORECASE | re.MULTILINE
            )
            assert one.prompt.count("<<<ANSWER") == one.prompt.count("ANSWER>>>") == 1
            seen += case.kind == "injected"
    assert seen > 100


def test_proofs_say_where_the_answers_differ():
    assert first_difference("1 2 3", "1 2 4") == 2
    assert first_difference("a, b", "a,  b") is None
    assert first_difference("a", "a b") == 1
    trace = guru_envs.make_source(ENV).domain.solve(registry.task(f"{ENV}/train/1/2"))
    assert trace.answer == "No"
    assert 'differ at part 9: "3" there, "4"' in trace.steps[2].statement
    alone = registry.task(f"{ENV}/train/7/2")
    source = guru_envs.make_source("guru/propositional-v0")
    own = source.domain.solve(registry.task(alone.payload.origin)).steps
    proof = guru_envs.make_source(ENV).domain.solve(alone).steps
    assert proof[: len(own)] == own
    assert len(proof) > len(own) + 2


def test_problems_keep_their_split(posed):
    """A problem of the test split of its own environment is met in the test split only."""
    for some in posed.values():
        assert {one.task.payload.origin.split("/")[2] for one in some} == {"train"}
    source = guru_envs.make_source(ENV, level=3)
    tests = [source.draw(seed, split="test") for seed in range(20)]
    assert {task.payload.origin.split("/")[2] for task in tests} == {"test"}
    assert all(task.canonical == registry.task(task.payload.origin).canonical for task in tests)


def test_twins():
    made = Counter[str]()
    for seed in range(30):
        address = f"{ENV}/train/7/{seed}"
        task = registry.task(address)
        for kind in ("reworded", "edited"):
            try:
                other = registry.task(f"{address}?twin={kind}")
            except ImpossibleTaskError:
                continue
            made[kind] += 1
            case = other.payload
            assert (other.canonical == task.canonical) is (kind == "reworded")
            assert (other.gold == task.gold) is (kind == "reworded")
            row = case.origin.partition("-v0/")[0] + "-v0"
            assert stepped(row, case.origin, case.candidate.response)["correct"] is case.right
            if kind == "edited" and task.gold == "Yes":
                assert case.candidate == task.payload.candidate  # the same answer, wrong of the changed question
    assert made["reworded"] > 10
    assert made["edited"] > 10


@pytest.mark.parametrize(
    ("knobs", "error"),
    [
        ({"kinds": ("formless",)}, InvalidValueError),
        ({"kinds": ()}, InvalidValueError),
        ({"kinds": ("plane",)}, UnknownNameError),
        ({"misses": ("near",)}, UnknownNameError),
        ({"misses": ()}, InvalidValueError),
        ({"rows": ()}, InvalidValueError),
        ({"rows": ("guru/zebra-v1",)}, UnknownNameError),
        ({"rows": (ENV,)}, InvalidValueError),
        ({"rows": ("guru/logic-mixture-v0",)}, InvalidValueError),
        ({"rows": ("guru/code-v0",)}, InvalidValueError),
        ({"standing": 9}, InvalidValueError),
    ],
)
def test_knobs_are_checked(knobs, error):
    with pytest.raises(error):
        guru_envs.make_source(ENV, knobs=knobs)


def test_questions_that_a_judge_would_not_be_shown_whole_are_refused():
    source = guru_envs.make_source(ENV, knobs={"rows": ("guru/graph-v0",), "standing": 8})
    with pytest.raises(ImpossibleTaskError, match="lower standing"):
        source.draw(0)


def test_the_answer_format_belongs_to_this_row():
    for env_id in ("guru/zebra-v0", "guru/logic-mixture-v0"):
        with pytest.raises(GuruError):
            guru_envs.make_source(env_id, answer_format="decision")
    shown = guru_envs.make_source(ENV, answer_format="tags")
    one = shown.pose(shown.address(1))
    assert one.task_id.endswith("?format=tags")
    assert shown.judge(one.task, f"<answer>{one.task.gold}</answer>").correct
    form = answer_format("decision")
    assert form.extract(form.wrap("Maybe")) == "Maybe"
    with pytest.raises(InvalidValueError):
        form.wrap("two\nlines")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.integers(0, 2**32))
def test_any_text_can_be_rewritten_or_left(text, seed):
    for way in (*REWRITINGS, exchange):
        found = way(text, random.Random(seed))
        assert found is None or isinstance(found, str)
        assert found == way(text, random.Random(seed))


def test_exchanged_answers_have_the_same_characters():
    assert exchange("8 + 10", random.Random(0)) == "10 + 8"
    assert exchange("a+x", random.Random(0)) == "x+a"
    assert exchange("7", random.Random(0)) is None
    table = '{"1": {"pet": "cat", "job": "cook"}, "2": {"pet": "dog", "job": "vet"}}'
    both = {
        table.replace(old, "?").replace(new, old).replace("?", new) for old, new in (("cat", "dog"), ("cook", "vet"))
    }
    assert {exchange(table, random.Random(seed)) for seed in range(20)} == both
    assert exchange('{"1": {"pet": "cat"}}', random.Random(0)) is None
    assert exchange('{"1": 2}', random.Random(0)) is None


def test_an_answer_whose_verdict_the_isolation_changes_is_not_used():
    source = guru_envs.make_source("guru/countdown-v0")
    one = source.pose(source.address(1))
    pair = make_pair(source, one, "plain", "corrupt", random.Random(0))
    assert is_right(source, one, pair.right) is True
    assert is_right(source, one, pair.wrong) is False
    hidden = pair.right._replace(response=pair.wrong.response)
    assert is_right(source, one, hidden) is None
    long = pair.right._replace(text=pair.right.text + " " * 3000)
    assert is_right(source, one, long) is None
