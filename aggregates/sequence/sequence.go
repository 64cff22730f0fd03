// Package sequence allots numbers without gaps: a number is the revision of the
// event that allots it, so whoever appends it with the exact expected revision
// has it alone, and whoever lost appends again with the next one.
package sequence

import (
	"fmt"

	"aftersales/aggregates"
)

// State is how many numbers were allotted, which is also the revision that the
// next one gets.
type State struct{ Allotted uint64 }

func evolve(s State, e Event) State {
	switch e.(type) {
	case Allotted:
		s.Allotted++
	}
	return s
}

// Series is a run of numbers: Prefix and then the count, from 1, filled with
// zeros to Width digits. Key is the stream's, unique among the series.
type Series struct {
	Key    string
	Prefix string
	Width  int
}

// Stream is the stream that serialises the series.
func (s Series) Stream() string { return aggregates.StreamOf(Model.Category, s.Key) }

// Number is what the event of this revision (from 0) allots.
func (s Series) Number(revision uint64) string {
	return fmt.Sprintf("%s%0*d", s.Prefix, s.Width, revision+1)
}

// InvoiceSeries numbers the invoices of a journal's code and a year "2026".
func InvoiceSeries(journalCode, year string) Series {
	return Series{Key: journalCode + "-" + year, Prefix: journalCode + "/" + year + "/", Width: 5}
}

// CreditNoteSeries numbers the credit notes of a journal: R before its code.
func CreditNoteSeries(journalCode, year string) Series {
	return InvoiceSeries("R"+journalCode, year)
}

// TicketSeries numbers tickets: T00001.
func TicketSeries() Series { return Series{Key: "ticket", Prefix: "T", Width: 5} }

// DeliverySeries numbers deliveries: WH/OUT/00001.
func DeliverySeries() Series { return Series{Key: "delivery", Prefix: "WH/OUT/", Width: 5} }

// ReturnSeries numbers returns: WH/IN/00001.
func ReturnSeries() Series { return Series{Key: "return", Prefix: "WH/IN/", Width: 5} }

// RepairSeries numbers repairs: WH/RO/00001.
func RepairSeries() Series { return Series{Key: "repair", Prefix: "WH/RO/", Width: 5} }

// TaskSeries numbers tasks: TASK/00001.
func TaskSeries() Series { return Series{Key: "task", Prefix: "TASK/", Width: 5} }

// CouponSeries numbers coupons: CPN/00001.
func CouponSeries() Series { return Series{Key: "coupon", Prefix: "CPN/", Width: 5} }
