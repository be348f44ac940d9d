"""Ports that serve something else than web pages, and are asked for none."""

from __future__ import annotations

from collections.abc import Iterator


def _each(ports: str) -> Iterator[int]:
    for text in ports.split():
        first, _, last = text.partition("-")
        yield from range(int(first), int(last or first) + 1)


BARRED = frozenset(
    _each(
        "0 1 7 9 11 13 15 17 19-23 25 37 42 43 53 69 77 79 87 95 101-104 109-111 113 115 117 119 123 135 137"
        " 139 143 161 179 389 427 465 512-515 526 530-532 540 548 554 556 563 587 601 636 989 990 993 995 1719"
        " 1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665-6669 6679 6697 10080"
    )
)
"""No browser connects to these for http, wherever a portal may be (Fetch standard, section 2.9, "bad port")."""

SERVICES = frozenset(
    _each(
        "445 873"  # SMB, rsync
        " 1099 1433 1434 1521 1883"  # Java RMI, SQL Server, Oracle, MQTT
        " 2181 2375-2377 2379 2380"  # ZooKeeper, Docker, etcd
        " 3306 3389 4369"  # MySQL, RDP, Erlang
        " 5432 5671 5672 5900-5903 5984-5986"  # PostgreSQL, AMQP, VNC, CouchDB, WinRM
        " 6379 6380 6443 8009"  # Redis, Kubernetes, AJP
        " 9042 9092 9200 9300"  # Cassandra, Kafka, Elasticsearch
        " 10250 10255 11211"  # kubelet, memcached
        " 15672 27017-27019 50070 61616"  # RabbitMQ, MongoDB, HDFS, ActiveMQ
    )
)
"""Services of a house that are often left without a password (IANA's registry and their own manuals name the
ports): nobody's pages, unless a portal itself is there."""
