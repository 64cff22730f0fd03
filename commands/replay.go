package commands

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/ticket"
	"aftersales/eventstore"
)

// past is an outcome found in the log, with its command and the ticket that it
// was about, if any.
type past struct {
	outcome Outcome
	command string
	id      uuid.UUID // of the command
	hash    string
	ticket  *uuid.UUID
}

// replay answers the outcome to whoever may give its command now, to such
// documents. Else it refuses as the command would.
func (s *Service) replay(ctx context.Context, req Request, p past) (Outcome, error) {
	if err := byCommand[p.command].Admits(req.Principal); err != nil {
		return Outcome{}, err
	}
	tells, err := s.tells(ctx, req.Principal, p)
	switch {
	case err != nil:
		return Outcome{}, err
	case !tells:
		return Outcome{}, aggregates.Refuse(p.hidden())
	case p.hash != req.Hash:
		return Outcome{}, aggregates.Refuse("idempotency_key_reused")
	}
	p.outcome.Replayed = true
	return p.outcome, nil
}

// tells says whether the teams that a caller is limited to let them hear again
// what came of a command of theirs: they work for the team that the ticket has
// now, or had when the command was decided. So whoever hands a ticket over can
// repeat that, and whoever left a team hears nothing of it.
func (s *Service) tells(ctx context.Context, caller Principal, p past) (bool, error) {
	a := byCommand[p.command]
	if a.Scope != OfTeam || len(caller.Teams) == 0 {
		return true, nil
	}
	if p.ticket == nil {
		return p.tellsUnticketed(a, caller), nil
	}
	sees, err := s.Sees(ctx, caller, a, *p.ticket)
	if err != nil || sees {
		return sees, err
	}
	owner, err := s.teamThen(ctx, *p.ticket, p.id, p.outcome.Position)
	return caller.WorksFor(owner), err
}

// tellsUnticketed is tells for what is of a team itself, or of none.
func (p past) tellsUnticketed(a Access, caller Principal) bool {
	for _, d := range p.outcome.Documents {
		switch d.Kind {
		case "team":
			return caller.WorksFor(d.ID)
		case "portal_link": // to an order, which are of no team
			return true
		}
	}
	return a.SeesUnticketed(caller)
}

// hidden is the code for the document that the command was given to.
func (p past) hidden() string {
	if len(p.outcome.Documents) == 0 || strings.HasPrefix(byCommand[p.command].Operation, "POST /v1/tickets") {
		return "ticket_not_found"
	}
	return p.outcome.Documents[0].Kind + "_not_found"
}

// teamThen is the team that a ticket had when a command was decided that ended
// at the position: of the command that opened it, the team that it got.
func (s *Service) teamThen(ctx context.Context, id, command uuid.UUID, end eventstore.Position) (uuid.UUID, error) {
	var state ticket.State
	for r, err := range s.Store.ReadStream(ctx, ticket.Model.Stream(id), 0) {
		if err != nil {
			return uuid.Nil, err
		}
		e, err := s.Codec.Decode(r)
		if err != nil {
			return uuid.Nil, err
		}
		if r.Revision > 0 && (e.Meta.CommandID == command || r.Position > end) {
			break
		}
		state = ticket.Model.Evolve(state, e.Event)
	}
	return state.Details.Team, nil
}

// Outcome answers what happened under a caller's key; found is false when
// nothing did, or what the caller may not do any more.
func (s *Service) Outcome(ctx context.Context, caller Principal, key string) (o Outcome, found bool, err error) {
	p, found, err := s.recorded(ctx, caller.commandID(key))
	if err != nil || !found || byCommand[p.command].Admits(caller) != nil {
		return Outcome{}, false, err
	}
	tells, err := s.tells(ctx, caller, p)
	if err != nil || !tells {
		return Outcome{}, false, err
	}
	return p.outcome, true, nil
}
