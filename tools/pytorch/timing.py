"""Times of a task, in milliseconds: on the clock, and of all threads of the process."""
import statistics
import time


def timed(task):
    began, used = time.perf_counter(), time.process_time()
    task()
    return 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - used)


def medians(task, rounds):
    """After two rounds that prepare."""
    task()
    task()
    times = [timed(task) for _ in range(rounds)]
    return {name: statistics.median(one[i] for one in times) for i, name in enumerate(("wall", "processor"))}


def least(task):
    """Milliseconds of processors at best, after a round that prepares."""
    task()
    return min(timed(task)[1] for _ in range(3))
