# SPDX-License-Identifier: MIT
"""The other end of python_test.cpp.

peer.py write PROTOCOL: each value as a line of name, pickle in hexadecimal, and repr.
peer.py read FILE:      reads lines of name and pickle in hexadecimal; says what is not its value.
"""
import binascii
import pickle
import queue
import struct
import sys

SHARED = ["shared"]
VALUES = {
    "none": None,
    "true": True,
    "false": False,
    "floats": [0.0, -0.0, 1.0, 0.1, -2.5e-300, 1e16, 1e15, 123456.789, 5e-324, float("inf"), float("nan")],
    "ints": [s * (2 ** n + d) for n in range(0, 80) for d in (-1, 0, 1) for s in (1, -1)],
    "large": [10 ** 100, -(10 ** 100), 2 ** 2039, -(2 ** 2039), 2 ** 2040, 3 ** 2000, -(3 ** 2500)],
    "str": ["", "a", "it's", '"', "it's \"both\"", "\\ \n\r\t\0\x1a\x7f", "\\u0041 \\\\", "caf\xe9", "\u20ac",
            "\U0001f600", "\ud800", "x" * 300, "\xa0\xad\u200b\ufeff", "y" * 70000],
    "bytes": [b"", b"a", bytes(range(256)), b"it's", b"x" * 300, b"z" * 70000],
    "bytearray": [bytearray(), bytearray(b"\x00\xff"), bytearray(b"x" * 70000)],
    "list": [[], [1], [[[]]], list(range(2500))],
    "tuple": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), ((),)],
    "dict": {"z": 1, "a": [1, 2], 3: None, (1, "x"): {}, None: True, 1.5: b"", b"k": {"deep": {"er": ()}}},
    "large dict": {i: str(i) for i in range(2500)},
    "sets": [set(), {1}, {"a"}, frozenset(), frozenset([1]), {frozenset([(1, 2)])}],
    "shared": [SHARED, SHARED, {"again": SHARED}],
    "exceptions": [ValueError("no"), KeyError("k"), OSError("no disk"), queue.Empty(),
                   ZeroDivisionError("division by zero"), Exception(1, "two", None)],
}


def same(a, b):
    """Equal, of the same types, floats to the bit."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, float):
        return struct.pack("d", a) == struct.pack("d", b)
    if isinstance(a, BaseException):
        return same(a.args, b.args)
    return a == b


def write(protocol):
    for name, value in VALUES.items():
        text = repr(value)
        if name == "exceptions" and sys.version_info < (3, 7):
            text = text.replace(",)", ")")
        text = text.encode("utf-8", "surrogatepass").hex()
        print(name, pickle.dumps(value, protocol).hex(), text, sep="\t")


def read(path):
    seen = set()
    with open(path) as lines:
        for line in lines:
            name, data = line.rstrip("\n").split("\t")
            seen.add(name)
            value = pickle.loads(binascii.unhexlify(data))
            if not same(value, VALUES[name]):
                print("differs:", name, repr(value)[:1000])
    print("missing:", set(VALUES) - seen) if seen != set(VALUES) else print("same")


if sys.argv[1] == "write":
    write(int(sys.argv[2]))
else:
    read(sys.argv[2])
