"""The envelope in which every event is published."""

from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID, uuid4

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, SerializeAsAny

from contracts.base import Contract

# Unbounded on purpose: bound to BaseModel, pydantic would serialise a payload by the (empty) schema of
# BaseModel, and a dict or an unparameterised envelope would silently lose its content.
T = TypeVar("T")

UtcDatetime = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]


class EventEnvelope(Contract, Generic[T]):
    """An event with its metadata: its type, time, source, and the request it belongs to.

    ``data`` may be a model or a plain dict; both survive a round trip through JSON, with or without the type
    parameter (without it, a model comes back as the dict of its JSON).
    """

    event_id: UUID = Field(default_factory=uuid4)
    event_type: str
    event_timestamp: UtcDatetime = Field(default_factory=lambda: datetime.now(UTC))
    source_service: str
    schema_version: Literal[1] = 1
    correlation_id: UUID | None = None
    # As any: written by its own schema, a payload keeps the fields that the parameter (a base class) does not know.
    data: SerializeAsAny[T]

    def __class_getitem__(cls, parameter: Any) -> Any:
        """An envelope of ``parameter``; ``BaseModel`` says nothing of a payload and would be read as nothing."""
        return super().__class_getitem__(Any if parameter is BaseModel else parameter)
