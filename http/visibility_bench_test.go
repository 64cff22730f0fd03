package http_test

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

const (
	callers = 16              // that ask as fast as they can, for the full load
	loaded  = 5 * time.Second // for which each load lasts
)

// shown are the read models that a command is waited for in: those of the lists,
// the documents and the timeline.
var shown = []string{"tickets", "documents", "timeline"}

// BenchmarkVisibility is the time from a command's answer to the moment at which
// the read models show it, at half of the commands per second that the service
// takes at most, given at even times whatever it takes. All of it shares one
// machine, on a Postgres that waits for the disk.
func BenchmarkVisibility(b *testing.B) {
	s := newService(b, func(s *service) {
		s.env, s.unchecked = eventstoretest.NewDurable(b), true
	})
	s.post("/v1/teams", m{"id": id("team"), "name": "Support"})
	for b.Loop() {
		full := s.fullLoad(b)
		waits := s.halfLoad(b, time.Duration(2/full*float64(time.Second)))
		slices.Sort(waits)
		at := func(share float64) float64 {
			return float64(waits[int(share*float64(len(waits)-1))].Microseconds()) / 1000
		}
		b.ReportMetric(full, "commands/s")
		b.ReportMetric(float64(len(waits))/loaded.Seconds(), "at/s")
		b.ReportMetric(at(0.5), "p50-ms")
		b.ReportMetric(at(0.99), "p99-ms")
	}
}

// one registers a customer and answers the position that it was told.
func (s *service) one(n int64) eventstore.Position {
	a := s.send(http.MethodPost, "/v1/customers", m{"name": "Customer " + strconv.FormatInt(n, 10)})
	p, err := eventstore.ParsePosition(a.header.Get("Position"))
	if err != nil || a.status != http.StatusCreated {
		s.t.Errorf("%d %s", a.status, a.body)
	}
	return p
}

// fullLoad is how many commands per second the service takes.
func (s *service) fullLoad(b *testing.B) float64 {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), loaded)
	defer cancel()
	var given atomic.Int64
	var all sync.WaitGroup
	begin := time.Now()
	for range callers {
		all.Go(func() {
			for ctx.Err() == nil {
				s.one(given.Add(1))
			}
		})
	}
	all.Wait()
	return float64(given.Load()) / time.Since(begin).Seconds()
}

// halfLoad gives a command in every interval and is how long each took to show.
func (s *service) halfLoad(b *testing.B, interval time.Duration) []time.Duration {
	b.Helper()
	for _, name := range shown { // what was given before is out of the way
		must(s.projections.Wait(b.Context(), name, must(s.env.Store.Head(b.Context()))(b)))(b)
	}
	waits := make([]time.Duration, int(loaded/interval))
	tick := time.NewTicker(interval)
	defer tick.Stop()
	var all sync.WaitGroup
	for i := range waits {
		<-tick.C
		all.Go(func() {
			p := s.one(int64(i))
			answered := time.Now()
			for _, name := range shown {
				if _, err := s.projections.Wait(b.Context(), name, p); err != nil {
					b.Error(err)
				}
			}
			waits[i] = time.Since(answered)
		})
	}
	all.Wait()
	return waits
}
