"""One box over its one connection: how it is asked, told to run things, locked and recorded."""
