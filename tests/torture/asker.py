"""A script that asks a library: `python -m tests.torture.asker DATA_DIR COUNT TOWN …`. Exit code 0 when all is right."""

import sys
from pathlib import Path

from ingest.settings import Settings
from qa import ask
from tests.torture.towns import price, question


def main(folder: str, count: int, towns: list[int]) -> int:
    own = Settings(data_dir=Path(folder), reader="off")
    for number in range(count):
        town = towns[number % len(towns)]
        found = ask(question(town), settings=own)
        if price(town, 0) not in found.text:
            print(f"Question {number} of {question(town)!r} was answered {found.text!r}.", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), [int(word) for word in sys.argv[3:]]))
