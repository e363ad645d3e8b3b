"""Repeats a call as often as the command line says."""
import sys
import time


def repeat(call):
    """Calls a function COUNT times with a pause between calls: argv is COUNT SECONDS."""
    count, seconds = int(sys.argv[1]), float(sys.argv[2])
    for number in range(count):
        if number > 0:
            time.sleep(seconds)
        call()
