// Package clients proves the node with the clients of others: the test suites
// that ship inside two Go clients of EventStoreDB and KurrentDB, and programs
// that use their Node clients. It has only tests.
package clients
