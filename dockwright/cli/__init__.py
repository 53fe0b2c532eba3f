"""The `dockwright` command: one file a group of subcommands, no logic of its own."""
