# SPDX-License-Identifier: MIT
"""The other side of shared_memory_test.cpp, in an unmodified CPython of 3.9 or later."""
import sys
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import ShareableList, SharedMemory

ITEMS = ["hola", b"\x01\x02", 7, -(2**63), 2.5, True, False, None, "", "x" * 8, b"y" * 17]


def leave(shm):
    """What this process attached to, or hands over, is not its tracker's to destroy."""
    resource_tracker.unregister(shm._name, "shared_memory")


def attach(name):
    if sys.version_info >= (3, 13):
        return SharedMemory(name, track=False)
    shm = SharedMemory(name)
    leave(shm)
    return shm


def attach_list(name):
    items = ShareableList(name=name)
    leave(items.shm)
    return items


def make(name):
    shm = SharedMemory(name, create=True, size=5000)
    shm.buf[:4] = b"peer"
    leave(shm)


def use(name):
    shm = attach(name)
    assert bytes(shm.buf[:4]) == b"hilo", bytes(shm.buf[:4])
    assert shm.size == 5000, shm.size
    shm.buf[:4] = b"peer"


def make_list(name):
    items = ShareableList(ITEMS, name=name)
    items[2] = 8
    leave(items.shm)
    print(items.format, end="")


def check_list(name):
    items = attach_list(name)
    expected = ["adios", b"\x03", 9, 2**63 - 1, -0.5, False, True, 1, "1234567", None, b"z" * 24]
    assert list(items) == expected, list(items)
    assert [type(item) for item in items] == [type(item) for item in expected]


def use_list(name):
    items = attach_list(name)
    expected = ["año", b"ends in", 7, 2.5, True, None, "x" * 8]
    assert list(items) == expected, list(items)
    assert items.index(2.5) == 3 and items.count(True) == 1
    items[1] = b"sixteen bytes ok"  # the room that eight bytes with NULs were given
    items[0] = "ñandú"
    items[5] = 1
    print(items.format, end="")


globals()[sys.argv[1]](sys.argv[2])
