"""Experiments, under the name that Keepsake 0.4.2 has for the module."""

from ._experiment import Experiment
from ._experiments import ExperimentCollection, ExperimentList

__all__ = ["Experiment", "ExperimentCollection", "ExperimentList"]
