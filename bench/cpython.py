#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What CPython takes for what hilo's benchmarks measure: JSON, nanoseconds by name, medians of 7."""
import array
import concurrent.futures
import json
import multiprocessing
import multiprocessing.pool
import pickle
import queue
import statistics
import threading
import time

REPETITIONS = 7


def median_ns(run, turns):
    """run(turns) does it `turns` times; a first, short run warms up."""
    run(max(1, turns // 10))
    times = []
    for _ in range(REPETITIONS):
        start = time.perf_counter_ns()
        run(turns)
        times.append((time.perf_counter_ns() - start) / turns)
    return statistics.median(times)


def take_turns(lock, turns):
    for _ in range(turns):
        lock.acquire()
        lock.release()


def crew(start, size, work, *arguments):
    members = [start(target=work, args=arguments) for _ in range(size)]
    for member in members:
        member.start()
    return members


def contended(start, lock, members):
    def run(turns):
        each = turns // members
        others = crew(start, members - 1, take_turns, lock, each)
        take_turns(lock, each)
        for member in others:
            member.join()

    return run


def answer_semaphore(ping, pong, turns):
    for _ in range(turns):
        ping.acquire()
        pong.release()


def semaphore_ping_pong(start, semaphore):
    def run(turns):
        ping, pong = semaphore(0), semaphore(0)
        (other,) = crew(start, 1, answer_semaphore, ping, pong, turns)
        for _ in range(turns):
            ping.release()
            pong.acquire()
        other.join()

    return run


def answer_event(ping, pong, turns):
    for _ in range(turns):
        ping.wait()
        ping.clear()
        pong.set()


def event_ping_pong(start, event):
    def run(turns):
        ping, pong = event(), event()
        (other,) = crew(start, 1, answer_event, ping, pong, turns)
        for _ in range(turns):
            ping.set()
            pong.wait()
            pong.clear()
        other.join()

    return run


def alternate(condition, turn, mine, turns):
    with condition:
        for _ in range(turns):
            condition.wait_for(lambda: turn[0] == mine)
            turn[0] = 1 - mine
            condition.notify()


def condition_ping_pong(start, condition, make_turn):
    def run(turns):
        shared, turn = condition(), make_turn()
        (other,) = crew(start, 1, alternate, shared, turn, 1, turns)
        alternate(shared, turn, 0, turns)
        other.join()

    return run


def notify(condition):
    def run(turns):
        for _ in range(turns):
            with condition:
                condition.notify()

    return run


def wait_event(event):
    def run(turns):
        for _ in range(turns):
            event.wait()

    event.set()
    return run


def meet(barrier, turns):
    for _ in range(turns):
        barrier.wait()


def barrier_wait(start, barrier):
    def run(turns):
        shared = barrier(2)
        (other,) = crew(start, 1, meet, shared, turns)
        meet(shared, turns)
        other.join()

    return run


def do_nothing():
    pass


def start_join(start):
    def run(turns):
        for _ in range(turns):
            (member,) = crew(start, 1, do_nothing)
            member.join()

    return run


def start_cancel(turns):
    for _ in range(turns):
        timer = threading.Timer(3600, do_nothing)
        timer.start()
        timer.cancel()
        timer.join()


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def cpu_bound(threads):
    def run(turns):
        for _ in range(turns):
            for member in crew(threading.Thread, threads, fibonacci, 30):
                member.join()

    return run


def put_items(items, turns):
    for item in range(turns):
        items.put(item)


def get_items(items, turns):
    for _ in range(turns):
        items.get()


def stream(make_queue, pairs, start=threading.Thread):
    def run(turns):
        items = make_queue()
        members = []
        for work in (put_items, get_items):
            members += crew(start, pairs, work, items, turns // pairs)
        for member in members:
            member.join()

    return run


def answer_items(to, fro, turns):
    for _ in range(turns):
        fro.put(to.get())


def queue_ping_pong(make_queue, start):
    def run(turns):
        to, fro = make_queue(), make_queue()
        (other,) = crew(start, 1, answer_items, to, fro, turns)
        for turn in range(turns):
            to.put(turn)
            fro.get()
        other.join()

    return run


def pass_item(make_queue, item):
    def run(turns):
        items = make_queue()
        for _ in range(turns):
            items.put(item)
            items.get()

    return run


def add_up(number, turns):
    for _ in range(turns):
        with number.get_lock():
            number.value += 1


def add_together(start, number):
    def run(turns):
        (other,) = crew(start, 1, add_up, number, turns // 2)
        add_up(number, turns // 2)
        other.join()

    return run


def pipe_answer(mine, peer):
    peer.close()
    try:
        while True:
            mine.send_bytes(mine.recv_bytes())
    except EOFError:
        pass


def pipe_send(mine, peer, size, turns):
    peer.close()
    message = bytes(size)
    for _ in range(turns):
        mine.send_bytes(message)


def pipe_ping_pong(size):
    def run(turns):
        mine, peer = multiprocessing.Pipe()
        (member,) = crew(multiprocessing.get_context("fork").Process, 1, pipe_answer, peer, mine)
        peer.close()
        message = bytes(size)
        for _ in range(turns):
            mine.send_bytes(message)
            mine.recv_bytes()
        mine.close()
        member.join()

    return run


def pipe_stream(size):
    def run(turns):
        mine, peer = multiprocessing.Pipe()
        start = multiprocessing.get_context("fork").Process
        (member,) = crew(start, 1, pipe_send, peer, mine, size, turns)
        peer.close()
        for _ in range(turns):
            mine.recv_bytes()
        member.join()

    return run


def repeat(function, value):
    def run(turns):
        for _ in range(turns):
            function(value)

    return run


def pickling(name, value, turns):
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return {
        f"{name} write": (repeat(lambda v: pickle.dumps(v, pickle.HIGHEST_PROTOCOL), value), turns),
        f"{name} read": (repeat(pickle.loads, data), turns),
        f"{name} both": (
            repeat(lambda v: pickle.loads(pickle.dumps(v, pickle.HIGHEST_PROTOCOL)), value),
            turns,
        ),
    }


def square(n):
    return n * n


def one_millisecond(_):
    end = time.perf_counter() + 0.001
    while time.perf_counter() < end:
        pass


def submit_and_get(submit, get):
    def run(turns):
        for result in [submit(do_nothing) for _ in range(turns)]:
            get(result)

    return run


def map_chunks(pool, function, per_turn):
    def run(turns):
        for _ in range(turns):
            pool.map(function, range(per_turn))

    return run


def round_trip(call):
    def run(turns):
        for _ in range(turns):
            call(do_nothing)

    return run


def start_stop(start):
    def run(turns):
        for _ in range(turns):
            with start() as pool:
                pool.apply(do_nothing)

    return run


def measurements():
    fork = multiprocessing.get_context("fork")
    plain = ((1, 2, 3, 4), (0.5, 1.5, 2.5, 3.5), 5, 6)
    counts = {"one": 1, "two": 2, "three": 3, "four": 4}
    record = (7, "a name of some length", [float(i) for i in range(1, 9)], counts)
    measured = {
        "threading.Lock": (lambda turns: take_turns(threading.Lock(), turns), 100_000),
        "threading.Lock 2": (contended(threading.Thread, threading.Lock(), 2), 50_000),
        "threading.Lock 4": (contended(threading.Thread, threading.Lock(), 4), 50_000),
        "multiprocessing.Lock": (lambda turns: take_turns(fork.Lock(), turns), 100_000),
        "multiprocessing.Lock 2": (contended(fork.Process, fork.Lock(), 2), 50_000),
        "threading.Semaphore": (lambda turns: take_turns(threading.Semaphore(3), turns), 20_000),
        "threading.BoundedSemaphore": (
            lambda turns: take_turns(threading.BoundedSemaphore(3), turns),
            20_000,
        ),
        "multiprocessing.Semaphore": (lambda turns: take_turns(fork.Semaphore(3), turns), 50_000),
        "multiprocessing.BoundedSemaphore": (
            lambda turns: take_turns(fork.BoundedSemaphore(3), turns),
            50_000,
        ),
        "threading.Condition notify": (notify(threading.Condition()), 20_000),
        "multiprocessing.Condition notify": (notify(fork.Condition()), 20_000),
        "threading.Event wait": (wait_event(threading.Event()), 20_000),
        "multiprocessing.Event wait": (wait_event(fork.Event()), 5_000),
        "threading.Thread": (start_join(threading.Thread), 1_000),
        "threading.Timer": (start_cancel, 500),
        "Queue": (stream(queue.Queue, 1), 20_000),
        "Queue 2": (stream(queue.Queue, 2), 20_000),
        "Queue bounded": (stream(lambda: queue.Queue(1024), 1), 20_000),
        "Queue 2 bounded": (stream(lambda: queue.Queue(1024), 2), 20_000),
        "SimpleQueue": (stream(queue.SimpleQueue, 1), 50_000),
        "SimpleQueue 4": (stream(queue.SimpleQueue, 4), 50_000),
        "Pipe 64 ping-pong": (pipe_ping_pong(64), 5_000),
        "Pipe 64": (pipe_stream(64), 20_000),
        "Pipe 1 MiB": (pipe_stream(1 << 20), 200),
        "mp.Queue": (stream(fork.Queue, 1, fork.Process), 10_000),
        "mp.Queue 2": (stream(fork.Queue, 2, fork.Process), 10_000),
        "mp.Queue bounded": (stream(lambda: fork.Queue(1024), 1, fork.Process), 10_000),
        "mp.Queue 2 bounded": (stream(lambda: fork.Queue(1024), 2, fork.Process), 10_000),
        "mp.Queue ping-pong": (queue_ping_pong(fork.Queue, fork.Process), 2_000),
        "mp.Queue 1 MiB": (pass_item(fork.Queue, array.array("d", bytes(1 << 20))), 100),
        "Value 2": (add_together(fork.Process, fork.Value("l", 0)), 20_000),
        "cpu-bound 2": (cpu_bound(2), 1),
    }
    for name, module, start, make_turn, turns in (
        ("threading", threading, threading.Thread, lambda: [0], 3_000),
        ("multiprocessing", fork, fork.Process, lambda: fork.RawArray("i", 1), 1_000),
    ):
        measured |= {
            f"{name}.Semaphore ping-pong": (semaphore_ping_pong(start, module.Semaphore), turns),
            f"{name}.Condition ping-pong": (
                condition_ping_pong(start, module.Condition, make_turn),
                turns,
            ),
            f"{name}.Event ping-pong": (event_ping_pong(start, module.Event), turns),
            f"{name}.Barrier": (barrier_wait(start, module.Barrier), turns),
        }
    for method, turns in (("fork", 50), ("spawn", 4), ("forkserver", 20)):
        context = multiprocessing.get_context(method)
        measured[f"Process {method}"] = (start_join(context.Process), turns)
    measured |= pickling("plain", plain, 20_000)
    measured |= pickling("record", record, 20_000)
    measured |= pickling("doubles", [i + 0.5 for i in range(1_000_000)], 1)
    return measured


def pool_measurements():
    """Of pools of 2, which live as long as it takes; those with one worker are for round trips."""
    fork = multiprocessing.get_context("fork")
    forkserver = multiprocessing.get_context("forkserver")
    get, result = multiprocessing.pool.AsyncResult.get, concurrent.futures.Future.result
    with (
        fork.Pool(2) as pool,
        fork.Pool(1) as single,
        multiprocessing.pool.ThreadPool(2) as threads,
        concurrent.futures.ThreadPoolExecutor(2) as executor,
        concurrent.futures.ProcessPoolExecutor(1, mp_context=fork) as processes,
    ):
        measured = {
            "Pool map": (map_chunks(pool, square, 1_000_000), 1),
            "Pool map 1 ms": (map_chunks(pool, one_millisecond, 2_000), 1),
            "Pool.apply": (round_trip(single.apply), 1_000),
            "Pool.apply_async": (submit_and_get(pool.apply_async, get), 10_000),
            "ProcessPoolExecutor": (
                round_trip(lambda task: processes.submit(task).result()),
                1_000,
            ),
            "ThreadPool": (submit_and_get(threads.apply_async, get), 10_000),
            "ThreadPool map": (map_chunks(threads, square, 1_000_000), 1),
            "ThreadPoolExecutor": (submit_and_get(executor.submit, result), 10_000),
            "Pool start + stop": (start_stop(lambda: forkserver.Pool(2)), 5),
        }
        return {name: median_ns(*job) for name, job in measured.items()}


def main():
    # Before anything else, so that its processes are forked beside no thread but their own.
    pools = pool_measurements()
    print(json.dumps(pools | {name: median_ns(*job) for name, job in measurements().items()}))


if __name__ == "__main__":
    main()
