package engine

import (
	"testing"
	"time"
)

// Who writes alone waits for nobody; after groups of 30, a group waits for
// callers to come back, but not for good.
func TestAGroupGoesOnWithoutThoseWhoDoNotComeBack(t *testing.T) {
	e := &Engine{queue: make(chan *request), ctx: t.Context()}
	if least := (pace{before: 1, last: 1}).least(); least > 1 {
		t.Errorf("who writes alone waits for a group of %d", least)
	}
	alone := new(request)
	if got := e.gather(alone, pace{before: 30, last: 30, took: time.Hour}); len(got) != 1 || got[0] != alone {
		t.Errorf("a group of %d when nobody came", len(got))
	}
}

// A group takes what waits, in order, and is as long as it may be.
func TestAGroupTakesWhatWaits(t *testing.T) {
	e := &Engine{queue: make(chan *request, batchEvents+10), ctx: t.Context()}
	for n := range cap(e.queue) {
		e.queue <- &request{write: Write{Expected: Expected(n), Events: make([]Proposed, 1)}}
	}
	got := e.gather(<-e.queue, pace{})
	if len(got) != batchEvents {
		t.Fatalf("a group of %d events, want %d", len(got), batchEvents)
	}
	for n, r := range got {
		if r.write.Expected != Expected(n) {
			t.Fatalf("write %d is where %d belongs", r.write.Expected, n)
		}
	}
}
