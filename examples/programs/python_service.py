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


class Worker:
    def __init__(self, program):
        self.key = secrets.token_hex().encode()
        self.process = subprocess.Popen([program], stdout=subprocess.PIPE, text=True,
                                        env=dict(os.environ, WORKER_KEY=self.key.decode()))
        self.address = self.process.stdout.readline().strip().replace("@", "\0", 1)

    def connect(self, key=None):
        return Client(self.address, authkey=key or self.key)

    def stop(self):
        with self.connect() as connection:
            connection.send(None)
        return self.process.communicate(timeout=20)[0].splitlines()


def ask(connection, data=None, **request):
    connection.send(request)
    if data is not None:
        connection.send_bytes(data)
    return result(connection)


def result(connection):
    answer = connection.recv()
    if isinstance(answer, Exception):
        raise answer
    return answer


def main():
    worker = Worker(sys.argv[1])
    values = array("d", (i * 37 % 100 / 10 for i in range(100_000)))

    with worker.connect() as connection:
        print(ask(connection, values, do="histogram", range=(0, 10), bins=5))

        connection.send({"do": "sort"})
        connection.send_bytes(values)
        ordered = array("d", connection.recv_bytes())
        print(result(connection), ordered == array("d", sorted(values)))

        for bad in ({"do": "sing"}, {"dance": 1}):
            try:
                ask(connection, **bad)
            except (KeyError, ValueError) as error:
                print(f"{type(error).__name__}: {error.args[0]}")

    try:
        worker.connect(b"guess")
    except AuthenticationError:
        print("refused without the key")

    print(*worker.stop(), sep="\n")


main()
