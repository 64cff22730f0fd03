// Package directory finds the home of a document that lives in another's
// stream: of a credit note the invoice's, of a return the delivery's. It is
// also where a name taken once (a coupon code's hash) is taken for good.
package directory

import "aftersales/aggregates"

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

func (Placed) directoryEvent() {}

// Model is the directory: streams "directory-<kind>_<id>", see Stream.
var Model = aggregates.NewModel("directory", evolve,
	aggregates.Define[Placed]("document-placed"),
)

// Stream is where the home of a document is noted. A kind is one of the HTTP
// API's or a like word; id is a uuid or a hash.
func Stream(kind, id string) string { return aggregates.StreamOf(Model.Category, kind+"_"+id) }

// State is the home stream of the document, "" while it has none.
type State struct{ Home string }

func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Placed:
		s.Home = e.HomeStream
	}
	return s
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
