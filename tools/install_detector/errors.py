"""The one error of this package."""


class UnusableWeightsError(Exception):
    """The weights cannot be installed; the message is meant for the person at the terminal."""
