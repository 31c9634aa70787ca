import pytest

from ingest.errors import NoArticlesError
from ingest.settings import Settings
from qa import ask


@pytest.mark.parametrize("name", ["a" * 5_000, "a/" * 3_000, "none.txt", "~nosuchuser/x", "caf\udce9.txt", "nul\0"])
def test_a_name_that_no_file_can_have_is_no_article(sample_settings: Settings, name: str) -> None:
    with pytest.raises(NoArticlesError) as caught:
        ask("Who spoke?", articles=name, settings=sample_settings)
    assert len(str(caught.value)) < 400
