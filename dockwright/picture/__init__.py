"""Pictures: the chain and an engine's layers as DOT; pure, but for `render`."""
