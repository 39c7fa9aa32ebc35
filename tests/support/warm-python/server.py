"""Forks a process for each call of interpreter.py: PyTorch is imported once, and nothing else is shared.

server.py SOCKET OWNER: listens there until the process OWNER has ended.
"""

import array
import contextlib
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import types

import torch  # what is called finds it imported


def receive(connection):
    """The call, and the three standard streams of who calls."""
    handles = array.array("i")
    head, ancillary, _, _ = connection.recvmsg(8, socket.CMSG_SPACE(3 * handles.itemsize))
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            handles.frombytes(data)
    length = int.from_bytes(head, "big")
    text = b""
    while len(text) < length:
        part = connection.recv(length - len(text))
        if not part:
            raise ConnectionError("a call was cut off")
        text += part
    return json.loads(text), list(handles)


def tell(connection, number):
    with contextlib.suppress(BrokenPipeError):  # who called was killed
        connection.sendall(f"{number}\n".encode())


def run(call):
    """As the interpreter itself would: FILE ..., -c TEXT ... or -m MODULE ..."""
    os.chdir(call["folder"])
    os.environ.clear()
    os.environ.update(call["environment"])
    first, *rest = call["arguments"]
    unbuffered = bool(os.environ.get("PYTHONUNBUFFERED"))
    if first == "-u":
        unbuffered = True
        first, *rest = rest
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    if unbuffered:
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(write_through=True)
    if first == "-c":
        sys.argv = ["-c", *rest[1:]]
        sys.path[0] = ""
        main = types.ModuleType("__main__")
        sys.modules["__main__"] = main
        exec(compile(rest[0], "<string>", "exec"), main.__dict__)
    elif first == "-m":
        sys.argv = ["-m", *rest[1:]]
        sys.path[0] = os.getcwd()
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    else:
        sys.argv = [first, *rest]
        sys.path[0] = os.path.dirname(os.path.abspath(first))
        runpy.run_path(first, run_name="__main__")


class Server:
    """One connection for each call; it says the number of the process, and how it ended."""

    def __init__(self, path):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen()
        self.events = selectors.DefaultSelector()
        self.events.register(self.listener, selectors.EVENT_READ, (self.fork, None))
        self.callers = {}  # by process

    def serve(self, owner):
        """Returns a call in the process that shall run it, and nothing where the owner has ended."""
        while os.path.exists(f"/proc/{owner}"):
            for key, _ in self.events.select(timeout=1):
                take, process = key.data
                call = take(key, process)
                if call is not None:
                    return call
        for process in self.callers:
            os.kill(process, signal.SIGKILL)
        return None

    def fork(self, *_):
        connection, _ = self.listener.accept()
        call, handles = receive(connection)
        process = os.fork()
        if process == 0:
            for number, handle in enumerate(handles):
                os.dup2(handle, number)
                os.close(handle)
            connection.close()
            self.close()
            return call
        for handle in handles:
            os.close(handle)
        tell(connection, process)
        self.callers[process] = connection
        self.events.register(connection, selectors.EVENT_READ, (self.left, process))
        self.events.register(os.pidfd_open(process), selectors.EVENT_READ, (self.ended, process))
        return None

    def left(self, key, process):
        """Who called was killed."""
        if process not in self.callers:
            return
        self.events.unregister(key.fileobj)
        key.fileobj.close()
        del self.callers[process]
        os.kill(process, signal.SIGKILL)

    def ended(self, key, process):
        self.events.unregister(key.fileobj)
        os.close(key.fd)
        _, status = os.waitpid(process, 0)
        connection = self.callers.pop(process, None)
        if connection is not None:
            self.events.unregister(connection)
            tell(connection, os.waitstatus_to_exitcode(status))
            connection.close()

    def close(self):
        """What is open in a process that was forked is the server's."""
        for key in list(self.events.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
            else:
                os.close(key.fd)
        self.events.close()


if __name__ == "__main__":
    asked = Server(sys.argv[1]).serve(int(sys.argv[2]))
    if asked is not None:
        run(asked)
