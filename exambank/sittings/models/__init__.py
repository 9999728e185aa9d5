"""The exam room's tables: sittings and answers (``sitting``), everything else that happens there (``room``)."""

from exambank.sittings.models.room import (
    ContactGap,
    FocusEvent,
    Incident,
    Machine,
    MessageSeen,
    Objection,
    Offence,
    RescueFile,
    RoomMessage,
    Submission,
)
from exambank.sittings.models.sitting import (
    LAST_QUESTION,
    Generation,
    QuarantinedSave,
    Response,
    ResponseEvent,
    RoomEvent,
    Sitting,
    TakeoverCode,
    TimeGrant,
)

__all__ = [
    "LAST_QUESTION",
    "ContactGap",
    "FocusEvent",
    "Generation",
    "Incident",
    "Machine",
    "MessageSeen",
    "Objection",
    "Offence",
    "QuarantinedSave",
    "RescueFile",
    "Response",
    "ResponseEvent",
    "RoomEvent",
    "RoomMessage",
    "Sitting",
    "Submission",
    "TakeoverCode",
    "TimeGrant",
]
