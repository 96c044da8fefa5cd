#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Starts the C++ worker of python_service.cpp and talks to it: python_service.py PROGRAM"""
import os
import secrets
import subprocess
import sys
from array import array
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client
from multiprocessing.shared_memory import SharedMemory


class Worker:
    def __init__(self, program):
        self.key = secrets.token_hex().encode()
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=dict(os.environ, WORKER_KEY=self.key.decode()))
        self.address = self.process.stdout.readline().strip().replace("@", "\0", 1)

    def connect(self, key=None):
        return Client(self.address, authkey=key or self.key)

    def stop(self):
        """Ends its input, and so the worker. Returns: what it printed."""
        return self.process.communicate(timeout=20)[0].splitlines()


def ask(connection, **request):
    connection.send(request)
    answer = connection.recv()
    if isinstance(answer, Exception):
        raise answer
    return answer


def main():
    worker = Worker(sys.argv[1])
    numbers = [i * 37 % 100 / 10 for i in range(100_000)]
    segment = SharedMemory(create=True, size=8 * len(numbers))
    data = segment.buf[: segment.size // 8 * 8].cast("d")
    data[: len(numbers)] = array("d", numbers)
    where = {"data": segment.name, "count": len(numbers)}

    with worker.connect() as connection:
        print(ask(connection, do="histogram", range=(0, 10), bins=5, **where))
        ask(connection, do="sort", **where)
        print("sorted in place:", data[: len(numbers)].tolist() == sorted(numbers))

        for bad in ({"do": "sing"}, {"data": "/nowhere"}, {"count": 10**9}):
            try:
                ask(connection, **{"do": "sort", **where, **bad})
            except (OSError, ValueError) as error:
                print(f"{type(error).__name__}: {error}")

    data.release()
    segment.close()
    segment.unlink()

    try:
        worker.connect(b"guess")
    except AuthenticationError:
        print("refused without the key")

    print(*worker.stop(), sep="\n")


main()
