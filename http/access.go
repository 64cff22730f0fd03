package http

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/commands"
	"aftersales/projections/documents"
)

// access is the row of the table for a route. A route without one would be for
// nobody or for everybody: the program does not start with it.
func access(method, path string) commands.Access {
	operation := method + " " + strings.ReplaceAll(path, ":.+}", "}") // these may hold slashes
	a, ok := commands.AccessTo(operation)
	if !ok {
		panic("commands/access.tsv has no row for " + operation)
	}
	return a
}

// admit lets those pass whom the table of access admits to the operation.
// Commands are let through: they look at their own row, after what is wrong
// with the request itself.
func (s *Server) admit(a commands.Access, h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if a.Scope == commands.Open || a.Command != "" {
			return h(w, r)
		}
		r = r.WithContext(context.WithValue(r.Context(), accessKey, a))
		if _, err := s.admitted(r); err != nil {
			return err
		}
		return h(w, r)
	}
}

// admitted is who asks, if they may do what they ask for.
func (s *Server) admitted(r *http.Request) (commands.Principal, error) {
	p, err := s.principal(r)
	if err == nil {
		err = accessOf(r).Admits(p)
	}
	return p, err
}

// accessOf is the row of what the request asks for.
func accessOf(r *http.Request) commands.Access {
	a, _ := r.Context().Value(accessKey).(commands.Access)
	return a
}

// maySee refuses who may not see a document: as if there were none when it is
// another team's, else as commands.MayReadRepair does.
func (s *Server) maySee(r *http.Request, d documents.Document) error {
	p, err := s.principal(r)
	if err != nil {
		return err
	}
	sees := true
	switch {
	case accessOf(r).Scope != commands.OfTeam:
	case d.Kind == "repair":
		return s.Commands.MayReadRepair(r.Context(), p, d.ID)
	case d.Kind == "portal_link":
		return s.maySeeLink(r, p, d)
	case d.Kind == "team":
		sees = p.WorksFor(d.ID)
	case d.Kind == "ticket":
		sees, err = s.Commands.Sees(r.Context(), p, accessOf(r), d.ID)
	default:
		sees, err = s.Commands.Sees(r.Context(), p, accessOf(r), d.Ticket)
	}
	if err == nil && !sees {
		err = aggregates.Refuse(notFound(d.Kind))
	}
	return err
}

// maySeeLink refuses who could not have made a portal link, as if there were
// none.
func (s *Server) maySeeLink(r *http.Request, p commands.Principal, d documents.Document) error {
	kind, id, err := d.Shows()
	if err != nil {
		return err
	}
	sees := kind == "order" // orders are of no team
	if !sees {
		sees, err = s.Commands.Sees(r.Context(), p, accessOf(r), d.Ticket)
	}
	if err == nil && sees && kind == "repair" {
		err = s.Commands.MayReadRepair(r.Context(), p, id)
		if isRefusal(err, "forbidden") || isRefusal(err, "repair_not_found") {
			sees, err = false, nil
		}
	}
	if err == nil && !sees {
		err = aggregates.Refuse(notFound(d.Kind))
	}
	return err
}

// maySeeTicket is maySee for the ticket with an id.
func (s *Server) maySeeTicket(r *http.Request, id uuid.UUID) error {
	return s.maySee(r, documents.Document{Kind: "ticket", ID: id})
}

// narrow limits a list of documents to what the caller may see.
func (s *Server) narrow(r *http.Request, f *documents.Filter) error {
	p, err := s.principal(r)
	if err != nil {
		return err
	}
	if a := accessOf(r); a.Scope == commands.OfTeam {
		f.Teams, f.Unticketed = p.Teams, a.SeesUnticketed(p)
	}
	if !p.ReadsAllRepairs() {
		f.RepairsOf = p.Actor.ID
	}
	return nil
}
