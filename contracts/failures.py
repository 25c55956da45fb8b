"""Failures as data: what crosses an actor's boundary instead of an exception."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from contracts.base import Contract


class ErrorCode(StrEnum):
    """Why something failed. The set is closed, so that people and programs can count failures by code."""

    # reading a file
    EMPTY_CONTENT = "empty_content"
    BINARY_CONTENT = "binary_content"
    UNKNOWN_FILE_TYPE = "unknown_file_type"
    FILE_TOO_LARGE = "file_too_large"
    ENCRYPTED_FILE = "encrypted_file"
    SCAN_WITHOUT_TEXT = "scan_without_text"
    ARCHIVE_BOMB = "archive_bomb"
    CORRUPT_FILE = "corrupt_file"
    FILE_UNREADABLE = "file_unreadable"
    # reported by a service
    TEXT_NOT_FOUND = "text_not_found"
    TEXT_TOO_LONG = "text_too_long"
    LANGUAGE_NOT_SUPPORTED = "language_not_supported"
    INVALID_SETTINGS = "invalid_settings"
    SERVICE_UNAVAILABLE = "service_unavailable"
    RATE_LIMITED = "rate_limited"
    BUDGET_EXCEEDED = "budget_exceeded"
    INVALID_RESPONSE = "invalid_response"
    SERVICE_ERROR = "service_error"
    # reported by the engine
    WORKER_DIED = "worker_died"
    WORK_TIMED_OUT = "work_timed_out"
    PHASE_DEADLINE_EXCEEDED = "phase_deadline_exceeded"
    STORE_UNAVAILABLE = "store_unavailable"
    CANCELLED_BY_OPERATOR = "cancelled_by_operator"


class ErrorDetail(Contract):
    """One failure, for people (``message``) and for programs (``error_code``, ``retryable``).

    ``operation`` says what was being done; ``details`` has further facts as JSON values.
    """

    error_code: ErrorCode
    message: str
    correlation_id: UUID | None = None
    timestamp: datetime | None = None
    operation: str = ""
    details: dict[str, Any] = Field(default_factory=dict)
    retryable: bool = False

    def correlated(self, correlation_id: UUID | None) -> Self:
        """A copy of this failure with this correlation id."""
        return self.model_copy(update={"correlation_id": correlation_id})
