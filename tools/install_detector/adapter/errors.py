"""The one error of this package."""


class UnusableExportError(Exception):
    """The file cannot be served; the message names it and what it lacks, for the person at the terminal."""
