"""The difficulty filter: exact bands, GURU's rules, and a measurement that goes on where it was stopped."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the extra agent")

import domains_for_tests  # noqa: E402, F401 - registers its environments
from guru_grpo import cli, config  # noqa: E402
from guru_grpo import filter as rates  # noqa: E402
from guru_grpo.engine import Completion  # noqa: E402
from guru_grpo.filter import Measured, Measurements, chosen, guru_keeps, keeps  # noqa: E402
from guru_grpo.logs import read_rows  # noqa: E402

import guru_envs  # noqa: E402
from guru_envs.errors import InvalidValueError  # noqa: E402


def sixteenths(count: int) -> Fraction:
    return Fraction(count, 16)


def test_the_ends_of_a_band_belong_to_it_exactly():
    low, high = Fraction("0.1"), Fraction("0.9")
    kept = [right for right in range(11) if keeps(Fraction(right, 10), low, high)]
    assert kept == list(range(1, 10))
    assert not keeps(Fraction(99_999, 1_000_000), low, high)
    assert not keeps(None, low, high)
    assert Measured("a", "b", 0, 0).rate is None


@pytest.mark.parametrize(
    ("weak", "strong", "family", "kept"),
    [
        (15, 16, "logic", False),  # too easy for the weak model
        (14, 16, "logic", True),
        (0, 0, "logic", False),  # the strong one never passes
        (0, 1, "logic", True),
        (5, 4, "logic", False),  # weak above strong
        (4, 4, "logic", True),
        (6, 12, "math", False),  # 6/16 apart, the strong one at 3/4
        (5, 12, "math", True),  # 7/16 apart
        (6, 11, "math", True),  # the strong one below 3/4
        (6, 12, "code", True),
        (4, 12, "science", True),  # exactly one half apart
        (5, 12, "science", False),
    ],
)
def test_gurus_rules_at_their_boundaries(weak, strong, family, kept):
    assert guru_keeps(sixteenths(weak), sixteenths(strong), family) is kept


def test_a_strong_models_measurements_are_joined_by_task():
    weak = [Measured(f"test/echo-v0/train/1/{seed}", "e", right, 16) for seed, right in enumerate((0, 8, 15, 4))]
    strong = {one.task_id: Measured(one.task_id, "e", 8, 16) for one in weak[:3]}
    kept = chosen(weak, Fraction(0), Fraction(1), strong)
    assert [one.right for one in kept] == [0, 8]


class CountingEngine:
    """Is right about numbers that end in some digits, and counts what it is asked; stops after some calls."""

    def __init__(self, calls: int = 10**9) -> None:
        self.calls, self.asked = calls, 0

    def generate(self, prompts: Any, sampling: Any) -> list[list[Completion]]:
        self.asked += 1
        if self.asked > self.calls:
            raise KeyboardInterrupt
        return [[self._one(prompt, number + sampling.seed) for number in range(sampling.n)] for prompt in prompts]

    def _one(self, prompt: str, number: int) -> Completion:
        said = prompt.split()[1]
        right = number % 4 < int(said[-1]) // 2  # from never to always
        return Completion(f"<answer>{said if right else 'x'}</answer>", [1], [0.0], True)


class Plain:
    def prompt(self, text: str) -> str:
        return text


def measured(tmp_path: Path, engine: CountingEngine, tasks: int = 40, **changes: Any) -> list[Measured]:
    given = config.load("tiny-cpu", ["environments=[{id='test/echo-v0'}, {id='test/echo-v0', level=2}]"])
    kept = Measurements(tmp_path / "ids.measured.jsonl", rates.settings_of(given, tasks, changes.get("samples", 4)))
    return rates.measure(given, engine, Plain(), kept, tasks, changes.get("samples", 4))  # type: ignore[arg-type]


def test_a_stopped_measurement_goes_on_and_ends_the_same(tmp_path):
    whole = measured(tmp_path / "whole", CountingEngine())
    assert len(whole) == len({one.task_id for one in whole}) == 80
    assert {one.environment for one in whole} == {"test/echo-v0 level 1", "test/echo-v0 level 2"}
    assert {one.rate for one in whole} > {Fraction(0), Fraction(1, 2), Fraction(1)}
    for one in whole:
        assert one.right == 4 * min(4, int(guru_envs.task(one.task_id).gold[-1]) // 2) // 4
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            measured(tmp_path / "killed", CountingEngine(1))
    with (tmp_path / "killed" / "ids.measured.jsonl").open("a") as file:
        file.write('{"task_id": "test/ec')  # a line cut short
    last = CountingEngine()
    assert measured(tmp_path / "killed", last) == whole
    assert last.asked == 6 - 3  # chunks of 16: three an environment
    one, other = ((tmp_path / name / "ids.measured.jsonl").read_text() for name in ("whole", "killed"))
    assert one == other
    assert rates.read_measured(tmp_path / "whole" / "ids.measured.jsonl") == {row.task_id: row for row in whole}


def test_other_settings_are_refused_and_so_is_another_kind_of_file(tmp_path):
    measured(tmp_path, CountingEngine(), tasks=2)
    with pytest.raises(InvalidValueError, match="other settings"):
        measured(tmp_path, CountingEngine(), tasks=2, samples=8)
    (tmp_path / "x.jsonl").write_text("[]\n[]\n")
    with pytest.raises(InvalidValueError, match="no file of measurements"):
        rates.read_measured(tmp_path / "x.jsonl")


def test_an_environment_with_few_problems_ends_early(tmp_path):
    given = config.load("tiny-cpu", ["environments=[{id='test/echo-v0', knobs={size=3}}]"])
    kept = Measurements(tmp_path / "m.jsonl", {})
    found = rates.measure(given, CountingEngine(), Plain(), kept, 99, 2)  # type: ignore[arg-type]
    assert 0 < len(found) <= 3


def test_the_command_writes_ids_that_a_run_can_draw_from(run_file, tmp_path, capsys):
    ids = tmp_path / "ids.jsonl"
    command = ["filter", str(run_file), "--tasks", "4", "--samples", "2", "--low", "0", "--high", "1/4", "-o", str(ids)]
    with pytest.raises(SystemExit) as ended:
        cli.main([*command, "--json"])
    assert ended.value.code == 0
    assert json.loads(capsys.readouterr().out) == {"measured": 4, "kept": 4, "output": str(ids)}
    tasks = [json.loads(line)["task_id"] for line in ids.read_text().splitlines()]
    assert len({*tasks}) == 4
    with pytest.raises(SystemExit):
        cli.main([*command, "--high", "7"])
    quick = ["warm_start.steps=0", "train.steps=2", "evaluate.tasks=0", "rollout.max_new_tokens=6"]
    quick += [f"environments.0.tasks={ids}", "logs.samples_every=1"]
    with pytest.raises(SystemExit):
        cli.main(["train", "--config", str(run_file), *(part for one in quick for part in ("--set", one)), "-q"])
    drawn = [row["task_id"] for row in read_rows(tmp_path / "run" / "samples.jsonl")]
    assert len(drawn) == 8
    assert {*drawn} == {*tasks}


def kept(capsys: Any, *arguments: str) -> list[dict[str, Any]]:
    """What the command writes."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["filter", *arguments, "--json"])
    assert ended.value.code == 0
    said = json.loads(capsys.readouterr().out)
    rows = [json.loads(line) for line in Path(said["output"]).read_text().splitlines()]
    assert len(rows) == said["kept"]
    return rows


def test_with_a_strong_model_gurus_rules_see_all_tasks(run_file, tmp_path, capsys):
    """The tiny model solves nothing, and keeps what a stronger one solves: 16 responses and no band, unless one is given."""
    weak, strong, ids = (tmp_path / name for name in ("weak.jsonl", "strong.measured.jsonl", "ids.jsonl"))
    few = [str(run_file), "--tasks", "4", "--set", "rollout.max_new_tokens=2"]
    assert kept(capsys, *few, "--samples", "2", "-o", str(weak)) == []  # the band leaves nothing
    tasks = [*rates.read_measured(weak.with_suffix(".measured.jsonl"))]
    rights = [0, 1, 8, 16]
    rows = [Measured(one, "e", right, 16).__dict__ for one, right in zip(tasks, rights, strict=True)]
    strong.write_text("".join(json.dumps(row) + "\n" for row in ({"settings": {}}, *rows)))
    by_rules = [*few, "--strong", str(strong), "-o", str(ids)]
    assert kept(capsys, *by_rules) == [{"task_id": one, "right": 0, "samples": 16} for one in tasks[1:]]
    assert kept(capsys, *by_rules, "--low", "1/16") == []
    assert len(kept(capsys, *by_rules, "--high", "0")) == 3
    assert {row["samples"] for row in kept(capsys, *by_rules[:-1], str(weak), "--samples", "2")} == {2}
