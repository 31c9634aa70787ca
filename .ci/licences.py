"""What the project stands on, each with its version and licence: `make licences`.

Every package of the environment is listed, and the weights. Exit code 1, naming it, when a licence is not among those
that `licences.toml` allows.
"""

import hashlib
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from piplicenses_lib import FromArg, get_packages

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Item:
    """A package or a file of weights: its version or the first digits of its sha256, and its licence as it is told."""

    name: str
    version: str
    licence: str


def packages(rules: Mapping[str, Any]) -> Iterator[Item]:
    """What is installed in this environment; several classifiers of one package all hold."""
    for found in get_packages(FromArg.MIXED, include_files=False):
        names = [name.strip().splitlines()[0] for name in sorted(found.license_names)]
        expression = " AND ".join(rules["spelled"].get(name, name) for name in names)
        yield Item(found.name, found.version, rules["told"].get(found.name, expression))


def weights(rules: Mapping[str, Any], root: Path) -> Iterator[Item]:
    """The files of weights that are shipped or fetched; one whose notice does not name its licence has none."""
    for row in rules["weights"]:
        digest = row.get("sha256") or hashlib.sha256((root / row["file"]).read_bytes()).hexdigest()
        notice = (root / row["notice"]).read_text("utf-8").replace("Apache License, Version 2.0", "Apache-2.0")
        yield Item(row["name"], digest[:12], row["licence"] if row["licence"] in notice else "UNKNOWN")


def allowed(licence: str, rules: Mapping[str, Any]) -> bool:
    """Whether a licence or an SPDX expression may be used: `"GPL-2.0-only OR MIT"` → True, with AND → False."""
    parts = [choice.split(" AND ") for choice in licence.split(" OR ")]
    return any(all(part in rules["allowed"] for part in choice) for choice in parts)


def main(rules_file: Path) -> int:
    """Print the list; the exit code."""
    rules = tomllib.loads(rules_file.read_text("utf-8"))
    items = sorted(packages(rules), key=lambda item: item.name) + list(weights(rules, ROOT))
    width = max(len(item.name) for item in items[: -len(rules["weights"])])
    for item in items:
        print(f"{item.name:<{width}}  {item.version:<14}  {item.licence}")
    refused = [item for item in items if not allowed(item.licence, rules)]
    for item in refused:
        reason = f"{item.name} {item.version} is under {item.licence}, which {rules_file.name} does not allow."
        print(f"Error: {reason} Replace it, or add the licence there with the reason.", file=sys.stderr)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("licences.toml")))
