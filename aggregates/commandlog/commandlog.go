// Package commandlog remembers the outcome of a command under its idempotency
// key, for ever. Only success is remembered: after a refusal nothing happened,
// and the key is decided anew.
package commandlog

import (
	"encoding/json"
	"fmt"

	"aftersales/aggregates"
)

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

// Match says whether the request was done before and its outcome is here to be
// answered again. The key with other content is idempotency_key_reused.
func (s State) Match(command, requestHash string) (done bool, err error) {
	if !s.Known {
		return false, nil
	}
	if s.Command != command || s.RequestHash != requestHash {
		return false, aggregates.Refuse("idempotency_key_reused")
	}
	return true, nil
}

// Remember stores the first outcome and keeps it: a later one of the same
// request changes nothing. The body, which must be JSON, is made compact, the
// form in which a log gives it back.
func (s State) Remember(outcome Succeeded) ([]aggregates.Event, error) {
	if done, err := s.Match(outcome.Command, outcome.RequestHash); done || err != nil {
		return nil, err
	}
	body, err := json.Marshal(outcome.Body)
	if err != nil {
		return nil, fmt.Errorf("outcome of %s: %w", outcome.Command, err)
	}
	outcome.Body = body
	return []aggregates.Event{outcome}, nil
}
