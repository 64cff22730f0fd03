package aggregates

import (
	"strings"

	"github.com/google/uuid"
)

// Model is what the rest of the system needs to know of an aggregate: the
// category of its streams, its events, and how its state follows from them.
// Evolve is total and pure: it never changes what the old state refers to, and
// an event of another aggregate leaves the state as it is.
type Model[S any] struct {
	Category string
	Events   Catalogue
	Evolve   func(S, Event) S
}

// NewModel seals an aggregate: E is the interface that only its own events
// have, evolve a switch over all of them.
func NewModel[S any, E Event](category string, evolve func(S, E) S, events ...Definition) Model[S] {
	return Model[S]{
		Category: category,
		Events:   events,
		Evolve: func(s S, e Event) S {
			if own, ok := e.(E); ok {
				return evolve(s, own)
			}
			return s
		},
	}
}

// Stream is the name of the stream of the aggregate with the given id.
func (m Model[S]) Stream(id uuid.UUID) string { return StreamOf(m.Category, id.String()) }

// Fold is the state after the given events, from the empty state.
func (m Model[S]) Fold(events ...Event) S {
	var s S
	for _, e := range events {
		s = m.Evolve(s, e)
	}
	return s
}

// StreamOf joins a category and a key to a stream name: "invoice-<id>".
// A category has no hyphen in it.
func StreamOf(category, key string) string { return category + "-" + key }

// SplitStream is the reverse of StreamOf.
func SplitStream(stream string) (category, key string) {
	category, key, _ = strings.Cut(stream, "-")
	return category, key
}

// namespace of all derived ids; itself derived from the module's name.
var namespace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("aftersales"))

// DeriveID is a UUIDv5 of its parts, so that a retry of the same work makes
// the same ids.
func DeriveID(parts ...string) uuid.UUID {
	return uuid.NewSHA1(namespace, []byte(strings.Join(parts, "\x00")))
}
