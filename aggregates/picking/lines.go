package picking

import (
	"fmt"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// LineQuantity is a line of a request. Line is the id of the line it is about.
// Without Quantity it means the sum of its Lots, without both what the rule
// proposes for the line. Lots that leave no choice need not be given. Missing are
// those of the Lots that there are not, Foreign those of another product.
type LineQuantity struct {
	Line     uuid.UUID
	Quantity *aggregates.Decimal
	Lots     []LotQuantity
	Missing  []uuid.UUID
	Foreign  []uuid.UUID
}

// offer is what a request may say of one line: the quantity and the lots that
// are proposed, and the lots that may be named at all (nil: any).
type offer struct {
	product  PlannedLine
	quantity aggregates.Decimal
	lots     []LotQuantity
	known    map[uuid.UUID]Balance
}

// entry is a line of a request with its defaults filled in.
type entry struct {
	line     uuid.UUID
	product  PlannedLine
	quantity aggregates.Decimal
	lots     []LotQuantity
	known    map[uuid.UUID]Balance
}

// request is what the lines of a request may mean, by the id they name in the
// field key; unknown is the code for an id without an offer.
type request struct {
	lines   []LineQuantity
	key     string
	unknown string
	offers  map[uuid.UUID]offer
	accept  func(entry) *aggregates.Refusal
}

// check hands every line that is not zero to accept and answers the first
// fault of each line. Zero lines are dropped silently.
func (q request) check() error {
	var faults aggregates.Refusals
	seen, serials := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	for i, line := range q.lines {
		if r := q.checkLine(line, seen, serials); r != nil {
			faults = append(faults, r.On(fmt.Sprintf("lines[%d].%s", i, r.Field)))
		}
	}
	return faults.OrNil()
}

// checkLine judges one line in the order of domain.md 3.3; seen are the lines
// before it, serials the serial numbers named before it.
func (q request) checkLine(line LineQuantity, seen, serials map[uuid.UUID]bool) *aggregates.Refusal {
	o, ok := q.offers[line.Line]
	switch {
	case !ok:
		return aggregates.Refuse(q.unknown).On(q.key)
	case seen[line.Line]:
		return aggregates.Refuse("duplicate_line").On(q.key)
	}
	seen[line.Line] = true
	e := entry{line: line.Line, product: o.product, quantity: line.quantity(o.quantity), lots: line.Lots, known: o.known}
	if o.product.zero(e.quantity) {
		return nil
	}
	if len(e.lots) == 0 {
		e.lots = evident(o.lots, e.quantity)
	}
	if r := o.product.check(e.quantity, e.lots, naming{line.Missing, line.Foreign, o.known}, serials); r != nil {
		return r
	}
	return q.accept(e)
}

// quantity is what the line means. An explicit zero stays zero: it removes the
// line (T-08).
func (q LineQuantity) quantity(proposed aggregates.Decimal) aggregates.Decimal {
	switch {
	case q.Quantity != nil:
		return *q.Quantity
	case len(q.Lots) > 0:
		return sum(q.Lots)
	}
	return proposed
}

// sum may wrap around for absurd quantities; PlannedLine.check then finds that the
// lots do not add up to it.
func sum(lots []LotQuantity) (total aggregates.Decimal) {
	for _, l := range lots {
		total += l.Quantity
	}
	return total
}

// evident are the lots of a quantity when they leave no choice: all of them,
// or a part of the only one.
func evident(lots []LotQuantity, quantity aggregates.Decimal) []LotQuantity {
	switch {
	case len(lots) == 1 && 0 < quantity && quantity <= lots[0].Quantity:
		return []LotQuantity{{Lot: lots[0].Lot, Quantity: quantity}}
	case sum(lots) == quantity:
		return lots
	}
	return nil
}

// lotRequired refuses a tracked product without its lots (T-15).
func (e entry) lotRequired() *aggregates.Refusal {
	if e.product.Tracking == Untracked || len(e.lots) > 0 {
		return nil
	}
	return e.product.lotRequired().On("lots")
}

func (l PlannedLine) lotRequired() *aggregates.Refusal {
	return aggregates.Refuse("lot_required", "product", l.Product.String())
}
