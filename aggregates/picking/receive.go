package picking

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Receive says which goods of a return arrived: without lines, everything open;
// with lines, those only. More than announced, or another lot, is accepted
// within what the delivery line and the lot leave over besides the other
// returns, else return_exceeds_delivered. Tracked products need their lots
// (T-15). Receiving everything open of a received return changes nothing.
func (s State) Receive(id uuid.UUID, lines []LineQuantity) ([]aggregates.Event, error) {
	r, ok := s.Return(id)
	switch {
	case !ok:
		return nil, aggregates.Refuse("return_not_found")
	case r.Status == Cancelled:
		return nil, aggregates.Refuse("return_cancelled")
	case r.Status == Received && lines == nil:
		return nil, nil
	case r.Status == Received:
		return nil, aggregates.Refuse("return_already_received")
	}
	e, err := s.arrive(r, lines)
	switch {
	case err != nil:
		return nil, err
	case len(e.Lines) == 0:
		return nil, aggregates.Refuse("return_empty").On("lines")
	}
	e.Complete = len(r.receive(e).awaited()) == 0
	return []aggregates.Event{e}, nil
}

// arrive is what the request says has arrived. The balances leave out what this
// return reserves: it is there for this reception.
func (s State) arrive(r Return, lines []LineQuantity) (ReturnReceived, error) {
	products := make(map[uuid.UUID]PlannedLine, len(s.Lines))
	for _, l := range s.Lines {
		products[l.ID] = l.PlannedLine
	}
	q := request{lines: lines, key: "id", unknown: "line_not_in_return", offers: map[uuid.UUID]offer{}}
	balances, deliveryLines := s.balances(r.ID), map[uuid.UUID]uuid.UUID{}
	for _, l := range r.Lines {
		deliveryLines[l.ID] = l.DeliveryLine
		q.offers[l.ID] = offer{
			product: products[l.DeliveryLine], quantity: l.Open(), lots: l.Held(), known: balances[l.DeliveryLine].Lots,
		}
		if lines == nil {
			q.lines = append(q.lines, LineQuantity{Line: l.ID})
		}
	}
	e := ReturnReceived{Return: r.ID}
	q.accept = func(got entry) *aggregates.Refusal {
		e.Lines = append(e.Lines, ReceivedLine{ID: got.line, Quantity: got.quantity, Lots: got.lots})
		if refusal := got.lotRequired(); refusal != nil {
			return refusal
		}
		return balances[deliveryLines[got.line]].covers(got.quantity, got.lots)
	}
	return e, q.check()
}

// CancelReturn ends a return; what it has not received is returnable again.
func (s State) CancelReturn(id uuid.UUID) ([]aggregates.Event, error) {
	r, ok := s.Return(id)
	switch {
	case !ok:
		return nil, aggregates.Refuse("return_not_found")
	case r.Status == Cancelled:
		return nil, nil
	case r.Status == Received:
		return nil, aggregates.Refuse("return_already_received")
	}
	return []aggregates.Event{ReturnCancelled{Return: id, Released: r.awaited()}}, nil
}

// CloseShort ends a return with what arrived; the rest is returnable again.
// Where nothing is open any more it changes nothing.
func (s State) CloseShort(id uuid.UUID) ([]aggregates.Event, error) {
	r, ok := s.Return(id)
	switch {
	case !ok:
		return nil, aggregates.Refuse("return_not_found")
	case r.Status == Received, r.ClosedShort:
		return nil, nil
	case r.Status == Cancelled:
		return nil, aggregates.Refuse("return_cancelled")
	}
	return []aggregates.Event{ReturnClosedShort{Return: id, Released: r.awaited()}}, nil
}
