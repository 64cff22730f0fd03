package copying

import "aftersales/eventstore"

// maxEvents bounds one append, besides the event store's bound of its size.
const maxEvents = 500

// batch is a run of events of one stream that stand next to each other in the
// log, so that appending them at once keeps the log's order.
type batch struct {
	stream string
	first  uint64 // revision of events[0]
	events []eventstore.Proposed
	size   int
}

// takes says whether an event may follow in the same append.
func (b *batch) takes(r eventstore.Recorded) bool {
	return len(b.events) == 0 && !isDeletion(r) ||
		r.Stream == b.stream && r.Revision == b.first+uint64(len(b.events)) && len(b.events) < maxEvents &&
			b.size+eventstore.AppendSize([]eventstore.Proposed{proposed(r)}) <= eventstore.MaxAppend
}

func (b *batch) add(r eventstore.Recorded) {
	if len(b.events) == 0 {
		b.stream, b.first = r.Stream, r.Revision
	}
	p := proposed(r)
	b.events = append(b.events, p)
	b.size += eventstore.AppendSize([]eventstore.Proposed{p})
}

func proposed(r eventstore.Recorded) eventstore.Proposed {
	return eventstore.Proposed{ID: r.ID, Type: r.Type, Data: r.Data, Metadata: r.Metadata, Binary: r.Binary}
}

// after expects a stream to be such that the next event has the revision.
func after(revision uint64) eventstore.Expected {
	if revision == 0 {
		return eventstore.NoStream()
	}
	return eventstore.At(revision - 1)
}
