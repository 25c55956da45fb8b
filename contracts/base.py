"""The base of every contract model: frozen, and strict about unknown fields."""

from pydantic import BaseModel, ConfigDict


class Contract(BaseModel):
    """Base of all values that cross a boundary. They are immutable, and refuse unknown fields.

    A field may be added if it has a default; any other change needs a new model beside the old one (``...V2``).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
