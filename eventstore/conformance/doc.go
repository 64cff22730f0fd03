// Package conformance holds the tests of what this program expects of an
// EventStoreDB server, through its real client. They run on the embedded node,
// or on any other server:
//
//	go test ./eventstore/conformance -esdb 'esdb://127.0.0.1:2113?tls=false'
//
// Every test works on streams of its own, so a server with data will do.
package conformance
