# SPDX-License-Identifier: MIT
"""Runs a program with HILO_TRACE, and says whether its trace has what the program did."""
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter

program = sys.argv[1]
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "trace.json")
    with open(path, "w") as file:
        file.write("of another run")
    subprocess.run([program], env={**os.environ, "HILO_TRACE": path}, check=True, timeout=100)
    with open(path) as file:
        text = file.read()
    nowhere = subprocess.run([program], env={**os.environ, "HILO_TRACE": folder + "/no/file"},
                             check=True, timeout=100, stderr=subprocess.PIPE, text=True)
    assert "HILO_TRACE" in nowhere.stderr and "no/file" in nowhere.stderr, nowhere.stderr

assert text.startswith("[\n") and text.endswith(",\n"), text[:20] + "..." + text[-20:]
events = json.loads(text.rstrip(",\n") + "]")

names = {(e["name"], e["args"]["name"]) for e in events if e["ph"] == "M"}
for wanted in [("process_name", "MainProcess"), ("thread_name", "MainThread"),
               ("process_name", "Waiter"), ("thread_name", 'the "other"')]:
    assert wanted in names, f"{wanted} is not in {names}"
workers = [e for e in events if e["ph"] == "M" and e["args"]["name"].startswith("PoolWorker")]
assert len({e["pid"] for e in workers}) >= 6, workers  # two by each method

waits = Counter(e["name"] for e in events if e["ph"] == "X")
for wanted in ["Lock.acquire", "Queue.get", "Process.join", "Thread.join"]:
    assert waits[wanted] > 0, f"no {wanted} in {waits}"
longest = max(e["dur"] for e in events if e["ph"] == "X" and e["name"] == "Queue.get")
assert longest > 1000, longest

# What began has ended, in each thread by itself; but not where somebody was killed.
open_spans = {}
killed = 0
for event in events:
    stack = open_spans.setdefault((event["pid"], event["tid"]), [])
    if event["ph"] == "B":
        stack.append(event["name"])
    elif event["ph"] == "E":
        assert stack, f"an end without a beginning: {event}"
        stack.pop()
for left in open_spans.values():
    killed += left[-1:] == ["be_killed"]
tasks = Counter(e["name"] for e in events if e.get("cat") == "task")
assert tasks["Nap"] > 0 and tasks["square"] > 0, tasks
assert killed == 3, open_spans
assert sum("exit code -9" in e["name"] for e in events if e["ph"] == "i") == 3, events
