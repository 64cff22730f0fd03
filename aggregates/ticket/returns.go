package ticket

import (
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/team"
)

// ReturnLine is a quantity of a delivery line that a customer wants to give back.
type ReturnLine struct {
	DeliveryLine uuid.UUID             `json:"delivery_line"`
	Product      uuid.UUID             `json:"product"`
	Quantity     aggregates.Decimal    `json:"quantity"`
	Lots         []picking.LotQuantity `json:"lots,omitempty"`
}

// ReturnRequest is a wish to give goods back, and the Return that the team made of
// it; nil while it waits.
type ReturnRequest struct {
	Wish   ReturnRequested
	Return uuid.UUID
}

// replaces says whether the wish counts in place of an earlier one.
func (e ReturnRequested) replaces(r ReturnRequest) bool {
	return r.Return == uuid.Nil && r.Wish.Delivery == e.Delivery
}

// answered are the requests after a document was made: a return of their delivery is
// what the team made of the one that waits.
func answered(requests []ReturnRequest, d Document) []ReturnRequest {
	i := slices.IndexFunc(requests, func(r ReturnRequest) bool {
		return d.Kind == "return" && r.Return == uuid.Nil && d.Stream == picking.Model.Stream(r.Wish.Delivery)
	})
	if i < 0 {
		return requests
	}
	requests = slices.Clone(requests)
	requests[i].Return = d.ID
	return requests
}

// RequestReturn notes the customer's wish to give goods back, whose lines the
// delivery has judged (domain.md 4). Like a message of theirs it reopens a closed
// ticket. Refusals: already_exists; service_not_enabled where the team, the owner,
// takes nothing back.
func (s State) RequestReturn(r ReturnRequested, owner team.State) ([]aggregates.Event, error) {
	if slices.ContainsFunc(s.ReturnRequests, func(known ReturnRequest) bool { return known.Wish.Request == r.Request }) {
		return nil, aggregates.Refuse("already_exists")
	}
	if err := owner.Offers(team.Returns); err != nil {
		return nil, err
	}
	r.Entity, r.At = s.Details.Entity, r.At.UTC()
	return s.fromCustomer(r, owner), nil
}

// fromCustomer are the customer's word and what follows from it: a closed ticket is
// open again, unless its team, the owner, is archived.
func (s State) fromCustomer(word aggregates.Event, owner team.State) []aggregates.Event {
	events := []aggregates.Event{word}
	if s.Closed && !owner.Archived {
		events = append(events, s.reopened(owner)...)
	}
	return events
}
