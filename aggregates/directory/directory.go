// Package directory finds the home of a document that lives in another's
// stream: of a credit note the invoice's, of a return the delivery's. It is
// also where a name taken once (a coupon code's hash) is taken for good, and
// where a command claims what it is about to take.
package directory

import (
	"maps"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ directoryEvent() }

// Placed says in which stream a document lives, for ever. ID is its uuid, or
// the hash of the name that it is found by.
type Placed struct {
	Kind       string `json:"kind"`
	ID         string `json:"id"`
	HomeStream string `json:"home_stream"`
}

// Claimed says that a command is about to make the document in HomeStream, and
// will have done so or given up by Until. Claims of several commands for one
// stream stand beside each other: there only one of them can succeed.
type Claimed struct {
	Kind       string    `json:"kind"`
	ID         string    `json:"id"`
	HomeStream string    `json:"home_stream"`
	Command    uuid.UUID `json:"command"`
	Until      time.Time `json:"until"`
}

// Released ends the claim of a command that was refused.
type Released struct {
	Command uuid.UUID `json:"command"`
}

func (Placed) directoryEvent()   {}
func (Claimed) directoryEvent()  {}
func (Released) directoryEvent() {}

// Model is the directory: streams "directory-<kind>_<id>", see Stream.
var Model = aggregates.NewModel("directory", evolve,
	aggregates.Define[Placed]("document-placed"),
	aggregates.Define[Claimed]("document-id-claimed"),
	aggregates.Define[Released]("document-id-released"),
)

// Stream is where the home of a document is noted. A kind is one of the HTTP
// API's or a like word; id is a uuid or a hash.
func Stream(kind, id string) string { return aggregates.StreamOf(Model.Category, kind+"_"+id) }

// State is the home stream of the document, "" while it has none; until then
// the stream that Claims, by command and with their ends, want it to have.
type State struct {
	Home    string
	Claimed string
	Claims  map[uuid.UUID]time.Time
}

func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Placed:
		return State{Home: e.HomeStream}
	case Claimed:
		claims := map[uuid.UUID]time.Time{}
		if e.HomeStream == s.Claimed {
			maps.Copy(claims, s.Claims)
		}
		claims[e.Command] = e.Until
		s.Claimed, s.Claims = e.HomeStream, claims
	case Released:
		s.Claims = maps.Clone(s.Claims)
		delete(s.Claims, e.Command)
		if len(s.Claims) == 0 {
			s.Claimed, s.Claims = "", nil
		}
	}
	return s
}

// Held says whether commands may still make the document in another stream than
// home.
func (s State) Held(home string, now time.Time) bool {
	if s.Claimed == home {
		return false
	}
	for _, until := range s.Claims {
		if !now.After(until) {
			return true
		}
	}
	return false
}

// Claim takes the document for a command until it has made it. Where it is
// placed or held in another stream that is already_exists. A claim that the
// command has and that is good for all of enough is not made again.
func (s State) Claim(c Claimed, now, enough time.Time) ([]aggregates.Event, error) {
	switch {
	case s.Home == c.HomeStream, s.Claimed == c.HomeStream && s.Claims[c.Command].After(enough):
		return nil, nil
	case s.Home != "" || s.Held(c.HomeStream, now):
		return nil, aggregates.Refuse("already_exists")
	}
	return []aggregates.Event{c}, nil
}

// Release ends the claim of a command, if it has one.
func (s State) Release(command uuid.UUID) ([]aggregates.Event, error) {
	if _, has := s.Claims[command]; !has {
		return nil, nil
	}
	return []aggregates.Event{Released{Command: command}}, nil
}

// Place notes the home. A document that has another is already_exists.
func (s State) Place(p Placed) ([]aggregates.Event, error) {
	switch s.Home {
	case "":
		return []aggregates.Event{p}, nil
	case p.HomeStream:
		return nil, nil
	}
	return nil, aggregates.Refuse("already_exists")
}
