// Package commandlog remembers the outcome of a command under its idempotency
// key, for ever. Only success is remembered: after a refusal nothing happened,
// and the key is decided anew. The stream's first event is its only one: an
// outcome is appended expecting no stream.
package commandlog

import "encoding/json"

// State is what is remembered of a command; nothing while Known is false.
type State struct {
	Known       bool
	Caller      string
	Key         string
	Command     string
	RequestHash string
	Status      int
	Body        json.RawMessage `json:",omitempty"`
	Documents   []Document
}

func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Succeeded:
		s = State{
			Known: true, Caller: e.Caller, Key: e.Key, Command: e.Command, RequestHash: e.RequestHash,
			Status: e.Status, Body: e.Body, Documents: e.Documents,
		}
	}
	return s
}
