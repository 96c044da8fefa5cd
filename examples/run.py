#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs examples and holds them against their .expect files; examples/README.md has the syntax.

    run.py check [--slack N] FILE.expect -- COMMAND...     one example; silent when it is right
    run.py demo LIST [NAME]                                all of LIST, with output and a table
"""
import argparse
import os
import pty
import re
import signal
import subprocess
import sys
import termios
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path


class Mismatch(Exception):
    """What a run did is not what its .expect file says."""


@dataclass
class Pattern:
    """One line of output, by its text or by a regular expression, `count` times."""

    regex: str
    shown: str
    count: int = 1

    def match(self, line, captured):
        own = re.findall(r"\(\?P<(\w+)>", self.regex)

        def known(reference):
            values = captured.get(reference[1])
            return re.escape(values[-1]) if values and reference[1] not in own else reference[0]

        regex = re.sub(r"\(\?P=(\w+)\)", known, self.regex)
        found = re.fullmatch(regex, line)
        if found:
            for name, value in found.groupdict().items():
                captured.setdefault(name, []).append(value)
        return bool(found)


@dataclass
class Expectation:
    """A parsed .expect file. A block is "..." or a list of patterns, in any order among them."""

    blocks: list = field(default_factory=list)
    distinct: list = field(default_factory=list)
    same: list = field(default_factory=list)
    time: tuple = (0.0, float("inf"))
    exit: int = 0

    @classmethod
    def parse(cls, path):
        self, unordered = cls(), None
        for number, raw in enumerate(Path(path).read_text().splitlines(), 1):
            text = raw.strip()
            pattern = re.fullmatch(r"(?:(\d+) )?([=~])(?: (.*))?", text)
            word, *arguments = text.split() or ["#"]
            if word.startswith("#"):
                continue
            if pattern:
                count, kind, body = pattern.groups()
                regex = (body or "") if kind == "~" else re.escape(body or "")
                one = Pattern(regex, text, int(count or 1))
                (self.blocks.append([one]) if unordered is None else unordered.append(one))
            elif word == "...":
                self.blocks.append("...")
            elif word == "unordered":
                unordered = []
            elif word == "end" and unordered is not None:
                self.blocks.append(unordered)
                unordered = None
            elif word == "time":
                self.time = tuple(map(float, arguments))
            elif word == "exit":
                self.exit = int(arguments[0])
            elif word in ("distinct", "same"):
                getattr(self, word).extend(arguments)
            else:
                sys.exit(f"{path}:{number}: cannot read: {raw}")
        return self

    def check(self, lines, seconds, status, slack):
        captured, rest, skipping = {}, list(lines), False
        for block in self.blocks:
            if block == "...":
                skipping = True
                continue
            left = [pattern for pattern in block for _ in range(pattern.count)]
            while left:
                if not rest:
                    raise Mismatch(f"the output ended before: {left[0].shown}")
                line = rest.pop(0)
                hit = next((one for one in left if one.match(line, captured)), None)
                if hit:
                    left.remove(hit)
                    skipping = False
                elif not skipping:
                    raise Mismatch(f"expected: {left[0].shown}\nprinted:  {line}")
        if rest and not skipping:
            raise Mismatch(f"more was printed than expected: {rest[0]}")
        for name in self.distinct:
            if len(set(captured.get(name, []))) != len(captured.get(name, [])):
                raise Mismatch(f"{name} should differ each time: {captured[name]}")
        for name in self.same:
            if len(set(captured.get(name, []))) > 1:
                raise Mismatch(f"{name} should always be the same: {captured[name]}")
        if status != self.exit:
            raise Mismatch(f"exit status {status}, expected {self.exit}")
        low, high = self.time[0], self.time[1] * slack
        if not low <= seconds <= high:
            raise Mismatch(f"took {seconds:.2f} s, expected {low:g} to {high:g} s")


def run(command, limit, echo):
    """Runs `command` until it and all that hold its output are gone, at most `limit` seconds.

    Returns (lines, seconds, status). With `echo` the output is also shown as it comes; on a
    terminal the command gets one of its own, so that it writes line by line as for a user.
    """
    if echo and sys.stdout.isatty():
        reader, writer = pty.openpty()
        attributes = termios.tcgetattr(writer)
        attributes[1] &= ~termios.OPOST
        termios.tcsetattr(writer, termios.TCSANOW, attributes)
    else:
        reader, writer = os.pipe()
    start = time.monotonic()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=writer,
                             stderr=subprocess.STDOUT, start_new_session=True)
    os.close(writer)
    late = threading.Event()

    def end_all():
        late.set()
        os.killpg(child.pid, signal.SIGKILL)

    timer = threading.Timer(limit, end_all)
    timer.start()
    output = b""
    while True:
        try:
            data = os.read(reader, 65536)
        except OSError:  # a terminal says so when its last writer is gone
            data = b""
        if not data:
            break
        output += data
        if echo:
            sys.stdout.write(data.decode(errors="replace"))
            sys.stdout.flush()
    seconds = time.monotonic() - start
    status = child.wait()
    timer.cancel()
    os.close(reader)
    lines = output.decode(errors="replace").replace("\r\n", "\n").splitlines()
    if late.is_set():
        raise Mismatch("\n".join(["still running after its time; it had printed:", *lines]))
    return lines, seconds, status


def check(arguments):
    expectation = Expectation.parse(arguments.expect)
    try:
        lines, seconds, status = run(arguments.command, 50, echo=False)
    except Mismatch as problem:
        sys.exit(str(problem))
    try:
        expectation.check(lines, seconds, status, arguments.slack)
    except Mismatch as problem:
        sys.exit("\n".join([str(problem), "--- the whole output:", *lines]))


def demo(arguments):
    def place(row):
        # "002.10" stands behind "002.9", and "programs.1" behind all documents.
        return [part.zfill(8) for part in row[0].split(".")]

    rows = [line.split("|") for line in Path(arguments.list).read_text().splitlines() if line]
    rows = sorted((row for row in rows if arguments.name in ("", row[0], Path(row[2]).stem)), key=place)
    if not rows:
        sys.exit(f"demo: no example is called {arguments.name}")
    table = []
    for document, title, expect, *command in rows:
        name = Path(expect).stem
        print(f"\n=== {document} {name}: {title}", flush=True)
        start, verdict = time.monotonic(), "ok"
        try:
            lines, seconds, status = run(command, 50, echo=True)
            Expectation.parse(expect).check(lines, seconds, status, slack=1)
        except Mismatch as problem:
            verdict = "failed"
            print(f"!!! {problem}")
        table.append((f"{document} {name}", f"{time.monotonic() - start:.2f} s", verdict))
    width = max(len(row[0]) for row in table)
    print(f"\n{'example':{width}}  {'time':>8}  result")
    for name, seconds, verdict in table:
        print(f"{name:{width}}  {seconds:>8}  {verdict}")
    sys.exit(any(verdict != "ok" for _, _, verdict in table))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    modes = parser.add_subparsers(required=True)
    one = modes.add_parser("check")
    one.add_argument("--slack", type=float, default=1)
    one.add_argument("expect")
    one.add_argument("command", nargs="+")
    one.set_defaults(action=check)
    every = modes.add_parser("demo")
    every.add_argument("list")
    every.add_argument("name", nargs="?", default="")
    every.set_defaults(action=demo)
    arguments = parser.parse_args()
    arguments.action(arguments)


if __name__ == "__main__":
    main()
