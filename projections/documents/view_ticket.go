package documents

import (
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/ticket"
)

// ticketFields are those of a ticket; description_shared says whether its
// customer may read the description, documents links all that was made from it,
// after_closing what of it was made since the ticket was closed.
type ticketFields struct {
	Title       string            `json:"title"`
	Description *string           `json:"description"`
	Shared      bool              `json:"description_shared"`
	Team        uuid.UUID         `json:"team"`
	Customer    *uuid.UUID        `json:"customer"`
	Product     *uuid.UUID        `json:"product"`
	Lot         *uuid.UUID        `json:"lot"`
	Order       *uuid.UUID        `json:"order"`
	Priority    ticket.Priority   `json:"priority"`
	Email       *string           `json:"email"`
	Name        *string           `json:"name"`
	Phone       *string           `json:"phone"`
	Stage       string            `json:"stage"`
	Assignee    *string           `json:"assignee"`
	Rating      *ticket.Rating    `json:"rating"`
	Followers   []ticketFollower  `json:"followers"`
	Documents   []ticket.Document `json:"documents"`
	Late        []ticket.Document `json:"after_closing"`
	Requests    []returnRequest   `json:"return_requests"`
}

// returnRequest is a customer's wish to give goods back, and the return that was made
// of it, null while it waits.
type returnRequest struct {
	ID          uuid.UUID            `json:"id"`
	Delivery    uuid.UUID            `json:"delivery"`
	Customer    uuid.UUID            `json:"customer"`
	RequestedAt time.Time            `json:"requested_at"`
	Reason      *string              `json:"reason"`
	Lines       []returnRequestLine  `json:"lines"`
	State       ticket.RequestStatus `json:"state"`
	Return      *uuid.UUID           `json:"return"`
	Declined    *string              `json:"decline_reason"`
}

type returnRequestLine struct {
	DeliveryLine uuid.UUID          `json:"delivery_line"`
	Product      uuid.UUID          `json:"product"`
	Quantity     aggregates.Decimal `json:"quantity"`
	Lots         []lot              `json:"lots"`
}

func requestOf(r ticket.ReturnRequest) returnRequest {
	w := r.Wish
	return returnRequest{
		State: r.Status(), Declined: text(r.Declined),
		ID: w.Request, Delivery: w.Delivery, Customer: w.Customer, RequestedAt: w.At.UTC(), Reason: text(w.Reason), Return: ref(r.Return),
		Lines: mapped(w.Lines, func(l ticket.ReturnLine) returnRequestLine {
			return returnRequestLine{l.DeliveryLine, l.Product, l.Quantity, lots(l.Lots)}
		}),
	}
}

// ticketFollower is a known contact, else a mail address.
type ticketFollower struct {
	Contact *uuid.UUID `json:"contact"`
	Email   *string    `json:"email"`
}

// viewTicket shows a ticket without smart buttons and actions: they depend on
// other documents and stand in the read model "tickets".
func viewTicket(s ticket.State) []Document {
	if s.ID == uuid.Nil {
		return nil
	}
	d := s.Details
	return []Document{Document{
		Kind: "ticket", ID: s.ID, Number: s.Number, State: s.Status(),
		Customer: d.Customer, Entity: d.Entity, Team: d.Team,
	}.with(ticketFields{
		Title: d.Title, Description: text(d.Description), Shared: s.DescriptionShared(), Team: d.Team, Customer: ref(d.Customer),
		Product: ref(d.Product), Lot: ref(d.Lot), Order: ref(d.Order), Priority: d.Priority,
		Email: text(d.Email), Name: text(d.Name), Phone: text(d.Phone),
		Stage: s.Stage, Assignee: text(s.Assignee), Rating: text(s.Rating),
		Followers: mapped(s.Followers, func(f ticket.Follower) ticketFollower {
			return ticketFollower{ref(f.Contact), text(f.Email)}
		}),
		Documents: list(s.Documents), Late: list(s.AfterClosing), Requests: mapped(s.ReturnRequests, requestOf),
	})}
}
