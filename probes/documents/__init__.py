"""Is this file what it says: types by content and structure, one module for each family of formats.

`judging.judge_file` judges; `workers.judge_apart` does so in a process with limits, which is what a probe
uses for strangers' files. Archives and documents are inspected, never extracted, never run.
"""

from __future__ import annotations
