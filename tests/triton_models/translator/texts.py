"""Texts for property tests: any Unicode, and what the pipeline minds, close together."""

from collections.abc import Callable
from time import process_time

from hypothesis import strategies as st

HOSTILE_LENGTH = 10_000

_FRAGMENTS = (
    *" \n\t.,;:!?…-–—'\"`()[]{}<>|/\\@#%+~_=&*$₹°।॥۔؟،०१२३45",
    *"aZ éक्षितமிறకకಕകাৰৱয়ੱੰਾکیں",
    "\u094d", "\u200d", "\u200c", "\u00a0", "\ufdd0", "\ufeff", "\u0654", "\ufe8d",
    "...", "''", "10:30", "1,000", "50%", "a@b.co", "http://x.y/z?q=1", "www.a.in", "#हैश", "@b", "Dr.",
    "<ID1>", "[ id 2 ]", "ID3", "आईडी 1", "आई . डी . 2",
)  # fmt: skip

any_text = st.text(max_size=200)
texts = st.one_of(any_text, st.lists(st.sampled_from(_FRAGMENTS), max_size=40).map("".join))

# Each is repeated up to HOSTILE_LENGTH characters.
HOSTILE = (
    "a", " ", ".", "1", ",", "'", '"', "-", "(", ")", "<", "[", "@", "#", "/", "%", "\n", "।", "क",
    "\u094d", "\u200d",
    "a.", "a@", "a.a@", "1.", "1 ", "1 , ", "1-", "~1", " 1%", "a b ", " - ", "www.", "a-", "http://", "http://a",
    "#a", "<ID1", "<ID1>", "< ", "I", "आई ", "ID", "ID1 ", ". ", "! ", "क।", "a,", "A. ",
    "''", " '", "'s ", '" ', "न्", "ंक", "ੱਕ", "\ufe8d", "ی1",
    "₹", "°", "-₹", "₹1", "1°", "1 °", "1°-", "1₹",
)  # fmt: skip


def seconds(function: Callable[[str], object], unit: str) -> float:
    """The processor time that a function takes for a long text of one unit over and over."""
    text = (unit * HOSTILE_LENGTH)[:HOSTILE_LENGTH]
    started = process_time()
    function(text)
    return process_time() - started
