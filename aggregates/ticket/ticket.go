package ticket

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
	"aftersales/aggregates/team"
)

// MaxTitle is the greatest length of a title, in characters.
const MaxTitle = 200

// Open begins the ticket, in the first open stage of its team, the owner, and with
// its customer following it.
// Number is "" unless it came from outside. That the lot is of the product and
// the order of the customer, those aggregates check.
func (s State) Open(ticket uuid.UUID, number string, wish Details, owner team.State) ([]aggregates.Event, error) {
	if s.ID != uuid.Nil {
		return nil, aggregates.Refuse("already_exists")
	}
	d, err := wish.checked(Details{})
	if err != nil {
		return nil, err
	}
	events := []aggregates.Event{Opened{Ticket: ticket, Number: number, Stage: owner.OpenStage(), Details: d}}
	return append(events, s.followCustomer(d)...), nil
}

// SetNumber gives the ticket its number, once.
func (s State) SetNumber(number string) ([]aggregates.Event, error) {
	if s.Number != "" {
		return nil, nil
	}
	return []aggregates.Event{Numbered{Number: number}}, nil
}

// ChangeDetails replaces all details. Another product clears the lot that
// stayed. The customer is customer_locked once a document was made from the
// ticket (decision 21); until then a new customer follows it in place of the
// old one, who loses sight of it with all who followed for them, and whose
// address, name and phone do not stay. With another team, the owner, the ticket
// begins anew: in its first stage and with nobody.
func (s State) ChangeDetails(wish Details, owner team.State) ([]aggregates.Event, error) {
	if wish.Product != s.Details.Product && wish.Lot == s.Details.Lot {
		wish.Lot = uuid.Nil
	}
	if s.Details.Entity != uuid.Nil && wish.Entity != s.Details.Entity {
		wish = wish.without(s.Details)
	}
	d, err := wish.checked(s.Details)
	switch {
	case err != nil:
		return nil, err
	case d == s.Details:
		return nil, nil
	case d.Customer != s.Details.Customer && len(s.Documents) > 0:
		return nil, aggregates.Refuse("customer_locked").On("customer")
	}
	events := []aggregates.Event{DetailsChanged{d}}
	if d.Team != s.Details.Team {
		events = append(events, s.begin(owner)...)
	}
	if d.Customer == s.Details.Customer {
		return events, nil
	}
	for _, f := range s.Followers {
		if s.loses(f, d) {
			events = append(events, FollowerRemoved{f})
		}
	}
	return append(events, s.followCustomer(d)...), nil
}

// without clears what stayed of the address, name and phone of another customer.
func (d Details) without(old Details) Details {
	for now, was := range map[*string]string{&d.Email: old.Email, &d.Name: old.Name, &d.Phone: old.Phone} {
		if *now == was {
			*now = ""
		}
	}
	return d
}

// checked are the details trimmed and with their defaults, or what is wrong
// with them. A customer without an entity is unknown: customer_not_found. A
// text that stays as it was may be of any length.
func (d Details) checked(was Details) (Details, error) {
	d.Title, d.Email = strings.TrimSpace(d.Title), strings.TrimSpace(d.Email)
	d.Name, d.Phone = strings.TrimSpace(d.Name), strings.TrimSpace(d.Phone)
	if d.Priority == "" {
		d.Priority = Low
	}
	var fields check.Fields
	fields.Refuse(d.Title == "", "title", "title_required")
	fields.Refuse(utf8.RuneCountInString(d.Title) > MaxTitle, "title", "title_too_long", "max", strconv.Itoa(MaxTitle))
	within := func(most int, field, text, was string) {
		if text != was {
			fields.Within(most, field, text)
		}
	}
	within(check.MaxText, "description", d.Description, was.Description)
	within(check.MaxName, "name", d.Name, was.Name)
	within(check.MaxName, "phone", d.Phone, was.Phone)
	fields.Refuse(d.Team == uuid.Nil, "team", "required")
	fields.Refuse(d.Customer != uuid.Nil && d.Entity == uuid.Nil, "customer", "customer_not_found")
	fields.Refuse(d.Lot != uuid.Nil && d.Product == uuid.Nil, "product", "product_required")
	fields.Refuse(!d.Priority.Known(), "priority", "invalid_value")
	fields.Refuse(d.Email != "" && !check.Email(d.Email), "email", "invalid_email", "value", d.Email)
	return d, fields.Err()
}

// Assign hands the ticket to a user, "" to nobody; a closed one stays as it is.
// Refusals: ticket_closed; required for a name without a visible character.
func (s State) Assign(assignee string) ([]aggregates.Event, error) {
	var fields check.Fields
	fields.Named("assignee", assignee)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	if assignee == s.Assignee {
		return nil, nil
	}
	if s.Closed {
		return nil, aggregates.Refuse("ticket_closed")
	}
	return []aggregates.Event{Assigned{Assignee: assignee}}, nil
}

// LinkDocument notes that a document was made from the ticket, for the customer
// it had then (nil when no service made it). Who changed the customer while the
// first document was being made came too late: the customer comes back.
func (s State) LinkDocument(d Document, customer, entity uuid.UUID) ([]aggregates.Event, error) {
	for _, known := range s.Documents {
		if known.ID == d.ID {
			return nil, nil
		}
	}
	back := s.Details
	if customer != uuid.Nil && len(s.Documents) == 0 {
		back.Customer = customer
		if back.Entity != entity {
			back.Entity, back.Order = entity, uuid.Nil // an order is of the customer
		}
	}
	events, err := s.ChangeDetails(back, team.State{}) // it stays with its team
	if err != nil {
		return nil, err
	}
	return append(events, DocumentLinked{d}), nil
}
