package picking

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Balance is the account of a delivery line, or of one lot of it: what was
// Delivered, what came back (Returned) and what open returns reserve (Open).
// Returned + Open never exceeds Delivered.
type Balance struct {
	Delivered aggregates.Decimal
	Returned  aggregates.Decimal
	Open      aggregates.Decimal
}

// Rest is what can still be returned.
func (b Balance) Rest() aggregates.Decimal { return b.Delivered - b.Returned - b.Open }

// covers refuses a quantity beyond the rest.
func (b Balance) covers(quantity aggregates.Decimal) *aggregates.Refusal {
	if quantity <= b.Rest() {
		return nil
	}
	return b.exceeded()
}

// exceeded tells the figures that the message and the person need.
func (b Balance) exceeded() *aggregates.Refusal {
	return aggregates.Refuse("return_exceeds_delivered", "delivered", b.Delivered.String(),
		"returned", b.Returned.String(), "open", b.Open.String(), "rest", b.Rest().String())
}

// LineBalance is the account of a delivery line and, if tracked, of its lots.
// A reservation that names no lots counts for the line only.
type LineBalance struct {
	Balance
	Lots map[uuid.UUID]Balance
}

// covers refuses what goes beyond the rest of the line or of a lot. A lot that was
// not delivered has an empty account.
func (b LineBalance) covers(quantity aggregates.Decimal, lots []LotQuantity) *aggregates.Refusal {
	if r := b.Balance.covers(quantity); r != nil {
		return r.On("quantity")
	}
	for _, l := range lots {
		if r := b.Lots[l.Lot].covers(l.Quantity); r != nil {
			r.Params["lot"] = l.Lot.String()
			return r.On("lots")
		}
	}
	return nil
}

// Balances are the accounts of the delivery lines by line id: all zero until
// the delivery is done. They are worked out from the returns each time, so that
// there is no second count that could differ.
func (s State) Balances() map[uuid.UUID]LineBalance { return s.balances(uuid.Nil) }

// Missing is what of ordered goods is left to deliver beside this delivery: without
// what it is to deliver or what of it was not returned. A line that names no order
// line counts for those of its product.
func (s State) Missing(goods []PlannedLine) (missing []PlannedLine) {
	out := map[uuid.UUID]aggregates.Decimal{} // by order line, else by product
	balances := s.Balances()
	for _, l := range s.Lines {
		key := l.OrderLine
		if key == uuid.Nil {
			key = l.Product
		}
		if s.Status == Ready {
			out[key] += l.Quantity
		}
		out[key] += balances[l.ID].Delivered - balances[l.ID].Returned // zero until it is done
	}
	for _, g := range goods {
		for _, key := range []uuid.UUID{g.OrderLine, g.Product} {
			here := min(g.Quantity, out[key])
			g.Quantity -= here
			out[key] -= here
		}
		if g.Quantity > 0 {
			missing = append(missing, g)
		}
	}
	return missing
}

// Returnable says whether something of the delivery can still be returned.
func (s State) Returnable() bool {
	for _, b := range s.Balances() {
		if b.Rest() > 0 {
			return true
		}
	}
	return false
}

// balances leaves out what one return reserves, for that return's reception.
func (s State) balances(receiving uuid.UUID) map[uuid.UUID]LineBalance {
	all := make(map[uuid.UUID]LineBalance, len(s.Lines))
	for _, l := range s.Lines {
		b := LineBalance{Balance: Balance{Delivered: l.Done}}
		if l.Done > 0 && len(l.Lots) > 0 {
			b.Lots = make(map[uuid.UUID]Balance, len(l.Lots))
			for _, lot := range l.Lots {
				b.Lots[lot.Lot] = Balance{Delivered: lot.Quantity}
			}
		}
		all[l.ID] = b
	}
	for _, r := range s.Returns {
		for _, l := range r.Lines {
			b, ok := all[l.DeliveryLine]
			if !ok {
				continue
			}
			b.count(Balance.returned, l.Received, l.ReceivedLots)
			if r.Open() && r.ID != receiving {
				b.count(Balance.opened, l.Open(), l.Held())
			}
			all[l.DeliveryLine] = b
		}
	}
	return all
}

// count adds a quantity of the line, and of each lot, to a side of the account.
func (b *LineBalance) count(side func(Balance, aggregates.Decimal) Balance, q aggregates.Decimal, lots []LotQuantity) {
	b.Balance = side(b.Balance, q)
	for _, l := range lots {
		if lot, ok := b.Lots[l.Lot]; ok {
			b.Lots[l.Lot] = side(lot, l.Quantity)
		}
	}
}

func (b Balance) returned(q aggregates.Decimal) Balance { b.Returned += q; return b }

func (b Balance) opened(q aggregates.Decimal) Balance { b.Open += q; return b }

func (b Balance) closed(q aggregates.Decimal) Balance { b.Open -= q; return b }
