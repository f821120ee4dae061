"""How many bytes of request bodies the process may hold at once."""

from meshkit.errors import Overloaded


class ByteBudget:
    """Counts bytes held. Taking beyond the total is refused, so that many large uploads cannot exhaust memory."""

    def __init__(self, total: int) -> None:
        self._total = total
        self.held = 0

    def take(self, count: int) -> None:
        """Counts bytes in. Raises Overloaded when they would not fit."""
        if self.held + count > self._total:
            raise Overloaded("Too much is being uploaded right now.", retry_after=2, reason="UPLOADS_FULL")
        self.held += count

    def give_back(self, count: int) -> None:
        """Counts bytes out."""
        self.held -= count
