package commands

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/order"
	"aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
)

// onTicket loads a ticket for a command on it: the ticket must exist and be
// of the principal's teams, else it does not exist for them, and the principal
// must have the command's role (domain.md 3, checks 0.3 and 0.4).
func (x *execution) onTicket(ctx context.Context, id uuid.UUID) (ticket.State, error) {
	t, err := load(ctx, x, ticket.Model, id)
	if err != nil {
		return ticket.State{}, err
	}
	if p := x.req.Principal; !t.Exists || !p.Internal() || !p.WorksFor(t.State.Details.Team) {
		return ticket.State{}, aggregates.Refuse("ticket_not_found")
	}
	if err := x.authorise(); err != nil {
		return ticket.State{}, err
	}
	x.ticket = &id
	return t.State, nil
}

// madeFrom holds the principal's teams against the ticket that a document of a
// kind was made from; uuid.Nil is none. Another team's does not exist for them.
func (x *execution) madeFrom(ctx context.Context, kind string, id uuid.UUID) error {
	if id != uuid.Nil {
		x.ticket = &id
	}
	sees, err := x.sees(ctx, byCommand[x.command], id)
	if err == nil && !sees {
		err = aggregates.Refuse(kind + "_not_found")
	}
	return err
}

// sees says whether the principal's teams let them see what was made from a
// ticket; uuid.Nil is none.
func (x *execution) sees(ctx context.Context, a Access, id uuid.UUID) (bool, error) {
	p := x.req.Principal
	if id == uuid.Nil || len(p.Teams) == 0 {
		return a.SeesUnticketed(p), nil
	}
	t, err := load(ctx, x, ticket.Model, id)
	return t.Exists && p.WorksFor(t.State.Details.Team), err
}

// Sees says whether an operation's documents that were made from a ticket are
// there for a principal, by the log alone: the ticket must be of their teams
// now. uuid.Nil is none; then it depends on the role.
func (s *Service) Sees(ctx context.Context, p Principal, a Access, ticket uuid.UUID) (bool, error) {
	return s.newExecution(Request{Principal: p}, "").sees(ctx, a, ticket)
}

// service is onTicket for an after-sales service: the team must offer it, the
// ticket must have a customer and be at the revision of If-Match (0.6 to 0.8).
func (x *execution) service(ctx context.Context, id uuid.UUID, s team.Service) (ticket.State, error) {
	t, err := x.onTicket(ctx, id)
	if err != nil {
		return t, err
	}
	owner, err := load(ctx, x, team.Model, t.Details.Team)
	if err != nil {
		return t, err
	}
	if err := owner.State.Offers(s); err != nil {
		return t, err
	}
	if t.Details.Customer == uuid.Nil {
		return t, aggregates.Refuse("customer_required")
	}
	x.madeFor = t.Details.Customer
	return t, x.matchTicket(ctx, id)
}

// matchTicket holds If-Match against the ticket, which the command addresses
// though it appends to another stream.
func (x *execution) matchTicket(ctx context.Context, id uuid.UUID) error {
	if x.req.IfMatch == nil {
		return nil
	}
	t, err := load(ctx, x, ticket.Model, id)
	if err == nil && !x.did(t.Stream) {
		err = x.matches(t.Exists, t.Revision)
	}
	return err
}

// TicketDetails are what people enter of a ticket.
type TicketDetails struct {
	Title       string          `json:"title"`
	Team        uuid.UUID       `json:"team"`
	Customer    uuid.UUID       `json:"customer"`
	Description string          `json:"description"`
	Product     uuid.UUID       `json:"product"`
	Lot         uuid.UUID       `json:"lot"`
	Order       uuid.UUID       `json:"order"`
	Priority    ticket.Priority `json:"priority"`
	Email       string          `json:"email"`
	Name        string          `json:"name"`
	Phone       string          `json:"phone"`
}

// check looks the named documents up and holds them against each other, and
// answers the team too. Now are the details that the ticket has.
func (d TicketDetails) check(ctx context.Context, x *execution, now ticket.Details) (ticket.Details, team.State, error) {
	wish := ticket.Details{
		Title: d.Title, Team: d.Team, Customer: d.Customer, Description: d.Description,
		Product: d.Product, Lot: d.Lot, Order: d.Order, Priority: d.Priority, Email: d.Email, Name: d.Name, Phone: d.Phone,
	}
	owner, noTeam := named(ctx, x, "team", "team", team.Model, d.Team)
	if owner.Archived && d.Team != now.Team {
		noTeam = aggregates.Refuse("team_archived").On("team")
	}
	buyer, noBuyer := x.chosenCustomer(ctx, d.Customer, now.Customer)
	wish.Entity = buyer.Entity
	_, noProduct := x.product(ctx, "product", d.Product)
	var noLot error
	if d.Product != uuid.Nil && noProduct == nil {
		noLot = x.checkLot(ctx, d.Product, d.Lot)
	}
	o, noOrder := named(ctx, x, "order", "order", order.Model, d.Order)
	if err := together(noTeam, noBuyer, noProduct, noLot, noOrder); err != nil {
		return wish, owner, err
	}
	if d.Order != uuid.Nil && o.Entity != wish.Entity {
		return wish, owner, aggregates.Refuse("order_other_customer").On("order")
	}
	return wish, owner, nil
}

// OpenTicket begins a ticket.
type OpenTicket struct {
	ID     *uuid.UUID `json:"id"`
	Number string     `json:"number"`
	TicketDetails
}

func (OpenTicket) commandName() string { return "open-ticket" }

func (c OpenTicket) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	wish, owner, faults := c.check(ctx, x, ticket.Details{})
	if c.Team != uuid.Nil && !x.req.Principal.WorksFor(c.Team) {
		return aggregates.Refuse("forbidden")
	}
	id := x.newID(c.ID)
	x.ticket = &id
	number := strings.TrimSpace(c.Number)
	return createNamed(ctx, x, "ticket", ticket.Model, id, "number", number, func(s ticket.State) ([]aggregates.Event, error) {
		events, err := s.Open(id, number, wish, owner)
		return events, together(faults, err)
	})
}

// changeTicket decides about a ticket that the principal may work on.
func (x *execution) changeTicket(ctx context.Context, id uuid.UUID, rule func(ticket.State) ([]aggregates.Event, error)) error {
	if _, err := x.onTicket(ctx, id); err != nil {
		return err
	}
	_, err := change(ctx, x, "ticket", ticket.Model, id, rule)
	return err
}

// ChangeTicketDetails changes the fields that are given.
type ChangeTicketDetails struct {
	Ticket      uuid.UUID        `json:"-"`
	Title       *string          `json:"title"`
	Team        *uuid.UUID       `json:"team"` // any: to hand over one must work for the ticket's team only
	Customer    *uuid.UUID       `json:"customer"`
	Description *string          `json:"description"`
	Product     Reference        `json:"product"`
	Lot         Reference        `json:"lot"`
	Order       Reference        `json:"order"`
	Priority    *ticket.Priority `json:"priority"`
	Email       *string          `json:"email"`
	Name        *string          `json:"name"`
	Phone       *string          `json:"phone"`
}

func (ChangeTicketDetails) commandName() string { return "change-ticket-details" }

func (c ChangeTicketDetails) execute(ctx context.Context, x *execution) error {
	x.match = ticket.Model.Stream(c.Ticket)
	x.concerns("ticket", c.Ticket, x.match)
	for range attempts {
		t, err := x.onTicket(ctx, c.Ticket)
		if err != nil {
			return err
		}
		wish, owner, faults := c.merged(t.Details).check(ctx, x, t.Details)
		_, err = decide(ctx, x, ticket.Model, c.Ticket, func(s ticket.State) ([]aggregates.Event, error) {
			if s.Details != t.Details {
				return nil, errMoved // the wish would undo what others changed
			}
			events, err := s.ChangeDetails(wish, owner)
			return events, together(faults, err)
		})
		if !errors.Is(err, errMoved) {
			return err
		}
	}
	return aggregates.Refuse("contended")
}

// errMoved says that the ticket is not as it was when it was checked.
var errMoved = errors.New("the ticket changed meanwhile")

// merged are the details with the given fields changed; a product that changes
// takes its lot with it.
func (c ChangeTicketDetails) merged(d ticket.Details) TicketDetails {
	m := TicketDetails{
		Title: d.Title, Team: d.Team, Customer: d.Customer, Description: d.Description,
		Product: d.Product, Lot: d.Lot, Order: d.Order, Priority: d.Priority, Email: d.Email, Name: d.Name, Phone: d.Phone,
	}
	if c.Product.Given && c.Product.ID != m.Product {
		m.Product, m.Lot = c.Product.ID, uuid.Nil
	}
	set(&m.Title, c.Title)
	set(&m.Team, c.Team)
	set(&m.Customer, c.Customer)
	set(&m.Description, c.Description)
	if c.Lot.Given {
		m.Lot = c.Lot.ID
	}
	if c.Order.Given {
		m.Order = c.Order.ID
	}
	set(&m.Priority, c.Priority)
	set(&m.Email, c.Email)
	set(&m.Name, c.Name)
	set(&m.Phone, c.Phone)
	return m
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}
