"""The released command is one file that runs where nothing of ours is installed."""

import os
import re
import subprocess

BINARY = os.environ["KEEPSAKE_BIN"]

# The C library and its loader, which every system has.
EVERYWHERE = {"linux-vdso", "libc", "libm", "libpthread", "libdl", "ld-linux-x86-64", "ld-linux-aarch64"}


def test_it_needs_the_c_library_only():
    listing = subprocess.run(["ldd", BINARY], capture_output=True, text=True, check=True).stdout
    names = {re.match(r"\s*(?:.*/)?([\w+-]+?)\.so", line).group(1) for line in listing.splitlines()}
    assert names <= EVERYWHERE, listing


def test_it_runs_without_an_environment(tmp_path):
    result = subprocess.run(
        [BINARY, "--version"], env={}, cwd=tmp_path, capture_output=True, text=True, timeout=10
    )
    assert result.returncode == 0, result.stderr
    assert re.fullmatch(r"keepsake version \d+\.\d+\.\d+\n", result.stdout)
