package commands

import (
	"context"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/order"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/task"
	"aftersales/aggregates/ticket"
)

// linkLife is how long a portal link is valid unless it is said.
const linkLife = 30 * 24 * time.Hour

// MakePortalLink makes a link that shows one document to one contact of its
// customer, by default the customer, who may answer it without a login
// (domain.md 2.12 and 4).
type MakePortalLink struct {
	ID        *uuid.UUID `json:"id"`
	Kind      string     `json:"kind"`
	Document  uuid.UUID  `json:"document"`
	Customer  uuid.UUID  `json:"customer"`
	ExpiresAt time.Time  `json:"expires_at"`
}

func (MakePortalLink) commandName() string { return "make-portal-link" }

func (c MakePortalLink) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	id := x.newID(c.ID)
	wish := accesstoken.LinkIssued{
		Token: id, Hash: accesstoken.Hash(x.s.Secrets.PortalLink(id)), Kind: c.Kind, Document: c.Document,
		Customer: c.Customer, ExpiresAt: c.ExpiresAt, By: x.req.Principal.Actor.ID,
	}
	if c.ExpiresAt.IsZero() {
		wish.ExpiresAt = x.now.Add(linkLife)
	}
	if accesstoken.Linkable(c.Kind) && c.Document != uuid.Nil {
		of, err := x.shown(ctx, c.Kind, c.Document)
		if err != nil {
			return onField(err, "document")
		}
		reader, err := x.customer(ctx, "customer", c.Customer)
		if err != nil {
			return err
		}
		if c.Customer == uuid.Nil {
			wish.Customer = of.customer
		} else if reader.Entity != of.entity {
			return aggregates.Refuse("invalid_value").On("customer")
		}
		wish.Ticket = of.ticket
	}
	_, err := create(ctx, x, "portal_link", accesstoken.Model, id, func(s accesstoken.State) ([]aggregates.Event, error) {
		return s.IssueLink(wish, x.now)
	})
	return err
}

// shown is whose document a link shows, and the ticket that it was made from.
type shown struct{ ticket, customer, entity uuid.UUID }

// shown refuses a document that there is not, or that the principal may not see
// (P-16 for repairs).
func (x *execution) shown(ctx context.Context, kind string, id uuid.UUID) (of shown, err error) {
	switch kind {
	case "ticket":
		t, err := named(ctx, x, "", kind, ticket.Model, id)
		if err != nil {
			return of, err
		}
		of = shown{id, t.Details.Customer, t.Details.Entity}
	case "task":
		s, err := named(ctx, x, "", kind, task.Model, id)
		if err != nil {
			return of, err
		}
		if of = (shown{s.Ticket, s.Customer, s.Entity}); !s.Flags.PortalVisible {
			x.warn("task_not_visible_to_customer")
		}
	case "repair":
		if err := x.s.MayReadRepair(ctx, x.req.Principal, id); err != nil {
			return of, err
		}
		s, err := named(ctx, x, "", kind, repair.Model, id)
		if err != nil {
			return of, err
		}
		of = shown{s.Ticket, s.Customer, s.Entity}
	case "credit_note":
		home, err := x.home(ctx, kind, id.String())
		if err != nil {
			return of, err
		}
		l, err := load(ctx, x, invoice.Model, home)
		if err != nil {
			return of, err
		}
		n, _ := l.State.CreditNote(id)
		of = shown{n.Ticket, n.Customer, n.Entity}
	case "return":
		home, err := x.home(ctx, kind, id.String())
		if err != nil {
			return of, err
		}
		l, err := load(ctx, x, picking.Model, home)
		if err != nil {
			return of, err
		}
		r, _ := l.State.Return(id)
		of = shown{r.Ticket, r.Customer, r.Entity}
	case "order":
		s, err := named(ctx, x, "", kind, order.Model, id)
		return shown{uuid.Nil, s.Customer, s.Entity}, err // orders are of no team
	}
	return of, x.madeFrom(ctx, kind, of.ticket)
}

// RevokePortalLink ends a link at once.
type RevokePortalLink struct {
	Link uuid.UUID `json:"-"`
}

func (RevokePortalLink) commandName() string { return "revoke-portal-link" }

func (c RevokePortalLink) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	l, err := load(ctx, x, accesstoken.Model, c.Link)
	if err != nil {
		return err
	}
	if l.State.Document == uuid.Nil {
		return aggregates.Refuse("portal_link_not_found")
	}
	if l.State.Kind != "order" { // orders are of no team
		if err := x.madeFrom(ctx, "portal_link", l.State.Ticket); err != nil {
			return err
		}
	}
	_, err = change(ctx, x, "portal_link", accesstoken.Model, c.Link, func(s accesstoken.State) ([]aggregates.Event, error) {
		return s.Revoke(x.req.Principal.Actor.ID)
	})
	return err
}

// PortalLink is what a link opens: a document, as a customer sees it.
type PortalLink struct {
	ID       uuid.UUID
	Kind     string
	Document uuid.UUID
	Customer uuid.UUID
}

// OpenPortalLink answers what the secret of a link opens. Every refusal is
// not_found: forged, expired, revoked, and that of a customer who was shut out
// of the portal look alike.
func (s *Service) OpenPortalLink(ctx context.Context, secret string) (PortalLink, error) {
	none := aggregates.Refuse("not_found")
	id, ok := idIn(linkPrefix, secret)
	if !ok {
		return PortalLink{}, none
	}
	l, err := s.validLink(ctx, id)
	if err != nil {
		return PortalLink{}, err
	}
	if !EqualHash(secret, l.State.Hash) {
		return PortalLink{}, none
	}
	return PortalLink{id, l.State.Kind, l.State.Document, l.State.Customer}, nil
}

// validLink is a link that was neither revoked nor has expired and whose reader
// was not shut out of the portal; else not_found.
func (s *Service) validLink(ctx context.Context, id uuid.UUID) (loaded[accesstoken.State], error) {
	x := s.newExecution(Request{}, "open-portal-link")
	l, err := load(ctx, x, accesstoken.Model, id)
	if err != nil {
		return l, err
	}
	if err := l.State.Opens(x.now); err != nil {
		return l, err
	}
	access, err := x.portalAccess(ctx, l.State.Customer)
	if err == nil && !access.Lets(l.State.IssuedAt) {
		err = aggregates.Refuse("not_found")
	}
	return l, err
}

// Principal is the bearer of the link: its customer, who did not log in. Whoever
// lets them give a command must aim it at the link's document.
func (l PortalLink) Principal() Principal {
	return Principal{
		Actor:    aggregates.Actor{ID: accesstoken.LinkPrefix + l.ID.String(), Role: "bearer", Channel: "token"},
		Customer: l.Customer, Token: l.ID,
	}
}
