"""Checkpoints, under the name that Keepsake 0.4.2 has for the module."""

from ._checkpoint import Checkpoint, CheckpointList, CheckpointListMetrics, PrimaryMetric

__all__ = ["Checkpoint", "CheckpointList", "CheckpointListMetrics", "PrimaryMetric"]
