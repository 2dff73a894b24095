"""The version of the package, which is that of the recorder it was made with."""

version = "1.0.0"
