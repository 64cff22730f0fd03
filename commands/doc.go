// Package commands is the write side: one struct for each thing that somebody
// can want, and one loop that decides it.
//
// A command is checked, decided against aggregates folded from their own
// streams, and appended to the stream that guards the rule, with the exact
// revision of the decision. What follows from its events (numbers, links,
// copies) is derived by consequences.go, by the command itself or, after a
// crash, by the process manager, with the same event ids either way.
//
// The log is the memory of idempotency keys: event ids derive from the key, so
// a repeated command finds what it did, and its outcome is an event too.
package commands
