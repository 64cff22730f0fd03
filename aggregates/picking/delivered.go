package picking

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// DeliveredOf is what deliveries of one order brought to the customer of each of
// its lines: what left, less what came back on returns that do not keep the order
// (domain.md 2.6). What came back on one that does was never taken off, so it does
// not count again when it leaves once more.
func DeliveredOf(deliveries []State) map[uuid.UUID]aggregates.Decimal {
	keeping := map[uuid.UUID]bool{}
	for _, s := range deliveries {
		for _, r := range s.Returns {
			keeping[r.ID] = r.KeepsOrder
		}
	}
	delivered := map[uuid.UUID]aggregates.Decimal{}
	for _, s := range deliveries {
		for _, l := range s.Lines {
			if !keeping[s.RedeliveryOf] {
				delivered[l.OrderLine] = delivered[l.OrderLine].Plus(l.Done)
			}
		}
		for _, r := range s.Returns {
			for _, l := range r.Lines {
				if !r.KeepsOrder {
					line := s.planned(l.DeliveryLine).OrderLine
					delivered[line] = delivered[line].Plus(-l.Received)
				}
			}
		}
	}
	delete(delivered, uuid.Nil) // of no line
	return delivered
}
