package http

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/google/uuid"
	"github.com/gorilla/mux"

	"aftersales/aggregates"
	"aftersales/commands"
	"aftersales/projections/documents"
	"aftersales/projections/portal"
)

// openLink is the portal link that a request came by. All that is wrong with a
// link gets the same answer, and wrong ones are limited. The link stands in the
// address, so nothing may keep it or pass it on.
func (s *Server) openLink(w http.ResponseWriter, r *http.Request) (link commands.PortalLink, err error) {
	unlisted(w)
	err = s.bearers.limit(w, clientAddress(r), func() error {
		link, err = s.Commands.OpenPortalLink(r.Context(), mux.Vars(r)["secret"])
		return err
	})
	if err == nil && !s.callers.allows(link.Principal().Caller()) {
		err = aggregates.Refuse("too_many_requests")
	}
	return link, err
}

// unlisted keeps an address that holds a secret out of caches, other sites' logs
// and search engines.
func unlisted(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("X-Robots-Tag", "noindex")
}

// openPortalLink shows the one document that a link was made for, to whoever
// has the link.
func (s *Server) openPortalLink(w http.ResponseWriter, r *http.Request) error {
	link, err := s.openLink(w, r)
	if err == nil {
		err = onlyPresent(r)
	}
	if err != nil {
		return err
	}
	for _, projection := range []string{"documents", "portal"} { // who the customer is, and what they may see
		if err := s.await(w, r, projection); err != nil {
			return err
		}
	}
	customer, found, err := documents.Get(r.Context(), s.Projections.Pool(), "customer", link.Customer)
	if err != nil {
		return err
	}
	if !found {
		return aggregates.Refuse("not_found")
	}
	d, found, err := portal.Get(r.Context(), s.Projections.Pool(), customer.Entity, link.Kind, link.Document)
	if err != nil {
		return err
	}
	if !found {
		return aggregates.Refuse("not_found")
	}
	if d, err = s.withMessages(r, customer.Entity, d, s.addressedTo(link)); err != nil {
		return err
	}
	shown, err := s.show(r, d)
	if err != nil {
		return err
	}
	if byPerson(r) {
		if err := s.Commands.NoteQuotationViewed(r.Context(), link, requestID(r.Context())); err != nil {
			s.logger.WarnContext(r.Context(), "view not noted", slog.Any("error", err)) // the customer sees the page all the same
		}
	}
	w.Header().Set("ETag", etag(d.Revision))
	return writeJSON(w, http.StatusOK, shown)
}

// addressedTo gives each file an address that opens it, and it alone, for as
// long as the link opens.
func (s *Server) addressedTo(link commands.PortalLink) func(*portal.File) {
	return func(f *portal.File) { f.URL = s.PublicURL + "/attachment/" + s.Commands.Secrets.File(link.ID, f.ID) }
}

// byLink lets the bearer of a portal link give a command to the link's document,
// as its customer does who is logged in; kinds are the commands by the kind of
// the document. What the link does not open any more is not told from a link
// that is none.
func (s *Server) byLink(kinds map[string]handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		link, err := s.openLink(w, r)
		if err != nil {
			return err
		}
		give, ok := kinds[link.Kind]
		if !ok {
			return aggregates.Refuse("not_found")
		}
		bearer := &authentication{principal: link.Principal()}
		bearer.once.Do(func() {})
		r = r.WithContext(context.WithValue(r.Context(), authenticationKey, bearer))
		err = give(w, mux.SetURLVars(r, vars{"id": link.Document.String()}))
		if refused := refusalsIn(err); refused != nil && refused[0].Field == "" && messages[refused[0].Code].status == http.StatusNotFound {
			return aggregates.Refuse("not_found")
		}
		return err
	}
}

// linkRoutes are what the bearer of a portal link may do (domain.md 4, access
// rule b).
func (s *Server) linkRoutes() {
	answer := func(command string, kinds map[string]handler) {
		path := "/portal/{secret}/" + command
		s.router.Handle(path, s.handle(s.admit(access(http.MethodPost, path), s.byLink(kinds)))).Methods(http.MethodPost)
	}
	answer("messages", map[string]handler{
		"ticket": command(s, func(c *commands.ReplyToOwnTicket, id uuid.UUID, _ vars) { c.Ticket = id }),
		"task":   command(s, func(c *commands.ReplyToOwnTask, id uuid.UUID, _ vars) { c.Task = id }),
	})
	answer("close", map[string]handler{
		"ticket": command(s, func(c *commands.CloseOwnTicket, id uuid.UUID, _ vars) { c.Ticket = id }),
	})
	answer("rate", map[string]handler{
		"ticket": command(s, func(c *commands.RateOwnTicket, id uuid.UUID, _ vars) { c.Ticket = id }),
	})
	answer("sign", map[string]handler{
		"task": command(s, func(c *commands.SignOwnWorksheet, id uuid.UUID, _ vars) { c.Task = id }),
	})
	answer("accept", map[string]handler{
		"repair": command(s, func(c *commands.AcceptOwnQuote, id uuid.UUID, _ vars) { c.Repair = id }),
		"order":  command(s, func(c *commands.AcceptOwnOrder, id uuid.UUID, _ vars) { c.Order = id }),
	})
	answer("decline", map[string]handler{
		"repair": command(s, func(c *commands.DeclineOwnQuote, id uuid.UUID, _ vars) { c.Repair = id }),
		"order":  command(s, func(c *commands.DeclineOwnOrder, id uuid.UUID, _ vars) { c.Order = id }),
	})
}
