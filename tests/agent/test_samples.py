"""Samples of rollouts: what is kept, and that hostile text harms neither the terminal nor the page."""

from __future__ import annotations

import io
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the extra agent")

from agent.test_collect import FakeWorld, collected, config_of  # noqa: E402
from guru_grpo import cli, samples  # noqa: E402
from guru_grpo.samples import SampleLog, page, read_samples, sample_rows, show  # noqa: E402
from rich.console import Console  # noqa: E402

from guru_envs.errors import InvalidValueError  # noqa: E402

HOSTILE = (
    "</pre><script>alert(1)</script><img src=x onerror=alert(2)>&lt;b&gt;\"'"
    "\x1b]0;title\x07\x1b[2J\x9b31m[bold red]markup[/bold red]\u202eevil\u2066\x00\ud800 [link=http://x]y[/link]"
)


class Page(HTMLParser):
    """Notes every tag and attribute of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def rows(text: str = HOSTILE) -> list[dict[str, Any]]:
    response = {
        "text": text, "verdict": "wrong", "reward": 0.25, "outcome": 0.0, "credit": 0.5, "format_ok": True, "tokens": 7,
        "finished": False, "off_policy": True, "age": 2, "score": 0.5, "detail": text,
    }  # fmt: skip
    hostile = response | {"verdict": text, "score": None, "detail": ""}
    return [{"step": 3, "environment": text, "task_id": text, "prompt": text, "responses": [response, hostile]}]


def test_a_page_shows_hostile_text_as_text():
    made = page(rows(), HOSTILE)
    seen = Page()
    seen.feed(made)
    assert seen.tags == {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "details", "summary", "code", "pre", "div",
    }  # fmt: skip
    assert seen.attributes == {"lang", "charset", "http-equiv", "content", "class"}
    assert "<script>alert(1)</script>" in seen.text
    assert made.count("default-src 'none'") == 1
    assert "wrong, reward 0.25, 7 tokens, credit 0.50, score 0.50, in form, cut off, by another policy" in seen.text
    for bad in "\x1b\x07\x9b\u202e\u2066\x00\ud800":
        assert bad not in made
    made.encode("utf-8")


def test_the_terminal_gets_no_control_characters_and_no_markup():
    text = io.StringIO()
    show(rows(), Console(file=text, width=300, force_terminal=False))
    printed = text.getvalue()
    assert "[bold red]markup[/bold red]" in printed
    assert "[link=http://x]y[/link]" in printed
    assert not set(printed) & set("\x1b\x07\x9b\u202e\u2066\x00\ud800")
    assert "[2] " in printed


def test_groups_are_spread_over_a_step_and_hold_every_response():
    batch = collected(FakeWorld([0.5], 8, 4), config_of(rollout={"groups": 8}))
    found = sample_rows(5, batch, ["name"], 3)
    assert len(found) == 3
    assert [len(row["responses"]) for row in found] == [4, 4, 4]
    first = found[0]
    assert (first["step"], first["environment"], first["prompt"]) == (5, "name", "task 0")
    assert first["responses"][0]["verdict"] == ("correct" if batch.scored[0].correct else "wrong")
    assert len(sample_rows(5, batch, ["name"], 99)) == 8
    json.dumps(found)


def test_the_file_is_cut_back_on_resume(tmp_path: Path):
    log = SampleLog(tmp_path, 0)
    assert not (tmp_path / samples.FILE).exists()
    for step in (1, 2, 3):
        log.write([{"step": step, "environment": "e"}])
    with (tmp_path / samples.FILE).open("a") as file:
        file.write('{"step": 4, "env')
    SampleLog(tmp_path, 2)
    assert [row["step"] for row in read_samples(tmp_path)] == [1, 2]
    assert [row["step"] for row in read_samples(tmp_path, 2)] == [2]
    with pytest.raises(InvalidValueError, match="there are some of 1, 2"):
        read_samples(tmp_path, 7)
    with pytest.raises(InvalidValueError, match="holds no samples"):
        read_samples(tmp_path / "elsewhere")


def test_the_command(tmp_path: Path, capsys):
    SampleLog(tmp_path, 0).write([one | {"step": step} for step in (1, 2) for one in rows("plain text")])

    def call(*arguments: str) -> str:
        with pytest.raises(SystemExit) as ended:
            cli.main(["samples", str(tmp_path), *arguments])
        assert ended.value.code == 0
        return str(capsys.readouterr().out)

    assert "step 2" in call()  # the last one
    assert "step 1" not in call()
    assert call("--all").count("plain text") > call("--step", "1").count("plain text")
    assert [json.loads(line)["step"] for line in call("--all", "--json").splitlines()] == [1, 2]
    call("--html", str(tmp_path / "page.html"), "--all")
    assert (tmp_path / "page.html").read_text().count("<h2>") == 2
    with pytest.raises(SystemExit) as ended:
        cli.main(["samples", str(tmp_path), "--step", "9"])
    assert ended.value.code == 2
