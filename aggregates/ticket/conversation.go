package ticket

import (
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/attachment"
	"aftersales/aggregates/check"
	"aftersales/aggregates/team"
)

// AddFollower makes a contact, or the reader of an address, follow the ticket.
func (s State) AddFollower(f Follower) ([]aggregates.Event, error) {
	if err := f.named(); err != nil {
		return nil, err
	}
	if f.Email != "" && !check.Email(f.Email) {
		return nil, aggregates.Refuse("invalid_email", "value", f.Email).On("email")
	}
	if s.follows(f) {
		return nil, nil
	}
	return []aggregates.Event{FollowerAdded{f}}, nil
}

// RemoveFollower ends that.
func (s State) RemoveFollower(f Follower) ([]aggregates.Event, error) {
	if err := f.named(); err != nil {
		return nil, err
	}
	if !s.follows(f) {
		return nil, nil
	}
	return []aggregates.Event{FollowerRemoved{f}}, nil
}

// named refuses a follower who is nobody.
func (f Follower) named() error {
	if f.Contact == uuid.Nil && f.Email == "" {
		return aggregates.Refuse("required").On("email")
	}
	return nil
}

// PostMessage adds a message that the customer sees. The customer's own
// message reopens a closed ticket (domain.md 2.1), but not one of a team that is
// archived, the owner: their words are kept and told of like any, while such a
// team has no open tickets (2.11). Who archived it may hand the ticket over.
// Refusals: those of attachment.Say.
func (s State) PostMessage(m MessagePosted, owner team.State) ([]aggregates.Event, error) {
	if err := attachment.Say(m.Body, m.Attachments, m.FromCustomer, s.Files); err != nil {
		return nil, err
	}
	m.Entity = s.Details.Entity
	if m.FromCustomer {
		return s.fromCustomer(m, owner), nil
	}
	return []aggregates.Event{m}, nil
}

// LogNote adds an internal note. Refusals: those of attachment.Say.
func (s State) LogNote(n NoteLogged) ([]aggregates.Event, error) {
	if err := attachment.Say(n.Body, n.Attachments, false, 0); err != nil {
		return nil, err
	}
	return []aggregates.Event{n}, nil
}

func (s State) follows(f Follower) bool { return slices.ContainsFunc(s.Followers, f.is) }

// followCustomer is the event that makes a ticket's customer follow it, if any.
func (s State) followCustomer(d Details) []aggregates.Event {
	f := Follower{Contact: d.Customer, Entity: d.Entity}
	if d.Customer == uuid.Nil || s.follows(f) {
		return nil
	}
	return []aggregates.Event{FollowerAdded{f}}
}

// loses says whether a follower goes when the details become d, of another
// customer. Within one commercial entity only the old contact does. Of another's
// ticket nobody of the old entity hears any more (#69281), nor anybody of whom
// nothing tells that they are not of it: readers of bare addresses, and contacts
// whose entity was not recorded. Whoever is to hear of it can be added again;
// what was mailed to a stranger cannot be taken back.
func (s State) loses(f Follower, d Details) bool {
	switch old := s.Details; {
	case old.Customer == uuid.Nil || f.Contact != uuid.Nil && f.Contact == d.Customer:
		return false
	case d.Entity == old.Entity:
		return f.Contact == old.Customer
	default:
		return f.Entity == uuid.Nil || f.Entity == old.Entity
	}
}
