package http_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"aftersales/eventstore/eventstoretest"
	"aftersales/projections"
	"aftersales/projections/candidates"
	"aftersales/projections/documents"
	"aftersales/projections/due"
	"aftersales/projections/portal"
	"aftersales/projections/tickets"
	"aftersales/projections/timeline"
)

// readModels are those that a service has.
var readModels = []projections.Projection{
	tickets.Projection, documents.Projection, timeline.Projection, portal.Projection, due.Projection, candidates.Projection,
}

// TestIdempotencyDurable (D3): a key is remembered by the log alone. A year
// later, in another process, with read models made anew, a repeated command is
// answered with its first outcome and does nothing.
func TestIdempotencyDurable(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	first := map[string]answer{}
	for name, r := range keyed() {
		first[name] = s.post(r.path, r.body, key(name))
	}
	s.stop()
	if err := projections.Forget(eventstoretest.Context(t), s.env.DatabaseURL, readModels); err != nil {
		t.Fatal(err)
	}
	s.clock.Add((400 * 24 * time.Hour).Milliseconds())
	s.start()
	head := must(s.env.Store.Head(eventstoretest.Context(t)))(t)
	s.get("/v1/teams", with("Min-Position", head.String()))
	untouched := s.unchanged(t)
	for _, name := range slices.Sorted(maps.Keys(keyed())) {
		r := keyed()[name]
		s.post(r.path, r.body, key(name)).same(first[name])
		s.get("/v1/commands/" + name).shows(map[string]string{"documents.0.id": first[name].created()})
	}
	untouched()
	s.caughtUp(t)
}
