# SPDX-License-Identifier: MIT
"""The table of docs/benchmarks.md: what is compared with what, and the ratio to reach."""
from typing import NamedTuple


class Row(NamedTuple):
    what: str
    program: str  # <program>_bench
    operation: str  # the benchmark is BM_<operation><its parameters>
    hilo: str  # the parameters that make it hilo's
    peer: str  # the parameters that make it the peer's, or a whole name, BM_...
    peer_name: str  # what the page calls the peer
    target: float | None  # hilo's time divided by the peer's is at most this
    cpython: str | None = None  # its key in cpython.py

    @property
    def hilo_benchmark(self):
        return f"BM_{self.operation}{self.hilo}"

    @property
    def peer_benchmark(self):
        return self.peer if self.peer.startswith("BM_") else f"BM_{self.operation}{self.peer}"


MUTEX = "std::mutex"
ROBUST = "robust pthread mutex"
SEMAPHORE = "std::counting_semaphore"
CONDITION = "std::condition_variable"
BARRIER = "std::barrier"
TBB = "oneTBB concurrent_bounded_queue"
DEQUE = "mutex, condition_variable, deque"
MOODYCAMEL = "moodycamel BlockingConcurrentQueue"
MESSAGES = "Boost.Interprocess message_queue"
THREADS = "hilo::queue between threads"
CEREAL = "cereal, binary archive"
SOCKETS = "raw socketpair"
BY_HAND = "fork, half each, shared array"

# fmt: off
ROWS = [Row(*row) for row in (
    ("threading::Lock, uncontended", "lock", "Lock_uncontended",
     "<threading::Lock>", "<std::mutex>", MUTEX, 0.9, "threading.Lock"),
    ("threading::Lock, 2 threads", "lock", "Lock_contended",
     "<threading::Lock, Threads, 2>", "<std::mutex, Threads, 2>", MUTEX, 1.0, "threading.Lock 2"),
    ("threading::Lock, 4 threads", "lock", "Lock_contended",
     "<threading::Lock, Threads, 4>", "<std::mutex, Threads, 4>", MUTEX, 1.0, "threading.Lock 4"),
    ("mp::Lock, uncontended", "lock", "Lock_uncontended",
     "<mp::Lock>", "<RobustMutex>", ROBUST, 0.8, "multiprocessing.Lock"),
    ("mp::Lock, 2 processes", "lock", "Lock_contended",
     "<mp::Lock, Processes, 2>", "<RobustMutex, Processes, 2>", ROBUST, 1.0,
     "multiprocessing.Lock 2"),

    ("threading::Semaphore, uncontended", "semaphore", "Semaphore_uncontended",
     "<threading::Semaphore>", "<StdSemaphore>", SEMAPHORE, 1.0, "threading.Semaphore"),
    ("threading::BoundedSemaphore, uncontended", "semaphore", "Semaphore_uncontended",
     "<threading::BoundedSemaphore>", "<StdSemaphore>", SEMAPHORE, 1.0,
     "threading.BoundedSemaphore"),
    ("threading::Semaphore, ping-pong", "semaphore", "Semaphore_ping_pong",
     "<threading::Semaphore, Threads>", "<StdSemaphore, Threads>", SEMAPHORE, 1.0,
     "threading.Semaphore ping-pong"),
    ("mp::Semaphore, uncontended", "semaphore", "Semaphore_uncontended",
     "<mp::Semaphore>", "<StdSemaphore>", SEMAPHORE, 1.0, "multiprocessing.Semaphore"),
    ("mp::BoundedSemaphore, uncontended", "semaphore", "Semaphore_uncontended",
     "<mp::BoundedSemaphore>", "<StdSemaphore>", SEMAPHORE, None,
     "multiprocessing.BoundedSemaphore"),
    ("mp::Semaphore, ping-pong", "semaphore", "Semaphore_ping_pong",
     "<mp::Semaphore, Processes>", "<StdSemaphore, Threads>", SEMAPHORE, 1.0,
     "multiprocessing.Semaphore ping-pong"),

    ("threading::Condition, notify nobody", "condition", "Condition_notify",
     "<ThreadingCondition>", "<StdCondition>", CONDITION, 1.0, "threading.Condition notify"),
    ("threading::Condition, ping-pong", "condition", "Condition_ping_pong",
     "<ThreadingCondition, Threads>", "<StdCondition, Threads>", CONDITION, 1.0,
     "threading.Condition ping-pong"),
    ("mp::Condition, notify nobody", "condition", "Condition_notify",
     "<MpCondition>", "<StdCondition>", CONDITION, 1.0, "multiprocessing.Condition notify"),
    ("mp::Condition, ping-pong", "condition", "Condition_ping_pong",
     "<MpCondition, Processes>", "<StdCondition, Threads>", CONDITION, 1.0,
     "multiprocessing.Condition ping-pong"),

    ("threading::Event, wait when set", "event", "Event_wait",
     "<threading::Event>", "<StdEvent>", CONDITION, 1.0, "threading.Event wait"),
    ("threading::Event, ping-pong", "event", "Event_ping_pong",
     "<threading::Event, Threads>", "<StdEvent, Threads>", CONDITION, 1.0,
     "threading.Event ping-pong"),
    ("mp::Event, wait when set", "event", "Event_wait",
     "<mp::Event>", "<StdEvent>", CONDITION, 1.0, "multiprocessing.Event wait"),
    ("mp::Event, ping-pong", "event", "Event_ping_pong",
     "<mp::Event, Processes>", "<StdEvent, Threads>", CONDITION, 1.0,
     "multiprocessing.Event ping-pong"),

    ("threading::Barrier of 2", "barrier", "Barrier_wait",
     "<threading::Barrier, Threads>", "<StdBarrier, Threads>", BARRIER, 1.0, "threading.Barrier"),
    ("mp::Barrier of 2", "barrier", "Barrier_wait",
     "<mp::Barrier, Processes>", "<StdBarrier, Threads>", BARRIER, 1.0,
     "multiprocessing.Barrier"),

    ("threading::Thread, start + join", "thread", "Thread_start_join",
     "<threading::Thread>", "<std::thread>", "std::thread", 1.15, "threading.Thread"),
    ("threading::Timer, start + cancel, 10,000 pending", "timer", "Timer_start_cancel",
     "/10000", "/10", "10 pending", 3.0, "threading.Timer"),
    ("CPU-bound work on each of 2 threads", "parallel", "Parallel_cpu_bound",
     "/2", "/1", "on 1 thread", 1.05, "cpu-bound 2"),
    ("Queue<int>, 1:1 threads", "queue", "Queue_stream",
     "<queue::Queue<int>, 1>", "<Tbb<int>, 1>", TBB, 0.8, "Queue"),
    ("Queue<int>, 1:1 threads", "queue", "Queue_stream",
     "<queue::Queue<int>, 1>", "<Locked<int>, 1>", DEQUE, 0.5, "Queue"),
    ("Queue<int>, 2:2 threads", "queue", "Queue_stream",
     "<queue::Queue<int>, 2>", "<Tbb<int>, 2>", TBB, 0.8, "Queue 2"),
    ("Queue<int>, 2:2 threads", "queue", "Queue_stream",
     "<queue::Queue<int>, 2>", "<Locked<int>, 2>", DEQUE, 0.5, "Queue 2"),
    ("Queue<int>, 1:1, maxsize 1024", "queue", "Queue_stream",
     "<queue::Queue<int>, 1, 1024>", "<Tbb<int>, 1, 1024>", TBB, 0.8, "Queue bounded"),
    ("Queue<int>, 1:1, maxsize 1024", "queue", "Queue_stream",
     "<queue::Queue<int>, 1, 1024>", "<Locked<int>, 1, 1024>", DEQUE, 0.5, "Queue bounded"),
    ("Queue<int>, 2:2, maxsize 1024", "queue", "Queue_stream",
     "<queue::Queue<int>, 2, 1024>", "<Tbb<int>, 2, 1024>", TBB, 0.8, "Queue 2 bounded"),
    ("Queue<int>, 2:2, maxsize 1024", "queue", "Queue_stream",
     "<queue::Queue<int>, 2, 1024>", "<Locked<int>, 2, 1024>", DEQUE, 0.5, "Queue 2 bounded"),
    ("SimpleQueue<int>, 1:1 threads", "queue", "Queue_stream",
     "<queue::SimpleQueue<int>, 1>", "<Moodycamel<int>, 1>", MOODYCAMEL, 1.0, "SimpleQueue"),
    ("SimpleQueue<int>, 4:4 threads", "queue", "Queue_stream",
     "<queue::SimpleQueue<int>, 4>", "<Moodycamel<int>, 4>", MOODYCAMEL, 1.0, "SimpleQueue 4"),
    ("Queue<unique_ptr<int>>, to a sleeper", "queue", "Queue_wake",
     "<queue::Queue<std::unique_ptr<int>>>", "<Locked<std::unique_ptr<int>>>", DEQUE, 1.0),

    ("mp::Process by fork, start + join", "process", "Process_start_join",
     "<HiloFork>", "<RawFork>", "fork + waitpid", 1.2, "Process fork"),
    ("mp::Process by forkserver, start + join", "process", "Process_start_join",
     "<HiloForkserver>", "<RawFork>", "fork + waitpid", 1.5, "Process forkserver"),
    ("the same from a parent of 1 GiB", "process", "Process_heavy_parent",
     "<HiloForkserver>/1073741824", "BM_Process_start_join<RawFork>",
     "fork + waitpid of a small process", 1.5),
    ("mp::Process by spawn, start + join", "process", "Process_start_join",
     "<HiloSpawn>", "<PosixSpawn>", "posix_spawn + waitpid", 1.2, "Process spawn"),
    ("the same from a parent of 1 GiB", "process", "Process_heavy_parent",
     "<HiloSpawn>/1073741824", "<HiloSpawn>/0", "small parent", 1.1),

    ("mp::Pipe, 64 bytes, ping-pong", "connection", "Connection_ping_pong",
     "<Hilo, 64>", "<RawSocketpair, 64>", SOCKETS, 1.15, "Pipe 64 ping-pong"),
    ("mp::Pipe, 64 bytes, stream", "connection", "Connection_stream",
     "<Hilo, 64>", "<RawSocketpair, 64>", SOCKETS, 1.15, "Pipe 64"),
    ("mp::Pipe, 1 MiB, stream", "connection", "Connection_stream",
     "<Hilo, 1 << 20>", "<RawSocketpair, 1 << 20>", SOCKETS, 1.05, "Pipe 1 MiB"),

    ("marshal, 64-byte struct, write", "marshal", "Marshal_write",
     "<Hilo, Plain>", "<Memcpy, Plain>", "memcpy", 1.5, "plain write"),
    ("marshal, 64-byte struct, read", "marshal", "Marshal_read",
     "<Hilo, Plain>", "<Memcpy, Plain>", "memcpy", 1.5, "plain read"),
    ("marshal, record, write + read", "marshal", "Marshal_both",
     "<Hilo, Record>", "<Cereal, Record>", CEREAL, 0.35, "record both"),
    ("marshal, record, write", "marshal", "Marshal_write",
     "<Hilo, Record>", "<Cereal, Record>", CEREAL, None, "record write"),
    ("marshal, record, read", "marshal", "Marshal_read",
     "<Hilo, Record>", "<Cereal, Record>", CEREAL, None, "record read"),
    ("marshal, a million doubles, write", "marshal", "Marshal_write",
     "<Hilo, Doubles>", "<Memcpy, Doubles>", "memcpy", 1.5, "doubles write"),
    ("marshal, a million doubles, read", "marshal", "Marshal_read",
     "<Hilo, Doubles>", "<Memcpy, Doubles>", "memcpy", 1.5, "doubles read"),

    ("mp::Queue<int>, 1:1 processes", "mp_queue", "MpQueue_stream",
     "<mp::Queue<int>, Processes, 1>", "<Boost, Processes, 1>", MESSAGES, 0.35, "mp.Queue"),
    ("mp::Queue<int>, 1:1 processes", "mp_queue", "MpQueue_stream",
     "<mp::Queue<int>, Processes, 1>", "<ThreadQueue, Threads, 1>", THREADS, 1.5),
    ("mp::Queue<int>, 2:2 processes", "mp_queue", "MpQueue_stream",
     "<mp::Queue<int>, Processes, 2>", "<Boost, Processes, 2>", MESSAGES, 0.35, "mp.Queue 2"),
    ("mp::Queue<int>, 2:2 processes", "mp_queue", "MpQueue_stream",
     "<mp::Queue<int>, Processes, 2>", "<ThreadQueue, Threads, 2>", THREADS, 1.5),
    ("mp::Queue<int>, 1:1, maxsize 1024", "mp_queue", "MpQueue_stream",
     "<mp::Queue<int>, Processes, 1, 1024>", "<ThreadQueue, Threads, 1, 1024>", THREADS, 1.5, "mp.Queue bounded"),
    ("mp::Queue<int>, 2:2, maxsize 1024", "mp_queue", "MpQueue_stream",
     "<mp::Queue<int>, Processes, 2, 1024>", "<ThreadQueue, Threads, 2, 1024>", THREADS, 1.5, "mp.Queue 2 bounded"),
    ("mp::Queue<vector<double>(131072)>, put + get", "mp_queue", "MpQueue_vector",
     "<Got>", "<TwoCopies>", "two memcpy", 1.5, "mp.Queue 1 MiB"),
    ("mp::Queue<vector<double>(131072)>, put + borrow", "mp_queue", "MpQueue_vector",
     "<Borrowed>", "<TwoCopies>", "two memcpy", 0.8),
    ("mp::Queue<int>, ping-pong", "mp_queue", "MpQueue_ping_pong",
     "<MpPair>", "<FutexPair>", "bare futex", 1.2, "mp.Queue ping-pong"),

    ("mp::Value, += 1 by 2 processes", "value", "Value_add",
     "<Locked>", "<FetchAdd>", "std::atomic in MAP_SHARED", None, "Value 2"),

    ("ThreadPoolExecutor, 100,000 empty tasks", "thread_pool", "ThreadPool_submit",
     "<Executor>", "_asio", "boost::asio::thread_pool", 0.8, "ThreadPoolExecutor"),
    ("ThreadPool, 100,000 empty tasks", "thread_pool", "ThreadPool_submit",
     "<Pool>", "_asio", "boost::asio::thread_pool", 0.8, "ThreadPool"),
    ("ThreadPool, 100,000 empty tasks", "thread_pool", "ThreadPool_submit",
     "<Pool>", "_async", "std::async", 0.1, "ThreadPool"),
    ("ThreadPool.map, a million ints", "thread_pool", "ThreadPool_map",
     "", "_tbb", "oneTBB parallel_for", 1.2, "ThreadPool map"),
    ("Pool.map, a million ints, 2 processes", "pool", "Pool_map_million",
     "", "_by_hand", BY_HAND, 1.5, "Pool map"),
    ("Pool.map, 2,000 tasks of 1 ms", "pool", "Pool_map_milliseconds",
     "/iterations:1", "BM_Pool_milliseconds_ideal/iterations:1",
     "work / workers", 1.05, "Pool map 1 ms"),
    ("Pool.apply, round trip", "pool", "Pool_apply",
     "", "BM_Pool_futex_ping_pong", "bare futex", 1.5, "Pool.apply"),
    ("ProcessPoolExecutor, round trip", "pool", "Pool_executor_round_trip",
     "", "BM_Pool_futex_ping_pong", "bare futex", None, "ProcessPoolExecutor"),
    ("Pool.apply_async + get, 100,000 empty tasks", "pool", "Pool_apply_async",
     "", "_tbb", "oneTBB task_group, threads", None, "Pool.apply_async"),
    ("Pool, start + stop, parent of 1 GiB", "pool", "Pool_start_stop",
     "/1073741824", "/0", "small parent", 1.2, "Pool start + stop"),
    ("Pool, a killed worker is replaced", "pool", "Pool_replace_worker",
     "", "_process", "mp::Process, start + join", 2.0),

    ("heap, 64 bytes, allocate + free", "heap", "Heap_pair",
     "<FamilyHeap>", "<Malloc>", "malloc + free", 3.0),
    ("heap, a hundred of 64 bytes", "heap", "Heap_hundred",
     "<FamilyHeap>", "<Malloc>", "malloc + free", 3.0),
)]
# fmt: on

NOTES = """
How to read it:

- *Uncontended*, *notify nobody* and *wait when set*: one thread does it, while another one sleeps;
  glibc's mutexes leave out their atomic instructions in a program that has a single thread.
- *2 threads*, *4 threads*, *2 processes*: each locks, counts and unlocks without a pause; the time
  of one turn of anybody, on the clock on the wall.
- *Ping-pong*: two threads or processes wake each other in turn; a round is two hand-overs.
- `mp` rows that are not of locks have the peer between threads: the standard has none that works
  between processes. The peer of `Event` is a flag under a mutex with a condition variable.
- `mp::BoundedSemaphore` writes down who holds each permit, so that a dead holder's come back; no peer
  does, so nothing is asked of it.
- *Record* is `{int, string, vector<double>(8), map<string, int>(4)}`. Reading it makes six
  allocations, whatever the codec. The peer of the struct and of the doubles copies the same bytes
  into memory that is there already.
- *1:1 threads*, *2:2*, *4:4*: as many put as get, without a pause; the time of one item's way
  through, on the clock on the wall. *To a sleeper*: from put() to the return of a get() that slept.
- *Ping-pong* of pipes and of `mp::Queue`: to and fro between two processes. A wake-up takes ten times as
  long if the other core was idle, so these rows move from run to run, by a third on either side.
- *Two memcpy*: what a way through another's memory costs at least. *+= 1 by 2 processes*: a step
  under a lock that outlives its holder, beside one instruction; nothing is asked of it.
- Pools have 2 workers, of a round trip 1. They start and are replaced by forkserver, CPython's too, which
  is killed with the lock that its workers read under, so that it has no time for a replacement.
- CPython pickles a tuple, a list and a dict of the same values.
"""
