"""Runs a program on a pseudo-terminal of its own and plays a person at it.

usage: terminal.py program [argument ...]      (the play as JSON on stdin)

The play is a list of steps [wait for this text, then type this]. What the
terminal showed is printed at the end; the exit status is the program's, 128 + n
where signal n ended it.
"""
import json
import os
import pty
import select
import sys
import time

steps = json.load(sys.stdin)
program = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(program[0], program)

shown = b""
seen = 0
deadline = time.time() + 60
while True:
    if steps and steps[0][0].encode() in shown[seen:]:
        text, keys = steps.pop(0)
        seen = shown.index(text.encode(), seen) + len(text.encode())
        time.sleep(0.05)  # as a person would: not before the question is whole
        os.write(terminal, keys.encode())
        continue
    ready, _, _ = select.select([terminal], [], [], 0.2)
    if time.time() > deadline:
        os.kill(pid, 9)
        shown += b"\n<<no end in sight>>\n"
        break
    if not ready:
        continue
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    shown += data

_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
sys.stdout.flush()
if steps:
    sys.stdout.write("\n<<never asked: %s>>\n" % steps[0][0])
sys.exit(os.waitstatus_to_exitcode(status) % 256 if not os.WIFSIGNALED(status) else 128 + os.WTERMSIG(status))
