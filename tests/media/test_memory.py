from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a switch of glibc")
def test_frames_are_not_mapped_one_by_one() -> None:
    """In a process of its own, as the switch is for good: 200 frames of 4 MB take few page faults."""
    code = (
        "import resource, numpy as np\n"
        "from media.memory import steady_memory\n"
        "assert steady_memory()\n"
        "faults = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "np.ones(4_000_000, np.uint8)\n"
        "before = faults()\n"
        "for _ in range(200): np.ones(4_000_000, np.uint8)\n"
        "print(faults() - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert int(done.stdout) < 2000, "each frame of 4 MB has about a thousand pages"


def test_what_refers_to_itself_goes_when_it_is_tidied_and_what_was_loaded_stays_out_of_it() -> None:
    """In a process of its own, as what is settled stays so."""
    code = (
        "import gc, weakref, numpy\n"
        "from media.memory import settle, tidy\n"
        "class Call: pass\n"
        "def closed():\n"
        "    call = Call(); call.itself = call\n"
        "    return weakref.ref(call)\n"
        "settle()\n"
        "assert len(gc.get_objects()) < gc.get_freeze_count() / 10\n"
        "gc.disable(); gone = closed()\n"
        "assert gone() is not None\n"
        "tidy()\n"
        "assert gone() is None\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
