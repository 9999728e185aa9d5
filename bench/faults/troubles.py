"""The shim that gives a server a wrong clock or a full disk (``shim.c``), built once a run and preloaded."""

import mmap
import os
import shutil
import struct
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")


def build(folder: Path) -> Path:
    """Compile the shim."""
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise RuntimeError("a C compiler is needed for wrong clocks and full disks (apt-get install gcc)")
    library = folder / "faults.so"
    subprocess.run(
        [compiler, "-O2", "-shared", "-fPIC", "-o", str(library), str(SOURCE), "-ldl"], check=True, timeout=60
    )
    return library


class Troubles:
    """The switches of one server's machine."""

    def __init__(self, library: Path, control: Path):
        control.write_bytes(bytes(16))
        control.chmod(0o644)
        with control.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 16)
        self.environment = {"LD_PRELOAD": str(library), "FAULTS_CONTROL": str(control)}
        self.step_seconds = 0.0

    def step_clock(self, seconds: float) -> None:
        """Let the wall clock be so far from the true one; clocks that only run forward are not touched."""
        self.step_seconds = seconds
        self._memory[:8] = struct.pack("=q", int(seconds * 1_000_000_000))

    def fill_disk(self, is_full: bool) -> None:
        self._memory[8:] = struct.pack("=q", int(is_full))
