"""How a run ends: whatever it started is ended and its folder removed, however it was told to stop."""

import shutil
import signal
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from .process import Failed

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def all_ended(prefix, end):
    """A folder, and a list for what is started; each of it is handed to `end`, the last one first."""
    started = []
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield folder, started
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)  # a second one must not stop the end of the others
        for program in reversed(started):
            end(program)
        shutil.rmtree(folder, ignore_errors=True)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)


def exit_code(name, run, failed):
    """What `run` gives; `failed` if it could not run, 130 if somebody stopped it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # even where it was ignored: whoever asks is obeyed
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda number, frame: sys.exit(128 + number))
    try:
        return run()
    except Failed as e:
        print(f"{name}: {e}", file=sys.stderr)
        return failed
    except KeyboardInterrupt:
        print(f"{name}: stopped", file=sys.stderr)
        return 130
