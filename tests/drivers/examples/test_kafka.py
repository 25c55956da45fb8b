"""The example that forwards events to Kafka, against the mock brokers of Kafka's C library.

The brokers listen on loopback and speak the protocol; the example uses them exactly as it would use real ones.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts import parse_event
from tests.drivers.examples.forwarding import assert_at_least_once_in_order, forward_and_kill

kafka = pytest.importorskip("confluent_kafka", reason="needs the extra [kafka]")


class Reading:
    """Reads everything in a cluster, in all partitions of all topics."""

    def __init__(self, brokers: str) -> None:
        settings = {"bootstrap.servers": brokers, "group.id": "test", "auto.offset.reset": "earliest"}
        self._consumer = kafka.Consumer({**settings, "enable.auto.commit": False, "log_level": 0})
        self._assigned: set[tuple[str, int]] = set()
        self.messages: list[Any] = []

    def count(self) -> int:
        self._assign()
        while (message := self._consumer.poll(0.05)) is not None:
            if message.error() is None:
                self.messages.append(message)
        return len({_event_id(message) for message in self.messages})

    def _assign(self) -> None:
        """Also read the partitions of new topics, without losing the place in known ones."""
        topics = self._consumer.list_topics(timeout=10).topics.values()
        new = {(topic.topic, partition) for topic in topics for partition in topic.partitions} - self._assigned
        if new:
            self._assigned |= new
            self._consumer.incremental_assign([kafka.TopicPartition(*each, kafka.OFFSET_BEGINNING) for each in new])

    def close(self) -> None:
        self._consumer.close()


@pytest.fixture
def brokers() -> Iterator[str]:
    """Three brokers, which exist as long as the producer that started them."""
    host = kafka.Producer({"test.mock.num.brokers": 3, "log_level": 0})
    yield ",".join(f"{broker.host}:{broker.port}" for broker in host.list_topics(timeout=10).brokers.values())
    host.flush(1)


def test_whatever_kills_the_forwarder_every_event_stands_in_kafka(tmp_path: Path, brokers: str) -> None:
    """At least once, under its own topic, and in its batch's order."""
    reading = Reading(brokers)
    sent = forward_and_kill(tmp_path / "school.db", "forward_to_kafka", brokers, reading.count, lambda _: True)
    reading.close()
    assert len({event.event_type for event in sent}) >= 8
    arrived = [(_line(message), _event_id(message)) for message in reading.messages]
    assert_at_least_once_in_order(arrived, sent, lambda event: f"{event.event_type} of {event.batch_id}")
    partitions = {(_line(message), message.partition()) for message in reading.messages}
    assert len(partitions) == len({line for line, _ in arrived})  # there is no order between partitions
    by_id = {str(event.event_id): event for event in sent}
    for message in reading.messages:
        event = parse_event(message.value())
        assert event.model_dump_json() == by_id[str(event.event_id)].model_dump_json()


def _event_id(message: Any) -> str:
    return str(dict(message.headers())["event_id"].decode())


def _line(message: Any) -> str:
    return f"{message.topic()} of {message.key().decode()}"
