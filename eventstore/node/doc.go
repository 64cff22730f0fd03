// Package node is an EventStoreDB server for one machine. It speaks the gRPC
// protocol that EventStoreDB's clients speak and keeps the log in Postgres, so
// that a program runs the very same client code here and against a cluster.
//
// It gives what EventStoreDB documents and nothing more: positions are opaque
// and have gaps, and the tables behind them are nobody's interface. Appends are
// durable when they are acknowledged. Appending again what an exact revision or
// NoStream has appended is the same append; with Any and StreamExists that is
// recognised for the newest 100,000 events of the log.
//
// One goroutine (package engine) decides all appends and commits those that
// wait together in one statement; reads and subscriptions run beside it.
package node
