"""The training run, readable from top to bottom.

    evaluate the untouched model -> (optional) supervised warm start, evaluate -> GRPO steps -> evaluate -> say what was learned

Every random choice is a pure function of the seed and the step, so after ``kill -9`` the same command goes on from the
last checkpoint and ends where the uninterrupted run would have ended.
"""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guru_grpo import checkpoint, report
from guru_grpo.collect import Batch, Sources, collect, make_sources
from guru_grpo.config import Config
from guru_grpo.dialogue import Dialogue
from guru_grpo.evaluate import Result, evaluate
from guru_grpo.folder import RunFolder, versions
from guru_grpo.logs import Display, RunLog, draw_curves, read_rows
from guru_grpo.mixture import Mixture, check_environments, make_curriculum, make_mixing
from guru_grpo.overlap import Batches
from guru_grpo.randomness import derive
from guru_grpo.rows import step_row
from guru_grpo.samples import SampleLog, sample_rows
from guru_grpo.warm_start import warm_start

if TYPE_CHECKING:
    from guru_grpo.crew import Crew
    from guru_grpo.engine import Engine
    from guru_grpo.learner import Learner


class Clock:
    """Minutes of the run so far, over all its restarts, and whether another step still fits.

    Attributes:
        earlier: seconds of the processes before this one, up to their last checkpoint.
        evaluation: seconds that the evaluation after training will take.
        saving: seconds that the last checkpoint, the model and the curves will take.
    """

    def __init__(self, max_minutes: float | None) -> None:
        self.max_seconds = None if max_minutes is None else max_minutes * 60
        self.earlier = self.evaluation = self.saving = 0.0
        self._start = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the first start."""
        return self.earlier + time.monotonic() - self._start

    def fits(self, seconds: float) -> bool:
        """Whether so many more seconds of training still leave time for what comes after it."""
        needed = seconds + self.evaluation + self.saving
        return self.max_seconds is None or self.seconds + needed <= self.max_seconds


@dataclass
class Run:
    """A run in progress: its parts and its place."""

    config: Config
    folder: RunFolder
    display: Display
    clock: Clock
    crew: Crew
    engine: Engine
    dialogue: Dialogue
    step: int = 0
    sources: Sources = field(default_factory=Sources)
    batches: Batches | None = None

    @property
    def goal(self) -> dict[str, Any]:
        """When training is to end."""
        return goal(self.config)


def goal(config: Config) -> dict[str, Any]:
    """When training is to end, as far as the configuration says."""
    return {"steps": config.train.steps, "max_minutes": config.train.max_minutes}


def train(config: Config, display: Display, fresh: bool = False) -> dict[str, list[Result]]:
    """Run a configuration from wherever its folder stands, to the end.

    Under torchrun every process calls this; rank 0 goes through it, and the others make the learner's and the engine's calls that
    it announces (``Crew``).

    Returns:
        The results of the stages ``before``, ``warm`` (with a warm start) and ``after``; nothing but on rank 0.

    Raises:
        CheckpointError: a full disk, an unwritable folder or only damaged checkpoints.
        ResumeError: the folder holds a run with other settings, or another process is at work in it.
    """
    from guru_grpo.crew import call_up, follow
    from guru_grpo.ranks import follows

    clock = Clock(config.train.max_minutes)
    folder = RunFolder(Path(config.output))
    if follows():
        follow(lambda: set_up(config, folder, display, clock).crew)
        return {}
    check_environments(config.environments)
    make_curriculum(config)  # raises for wrong settings before a model is loaded
    with folder.claim(fresh):
        folder.keep_config(config)
        done = folder.complete(goal(config))
        if done is not None:
            display.say(f"the run in {folder.path} is complete; --fresh starts it anew, more train.steps go on from it")
            call_up(False)
            return done
        call_up()
        run = set_up(config, folder, display, clock)
        stages = {"before": _stage(run, "before")}
        saved = checkpoint.load_latest(folder.checkpoints)
        if config.warm_start.steps:
            if saved is None:
                warm_start(run)
            stages["warm"] = _stage(run, "warm", stored=saved is not None)
        learner = _grpo(run, saved)
        stages["after"] = _stage(run, "after")
        stages = {stage: results for stage, results in stages.items() if results}
        _finish(run, stages, learner)
        run.crew.dismiss()
    return stages


def measure(config: Config, display: Display) -> list[Result]:
    """Evaluate a model on the test split, without training and without a folder."""
    from guru_grpo.crew import call_up, follow
    from guru_grpo.ranks import follows

    folder, clock = RunFolder(Path(config.output)), Clock(None)
    if follows():
        follow(lambda: set_up(config, folder, display, clock).crew)
        return []
    check_environments(config.environments)
    call_up()
    run = set_up(config, folder, display, clock)
    results = _evaluate(run, report.STAGES["alone"])
    run.crew.dismiss()
    return results


def measure_with(run: Run, config: Config, title: str) -> list[Result]:
    """Evaluate the model that a run holds in the environments, and with the settings, of another configuration."""
    check_environments(config.environments)
    dialogue = Dialogue(run.dialogue.tokenizer, config.model.chat, config.model.system)
    return _evaluate(replace(run, config=config, dialogue=dialogue), title)


def set_up(config: Config, folder: RunFolder, display: Display, clock: Clock) -> Run:
    """Load the model and start the engine.

    With several ranks rank 0 loads the model on the CPU, and it is on the GPUs in shards before vLLM takes its part of them. An
    engine of transformers copies the model, which must be whole then, so every rank loads it.
    """
    from guru_grpo.crew import Crew
    from guru_grpo.engine import make_engine
    from guru_grpo.model import load_policy
    from guru_grpo.policy import make_policy
    from guru_grpo.ranks import join_ranks

    ranks = join_ranks()
    display.say(f"loading {config.model.name}")
    sharded = ranks.size > 1 and config.engine.kind == "vllm"
    weights = ranks.leads or not sharded
    model, tokenizer = load_policy(config.model.name, config.model.dtype, on_gpu=ranks.size == 1, weights=weights)
    ranks.meet()
    policy = make_policy(model, config.learner, ranks) if sharded else model
    dialogue = Dialogue(tokenizer, config.model.chat, config.model.system)
    display.say(f"starting the {config.engine.kind} engine")
    apart = ranks.size > 1 or bool(config.learner.lora_rank) or config.train.overlap
    crew = Crew(policy, make_engine(config.engine, model, tokenizer, ranks, apart), ranks)
    return Run(config, folder, display, clock, crew, crew.lead("engine"), dialogue)


# ------------------------------------------------------------------------------------------------ GRPO


def _grpo(run: Run, saved: tuple[int, dict[str, Any]] | None) -> Learner:
    """Bring the learner and the stream of tasks to where the run stands, and train until the goal."""
    from guru_grpo.safety import check_faults, check_groups

    config = run.config
    settings = replace(config.learner, temperature=config.rollout.temperature, seed=config.seed)
    learner: Learner = run.crew.make_learner(settings, config.rollout.max_new_tokens)
    seed = derive(config.seed, "train tasks")
    rows, rollout, curriculum = config.environments, config.rollout, make_curriculum(config)
    run.sources = make_sources(config)
    traced = run.sources.traces.task_ids if run.sources.traces is not None else []
    mixing, drop = make_mixing(config), rollout.drop_mastered
    with closing(
        Mixture(rows, rollout.groups, rollout.group_size, "train", seed, curriculum, traced, mixing, drop)
    ) as mixture:

        def draw(step: int) -> Batch:
            now = replace(config, rollout=replace(rollout, temperature=learner.temperature))
            batch = collect(now, run.engine, run.dialogue, mixture, step, run.sources)
            # Here, and not where the batch is learnt: one that waits in a checkpoint would stop every run that resumes from it.
            check_faults(batch, config.train.max_fault_rate, step + 1, [one.name for one in rows])
            check_groups(batch, rollout, step + 1)
            return batch

        run.batches = batches = Batches(draw, config.train.overlap, run.crew.ranks.bind)
        if saved is None:
            _save(run, learner, mixture)
        else:
            run.step, state = saved
            run.sources.check_traces(state.get("traces"))
            learner.load_state_dict(state["learner"])
            mixture.load_state_dict(state["mixture"])
            if run.sources.replay is not None:
                run.sources.replay.load_state_dict(state["replay"])
            batches.load_state_dict(state["ahead"])
            run.clock.earlier = state["seconds"]
            learner.hand_over(run.engine)
            run.display.say(f"going on from step {run.step}")
            if state["ended"] == run.goal:  # only the evaluation after training is missing
                return learner
        with closing(RunLog(run.folder.path, run.step, config.logs.tensorboard)) as log:
            _steps(run, learner, mixture, batches, log)
            log.flush()
        _save(run, learner, mixture, ended=run.goal)
    return learner


def _steps(run: Run, learner: Learner, mixture: Mixture, batches: Batches, log: RunLog) -> None:
    """GRPO steps until the goal: draw, generate, judge, learn, hand over the weights, log."""
    import torch

    from guru_grpo.safety import check_numbers

    config, slowest = run.config, 0.0
    names, every = [one.name for one in config.environments], config.logs.samples_every
    samples = SampleLog(run.folder.path, run.step)
    with run.display.bar("GRPO steps", config.train.steps) as bar:
        bar.move(run.step)
        while run.step < config.train.steps and run.clock.fits(1.2 * slowest):
            began = time.monotonic()
            torch.manual_seed(derive(config.seed, "step", run.step))
            batch, staleness = batches.take(run.step)
            collected = time.monotonic()
            # Before the next step's tasks are drawn, which may be now.
            refresh = mixture.curriculum is not None and mixture.curriculum.advance()
            if run.step + 1 < config.train.steps:
                batches.start(run.step + 1, version=run.step)
            metrics = {**learner.learn(batch.rollouts), "staleness": float(staleness)}
            check_numbers(batch, metrics, run.folder.path, run.step + 1, config.train.max_grad_norm_seen)
            learned = time.monotonic()
            batches.wait()
            waited = time.monotonic()
            learner.hand_over(run.engine)
            synced = time.monotonic()
            run.step += 1
            if refresh:
                learner.refresh()
                run.display.say(f"step {run.step}: a new stage; {learner.refreshed}")
            seconds = {"learn": learned - collected, "wait": waited - learned, "sync": synced - waited}
            seconds["step"] = synced - began
            row = step_row(run.step, batch, names, metrics, learner.by_rollout, seconds)
            log.write(row)
            if every and run.step % every == 0:
                samples.write(sample_rows(run.step, batch, names, config.logs.samples))
            run.display.step(row)
            bar.move()
            slowest = max(0.9 * slowest, time.monotonic() - began)
            if run.step % config.train.checkpoint_every == 0 and run.step < config.train.steps:
                log.flush()
                _save(run, learner, mixture)
    if run.step < config.train.steps:
        run.display.say(f"the time budget ends training after {run.step} of {config.train.steps} steps")


def _save(run: Run, learner: Learner, mixture: Mixture, ended: dict[str, Any] | None = None) -> None:
    """Write a checkpoint; ``ended`` is the goal when training has reached it."""
    from guru_grpo.safety import check_weights

    began = time.monotonic()
    state = {
        "learner": learner.state_dict(),
        "mixture": mixture.state_dict(),
        "replay": run.sources.replay.state_dict() if run.sources.replay is not None else None,
        "traces": run.sources.traces.fingerprint if run.sources.traces is not None else None,
        "ahead": run.batches.state_dict() if run.batches is not None else None,
        "ended": ended,
        "seconds": run.clock.seconds,
        "versions": versions(),
    }
    check_weights(state["learner"], run.step)
    checkpoint.save(run.folder.checkpoints, run.step, state, run.config.train.keep)
    run.clock.saving = max(run.clock.saving, 2.5 * (time.monotonic() - began))


# ------------------------------------------------------------------------------------------------ before and after


def _stage(run: Run, name: str, stored: bool = True) -> list[Result]:
    """The evaluation of a stage: the stored one, or measured now with the weights that the engine holds."""
    if not run.config.evaluate.tasks:
        return []
    found = run.folder.read_evaluation(name, run.step if name == "after" else None) if stored else None
    if found is None:
        began = time.monotonic()
        results = _evaluate(run, report.STAGES[name])
        seconds = time.monotonic() - began
        run.folder.write_evaluation(name, run.step, seconds, results)
    else:
        seconds, results = found
    run.clock.evaluation = 1.2 * seconds
    for result in results:
        run.display.say(
            f"{result.environment}, {report.STAGES[name]}: reward {result.reward}, correct {result.correct}"
        )
    return results


def _evaluate(run: Run, title: str) -> list[Result]:
    settings, rows = run.config.evaluate, run.config.environments
    with run.display.bar(f"test: {title}", settings.tasks * settings.samples * len(rows)) as bar:
        return evaluate(rows, settings, run.engine, run.dialogue, run.config.rollout.max_new_tokens, bar.move)


def _finish(run: Run, stages: dict[str, list[Result]], learner: Learner) -> None:
    """Write the trained model, the curves and the summary."""
    run.folder.write_model(learner.model, run.dialogue.tokenizer, learner.model_state())
    plain = {stage: [result.plain() for result in results] for stage, results in stages.items()}
    if run.config.logs.curves:
        by_name = {stage: {row["environment"]: row for row in rows} for stage, rows in plain.items()}
        draw_curves(read_rows(run.folder.metrics), by_name, run.folder.curves)
    summary = {
        "goal": run.goal,
        "steps": run.step,
        "minutes": run.clock.seconds / 60,
        "stages": plain,
        "findings": [asdict(finding) for finding in report.findings(stages)],
        "versions": versions(),
    }
    run.folder.write_json("summary.json", summary)
