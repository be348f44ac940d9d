"""The judging process: reads one request a line, answers one verdict a line, and ends with its input."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from probes.documents.judging import judge_file
from probes.documents.limits import allow_one_file, confine


def main() -> None:
    """Serve until the input ends. Whatever a file does to us is answered, or ends this process alone."""
    # formats import parts of themselves late; after confine() that still works, since reading is allowed
    confine()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        allow_one_file()
        try:
            verdict = judge_file(Path(asked.pop("path")), **asked)
            answer: dict[str, object] = {"verdict": verdict.to_dict()}
        except (Exception, RecursionError, MemoryError) as error:
            answer = {"gave_up": f"{type(error).__name__}: {error}"[:300]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
