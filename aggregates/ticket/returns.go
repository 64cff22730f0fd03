package ticket

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
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

// ReturnRequest is a wish to give goods back and what became of it: the Return that
// the team made, or the reason why they Declined, or that the customer took it back.
type ReturnRequest struct {
	Wish      ReturnRequested
	Return    uuid.UUID
	Declined  string
	Withdrawn bool
}

// RequestStatus is what became of a ReturnRequest.
type RequestStatus string

// The statuses of a ReturnRequest; the team has still to answer one that waits.
const (
	RequestWaiting   RequestStatus = "waiting"
	RequestAccepted  RequestStatus = "accepted"
	RequestDeclined  RequestStatus = "declined"
	RequestWithdrawn RequestStatus = "withdrawn"
)

// Status is what became of the request.
func (r ReturnRequest) Status() RequestStatus {
	switch {
	case r.Return != uuid.Nil:
		return RequestAccepted
	case r.Declined != "":
		return RequestDeclined
	case r.Withdrawn:
		return RequestWithdrawn
	}
	return RequestWaiting
}

func (r ReturnRequest) waiting() bool { return r.Status() == RequestWaiting }

// replaces says whether the wish counts in place of an earlier one.
func (e ReturnRequested) replaces(r ReturnRequest) bool {
	return r.waiting() && r.Wish.Delivery == e.Delivery
}

// ended are the requests after the one of the id ended.
func ended(requests []ReturnRequest, id uuid.UUID, end func(*ReturnRequest)) []ReturnRequest {
	requests = slices.Clone(requests)
	for i := range requests {
		if requests[i].Wish.Request == id {
			end(&requests[i])
		}
	}
	return requests
}

// answered are the requests after a document was made: a return of their delivery is
// what the team made of the one that waits.
func answered(requests []ReturnRequest, d Document) []ReturnRequest {
	i := slices.IndexFunc(requests, func(r ReturnRequest) bool {
		return d.Kind == "return" && r.waiting() && d.Stream == picking.Model.Stream(r.Wish.Delivery)
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
// takes nothing back; too_long of the reason.
func (s State) RequestReturn(r ReturnRequested, owner team.State) ([]aggregates.Event, error) {
	if slices.ContainsFunc(s.ReturnRequests, func(known ReturnRequest) bool { return known.Wish.Request == r.Request }) {
		return nil, aggregates.Refuse("already_exists")
	}
	if err := owner.Offers(team.Returns); err != nil {
		return nil, err
	}
	var fields check.Fields
	fields.Within(check.MaxReason, "reason", r.Reason)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	r.Entity, r.At = s.Details.Entity, r.At.UTC()
	return s.fromCustomer(r, owner), nil
}

// DeclineReturn answers the request that no return is made of it; the customer reads
// the reason. Refusals: by field required, too_long, return_request_not_found,
// return_request_answered.
func (s State) DeclineReturn(request uuid.UUID, reason string) ([]aggregates.Event, error) {
	reason = strings.TrimSpace(reason)
	var fields check.Fields
	fields.Required("reason", reason)
	fields.Within(check.MaxReason, "reason", reason)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	return s.endRequest(request, ReturnRequestDeclined{Request: request, Reason: reason})
}

// WithdrawReturn takes the customer's request back. Refusals on the field request:
// return_request_not_found, return_request_answered.
func (s State) WithdrawReturn(request uuid.UUID) ([]aggregates.Event, error) {
	return s.endRequest(request, ReturnRequestWithdrawn{Request: request})
}

func (s State) endRequest(request uuid.UUID, end aggregates.Event) ([]aggregates.Event, error) {
	i := slices.IndexFunc(s.ReturnRequests, func(r ReturnRequest) bool { return r.Wish.Request == request })
	switch {
	case i < 0:
		return nil, aggregates.Refuse("return_request_not_found").On("request")
	case !s.ReturnRequests[i].waiting():
		return nil, aggregates.Refuse("return_request_answered").On("request")
	}
	return []aggregates.Event{end}, nil
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
