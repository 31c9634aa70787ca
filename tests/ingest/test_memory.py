"""Memory grows with the length of an article, not with its square."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow
CODE = """
import random, resource, sys
from pathlib import Path
import numpy as np
from ingest import RawDocument, embed, ingest
from ingest.settings import Settings
from qa import ask

def quick(self, texts, *, on_batch=None):
    vectors = np.random.default_rng(len(texts)).normal(size=(len(texts), 384)).astype(np.float32)
    tokens = [embed.TokenVectors(np.zeros((200, 2), np.int32), np.ones((200, 384), np.int8)) for _ in texts]
    return embed.Encoded(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), tokens)

real = embed.Encoder.encode
embed.Encoder.encode = quick
own = Settings(data_dir=Path(sys.argv[1]), reader="off")
draw = random.Random(1)
words = ["".join(draw.choices("abcdefghiklmnoprstu", k=draw.randint(2, 9))) for _ in range(20_000)]
sentences = (" ".join(draw.choices(words, k=15)).capitalize() + "." for _ in range(int(float(sys.argv[2]) * 11_000)))
ingest(RawDocument(origin="x", text="\\n".join(sentences)), settings=own)
embed.Encoder.encode = real
ask("What does the council say about the bridge?", settings=own)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3))
"""
"""The encoder is replaced for the long text: what it needs does not depend on the length, and its time does."""


def peak(folder: Path, megabytes: float) -> float:
    """The most megabytes of memory that a process takes to ingest a text of this length and to ask it."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(folder), str(megabytes)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[-1])


def test_twice_the_text_takes_twice_the_memory_at_most(tmp_path: Path) -> None:
    none, one, two = (peak(tmp_path / str(size), size) for size in (0.01, 0.5, 1))
    print(f"{none:.0f} MB for nothing, {one - none:.0f} more for half a MB of text, {two - none:.0f} more for a MB")
    assert two - none < 2.5 * max(one - none, 40)
    assert two - none < 150
