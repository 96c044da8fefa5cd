# SPDX-License-Identifier: MIT
"""The other end of python_peer_test.cpp: an unmodified multiprocessing.connection.

connection_peer.py client|listener <address> <key or -> [modern]

An address is unix:<path>, abstract:<name> or tcp:<port>. With `modern`, a Python before 3.12
authenticates as a later one does. Runs in 3.6 and later.
"""
import hmac
import sys
from multiprocessing import AuthenticationError, connection

VALUES = [None, True, 7, -(2**100), 2.5, "año", b"\0\xff", [1, [2]], (1, "x"), {"k": [1]}, {1, 2}]


def modernise():
    def deliver(peer, key):
        text = b"{sha384}" + b"r" * 40
        peer.send_bytes(b"#CHALLENGE#" + text)
        answer = peer.recv_bytes(256)
        name, _, code = answer[1:].partition(b"}")
        if code == hmac.new(key, text, name.decode()).digest():
            peer.send_bytes(b"#WELCOME#")
        else:
            peer.send_bytes(b"#FAILURE#")
            raise AuthenticationError("digest received was wrong")

    def answer(peer, key):
        text = peer.recv_bytes(256)[len(b"#CHALLENGE#"):]
        name = text[1:].partition(b"}")[0]
        peer.send_bytes(b"{" + name + b"}" + hmac.new(key, text, name.decode()).digest())
        if peer.recv_bytes(256) != b"#WELCOME#":
            raise AuthenticationError("digest sent was rejected")

    connection.deliver_challenge, connection.answer_challenge = deliver, answer


def talk(peer):
    """Echoes bytes until an empty message, then objects until None."""
    for message in iter(peer.recv_bytes, b""):
        peer.send_bytes(message)
    for value in VALUES:
        peer.send(value)
    for value in iter(peer.recv, None):
        peer.send(value)
    try:
        peer.recv()
    except EOFError:
        return
    raise SystemExit("no end")


def main():
    role, where, key = sys.argv[1:4]
    if sys.version_info < (3, 12) and "modern" in sys.argv:
        modernise()
    kind, _, name = where.partition(":")
    address = {"unix": name, "abstract": "\0" + name, "tcp": ("127.0.0.1", int(name) if kind == "tcp" else 0)}[kind]
    key = None if key == "-" else key.encode()
    if role == "client":
        with connection.Client(address, authkey=key) as peer:
            talk(peer)
        return
    with connection.Listener(address, authkey=key) as listener:
        if kind == "abstract" and sys.version_info < (3, 7):
            listener._listener._unlink.cancel()  # 3.6 tries to unlink what is no file
        print("ready", flush=True)
        try:
            with listener.accept() as peer:
                talk(peer)
        except AuthenticationError:
            print("refused", flush=True)


main()
