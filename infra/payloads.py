"""How values become payloads: as JSON, by pydantic, with converters that the whole process shares."""

from __future__ import annotations

from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import CompositePayloadConverter, DataConverter

_CONVERTERS = tuple(PydanticPayloadConverter().converters.values())


class PayloadConverter(CompositePayloadConverter):
    """What the SDK's pydantic support converts. The SDK makes one for each workflow task and each of its commands, and
    each would have to find its encodings and build its validators anew.
    """

    def __init__(self) -> None:
        """The SDK gives it no arguments."""
        super().__init__(*_CONVERTERS)


DATA_CONVERTER = DataConverter(payload_converter_class=PayloadConverter)
