// Package aggregatetest lets tests of rules read as sentences: given events,
// when a rule is asked, then these events or that refusal follow.
package aggregatetest

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aftersales/aggregates"
)

// Given is a state folded from events.
type Given[S any] struct {
	t     *testing.T
	model aggregates.Model[S]
	state S
}

// For begins a sentence about the aggregate with what has happened to it.
func For[S any](t *testing.T, m aggregates.Model[S], events ...aggregates.Event) Given[S] {
	t.Helper()
	return Given[S]{t: t, model: m, state: m.Fold(events...)}
}

// When asks a rule of the state.
func (g Given[S]) When(rule func(S) ([]aggregates.Event, error)) Outcome[S] {
	g.t.Helper()
	events, err := rule(g.state)
	return Outcome[S]{g, events, err}
}

// Outcome is what a rule answered.
type Outcome[S any] struct {
	given  Given[S]
	events []aggregates.Event
	err    error
}

// Then expects exactly these events, none when there are none.
func (o Outcome[S]) Then(want ...aggregates.Event) {
	o.given.t.Helper()
	if o.err != nil {
		o.given.t.Fatalf("refused: %v", o.err)
	}
	if len(want) == 0 && len(o.events) == 0 {
		return
	}
	if diff := cmp.Diff(want, o.events); diff != "" {
		o.given.t.Errorf("events (-want +got):\n%s", diff)
	}
}

// Refused expects a refusal with this code.
func (o Outcome[S]) Refused(code string) {
	o.given.t.Helper()
	var r *aggregates.Refusal
	if !errors.As(o.err, &r) || r.Code != code {
		o.given.t.Errorf("got %v and %d events, want the refusal %s", o.err, len(o.events), code)
	}
}

// State is the state after the events that the rule answered.
func (o Outcome[S]) State() S {
	o.given.t.Helper()
	if o.err != nil {
		o.given.t.Fatalf("refused: %v", o.err)
	}
	s := o.given.state
	for _, e := range o.events {
		s = o.given.model.Evolve(s, e)
	}
	return s
}
