"""Run the benchmarks and put their tables into docs/benchmarks.md, between the marks that name them.

Takes about an hour of which the comparison with TRL is a quarter. Name benchmarks to run only those.
"""

from __future__ import annotations

import argparse
import datetime
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from measuring import ROOT, table, text_of

PAGE = ROOT / "docs" / "benchmarks.md"
# With other arguments than its own defaults a command has another name here.
VARIANTS = {
    "agent_vs_trl_vllm": ["agent_vs_trl", "--peer-vllm", "auto"],
    "agent_vs_trl_float32": ["agent_vs_trl", "--peer-vllm", "float32"],
}
NAMES = ("generation", "verdicts", "vector", "import_time", "sandbox", "agent_vs_trl", *VARIANTS, "agent_profile")


def run(name: str, extra: list[str]) -> dict[str, Any]:
    """Run a benchmark and read its figures."""
    program, *given = VARIANTS.get(name, [name])
    command = [sys.executable, str(Path(__file__).parent / f"{program}.py"), "--json", *given, *extra]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout[done.stdout.index("{") :])
    return found


def replace(page: str, name: str, text: str) -> str:
    """The page with other text between the marks of a name.

    Raises:
        ValueError: the page lacks the marks.
    """
    opening, closing = f"<!-- {name} -->", f"<!-- end of {name} -->"
    start, end = page.index(opening) + len(opening), page.index(closing)
    return f"{page[:start]}\n{text}\n{page[end:]}"


def main() -> None:
    """Run and write."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog="example: python benchmarks/refresh.py generation --peer-python generation=/path/to/python",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", help=f"out of {', '.join(NAMES)}; default: all")
    parser.add_argument("--peer-python", action="append", default=[], metavar="NAME=PATH", help="its peer's python")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON too")
    options = parser.parse_args()
    for name in options.names:
        if name not in NAMES:
            parser.error(f"unknown benchmark {name!r}: allowed are {', '.join(NAMES)}")
    pythons = dict(pair.split("=", 1) for pair in options.peer_python)
    everything = {}
    for name in options.names or NAMES:
        print(f"running {name} ...", file=sys.stderr, flush=True)
        found = everything[name] = run(name, ["--peer-python", pythons[name]] if name in pythons else [])
        today = datetime.datetime.now(datetime.UTC).date().isoformat()
        text = f"Measured on {today}: {text_of(found['machine'])}.\n\n{table(found['rows'])}"
        PAGE.write_text(replace(PAGE.read_text(encoding="utf-8"), name, text), encoding="utf-8")
    if options.json:
        print(json.dumps(everything, indent=1))


if __name__ == "__main__":
    main()
