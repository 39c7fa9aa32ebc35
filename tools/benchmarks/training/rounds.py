"""A program that takes turns with others: it trains as many steps as it is asked for, and then waits.

Requests are lines of JSON on standard input, {"work": NAME, "steps": N}; each is answered by a line of what it took.
"""

import json
import sys
import time


class Clock:
    """Seconds on the clock and of all threads of this process, without those in which it waits."""

    def __init__(self):
        self.seconds = self.processor = 0.0
        self.images = 0
        self.began = None

    def start(self):
        if self.began is None:
            self.began = (time.perf_counter(), time.process_time())

    def stop(self):
        if self.began is None:
            return
        self.seconds += time.perf_counter() - self.began[0]
        self.processor += time.process_time() - self.began[1]
        self.began = None

    def answer(self, **more):
        """What it took since the last answer."""
        self.stop()
        taken = {"seconds": self.seconds, "processor": self.processor, "images": self.images}
        print(json.dumps({**taken, **more}), flush=True)
        self.seconds = self.processor = 0.0
        self.images = 0


def next_request():
    """The work and its steps; the program ends with its input."""
    line = sys.stdin.readline()
    if line.strip() == "":
        sys.exit(0)
    request = json.loads(line)
    return request["work"], request["steps"]
