package webhook

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// Delivery is an event on its way to a webhook. Position is the text of its
// place in the log, Attempt counts from 1.
type Delivery struct {
	Webhook    uuid.UUID
	Position   string
	Attempt    int
	Event      uuid.UUID
	Type       string
	RecordedAt time.Time
	Stream     string
	Revision   uint64
	Ticket     *uuid.UUID
	Actor      json.RawMessage
	Summary    string
	Data       json.RawMessage
}

// Outcome is what became of an attempt. Status is the HTTP status, 0 when there
// was no answer; Error says why it failed, "" when it did not. A failed attempt
// is followed by another at Again; zero: by none.
type Outcome struct {
	At     time.Time
	Status int
	Error  string
	Again  time.Time
}

// Payload is what a receiver is told beside type and time: where to look, and
// what happened if it wants all.
func (d Delivery) Payload(full bool) map[string]any {
	p := map[string]any{
		"position": d.Position, "event_id": d.Event, "stream": d.Stream, "revision": d.Revision, "ticket": d.Ticket,
	}
	if full {
		p["actor"], p["summary"], p["data"] = d.Actor, d.Summary, d.Data
	}
	return p
}

// schedule is how long after a failed attempt the next one follows.
var schedule = []time.Duration{
	5 * time.Second, 30 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour,
	10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

// Again is when to try again after the attempt that failed at a time; zero for
// no more. Each message waits up to a fifth longer than the schedule says, by
// its id, so that not all come back at once.
func (d Delivery) Again(failed time.Time) time.Time {
	if d.Attempt > len(schedule) {
		return time.Time{}
	}
	wait := schedule[d.Attempt-1]
	random := d.Event[9:] // before, ids have their version and variant
	jitter := wait / 5 * time.Duration(random[d.Attempt%len(random)]) / 255
	return failed.Add(wait + jitter)
}
