"""Asks everybody entitled to approve a proposal."""

from __future__ import annotations

from temporalio import activity

from activities.posting import PostOffice
from activities.staff import StaffDirectory, nobody
from infra.letters.writer import Letter, LetterWriter, OnFile
from workflows.contract.effects import Notice, RequestApproval
from workflows.contract.ports import ApprovalPort, Posted, Posting


class ApprovalActivities(ApprovalPort):
    """Asking for consent."""

    def __init__(self, post_office: PostOffice, letters: LetterWriter, staff: StaffDirectory) -> None:
        self._post_office = post_office
        self._letters = letters
        self._staff = staff

    @activity.defn
    async def request_approval(self, posting: Posting) -> Posted:
        """Store a letter for each person entitled, and send them. If nobody is, one letter says so in the outbox.

        Who is entitled in several steps that open at once gets one letter: nobody's consent counts in two of them.
        """
        requests = [effect for effect in posting.effects if isinstance(effect, RequestApproval)]

        async def compose(about: OnFile) -> list[Letter]:
            letters: dict[str, Letter] = {}
            for request in requests:
                entitled = await self._staff.entitled(request.department, request.roles, request.barred)
                for reader in entitled or [nobody(about)]:
                    letter = self._letters.write(
                        about, Notice.APPROVAL_REQUEST, request.sequence, reader, request.facts
                    )
                    letters.setdefault(letter.message_id, letter)
            return list(letters.values())

        return await self._post_office.post(posting, compose)
