"""What a plan and a run read like on a terminal of 80 columns: values in, lines out."""
