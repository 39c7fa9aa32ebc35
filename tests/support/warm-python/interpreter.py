#!/usr/bin/python3 -SE
"""An interpreter that has imported PyTorch: hands its arguments to server.py beside it, which the first call starts."""

import array
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time

folder = os.path.dirname(os.path.realpath(__file__))
path, errors = (os.path.join(folder, name) for name in ("socket", "errors"))


def start():
    with open(os.path.join(folder, "owner")) as owner, open(errors, "w") as said:
        return subprocess.Popen(
            ["/usr/bin/python3", os.path.join(folder, "server.py"), path, owner.read()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            cwd=folder,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            start_new_session=True,
        )


def connected():
    """Of several first calls one starts the server, and the others wait for it."""
    with open(os.path.join(folder, "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        server = None if os.path.exists(path) else start()
        while True:
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(path)
                return connection
            except (FileNotFoundError, ConnectionRefusedError):
                connection.close()
            if server is None or server.poll() is not None:
                with open(errors) as said:
                    sys.exit(f"warm Python has no server: {said.read()}")
            time.sleep(0.05)


call = {"arguments": sys.argv[1:], "folder": os.getcwd(), "environment": dict(os.environ)}
text = json.dumps(call).encode()
with connected() as connection:
    streams = array.array("i", [0, 1, 2])
    connection.sendmsg([len(text).to_bytes(8, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
    connection.sendall(text)
    replies = connection.makefile()
    process = int(replies.readline())
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda number, _: os.kill(process, number))
    status = int(replies.readline())

if status < 0:  # it was killed, and so is this
    if status != -signal.SIGKILL:
        signal.signal(-status, signal.SIG_DFL)
    os.kill(os.getpid(), -status)
sys.exit(status)
