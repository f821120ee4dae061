"""tools/nano/sentences.py, and the English sentences of the project."""

from collections import Counter

import pytest

from tools.nano.pairs import key_of
from tools.nano.sentences import DOMAINS, HOME, lines, monolingual

LEAST = {"pets": 800, "everyday": 600, "narration": 300, "devotional": 200, "app": 100}


@pytest.mark.parametrize("domain", DOMAINS)
def test_there_is_enough_of_every_domain(domain: str) -> None:
    """Two thousand in all; plain ASCII, as people type."""
    found = lines(HOME, "en", domain)

    assert LEAST[domain] <= len(found)
    assert all(line.isascii() and line == " ".join(line.split()) for line in found)


def test_no_english_sentence_is_there_twice_in_a_domain() -> None:
    """Case and marks aside."""
    counts = Counter((domain, key_of(line)) for domain in DOMAINS for line in lines(HOME, "en", domain))

    assert [] == [key for key, count in counts.items() if count > 1]


def test_what_only_english_has_is_new() -> None:
    """No sentence of it is there twice or has been translated; plain ASCII."""
    found = monolingual(HOME)
    keys = [key_of(line) for line in found]
    translated = {key_of(line) for domain in DOMAINS for line in lines(HOME, "en", domain)}

    assert 5000 <= len(found)
    assert len(keys) == len({*keys} - translated)
    assert all(line.isascii() and line == " ".join(line.split()) for line in found)
