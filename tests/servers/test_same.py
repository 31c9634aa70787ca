"""The tests of ingesting and asking once more, against PostgreSQL and a Chroma server."""

from tests.ingest import test_pipeline
from tests.qa import test_answer

EMBEDDED = {
    "test_a_chroma_server_serves_the_same_code",
    "test_the_users_article_is_answered",
}
"""Those that are about the embedded index, or already about a server."""

for _module in (test_pipeline, test_answer):
    globals().update(
        {
            name: value
            for name, value in vars(_module).items()
            if name.startswith("test_") and callable(value) and name not in EMBEDDED
        }
    )
