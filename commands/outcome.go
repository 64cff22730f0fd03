package commands

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/commandlog"
	"aftersales/eventstore"
)

// Outcome is what a command answers: the position of its last event, the
// documents it made or changed, warnings that did not stop it.
type Outcome struct {
	Position  eventstore.Position  `json:"position"`
	Documents []Document           `json:"documents"`
	Warnings  []aggregates.Warning `json:"warnings"`
	Created   bool                 `json:"created"` // something was created
	Replayed  bool                 `json:"-"`       // of an earlier request with the same key
}

// status is the HTTP status of the outcome.
func (o Outcome) status() int {
	if o.Created {
		return http.StatusCreated
	}
	return http.StatusOK
}

// Document is a document as it was right after the command.
type Document struct {
	Kind     string    `json:"kind"`
	ID       uuid.UUID `json:"id"`
	Number   *string   `json:"number"`
	State    string    `json:"state"`
	Stream   string    `json:"stream"`
	Revision uint64    `json:"revision"`
}

// outcome reads the answered documents back from their streams.
func (x *execution) outcome(ctx context.Context) (Outcome, error) {
	if err := x.warnMoved(ctx); err != nil {
		return Outcome{}, err
	}
	o := Outcome{Documents: []Document{}, Warnings: x.warnings, Created: x.created, Position: x.position}
	for _, ref := range x.answers {
		d, err := describe(ctx, x, ref)
		if err != nil {
			return Outcome{}, err
		}
		if d.State == "" {
			continue // a command that died between two documents never made it
		}
		o.Documents = append(o.Documents, d)
	}
	o.Position = max(o.Position, x.position)
	return o, nil
}

// recorded looks for the outcome of a command in the log.
func (s *Service) recorded(ctx context.Context, commandID uuid.UUID) (past, bool, error) {
	for r, err := range s.Store.ReadStream(ctx, commandlog.Model.Stream(commandID), 0) {
		if err != nil {
			return past{}, false, err
		}
		e, err := s.Codec.Decode(r)
		if err != nil {
			return past{}, false, err
		}
		done, ok := e.Event.(commandlog.Succeeded)
		if !ok {
			continue
		}
		p := past{command: done.Command, id: commandID, hash: done.RequestHash, ticket: e.Meta.Ticket}
		if err := json.Unmarshal(done.Body, &p.outcome); err != nil {
			return past{}, false, fmt.Errorf("outcome of command %s: %w", commandID, err)
		}
		return p, true, nil
	}
	return past{}, false, nil
}

// record writes the outcome under the command's id. Whoever records first
// wins, and all answer what was recorded.
func (s *Service) record(ctx context.Context, x *execution, o Outcome) (Outcome, error) {
	body, err := json.Marshal(o)
	if err != nil {
		return Outcome{}, err
	}
	done := commandlog.Succeeded{
		Caller: x.req.Principal.Actor.ID, Key: x.req.Key, Command: x.command, RequestHash: x.req.Hash,
		Status: o.status(), Body: body,
	}
	for _, ref := range x.answers {
		done.Documents = append(done.Documents, commandlog.Document(ref))
	}
	stream := commandlog.Model.Stream(x.commandID)
	proposed, err := s.Codec.Encode(aggregates.DeriveID("outcome", x.commandID.String()), done, x.metadata())
	if err != nil {
		return Outcome{}, err
	}
	if _, err := s.Store.Append(ctx, stream, eventstore.NoStream(), []eventstore.Proposed{proposed}); err != nil {
		if p, found, readErr := s.recorded(ctx, x.commandID); readErr == nil && found {
			return p.outcome, nil
		}
		return Outcome{}, err
	}
	return o, nil
}
