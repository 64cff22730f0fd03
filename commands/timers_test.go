package commands_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
	"aftersales/commands"
	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

// later is a time at which everything is due that these tests make.
func later() time.Time { return time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC) }

// plan makes one document for each timer and answers what a to-do list says of
// them in time.
func (w *world) plan() []aggregates.Ref {
	w.t.Helper()
	w.furnish()
	w.do("coupon", &commands.GenerateCoupon{Ticket: id("ticket"), ID: ref("coupon"), Program: id("program"), ValidUntil: "2026-03-10"})
	dated := refund(invoice.Reverse)
	dated.ID, dated.ReversalDate = ref("note"), "2026-03-15"
	w.do("dated", dated)
	w.do("tidy", &commands.CreateTeam{ID: ref("tidy"), Name: "Tidy", AutoCloseDays: 7})
	w.do("quiet", &commands.OpenTicket{ID: ref("quiet"), TicketDetails: commands.TicketDetails{Title: "Quiet", Team: id("tidy")}})
	return []aggregates.Ref{
		{Kind: "coupon", ID: id("coupon"), Stream: "coupon-" + id("coupon").String()},
		{Kind: "credit_note", ID: id("note"), Stream: "invoice-" + id("invoice").String()},
		{Kind: "ticket", ID: id("quiet"), Stream: "ticket-" + id("quiet").String()},
	}
}

// timed counts the events of the log that time itself made.
func (w *world) timed() map[string]int {
	w.t.Helper()
	count := map[string]int{}
	for _, e := range w.log() {
		if e.Meta.Actor == (aggregates.Actor{ID: "timer", Role: "system", Channel: "timer"}) {
			count[e.Type]++
		}
	}
	return count
}

// wanted is what time makes of plan, once: with each outcome, and the number in its
// place.
var wanted = map[string]int{
	"coupon-expired": 1, "ticket-closed": 1, "credit-note-posted": 1, "credit-note-numbered": 1,
	"number-allotted": 1, "document-placed": 1, "command-succeeded": 3,
}

// However many processes look at however old a list at once, and again: each
// thing happens once.
func TestTimersOfSeveralProcessesDoEachThingOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	due := w.plan()
	ctx, cancel := context.WithTimeout(t.Context(), eventstoretest.Patience)
	defer cancel()
	for _, d := range due { // a list that is ahead of the time does nothing
		if err := w.Fire(ctx, d); err != nil {
			t.Fatal(err)
		}
	}
	if early := w.timed(); len(early) > 0 {
		t.Fatalf("before the time: %v", early)
	}
	other := &world{t: t, env: w.env, store: &faulty{Store: w.env.Store, remaining: -1}}
	other.restart()
	w.Now, other.Now = later, later
	for range 2 {
		var group sync.WaitGroup
		for _, process := range []*world{w, other, w, other} {
			group.Go(func() {
				for _, d := range due {
					if err := process.Fire(ctx, d); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		if diff := cmp.Diff(wanted, w.timed()); diff != "" {
			t.Errorf("what time did (-want +got):\n%s", diff)
		}
	}
}

// A timer that dies at any of its appends leaves nothing half done: the process
// manager of another process completes it.
func TestATimerThatDiesAnywhereIsCompleted(t *testing.T) {
	t.Parallel()
	for n := range 6 {
		w := newWorld(t)
		due := w.plan()
		ctx, cancel := context.WithTimeout(t.Context(), eventstoretest.Patience)
		defer cancel()
		w.Now = later
		w.store.dieAt(n)
		for _, d := range due {
			if err := w.Fire(ctx, d); err != nil && !errors.Is(err, errDied) {
				t.Fatal(err)
			}
		}
		w.store.live()
		w.restart()
		w.Now = later
		for _, e := range w.log() {
			if err := w.React(ctx, e); err != nil {
				t.Fatal(err)
			}
		}
		for _, d := range due {
			if err := w.Fire(ctx, d); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(wanted, w.timed()); diff != "" {
			t.Errorf("died at append %d (-want +got):\n%s", n, diff)
		}
	}
}

// A list may name what does not exist.
func TestATimerPassesOverWhatIsNotThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, kind := range []string{"coupon", "credit_note", "ticket"} {
		none := id("nowhere")
		if err := w.Fire(t.Context(), aggregates.Ref{Kind: kind, ID: none, Stream: "coupon-" + none.String()}); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// meddling is the real store with somebody who acts just before an append.
type meddling struct {
	eventstore.Store
	act func()
}

func (s *meddling) Append(ctx context.Context, stream string, expected eventstore.Expected, events []eventstore.Proposed) (eventstore.Appended, error) {
	if act := s.act; act != nil {
		s.act = nil
		act()
	}
	return s.Store.Append(ctx, stream, expected, events)
}

// What happens between a timer's question and its append is not overlooked.
func TestATimerLeavesADocumentThatMovedOnToTheNextTick(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	quiet := w.plan()[2]
	somebody := &world{t: t, env: w.env, store: &faulty{Store: w.env.Store, remaining: -1}}
	somebody.restart()
	w.Now, somebody.Now = later, later
	w.store.Store = &meddling{Store: w.env.Store, act: func() {
		somebody.do("note", &commands.LogNote{Ticket: id("quiet"), Body: "Still at it"})
	}}
	for range 2 {
		if err := w.Fire(t.Context(), quiet); err != nil {
			t.Fatal(err)
		}
		if did := w.timed(); len(did) > 0 {
			t.Fatalf("closed although somebody was at it: %v", did)
		}
	}
}
