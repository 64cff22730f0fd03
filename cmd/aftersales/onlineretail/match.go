package onlineretail

import (
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// sold is an invoice of the customer as the service has it, as far as it is
// needed here.
type sold struct {
	ID      uuid.UUID  `json:"id"`
	Number  string     `json:"number"`
	Journal uuid.UUID  `json:"journal"`
	Lines   []soldLine `json:"lines"`
}

type soldLine struct {
	Product    uuid.UUID          `json:"product"`
	UnitPrice  aggregates.Decimal `json:"unit_price"`
	Creditable aggregates.Decimal `json:"creditable_quantity"`
}

// match takes for each cancelled line what is left of earlier sale lines of the
// same product, the newest first. Sales are those of the customer, the oldest
// first. What costs nothing cannot be credited alone: the takes of an invoice
// that come to nothing are given up.
func match(cancelled []line, sales []sold) plan {
	var p plan
	left := func(s sold, at int) aggregates.Decimal {
		rest := s.Lines[at].Creditable
		for _, t := range p {
			if t.invoice == s.Number && t.line == at {
				rest -= t.quantity
			}
		}
		return rest
	}
	for i, wanted := range cancelled {
		product, missing := idOf("product", wanted.code), wanted.quantity
		for _, s := range slices.Backward(sales) {
			for at, l := range slices.Backward(s.Lines) {
				if l.Product != product {
					continue
				}
				if q := min(missing, left(s, at)); q > 0 {
					p = append(p, take{i, wanted.code, q, l.UnitPrice, s.Number, at})
					missing -= q
				}
			}
		}
	}
	for _, c := range p.credits() {
		if c.total() == 0 {
			p = slices.DeleteFunc(p, func(t take) bool { return t.invoice == c.invoice })
		}
	}
	return p
}
