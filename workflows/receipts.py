"""The receipts of commands carried out: what makes a repeated command harmless, also across continue-as-new."""

from __future__ import annotations

from workflows.contract.commands import Command
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.sameness import digest
from workflows.contract.views import Receipt

RECEIPTS_KEPT = 200
"""How many command ids are remembered for repeats: far more than a caller has in flight, small enough to carry."""


class Receipts:
    """Receipts by command id, the oldest forgotten first, each with a digest of the command it answered."""

    def __init__(self, receipts: tuple[Receipt, ...] = (), digests: dict[str, str] | None = None) -> None:
        self._receipts = {receipt.command_id: receipt for receipt in receipts}
        self._digests = dict(digests or {})

    @property
    def kept(self) -> tuple[Receipt, ...]:
        """All that are remembered, the oldest first."""
        return tuple(self._receipts.values())

    @property
    def digests(self) -> dict[str, str]:
        """What each remembered id was used for."""
        return dict(self._digests)

    def answer(self, command: Command) -> Receipt | None:
        """The receipt of the same command, if it was carried out before.

        Raises:
            AmendsError: `invalid_input`, when its id was used for another command.
        """
        receipt = self._receipts.get(command.command_id)
        if receipt and self._digests.get(command.command_id, known := digest(command)) != known:
            raise AmendsError(
                ErrorCode.INVALID_INPUT,
                f"this id was used for another command, which led to {', '.join(receipt.events)}; give each its own",
                "command_id",
            )
        return receipt

    def keep(self, command: Command, receipt: Receipt) -> None:
        """Remember the receipt of a command."""
        self._receipts[command.command_id] = receipt
        self._digests[command.command_id] = digest(command)
        if len(self._receipts) > RECEIPTS_KEPT:
            forgotten = next(iter(self._receipts))
            del self._receipts[forgotten]
            self._digests.pop(forgotten, None)
