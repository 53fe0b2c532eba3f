"""Backups: what of a box is one part, where it goes, what restic is told and says; pure."""
