"""The Docker engine as a job of each init."""
