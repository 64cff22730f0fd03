package picking

import (
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// ReturnLine is a line of a return: as announced, and what has arrived.
type ReturnLine struct {
	AnnouncedLine
	Received     aggregates.Decimal
	ReceivedLots []LotQuantity
}

// Return is goods of the delivery that come back, from reservation to
// reception. ClosedShort says that the rest was given up.
type Return struct {
	ID          uuid.UUID
	Number      string
	Ticket      uuid.UUID
	Customer    uuid.UUID
	Entity      uuid.UUID
	Location    uuid.UUID
	Reason      string
	Status      Status
	KeepsOrder  bool // see ReturnCreated
	ClosedShort bool
	Lines       []ReturnLine

	Redeliveries []Redelivery
	Stayed       []Redelivery `json:",omitempty"` // what of them did not leave, by the delivery that ended
}

// Open says whether goods of the return are still awaited.
func (r Return) Open() bool { return r.Status == Ready || r.Status == PartiallyReceived }

// Open is what was announced and has not arrived; more may have arrived.
func (l ReturnLine) Open() aggregates.Decimal { return max(0, l.Quantity-l.Received) }

// Held are the lots that the open quantity consists of. There are none when
// nobody named them, or when other lots than announced arrived: then it is not
// known any more which are to come.
func (l ReturnLine) Held() []LotQuantity {
	var held []LotQuantity
	rest := l.Open()
	for _, a := range l.Lots {
		if i := find(l.ReceivedLots, a.Lot); i >= 0 {
			a.Quantity -= l.ReceivedLots[i].Quantity
		}
		if a.Quantity > 0 {
			held = append(held, a)
			rest -= a.Quantity
		}
	}
	if rest != 0 {
		return nil
	}
	return held
}

// begun is a return at its creation: confirmed and ready at once, because the
// goods come from the customer, where nothing has to be reserved.
func begun(e ReturnCreated) Return {
	r := Return{
		ID: e.Return, Ticket: e.Ticket, Customer: e.Customer, Entity: e.Entity,
		Location: e.ReturnLocation, Reason: e.Reason, KeepsOrder: e.KeepsOrder, Status: Ready,
		Lines: make([]ReturnLine, len(e.Lines)),
	}
	for i, l := range e.Lines {
		r.Lines[i] = ReturnLine{AnnouncedLine: l}
	}
	return r
}

// receive adds what arrived. The rule has decided whether it is complete, so that
// a later change of that rule does not change what happened.
func (r Return) receive(e ReturnReceived) Return {
	r.Status = PartiallyReceived
	if e.Complete {
		r.Status = Received
	}
	r.Lines = slices.Clone(r.Lines)
	for _, got := range e.Lines {
		i := slices.IndexFunc(r.Lines, func(l ReturnLine) bool { return l.ID == got.ID })
		if i < 0 {
			continue
		}
		r.Lines[i].Received += got.Quantity
		r.Lines[i].ReceivedLots = plus(r.Lines[i].ReceivedLots, got.Lots)
	}
	return r
}

// closeShort ends the return as received, or, when nothing ever came, as
// cancelled: nobody shall read that goods arrived.
func (r Return) closeShort() Return {
	r.Status, r.ClosedShort = Cancelled, true
	if r.Arrived() {
		r.Status = Received
	}
	return r
}

// Arrived says whether anything of the return has arrived.
func (r Return) Arrived() bool {
	return slices.ContainsFunc(r.Lines, func(l ReturnLine) bool { return l.Received > 0 })
}

// awaited are the quantities that ending the return now would release.
func (r Return) awaited() []ReleasedLine {
	released := []ReleasedLine{}
	for _, l := range r.Lines {
		if q := l.Open(); q > 0 {
			released = append(released, ReleasedLine{ID: l.ID, Quantity: q})
		}
	}
	return released
}

// plus adds quantities lot by lot, into a slice of its own.
func plus(lots, more []LotQuantity) []LotQuantity {
	lots = slices.Clone(lots)
	for _, m := range more {
		if i := find(lots, m.Lot); i >= 0 {
			lots[i].Quantity += m.Quantity
		} else {
			lots = append(lots, m)
		}
	}
	return lots
}

// find is the index of a lot, -1 without it.
func find(lots []LotQuantity, lot uuid.UUID) int {
	return slices.IndexFunc(lots, func(l LotQuantity) bool { return l.Lot == lot })
}
