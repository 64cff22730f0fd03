package sequence_test

import (
	"testing"

	"aftersales/aggregates/sequence"
)

func TestANumberIsTheRevisionOfTheEventThatAllotsIt(t *testing.T) {
	for _, c := range []struct {
		series   sequence.Series
		revision uint64
		stream   string
		number   string
	}{
		{sequence.InvoiceSeries("INV", "2026"), 0, "sequence-INV-2026", "INV/2026/00001"},
		{sequence.InvoiceSeries("INV", "2026"), 99_999, "sequence-INV-2026", "INV/2026/100000"},
		{sequence.CreditNoteSeries("INV", "2026"), 41, "sequence-RINV-2026", "RINV/2026/00042"},
		{sequence.TicketSeries(), 0, "sequence-ticket", "T00001"},
		{sequence.DeliverySeries(), 0, "sequence-delivery", "WH/OUT/00001"},
		{sequence.ReturnSeries(), 0, "sequence-return", "WH/IN/00001"},
		{sequence.RepairSeries(), 0, "sequence-repair", "WH/RO/00001"},
		{sequence.TaskSeries(), 0, "sequence-task", "TASK/00001"},
		{sequence.CouponSeries(), 0, "sequence-coupon", "CPN/00001"},
	} {
		if got := c.series.Stream(); got != c.stream {
			t.Errorf("stream %s, want %s", got, c.stream)
		}
		if got := c.series.Number(c.revision); got != c.number {
			t.Errorf("number %s, want %s", got, c.number)
		}
	}
}

func TestTheStateIsTheNextRevision(t *testing.T) {
	series := sequence.TicketSeries()
	var s sequence.State
	for _, want := range []string{"T00001", "T00002", "T00003"} {
		if got := series.Number(s.Allotted); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		s = sequence.Model.Evolve(s, sequence.Allotted{Number: want})
	}
}
