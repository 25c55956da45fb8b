"""Forward what becomes of batches to a webhook, at least once and in order.

    python -m drivers.guides.examples.forward_to_webhook school.db https://example.org/hooks/essays

Each event is a POST of its envelope. A receiver that does not answer is tried again until it does, so that none is left
out and none overtakes another; one that refuses an event ends the program, which comes to the same event when it is
started again.
"""

import os
import sys
import urllib.error
import urllib.request
from typing import Any, Final

from tenacity import retry, retry_if_exception_type, wait_random_exponential

from drivers import Engine, ProcessingEvent, StoredEvent

TOPICS: Final = (ProcessingEvent.ELS_BATCH_PHASE_OUTCOME, ProcessingEvent.BATCH_PIPELINE_COMPLETED)
SECONDS: Final = 10.0
TRY_AGAIN: Final = {408, 425, 429, 500, 502, 503, 504}


class NotNowError(Exception):
    """The receiver does not take anything at the moment."""


@retry(retry=retry_if_exception_type(NotNowError), wait=wait_random_exponential(multiplier=0.1, max=30))
def post(url: str, event: StoredEvent[Any]) -> None:
    """Send one event, until it is taken.

    Raises:
        HTTPError: the receiver refuses it.
    """
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(event.event_id)}
    if token := os.environ.get("WEBHOOK_TOKEN"):
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, event.model_dump_json().encode(), headers, method="POST")  # noqa: S310
    try:
        urllib.request.urlopen(request, timeout=SECONDS).close()  # noqa: S310  (the URL is the caller's own)
    except urllib.error.HTTPError as error:
        if error.code not in TRY_AGAIN:
            raise
        raise NotNowError(str(error)) from error
    except OSError as error:
        raise NotNowError(str(error)) from error


def main(store: str, url: str, cursor: str = "webhook") -> None:
    """Forward for ever; ``cursor`` is the name under which the store keeps how far."""
    with Engine.reader(store) as reader:
        for event in reader.events(topics=TOPICS, follow=True, cursor=cursor):
            post(url, event)


if __name__ == "__main__":
    main(*sys.argv[1:])
