"""Forward all events to Kafka, at least once: an event's topic is the Kafka topic, its batch the key.

    pip install 'essay-pipelines[kafka]'
    python -m drivers.guides.examples.forward_to_kafka school.db broker:9092

So the events of a batch stand in one partition of each topic, in their order. A broker that is away is waited for. The
header ``event_id`` tells a repeat.
"""

import sys

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from drivers import Engine


def raise_if_lost(error: KafkaError | None, _message: Message) -> None:
    """End the program where an event was not taken: it begins with that one when it is started again."""
    if error is not None:
        raise KafkaException(error)


def main(store: str, brokers: str, cursor: str = "kafka") -> None:
    """Forward for ever; ``cursor`` is the name under which the store keeps how far."""
    producer = Producer({"bootstrap.servers": brokers, "enable.idempotence": True, "message.timeout.ms": 0})
    with Engine.reader(store) as reader:
        for event in reader.events(follow=True, cursor=cursor):
            producer.produce(
                event.event_type,
                event.model_dump_json().encode(),
                event.batch_id.encode(),
                on_delivery=raise_if_lost,
                headers={"event_id": str(event.event_id)},
            )
            while producer.flush(1.0):  # the next event is asked for when this one is safe
                pass


if __name__ == "__main__":
    main(*sys.argv[1:])
