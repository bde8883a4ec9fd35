"""The command line: help with examples, JSON, clear errors with exit status 2."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import domains_for_tests  # noqa: F401 - registers its environments
import pytest
from guru_grpo import cli, config
from typer.testing import CliRunner

from guru_envs.errors import GuruError

runner = CliRunner()


def call(*arguments: str) -> tuple[int, str, str]:
    done = runner.invoke(cli.app, list(arguments))
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.parametrize("command", ["train", "eval", "config", "presets"])
def test_help_has_an_example(command):
    code, text, _ = call(command, "--help")
    assert code == 0
    assert f"Example: guru-grpo {command}" in " ".join(text.split())


def test_presets_and_config():
    assert json.loads(call("presets", "--json")[1]) == config.presets()
    code, text, _ = call("config", "--preset", "tiny-cpu", "--set", "learner.lr=0.5")
    assert code == 0
    assert "learner.lr = 0.5\n" in text
    shown = json.loads(call("config", "--preset", "tiny-cpu", "--json")[1])
    assert shown["model"]["name"] == "tiny-random"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["config", "--preset", "tiny-cpuu"], "Did you mean 'tiny-cpu'"),
        (
            ["config", "--preset", "tiny-cpu", "--set", "environments=[{id='guru/zebr-v0'}]"],
            "Did you mean 'guru/zebra-v0'",
        ),
        (
            ["config", "--preset", "tiny-cpu", "--set", "environments=[{id='guru/zebra-v0', level=99}]"],
            "allowed are 1 to",
        ),
        (["config", "--preset", "tiny-cpu", "--set", "learner.lrr=1"], "Did you mean 'learner.lr'"),
        (["config", "--preset", "tiny-cpu", "--set", "learner.lr=x"], "learner.lr is 'x'"),
        (["train", "--config", "none.toml"], "none.toml"),
    ],
)
def test_mistakes_are_one_line_and_status_2(arguments, words, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    printed = capsys.readouterr().err
    assert words in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize(
    ("raised", "status", "words"),
    [
        (GuruError("the disk is full"), 2, "error: the disk is full"),
        (KeyboardInterrupt(), 130, "stopped; the same command goes on from the last checkpoint"),
        (RuntimeError("Connection closed by peer"), 2, "another process of the run is gone"),
        (SystemExit(3), 3, ""),
    ],
)
def test_a_rank_that_stops_on_purpose_ends_without_taking_the_interpreter_down(
    raised, status, words, monkeypatch, capsys
):
    """Gloo's threads abort a process that is taken down, and the status is lost: see ``end_rank``."""
    pytest.importorskip("torch", reason="needs the extra agent")
    from guru_grpo import ranks

    def stop() -> None:
        raise raised

    ended = []
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setattr(ranks, "end_rank", ended.append)
    monkeypatch.setattr(config, "presets", stop)
    with pytest.raises(SystemExit) as left:
        cli.main(["presets"])
    assert (ended, left.value.code) == ([status], status)
    assert words in capsys.readouterr().err


def test_unknown_environment_is_explained(run_file, capsys):
    pytest.importorskip("torch", reason="needs the extra agent")
    with pytest.raises(SystemExit):
        cli.main(["train", "-c", str(run_file), "-q", "-s", "environments.0.id=test/ecko-v0"])
    assert "Did you mean 'test/echo-v0'" in capsys.readouterr().err


def test_train_and_eval_print_json(run_file, tmp_path):
    pytest.importorskip("torch", reason="needs the extra agent")
    quick = ["-s", "warm_start.steps=0", "-s", "train.steps=1", "-s", "rollout.max_new_tokens=4"]
    code, text, more = call("train", "-c", str(run_file), "--json", *quick)
    assert code == 0, more
    summary = json.loads(text)
    assert summary["steps"] == 1
    assert [row["environment"] for row in summary["stages"]["after"]] == ["test/echo-v0 size=20"]
    code, text, _ = call("eval", "-c", str(run_file), "--json", "--model", str(tmp_path / "run" / "model"), *quick)
    assert code == 0
    assert json.loads(text)[0]["correct"] == summary["stages"]["after"][0]["correct"]


def test_module_runs():
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-m", "guru_grpo", "presets"], env=environment, capture_output=True, text=True, check=True
    )
    assert "tiny-cpu" in done.stdout


def test_a_missing_extra_is_named(monkeypatch, capsys):
    real = cli.importlib.util.find_spec
    monkeypatch.setattr(cli.importlib.util, "find_spec", lambda name: None if name == "torch" else real(name))
    with pytest.raises(SystemExit):
        cli.main(["train", "--preset", "tiny-cpu"])
    assert "pip install 'guru-envs[agent]'" in capsys.readouterr().err
