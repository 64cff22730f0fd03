package commands

import "context"

// Bulk is a request that carries commands, each with a key of its own. It does
// nothing itself: its outcome keeps what its key stands for, before any of them
// is given.
type Bulk struct{}

func (Bulk) commandName() string { return "bulk" }

func (Bulk) execute(_ context.Context, x *execution) error { return x.authorise() }
