"""Which of the processes of a distributed training this one is."""

from __future__ import annotations

import os

# Set by torchrun and most others; Slurm; Open MPI; MPICH, Intel MPI; PMIx; MVAPICH.
_GLOBAL = (
    "RANK",
    "SLURM_PROCID",
    "OMPI_COMM_WORLD_RANK",
    "PMI_RANK",
    "PMIX_RANK",
    "MV2_COMM_WORLD_RANK",
)

# Launchers without a global rank, as PyTorch Lightning's, say which node, which process on it.
_PARTS = ("NODE_RANK", "GROUP_RANK", "LOCAL_RANK")


def rank() -> int:
    """
    The rank of this process, 0 where it is alone.

    Only whether it is 0 counts: where a launcher says no global rank, any other number stands for
    all other ranks.
    """
    for name in _GLOBAL:
        number = _number(name)
        if number is not None:
            return number
    return max((_number(name) or 0 for name in _PARTS), default=0)


def _number(name: str) -> "int | None":
    try:
        return int(os.environ[name])
    except (KeyError, ValueError):
        return None
