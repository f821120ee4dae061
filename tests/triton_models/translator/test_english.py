"""English tokens and text from them, as sacremoses 0.2.0 gives them."""

import pytest
from indictext.english import detokenise, tokenise
from indictext.punctuation import clean, plain_marks

# A text, its tokens, and the text made of these.
CASES = (
    ("He said, 'Go home.'", "He said , ' Go home . '", "He said, 'Go home.'"),
    ("rock 'n' roll isn't dead", "rock ' n ' roll isn 't dead", "rock 'n' roll isn't dead"),
    ("The dogs' bowls, the cat's and the 1990s' music", "The dogs ' bowls , the cat 's and the 1990s ' music",
     "The dogs' bowls, the cat's and the 1990s' music"),
    ("It costs $1,200.50, i.e. a lot... really", "It costs $ 1,200.50 , i.e. a lot ... really",
     "It costs $1,200.50, i.e. a lot... really"),
    ("No. 5 is mine. No. That is not.", "No. 5 is mine . No . That is not .", "No. 5 is mine. No. That is not."),
    ("a.m. and p.m. on Jan. 5", "a.m. and p.m. on Jan. 5", "a.m. and p.m. on Jan. 5"),
    ("foo_bar #1 & 2 * 3 = 6", "foo _ bar # 1 & 2 * 3 = 6", "foo _ bar # 1 & 2 * 3 = 6"),
    ("e.g.this etc. Then", "e.g.this etc . Then", "e.g.this etc. Then"),
    ("(a) [b] {c} <d>", "( a ) [ b ] { c } < d >", "(a) [b] {c} < d >"),
    ("“Hello,” she said; “bye”.", '" Hello , " she said ; " bye . "', '"Hello," she said; "bye."'),
    ("5'10\" tall, 10's", "5 ' 10 \" tall , 10 's", "5 '10 \"tall, 10's"),
    ("x² + y² = 1½", "x ² + y ² = 1 ½", "x ² + y ² = 1 ½"),
    ("Mr. O'Neill's café, naïve", "Mr. O 'Neill 's café , naïve", "Mr. O'Neill's café, naïve"),
    ("wait.... what?! -- no", "wait .... what ? ! -- no", "wait.... what?! -- no"),
    ("ends with a comma,", "ends with a comma ,", "ends with a comma,"),
    ("the end .'", "the end . '", "the end. '"),
    ("नमस्ते means hello", "नमस्ते means hello", "नमस्ते means hello"),
    ("end in e.g.", "end in e.g.", "end in e.g."),
)  # fmt: skip


@pytest.mark.parametrize(("text", "tokens", "_"), CASES)
def test_a_text_has_the_tokens_of_moses(text: str, tokens: str, _: str) -> None:
    """Contractions, possessives, abbreviations, numbers, quotes, runs of dots."""
    assert tokens == " ".join(tokenise(plain_marks(clean(text))))


@pytest.mark.parametrize(("_", "tokens", "text"), CASES)
def test_tokens_have_the_text_of_moses(_: str, tokens: str, text: str) -> None:
    """The same the other way, with what is lost on it."""
    assert text == detokenise(tokens)


def test_signs_stay_with_their_letters() -> None:
    """Moses sets a combining accent apart; a model would read two unknown letters."""
    assert ["e\u0301t", "e\u0301", "'t"] == tokenise("e\u0301t e\u0301't")
