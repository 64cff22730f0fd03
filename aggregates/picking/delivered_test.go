package picking_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/picking"
)

// Domain.md 2.6: what left less what arrived on returns that tell the order so.
// What is repaired and sent back stays delivered, once.
func TestWhatAReturnTellsTheOrder(t *testing.T) {
	ofOrder := id("order line")
	plan := planned
	plan.Lines = append([]picking.PlannedLine(nil), plan.Lines...)
	plan.Lines[0].OrderLine = ofOrder
	left := func(all ...aggregates.Event) []aggregates.Event {
		return append([]aggregates.Event{plan, validated}, all...)
	}
	back := func(ret uuid.UUID, keeps bool, received string) []aggregates.Event {
		of := id("line of " + ret.String())
		return []aggregates.Event{
			picking.ReturnCreated{Return: ret, KeepsOrder: keeps, Lines: []picking.AnnouncedLine{{ID: of, DeliveryLine: chairs, Quantity: *dec("4")}}},
			picking.ReturnReceived{Return: ret, Lines: []picking.ReceivedLine{{ID: of, Quantity: *dec(received)}}},
		}
	}
	again := func(ret uuid.UUID, all ...aggregates.Event) []aggregates.Event {
		l := picking.PlannedLine{ID: chairs, Quantity: *dec("4"), OrderLine: ofOrder}
		return append([]aggregates.Event{
			picking.DeliveryPlanned{Delivery: id("again"), RedeliveryOf: ret, Lines: []picking.PlannedLine{l}},
			picking.DeliveryValidated{Lines: []picking.DoneLine{{ID: chairs, DoneQuantity: *dec("4")}}},
		}, all...)
	}
	for name, c := range map[string]struct {
		deliveries [][]aggregates.Event
		want       string
	}{
		"planned":                         {[][]aggregates.Event{{plan}}, "0"},
		"left":                            {[][]aggregates.Event{left()}, "10"},
		"some came back":                  {[][]aggregates.Event{left(back(first, false, "3")...)}, "7"},
		"the order is kept":               {[][]aggregates.Event{left(back(first, true, "3")...)}, "10"},
		"left again":                      {[][]aggregates.Event{left(back(first, false, "4")...), again(first)}, "10"},
		"left again, kept":                {[][]aggregates.Event{left(back(first, true, "4")...), again(first)}, "10"},
		"left again, kept, and came back": {[][]aggregates.Event{left(back(first, true, "4")...), again(first, back(second, false, "4")...)}, "6"},
	} {
		t.Run(name, func(t *testing.T) {
			var all []picking.State
			for _, events := range c.deliveries {
				all = append(all, picking.Model.Fold(events...))
			}
			want := map[uuid.UUID]aggregates.Decimal{ofOrder: *dec(c.want)}
			if diff := cmp.Diff(want, picking.DeliveredOf(all)); diff != "" {
				t.Errorf("delivered (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAReturnKeepsTheOrderWhenAskedTo(t *testing.T) {
	r := request(first, lines(line(chairs, "4")))
	r.KeepsOrder = true
	s := given(t).When(func(s picking.State) ([]aggregates.Event, error) { return s.CreateReturn(r) }).State()
	if got, _ := s.Return(first); !got.KeepsOrder {
		t.Errorf("%+v", got)
	}
}
