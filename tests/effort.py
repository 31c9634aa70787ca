"""How hard the tests try.

`TORTURE=full` has each of them try everything, which takes hours: what grows with a count is tried with the full one.
"""

import os

FULL = os.environ.get("TORTURE") == "full"
