"""How hard the tests try, and with which chance.

`TORTURE=full` has each of them try everything, which takes hours: what grows with a count is tried with the full one.
`TORTURE_SEED` repeats a run.
"""

import os
import time

FULL = os.environ.get("TORTURE") == "full"

SEED = int(os.environ.get("TORTURE_SEED") or os.environ.setdefault("TORTURE_DRAWN", str(time.time_ns() % 1_000_000)))
"""The same in all processes of a run: the first draws it and hands it on by its environment."""
