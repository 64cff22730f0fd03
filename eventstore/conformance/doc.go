// Package conformance holds the tests of what this program expects of an
// EventStoreDB server, through its real client. They run on the embedded node,
// or on any other server, together with the port's own contract:
//
//	go test ./eventstore/... -run 'Row|Conforms' -esdb 'esdb://127.0.0.1:2113?tls=false'
//
// Every test works on streams of its own, so a server with data will do. A
// test's name begins with the row of this table that it belongs to:
//
//	 1  revisions begin at 0 and have no gaps; an append answers its last event
//	 2  the check of a commit: expectations, repeats, races
//	 3  the events of one append are stored together or not at all
//	 4  positions of the log rise with the commits, above 0, with gaps
//	 5  where reads and subscriptions begin and end
//	 6  absent, deleted and truncated streams, and what the log still shows
//	 7  soft deletion, recreation, tombstones
//	 8  metadata of streams, and what it hides
//	 9  subscriptions: order, the seam to live, the word that they are live
//	10  filters and their checkpoints
//	11  what the log hides of the server's own events
//	12  the limit of an append
//	13  persistent subscriptions
//	15  links
//	17  batches of appends, each with an answer and a deadline of its own
package conformance
