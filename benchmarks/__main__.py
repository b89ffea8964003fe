"""`python -m benchmarks [NAME…] [--quick] [--json]`: measure, print the table.

Leaves with 0 whenever everything was measured, over its bar or not; with 1 when a measure could not
be made.
"""

import argparse
import sys
import traceback

from benchmarks.measuring import apart
from benchmarks.sizes import FULL, QUICK
from benchmarks.table import Failed, Row, as_json, as_text

#: name → where it is measured; imported only when asked for, so one broken side spares the others
MEASURES = {
    "speed": ("benchmarks.engine_rows", "speed"),
    "first-token": ("benchmarks.engine_rows", "first_token"),
    "takes": ("benchmarks.takes_rows", "takes"),
    "reopening": ("benchmarks.takes_rows", "reopening"),
    "day": ("benchmarks.day_rows", "day"),
    "remote": ("benchmarks.remote_rows", "remote"),
    "typing": ("benchmarks.typing_rows", "typing"),
    "preparing": ("benchmarks.typing_rows", "preparing"),
    "spelling": ("benchmarks.typing_rows", "spelling"),
    "picturing": ("benchmarks.typing_rows", "picturing"),
    "moving": ("benchmarks.typing_rows", "moving"),
    "moving-demo": ("benchmarks.typing_rows", "moving_demo"),
    "start": ("benchmarks.start_rows", "starting"),
    "memory": ("benchmarks.story_rows", "memory"),
    "opening": ("benchmarks.story_rows", "opening_it"),
    "switching": ("benchmarks.story_rows", "switching"),
    "stop": ("benchmarks.engine_rows", "stops"),
    "same": ("benchmarks.exact_rows", "same"),
    "saving": ("benchmarks.story_rows", "saving"),
    "search": ("benchmarks.search_rows", "search"),
    "replace": ("benchmarks.search_rows", "replace"),
    "transformers": ("benchmarks.transformers_rows", "transformers"),
    "drawing": ("benchmarks.drawing_rows", "drawing"),
    "upscale": ("benchmarks.upscale_rows", "upscale"),
    "heat": ("benchmarks.heat_rows", "heat"),
    "lora-switch": ("benchmarks.lora_rows", "lora_switch"),
    "context": ("benchmarks.context_rows", "context"),
    "plan-forms": ("benchmarks.plan_rows", "forms"),
    "plan-overhead": ("benchmarks.plan_rows", "overhead"),
    "plan-marks": ("benchmarks.marks_rows", "marks"),
    "tags": ("benchmarks.tags_rows", "completing"),
    "compiling": ("benchmarks.compile_rows", "compiling"),
    "staged": ("benchmarks.staged_rows", "staged"),
    "japanese-opening": ("benchmarks.japanese_rows", "opening"),
    "japanese-switching": ("benchmarks.japanese_rows", "switching"),
    "japanese-typing": ("benchmarks.japanese_rows", "typing"),
}


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="storyforge against the bare library under it"
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument("--quick", action="store_true", help="smaller sizes, fewer rounds")
    parser.add_argument("--json", action="store_true", help="for a program to read")
    asked = parser.parse_args(arguments)
    if unknown := [name for name in asked.names if name not in MEASURES]:
        parser.error(f"no such measure: {', '.join(unknown)}; known are: {', '.join(MEASURES)}")
    sizes = QUICK if asked.quick else FULL
    rows: list[Row] = []
    failures: list[Failed] = []
    for name in asked.names or MEASURES:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        try:
            rows += apart(*MEASURES[name], sizes)
        except Exception as error:  # the edge: one measure that breaks must not hide the others
            traceback.print_exc()
            failures.append(Failed(name, str(error) or type(error).__name__))
    print(as_json(rows, failures) if asked.json else as_text(rows, failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
