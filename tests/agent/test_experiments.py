"""Experiments: every one in the package can be planned, and a tiny one is run, killed, resumed and reported."""

from __future__ import annotations

import json
import math
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from guru_grpo import cli, config
from guru_grpo import plan as recipe
from guru_grpo.build import build
from guru_grpo.config import EnvironmentConfig
from guru_grpo.experiments import children, cost, figures, machine, measure, plan, results, run
from guru_grpo.experiments.measure import missing, path_of
from typer.testing import CliRunner

from guru_envs import cli as program
from guru_envs.errors import GuruError, InvalidValueError, UnknownNameError

TINY = """
question = "Does anything happen?"
figure = "matrix"

[[arms]]
name = "untouched"
settings.train.steps = 0

[[arms]]
name = "sft"
train = ["sums"]
settings.train.steps = 0
settings.warm_start.steps = 2

[[arms]]
name = "grpo"
start = "sft"
tests = ["warm"]

[[tests]]
name = "warm"

[[tests]]
name = "greedy"
on = ["sums"]
settings.evaluate = { temperature = 0.0, samples = 1, k = [1] }

[[claims]]
better = "grpo"
worse = "sft"
text = "GRPO does better"
tests = ["warm"]

[small]
seeds = [3]

[small.environments]
sums = { id = "guru/countdown-v0", knobs = { numbers = 3, operations = ["+"], use = "any" } }
people = { id = "guru/knights-and-knaves-v0", level = 1, lang = "zh" }

[small.settings]
model = { name = "tiny-random", chat = false }
engine = { kind = "transformers", max_model_len = 1024 }
rollout = { groups = 2, group_size = 2, max_new_tokens = 4 }
warm_start = { batch = 2, form = "answer" }
train = { steps = 1 }
evaluate = { tasks = 2, samples = 2, k = [1] }
logs = { tensorboard = false }

[large.environments]
sums = { id = "guru/countdown-v0", level = 2 }
"""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(TINY)
    return str(path)


@pytest.fixture
def here(monkeypatch):
    """Run the commands of the arms' processes in this one; the list of them is returned."""
    done = []

    def child(self, *command, what, share, log):
        done.append(command)
        if command[1] == "guru_grpo":
            cli.app(list(command[2:]), standalone_mode=False)
        else:
            measure.main(command[2:])

    monkeypatch.setattr(children.Children, "run", child)
    return done


@pytest.mark.parametrize("size", plan.SIZES)
@pytest.mark.parametrize("name", plan.names())
def test_every_experiment_of_the_package_can_be_planned(name, size):
    made = plan.make(name, size)
    assert made.entry.question.endswith("?")
    assert len(made.arms) >= 2
    assert len({arm.config.output for arm in made.arms}) == len(made.arms)
    assert any(arm.trains for arm in made.arms)
    for arm in made.arms:
        assert arm.tests
        assert arm.config.evaluate.tasks == 0
        assert all(test.config.evaluate.tasks > 0 for test in arm.tests)
        assert all(len(test.environments) == len(test.config.environments) for test in arm.tests)


@pytest.mark.parametrize("name", plan.names())
def test_the_large_size_fits_the_gpu_that_it_names(name):
    """And its weights are learnt in float32: a step of 1e-6 would be rounded away in less."""
    made = plan.make(name, "large")
    assert made.part.assumed_on == "one GPU of the H100 class"
    for arm in made.arms:
        if arm.trains:
            assert recipe.plan("1.5b", 1, recipe.recipe_of(arm.config, 1024)).fits
        assert arm.config.model.chat is False or all(row.template == "plain" for row in arm.config.environments)


def test_these_experiments_are_in_the_package():
    assert {
        "transfer",
        "base_or_instruct",
        "rewards",
        "curriculum",
        "template",
        "language",
        "luffy",
        "pass_at_k",
        "dynamics",
    } == set(plan.names())


def test_settings_of_arms_and_tests_stand_above_those_of_all(source, tmp_path):
    made = plan.make(source, "small", str(tmp_path / "out"), (3, 4))
    assert [(arm.name, arm.seed) for arm in made.arms] == [
        (name, seed) for seed in (3, 4) for name in ("untouched", "sft", "grpo")
    ]
    untouched, sft, grpo = made.arms[:3]
    assert not untouched.trains
    assert untouched.model == "tiny-random"
    assert (sft.config.train.steps, sft.config.warm_start.steps, sft.train) == (0, 2, ("sums",))
    assert (grpo.config.train.steps, grpo.config.warm_start.steps, grpo.train) == (1, 0, ("sums", "people"))
    assert grpo.config.model.name == sft.model
    assert grpo.config.seed == 3
    warm, greedy = sft.tests
    assert warm.environments == ("sums", "people")
    assert (greedy.environments, greedy.config.evaluate.temperature, greedy.config.evaluate.tasks) == (
        ("sums",),
        0.0,
        2,
    )
    assert [test.name for test in grpo.tests] == ["warm"]


@pytest.mark.parametrize(
    ("wrong", "right", "error"),
    [
        ('train = ["sums"]', 'train = ["sum"]', "'sums'"),
        ('start = "sft"', 'start = "later"', "untouched, sft"),
        ('tests = ["warm"]\n\n[[tests]]', 'tests = ["wram"]\n\n[[tests]]', "'warm'"),
        ('better = "grpo"', 'better = "gpro"', "'grpo'"),
        ('name = "greedy"', 'name = "warm"', "twice"),
        ("train = { steps = 1 }", "train = { step = 1 }", "train.steps"),
        ("settings.evaluate = {", "settings.learner = {", "evaluate"),
        ("[small]\n", "[small]\nseed = 1\n", "small.seeds"),
        ('question = "', "question = ", "TOML"),
    ],
)
def test_mistakes_are_named(tmp_path, wrong, right, error):
    path = tmp_path / "tiny.toml"
    assert wrong in TINY
    path.write_text(TINY.replace(wrong, right))
    with pytest.raises((UnknownNameError, InvalidValueError), match=error):
        plan.make(str(path), "small")


def test_unknown_names_suggest_the_nearest():
    with pytest.raises(UnknownNameError, match="'luffy'"):
        plan.make("lufy", "small")
    with pytest.raises(UnknownNameError, match="'small'"):
        plan.make("luffy", "smal")


def test_tokens_are_counted(source, tmp_path):
    made = plan.make(source, "small", str(tmp_path / "out"))
    untouched, sft, grpo = (cost.cost(arm) for arm in made.arms)
    # Tests: 2 tasks x 2 samples in two environments, and 2 tasks x 1 sample; at most 4 tokens each.
    assert untouched.responses == sft.responses == 2 * 2 * 2 + 2
    assert grpo.responses == 1 * 2 * 2 + 8
    assert untouched.training == untouched.warm_start == 0
    assert sft.warm_start > 2 * 2 * 4
    assert grpo.training > 4 * 4
    seconds, basis = cost.seconds(made)
    assert seconds == pytest.approx(sum(one.tokens for one in (untouched, sft, grpo)) / 100)
    assert "assumed" in basis


def test_tokens_of_prompts_are_estimated_without_a_tokenizer():
    """Against what SmolLM2's tokenizer counts in the same prompts, with its chat template and the system message."""
    counted = {"countdown_en": 87, "countdown_zh": 137, "tables_en": 194, "tables_zh": 305}
    config = plan.make("language", "small").arms[0].config
    for row, count in counted.items():
        entry = plan.read("language").small.environments[row]
        one = replace(config, environments=(build(EnvironmentConfig, entry, row),))
        assert cost._mean_prompt(one) == pytest.approx(count, rel=0.25)


def test_a_tiny_experiment_runs_resumes_and_reports(source, tmp_path, here):
    out = tmp_path / "out"
    made = plan.make(source, "small", str(out))
    said = []
    run.run(made, source, said.append)
    assert [command[1] for command in here].count("guru_grpo") == 2
    assert len(here) == 2 + 3
    measured = results.rows(made)
    assert [(row["arm"], row["test"], row["environment"]) for row in measured] == [
        ("untouched", "warm", "sums"), ("untouched", "warm", "people"), ("untouched", "greedy", "sums"),
        ("sft", "warm", "sums"), ("sft", "warm", "people"), ("sft", "greedy", "sums"),
        ("grpo", "warm", "sums"), ("grpo", "warm", "people"),
    ]  # fmt: skip
    assert [row["lang"] for row in measured[:3]] == ["en", "zh", "en"]
    assert json.loads((out / "results.jsonl").read_text().splitlines()[0]) == measured[0]
    assert (out / "figure.png").stat().st_size > 1000
    report = (out / "report.md").read_text()
    assert "8 of 8 cells measured" in report
    assert "GRPO does better" in report
    assert "One seed" in report
    assert not list(out.glob("arms/*/model"))  # nothing needs them any more
    # Done: nothing runs again.
    here.clear()
    run.run(made, source, said.append)
    assert here == []
    # A lost result needs its model again, and that the model it began with; what was measured stays.
    path_of(made, made.arms[2], made.arms[2].tests[0]).unlink()
    run.run(made, source, said.append, keep_models=True)
    assert [command[1] for command in here] == ["guru_grpo", "guru_grpo", "guru_grpo.experiments.measure"]
    assert results.rows(made) == measured


def test_a_failed_arm_says_so_and_the_rest_is_kept(source, tmp_path, here, monkeypatch):
    made = plan.make(source, "small", str(tmp_path / "out"))

    def fail(self, *command, what, share, log):
        raise children.ArmError(f"the {what} ended with status 1")

    monkeypatch.setattr(children.Children, "run", fail)
    with pytest.raises(children.ArmError, match="measuring of untouched"):
        run.run(made, source, lambda text: None)
    assert missing(made, made.arms[0])


VARIABLES = ("OMP_NUM_THREADS", "VLLM_CPU_OMP_THREADS_BIND")


def test_jobs_run_at_the_same_time_each_after_the_one_it_begins_with(source, tmp_path, monkeypatch):
    made = plan.make(source, "small", str(tmp_path / "out"), (3, 4))
    told, both = [], threading.Barrier(2, timeout=60)

    def child(self, *command, what, share, log):
        told.append((what, *(share.variables[one] for one in VARIABLES), share.cores, log.parent.name))
        if len(told) <= 2:
            both.wait()  # the first two are there together, or this breaks
        if command[1] == "guru_grpo":
            arm = next(one for one in made.arms if f"{one.name}-{one.seed}.json" in command[4])
            assert not arm.start or Path(arm.config.model.name).exists()
            Path(arm.model).mkdir(parents=True)
            (arm.folder / "summary.json").write_text(json.dumps({"goal": {"steps": arm.config.train.steps}}))
        else:
            arm = next(one for one in made.arms if (one.name, str(one.seed)) == command[5:])
            for test in arm.tests:
                path_of(made, arm, test).parent.mkdir(parents=True, exist_ok=True)
                path_of(made, arm, test).write_text("{}")

    monkeypatch.setattr(children.Children, "run", child)
    monkeypatch.setattr(results, "write", lambda made: None)
    monkeypatch.setattr(machine, "_cores", lambda: [0, 2, 5, 6])
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    run.run(made, source, lambda text: None, jobs=2)
    assert not any(missing(made, arm) for arm in made.arms)
    whats = [what for what, *_ in told]
    assert [whats.count(f"training of {name}") for name in ("untouched", "sft", "grpo")] == [0, 2, 2]
    assert {one[1:] for one in told} == {("2", "0,5", (0, 5), "logs"), ("2", "2,6", (2, 6), "logs")}
    assert not list((tmp_path / "out").glob("arms/*/model"))


def test_a_machine_is_divided_and_not_into_more_than_it_has():
    assert machine.shares(1) == [machine.Share()]
    two, three = (machine.divide(*given, ["0", "1", "3"]) for given in ((2, range(4)), (3, range(2))))
    assert [one.variables["CUDA_VISIBLE_DEVICES"] for one in two] == ["0,3", "1"]
    assert [one.cores for one in two] == [(0, 2), (1, 3)]
    assert [one.variables["OMP_NUM_THREADS"] for one in three] == ["1", "1", "1"]
    assert [one.cores for one in three] == [(0,), (1,), (0,)]
    with pytest.raises(InvalidValueError, match=r"jobs is 4: allowed are 1 to 3, the GPUs here"):
        machine.divide(4, range(8), ["0", "1", "3"])
    with pytest.raises(InvalidValueError, match="1 to 2, the processor cores here"):
        machine.divide(3, range(2), [])


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (None, ["0", "1", "2"]),
        ("2, 0", ["2", "0"]),
        ("1,-1,0", ["1"]),
        ("-1", []),
        ("NoDevFiles", []),
        ("", []),
        ("GPU-8932f937,MIG-1", ["GPU-8932f937", "MIG-1"]),
        ("0,1,2,3,4", ["0", "1", "2"]),
    ],
)
def test_gpus_are_those_that_can_be_seen(monkeypatch, given, found):
    environ = {} if given is None else {"CUDA_VISIBLE_DEVICES": given}
    monkeypatch.setattr("torch.cuda.device_count", lambda: 3)
    assert machine._gpus(environ) == found
    monkeypatch.setattr("torch.cuda.device_count", lambda: 0)
    assert machine._gpus(environ) == []


def test_what_fails_among_others_leaves_them_to_their_ends(source, tmp_path, monkeypatch):
    made, done = plan.make(source, "small", str(tmp_path / "out"), (3, 4)), []

    def child(self, *command, what, share, log):
        if what == "training of sft":
            time.sleep(0.2)
            done.append(what)
            return
        raise children.ArmError(f"the {what} ended with status 1")

    monkeypatch.setattr(children.Children, "run", child)
    monkeypatch.setattr(results, "write", lambda made: None)
    monkeypatch.setattr(machine, "_cores", lambda: [0, 1])
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    with pytest.raises(children.ArmError, match="measuring of untouched"):
        run.run(made, source, lambda text: None, jobs=2)
    assert done == ["training of sft"]  # it was at work, and nothing was begun after the failure


def test_another_experiment_in_the_folder_is_refused(source, tmp_path, monkeypatch):
    out = str(tmp_path / "out")
    monkeypatch.setattr(run, "missing", lambda made, arm: [])
    monkeypatch.setattr(run, "_needed", lambda made, arm: False)
    run.run(plan.make(source, "small", out), source, lambda text: None)
    with pytest.raises(GuruError, match="other settings"):
        run.run(plan.make("luffy", "small", out), "luffy", lambda text: None)
    # Other seeds are more of the same; the same file under other settings of the package is not.
    run.run(plan.make(source, "small", out, (3, 4)), source, lambda text: None)
    (tmp_path / "elsewhere").symlink_to(out)
    run.run(plan.make(source, "small", str(tmp_path / "elsewhere")), source, lambda text: None)
    monkeypatch.setitem(config.METHODS["guru"], "clip_high", 0.3)
    with pytest.raises(GuruError, match="the arm 'untouched' other settings"):
        run.run(plan.make(source, "small", out), source, lambda text: None)
    run.run(plan.make(source, "small", out), source, lambda text: None, fresh=True)
    # A folder of before there were digests is taken by its file.
    kept = json.loads((tmp_path / "out" / run.SETTINGS).read_text())
    (tmp_path / "out" / run.SETTINGS).write_text(json.dumps({key: kept[key] for key in ("name", "size", "entry")}))
    monkeypatch.setitem(config.METHODS["guru"], "clip_high", 0.4)
    run.run(plan.make(source, "small", out), source, lambda text: None)
    assert json.loads((tmp_path / "out" / run.SETTINGS).read_text())["digests"].keys() == {"untouched", "sft", "grpo"}


def test_a_wrong_number_of_jobs_removes_nothing(source, tmp_path, monkeypatch):
    (tmp_path / "results.jsonl").write_text("{}")
    (tmp_path / "notes.txt").write_text("mine")
    monkeypatch.setattr(machine, "_cores", lambda: [0, 1])
    monkeypatch.setattr(machine, "_gpus", lambda environ: [])
    command = ["experiment", source, "--output", str(tmp_path), "--fresh", "--jobs"]
    refused = CliRunner().invoke(program.app, [*command, "3"])
    assert "jobs is 3: allowed are 1 to 2" in str(refused.exception)
    assert (tmp_path / "results.jsonl").read_text() == "{}"
    monkeypatch.setattr(run, "_claim", lambda made: sys.exit(9))  # far enough
    assert CliRunner().invoke(program.app, [*command, "2"]).exit_code == 9
    assert not (tmp_path / "results.jsonl").exists()
    assert (tmp_path / "notes.txt").exists(), "what no experiment wrote stays"


def test_the_time_of_jobs_is_said_as_a_bound(source, tmp_path):
    command = ["experiment", source, "--output", str(tmp_path / "out"), "--dry-run"]
    alone, three = (CliRunner().invoke(program.app, [*command, "--jobs", jobs, "--json"]) for jobs in "13")
    one, all_three = json.loads(alone.stdout), json.loads(three.stdout)
    assert one["seconds"] == all_three["seconds"] == one["seconds_at_best"] == 3 * all_three["seconds_at_best"]
    text = CliRunner().invoke(program.app, [*command, "--jobs", "3"]).stdout
    assert "one after another" in text
    assert "at best with 3 at a time" in " ".join(text.split())


def test_colours_of_a_constant_column_are_zero():
    assert [figures.scale(value, [2.0, 4.0, math.nan]) for value in (2.0, 3.0, 4.0, math.nan)] == [0.0, 0.5, 1.0, 0.0]
    assert figures.scale(1.0, [1.0, 1.0]) == 0.0
