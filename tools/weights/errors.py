"""The one error of this package."""


class UnreadableWeightsError(Exception):
    """A weights file is damaged, cut short, or of another kind; the message names it and what it lacks."""
