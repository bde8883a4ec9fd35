"""The command line, called as a program calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from domains_for_tests import REGISTRY
from typer.testing import CliRunner

import guru_envs
from guru_envs import cli

runner = CliRunner()


def call(*arguments: str, stdin: str | None = None):
    return runner.invoke(cli.app, list(arguments), input=stdin)


def test_every_command_has_help_with_an_example():
    names = [command.name or command.callback.__name__ for command in cli.app.registered_commands]
    assert {"list", "show", "play", "check", "generate", "eval", "freeze", "docs"} <= set(names)
    for name in names:
        done = call(name, "--help")
        assert done.exit_code == 0
        assert f"guru {name}" in done.stdout


def test_list_json_holds_every_row():
    listed = json.loads(call("list", "--json").stdout)
    assert {row["id"] for row in listed} == {row.id for row in guru_envs.rows()}
    logic = json.loads(call("list", "--family", "logic", "--json").stdout)
    assert {row["family"] for row in logic} == {"logic"}


def test_show_json_example_is_verifiable():
    shown = json.loads(call("show", "test/echo-v0", "--level", "2", "--seed", "5", "--json").stdout)["example"]
    assert shown["task_id"] == "test/echo-v0/train/2/5"
    assert guru_envs.verify(shown["task_id"], shown["response"]).correct


def test_play_solves_with_a_second_try():
    task_id = "test/echo-v0/train/1/0"
    gold = guru_envs.task(task_id).gold
    done = call("play", "test/echo-v0", "--task-id", task_id, stdin=f"7\n\n{gold}\n\n")
    assert done.exit_code == 0, done.output
    assert "not correct" in done.stdout
    assert "Verdict: correct, reward 1" in done.stdout


def test_play_can_be_given_up():
    done = call("play", "test/echo-v0", "--seed", "0", stdin="")
    assert done.exit_code == 0
    assert "the oracle's proof" in done.stdout


def test_check_passes_and_reports_a_broken_domain():
    good = call("check", "test/echo-v0", "--tasks", "4", "--json")
    assert good.exit_code == 0, good.stdout
    assert json.loads(good.stdout)["failed"] == []
    bad = call("check", "test/constant-v0", "--json")
    assert bad.exit_code == 1
    problems = {finding["check"]: finding["problem"] for finding in json.loads(bad.stdout)["failed"]}
    assert "deterministic" in problems or "splits" in problems


def test_generate_writes_rows_that_verify(tmp_path):
    path = tmp_path / "deep" / "tasks.jsonl"
    done = call("generate", "test/echo-v0", "-n", "20", "-o", str(path), "--answers", "--split", "test")
    assert done.exit_code == 0, done.output
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(rows) == 20
    assert len({row["task_id"] for row in rows}) == 20
    assert {row["level"] for row in rows} == {1, 2}
    assert all(guru_envs.verify(row["task_id"], row["response"]).correct for row in rows)
    assert all(guru_envs.prompt(row["task_id"]) == row["prompt"] for row in rows)


def test_generate_without_answers_holds_no_gold(tmp_path):
    path = tmp_path / "tasks.jsonl"
    assert call("generate", "test/echo-v0", "-n", "3", "-o", str(path)).exit_code == 0
    assert all(
        set(json.loads(line)) == {"task_id", "prompt", "level", "split"} for line in path.read_text().splitlines()
    )


def test_eval_oracle_guess_and_own_policy(tmp_path, monkeypatch):
    def measure(*arguments):
        done = call("eval", "test/echo-v0", "-l", "1", "--tasks", "10", "--json", *arguments)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)[0]

    assert measure("--policy", "oracle")["correct"] == 1.0
    assert measure("--policy", "silent")["correct"] == 0.0
    (tmp_path / "my_policy_for_test.py").write_text(
        "def respond(prompt):\n    return '<answer>' + prompt.split('Say ')[1].split()[0] + '</answer>'\n"
    )
    monkeypatch.chdir(tmp_path)
    row = measure("--policy", "my_policy_for_test:respond", "--samples", "3", "-k", "2")
    assert row["correct"] == row["pass@2"] == row["format_ok"] == 1.0
    assert row["samples"] == 30


def test_eval_of_recorded_responses(tmp_path):
    path = tmp_path / "responses.jsonl"
    task_id = "test/echo-v0/test/1/3"
    rows = [{"task_id": task_id, "response": guru_envs.oracle(task_id)}, {"task_id": task_id, "response": "no"}]
    path.write_text("\n".join(map(json.dumps, rows)))
    row = json.loads(call("eval", "--responses", str(path), "--json").stdout)[0]
    assert (row["correct"], row["samples"], row["tasks"]) == (0.5, 2, 1)


def program(*arguments: str) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parent.parent
    path = os.pathsep.join([str(root), str(root / "tests")])
    return subprocess.run(
        [sys.executable, "-m", "guru_envs.cli", *arguments],
        env=os.environ | {"PYTHONPATH": path, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", "guru/zebr-v0"], ["guru/zebr-v0", "guru/zebra-v0"]),
        (["show", "guru/zebra-v0", "--level", "99"], ["99", "1 to"]),
        (["show", "guru/zebra-v0", "--split", "trian"], ["trian", "train"]),
        (["show", "guru/zebra-v0", "--lang", "fr"], ["fr", "zh"]),
        (["show", "guru/zebra-v0", "--template", "r2"], ["r2", "r1"]),
        (["list", "--family", "logik"], ["logik", "logic"]),
        (["eval", "guru/zebra-v0", "--policy", "nowhere:f"], ["nowhere:f", "oracle"]),
        (["generate", "guru/zebra-v0", "-f", "csv"], ["csv", "jsonl"]),
        (["generate", "guru/zebra-v0", "-n", "2", "-l", "1", "-o", "/proc/nowhere/x.jsonl"], ["/proc/nowhere/x.jsonl"]),
        (["check", "--file", str(REGISTRY.parent / "absent.yaml")], ["absent.yaml"]),
    ],
)
def test_bad_input_is_a_clear_error(arguments, words):
    done = program(*arguments)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "error:" in done.stderr
    for word in words:
        assert word in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["eval", "test/echo-v0", "--tasks", "0"],
        ["eval", "test/echo-v0", "--samples", "0"],
        ["eval", "test/echo-v0", "-k", "0"],
        ["eval", "--responses", "no-such-file.jsonl"],
        ["check", "test/echo-v0", "--tasks", "0"],
    ],
)
def test_numbers_out_of_range_and_missing_files_are_wrong_usage(arguments):
    done = call(*arguments)
    assert done.exit_code == 2
    assert "Invalid value" in done.output
