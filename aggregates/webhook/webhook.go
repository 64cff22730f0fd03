// Package webhook is an address outside that is told of events, as the Standard
// Webhooks specification says.
package webhook

import (
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// Reason is why a webhook is paused.
type Reason string

// The reasons.
const (
	Requested Reason = "requested"
	Gone      Reason = "gone"
)

// Overlap is how long an old secret signs beside the new one, so that receivers
// can change over without losing a message.
const Overlap = 24 * time.Hour

// longestURL is more than real addresses have, in bytes.
const longestURL = 2000

// State is a webhook as folded from its events; ID is nil before the first.
// Generation counts its secrets from 1; the one before serves until OldUntil.
type State struct {
	ID         uuid.UUID
	URL        string
	Types      []string
	Teams      []uuid.UUID
	Full       bool
	Generation int
	OldUntil   time.Time
	Paused     Reason
	Removed    bool
}

func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Registered:
		s = State{ID: e.Webhook, URL: e.URL, Types: e.Types, Teams: e.Teams, Full: e.Full, Generation: 1}
	case SecretRotated:
		s.Generation, s.OldUntil = e.Generation, e.Until
	case Paused:
		s.Paused = e.Reason
	case Resumed:
		s.Paused = ""
	case ReplayRequested:
	case Removed:
		s.Removed = true
	}
	return s
}

// Register begins the webhook. The address is https, or http where the company
// allows it (insecure), and has neither user nor fragment. Told says which types
// of events anybody is ever told of. Refusals: already_exists; by field required,
// invalid_value.
func (s State) Register(w Registered, told func(name string) bool, insecure bool) ([]aggregates.Event, error) {
	if s.ID != uuid.Nil {
		return nil, aggregates.Refuse("already_exists")
	}
	var f check.Fields
	u, err := url.Parse(w.URL)
	f.Required("url", w.URL)
	f.Refuse(w.URL != "" && (err != nil || len(w.URL) > longestURL || !addressable(u, insecure)), "url", "invalid_value")
	for i, t := range w.Types {
		f.Refuse(!told(t) || slices.Contains(w.Types[:i], t), fmt.Sprintf("types[%d]", i), "invalid_value")
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	return []aggregates.Event{w}, nil
}

func addressable(u *url.URL, insecure bool) bool {
	return (u.Scheme == "https" || insecure && u.Scheme == "http") && u.Hostname() != "" && u.User == nil && u.Fragment == ""
}

// Rotate begins another secret at the given time.
func (s State) Rotate(by string, now time.Time) ([]aggregates.Event, error) {
	if s.Removed {
		return nil, aggregates.Refuse("webhook_removed")
	}
	return []aggregates.Event{SecretRotated{Generation: s.Generation + 1, Until: now.Add(Overlap).UTC(), By: by}}, nil
}

// Pause stops telling.
func (s State) Pause(reason Reason, by string) ([]aggregates.Event, error) {
	if s.Paused != "" || s.Removed {
		return nil, nil
	}
	return []aggregates.Event{Paused{Reason: reason, By: by}}, nil
}

// Resume goes on telling.
func (s State) Resume(by string) ([]aggregates.Event, error) {
	switch {
	case s.Removed:
		return nil, aggregates.Refuse("webhook_removed")
	case s.Paused == "":
		return nil, nil
	}
	return []aggregates.Event{Resumed{By: by}}, nil
}

// Replay tells again what happened after the position.
func (s State) Replay(after, by string) ([]aggregates.Event, error) {
	if s.Removed {
		return nil, aggregates.Refuse("webhook_removed")
	}
	return []aggregates.Event{ReplayRequested{After: after, By: by}}, nil
}

// Remove ends it.
func (s State) Remove(by string) ([]aggregates.Event, error) {
	if s.Removed {
		return nil, nil
	}
	return []aggregates.Event{Removed{By: by}}, nil
}

// Status is active, paused or removed.
func (s State) Status() string {
	switch {
	case s.Removed:
		return "removed"
	case s.Paused != "":
		return "paused"
	}
	return "active"
}

// Signing are the generations of secrets that sign at the given time, the
// newest first.
func (s State) Signing(now time.Time) []int {
	if s.Generation > 1 && now.Before(s.OldUntil) {
		return []int{s.Generation, s.Generation - 1}
	}
	return []int{s.Generation}
}
