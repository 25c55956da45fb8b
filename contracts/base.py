"""The base of every contract model: frozen, and strict about unknown fields."""

from pydantic import BaseModel, ConfigDict


class Contract(BaseModel):
    """A value that crosses a boundary: frozen, and unknown fields are refused.

    A field may be added with a default; anything else is a new model beside the old one (``...V2``).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
