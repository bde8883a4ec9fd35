"""What TextEnv and TextVectorEnv share: their options, how an episode goes on, and what ``info`` holds."""

from __future__ import annotations

import inspect
import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guru_envs import registry
from guru_envs.domain import Domain, judges_lines, knob_fields
from guru_envs.errors import InvalidValueError, unknown_name
from guru_envs.pool import VerifierPool
from guru_envs.reward import Review, RewardRule, reward_style
from guru_envs.source import Posed, Setting, TaskSource
from guru_envs.task import Outcome, Verdict

INFO_KEYS = ("task_id", "level", "split", "turn", "outcome", "correct", "credit", "format_ok", "answer", "detail")

REVIEW_KEYS = Review._fields  # more keys of info, where the reward rule prices steps
STEPS_TURNS = 200  # turns of an episode of mode "steps", unless max_turns is given

RENDER_MODES = ("ansi", "human")

_CORRECT, _FAULT = Outcome.CORRECT, Outcome.FAULT  # attribute access on an enum is slow

_FEEDBACK = {
    "en": {
        "correct": "Correct.",
        "wrong": "Your answer is not correct",
        "no_answer": "No answer could be read",
        "fault": "Your answer could not be judged.",
        "again": "Try again ({left} left). {instruction}",
        "stop": ".",
        "colon": ": ",
    },
    "zh": {
        "correct": "正确。",
        "wrong": "答案不正确",
        "no_answer": "无法读取答案",
        "fault": "无法判定答案。",
        "again": "请再试一次（还剩 {left} 次）。{instruction}",
        "stop": "。",
        "colon": "：",
    },
}

_NEXT_FACT = {"en": "{detail}. {left} responses left.", "zh": "{detail}。还剩 {left} 次。"}
_PRAISE = {lang: words["correct"] for lang, words in _FEEDBACK.items()}


@dataclass(frozen=True)
class Play:
    """The fixed part of an environment: where tasks come from, who judges, what verdicts are worth, how many turns.

    With ``fair`` a baseless fact in mode ``steps`` costs what the puzzle's size asks for, see ``guru_envs.deduction.fair_price``.
    """

    row: registry.Row
    source: TaskSource[Any]
    rule: RewardRule
    max_turns: int
    pool: VerifierPool | None
    fair: bool = False

    def judge(self, posed: Sequence[Posed], responses: Sequence[str]) -> list[Verdict]:
        """Judge one response for each task, in worker processes when there is a pool."""
        if self.pool:
            return self.pool.judge_many(posed, responses)
        return self.source.judge_many(posed, responses)


def make_play(
    env_id: str,
    others: Sequence[str] = (),
    *,
    level: int | None = None,
    split: str = "train",
    lang: str = "en",
    template: str = "plain",
    answer_format: str | None = None,
    mode: str = "answer",
    hints: int = 0,
    twin: str = "",
    max_turns: int | None = None,
    reward: Mapping[str, float] | str | None = None,
    workers: int | None = None,
    deadline: float | None = None,
    cluster: str | None = None,
    **knobs: Any,
) -> Play:
    """Read an environment's keyword arguments; what is no option must be a knob of its domain.

    Args:
        env_id: a registered id.
        others: options that the caller reads itself; only named in errors.
        level: 1-based level; None takes level 1, or no level when knobs are given.
        split: ``train`` or ``test``.
        lang: ``en`` or ``zh``.
        template: ``plain``, ``r1``, ``qwen`` or ``guru``.
        answer_format: ``tags``, ``boxed``, ``json`` or ``code``; None takes the row's.
        mode: ``answer``, or ``steps``: each response states one fact, is told whether it follows, and earns what it settles.
        hints: lines of the oracle's proof that the prompt gives away.
        twin: ``reworded`` or ``edited`` shows a task of the same structure instead, see ``TaskSource``.
        max_turns: responses per task; one that does not end the episode gets feedback. None takes 1, or 200 in mode ``steps``.
        reward: changes to the row's reward numbers, or the name of a style (``REWARD_STYLES``). With ``step`` or ``false_step``
            the facts that a response states are checked, and ``info`` has the keys ``facts``, ``first_false``, ``progress`` and
            ``gains`` too (``Review``). In mode ``steps`` the default of ``wrong`` is -0.2.
        workers: verifier processes; None takes none, or two for a row that declares a deadline.
        deadline: seconds per judgement in a worker; None takes the row's, or 10 when only ``workers`` is given.
        cluster: address of a Ray cluster whose machines judge, with ``workers`` processes (1) an actor; ``auto``, ``local`` or a URL.
        knobs: knobs of the domain, on top of the level.

    Raises:
        UnknownNameError, InvalidValueError, ImpossibleTaskError: naming the id, the value and what is allowed.
    """
    row = registry.spec(env_id)
    options = [name for name, spec in inspect.signature(make_play).parameters.items() if spec.kind is spec.KEYWORD_ONLY]
    known = knob_fields(registry.make_source(env_id).domain.Knobs)
    for name in knobs:
        if name not in known:
            raise unknown_name("knob or option", name, [*known, *options, *others], env_id)
    source = registry.make_source(
        env_id,
        level=level,
        knobs=knobs,
        split=split,
        lang=lang,
        template=template,
        answer_format=answer_format,
        mode=mode,
        hints=hints,
        twin=twin,
    )
    if max_turns is None:
        max_turns = STEPS_TURNS if mode == "steps" else 1
    max_turns = whole_number("max_turns", max_turns, 1, env_id)
    if isinstance(reward, str):
        reward = reward_style(reward)
    if reward is not None and not isinstance(reward, Mapping):
        raise InvalidValueError(f"reward {reward!r} for {env_id}: a mapping is expected, such as {{'wrong': -1.0}}")
    if workers is not None:
        workers = whole_number("workers", workers, 0, env_id)
    if deadline is not None and not (isinstance(deadline, (int, float)) and 0 < deadline < math.inf):
        raise InvalidValueError(
            f"deadline {deadline!r} for {env_id}: a positive number of seconds is expected, or None"
        )
    fair = mode == "steps" and "wrong" not in (reward or {})
    numbers = {**row.reward, **({"wrong": 0.0} if fair else {}), **(reward or {})}
    rule = RewardRule.from_mapping(numbers, env_id)
    if rule.prices_steps and not judges_lines(source.domain):
        raise InvalidValueError(f"reward 'step' and 'false_step' for {env_id}: its domain does not judge single lines")
    if mode == "steps" and rule.prices_steps:
        raise InvalidValueError(
            f"reward 'step' and 'false_step' for {env_id}: in mode 'steps' each fact earns its share of 'correct', or 'wrong'"
        )
    limit = deadline if deadline is not None else row.deadline
    if workers is None and limit is not None:
        workers = 2
    seconds = limit if limit is not None else 10.0
    pool = VerifierPool(row, workers, seconds) if workers else None
    if cluster:
        from guru_envs.cluster_pool import ClusterPool

        pool = ClusterPool(row, workers or 1, seconds, cluster)
    return Play(row, source, rule, max_turns, pool, fair)


def whole_number(name: str, value: Any, least: int, env_id: str) -> int:
    """An option as an int, also one of NumPy; raises ``InvalidValueError`` for what is no whole number from ``least``."""
    try:
        number = -1 if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = -1
    if number < least:
        raise InvalidValueError(f"{name} {value!r} for {env_id}: allowed are whole numbers from {least}")
    return number


def check_options(env_id: str, options: Mapping[str, Any] | None, allowed: Sequence[str]) -> Mapping[str, Any]:
    """The options of a reset; raises ``UnknownNameError`` for a key that is not allowed."""
    if options is not None and not isinstance(options, Mapping):
        raise InvalidValueError(f"reset options {options!r} for {env_id}: a mapping is expected")
    for name in options or {}:
        if name not in allowed:
            raise unknown_name("reset option", name, allowed, env_id)
    return options or {}


def chosen_setting(source: TaskSource[Any], options: Mapping[str, Any]) -> Setting:
    """The setting that the reset options ``level`` (also a table of knobs) and ``knobs`` ask for; the source's own without them."""
    level, knobs = options.get("level"), options.get("knobs")
    if level is None and knobs is None:
        return source.setting
    if isinstance(level, Mapping):
        if knobs is not None or not level:
            raise InvalidValueError(
                f"level {level!r} for {source.env_id}: a number, or a table of knobs where the option knobs is not given"
            )
        level, knobs = None, level
    return source.make_setting(level, knobs or {})


def is_over(verdict: Verdict, turn: int, max_turns: int) -> tuple[bool, bool]:
    """``(terminated, truncated)`` after a verdict on turn ``turn`` (from 1). Truncated means exactly: a FAULT."""
    if verdict.outcome is Outcome.FAULT:
        return False, True
    return verdict.outcome is Outcome.CORRECT or turn >= max_turns, False


def feedback(posed: Posed, verdict: Verdict, turn: int, max_turns: int) -> str:
    """What the policy is told after a turn: short, truthful, never the answer."""
    outcome, _, _, detail, _ = verdict
    words = _FEEDBACK[posed.show.lang]
    text = words[outcome._value_]
    if outcome is _CORRECT or outcome is _FAULT:
        return text
    if posed.show.mode == "steps":
        said = _NEXT_FACT[posed.show.lang].format(detail=detail.rstrip(".。"), left=max_turns - turn)
        return said[:1].upper() + said[1:]
    text += words["colon"] + detail.rstrip(".。") + words["stop"] if detail else words["stop"]
    left = max_turns - turn
    if left <= 0:
        return text
    return text + "\n" + words["again"].format(left=left, instruction=posed.show.format.instruction)


def feedbacks(
    posed: Sequence[Posed], verdicts: Sequence[Verdict | None], turns: Sequence[int], max_turns: int
) -> list[str]:
    """The feedback of many episodes; empty where there is no verdict."""
    return [
        (_PRAISE[one.show.lang] if verdict.outcome is _CORRECT else feedback(one, verdict, turn, max_turns))
        if verdict
        else ""
        for one, verdict, turn in zip(posed, verdicts, turns, strict=True)
    ]


NO_VERDICT = {"outcome": "", "correct": False, "credit": 0.0, "format_ok": False, "answer": None, "detail": ""}


def verdict_info(verdict: Verdict | None) -> dict[str, Any]:
    """The part of ``info`` that speaks of the last response; empty values before the first."""
    if verdict is None:
        return NO_VERDICT
    return {
        "outcome": verdict.outcome.value,
        "correct": verdict.outcome is Outcome.CORRECT,
        "credit": verdict.credit,
        "format_ok": verdict.format_ok,
        "answer": verdict.answer,
        "detail": verdict.detail,
    }


def describe(posed: Posed, turn: int, verdict: Verdict | None, rule: RewardRule, review: Review) -> dict[str, Any]:
    """``info``: flat, the same keys (``INFO_KEYS``, and ``REVIEW_KEYS`` where steps are priced) on every call."""
    head = {"task_id": posed.task_id, "level": posed.level, "split": posed.split, "turn": turn}
    return head | verdict_info(verdict) | (review._asdict() if rule.prices_steps else {})


def draw(domain: Domain[Any, Any], posed: Posed, response: str, verdict: Verdict | None) -> str:
    """The puzzle as a person would draw it, with the last response and its verdict."""
    render = getattr(domain, "render", None)
    parts = [f"[{posed.task_id}]", render(posed.task) if render else posed.task.prompt]
    if verdict is not None:
        shown = response if len(response) <= 2000 else response[:2000] + f"... ({len(response)} characters)"
        detail = f" - {verdict.detail}" if verdict.detail else ""
        parts += [f"Response:\n{shown}", f"Verdict: {verdict.outcome.value}, credit {verdict.credit:.2f}{detail}"]
    return "\n\n".join(parts).encode("utf-8", "replace").decode()
