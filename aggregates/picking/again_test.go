package picking_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/picking"
)

// What stays behind goes along with the lots that were planned for it, as far
// as they make it up.
func TestABackorderTakesWhatStayedBehind(t *testing.T) {
	plan := planned
	plan.Lines = []picking.PlannedLine{planned.Lines[0], planned.Lines[1], planned.Lines[2]}
	plan.Lines[1].Lots = lots("1", sn1, sn2, sn3)
	plan.Lines[2].Lots = []picking.LotQuantity{{Lot: lotA, Quantity: *dec("5")}, {Lot: lotB, Quantity: *dec("3")}}
	s := picking.Model.Fold(plan)
	next := id("backorder")
	left := lines(line(chairs, "12"), line(phones, "1", lots("1", sn2)...), line(paint, "6", lots("6", lotA)...))
	events, err := s.Validate(left, next)
	if err != nil {
		t.Fatal(err)
	}
	behind := func(of uuid.UUID, i int, quantity string, named []picking.LotQuantity) picking.PlannedLine {
		l := plan.Lines[i]
		l.ID, l.Quantity, l.Lots = aggregates.DeriveID(next.String(), of.String()), *dec(quantity), named
		return l
	}
	want := &picking.DeliveryPlanned{
		Delivery: next, Customer: customer, Entity: customer, SourceLocation: depot, BackorderOf: delivery,
		Lines: []picking.PlannedLine{behind(phones, 1, "2", lots("1", sn1, sn3)), behind(paint, 2, "2", nil)},
	}
	if diff := cmp.Diff(want, events[0].(picking.DeliveryValidated).Backorder); diff != "" {
		t.Errorf("backorder (-want +got):\n%s", diff)
	}
	if _, err := (picking.State{}).Plan(*want); err != nil {
		t.Errorf("the backorder cannot be planned: %v", err)
	}
	none, err := s.Validate(left, uuid.Nil)
	if err != nil || none[0].(picking.DeliveryValidated).Backorder != nil {
		t.Errorf("not wanted: %+v, %v", none, err)
	}
}

// Serial numbers that leave again are those that came, each once, until their
// delivery is cancelled.
func TestARedeliveryNamesWhatCame(t *testing.T) {
	delivered := picking.Model.Fold(planned)
	done, err := delivered.Validate(lines(line(phones, "3", lots("1", sn1, sn2, sn3)...)), uuid.Nil)
	if err != nil {
		t.Fatal(err)
	}
	returned := picking.AnnouncedLine{ID: id("return line"), DeliveryLine: phones, Product: id("phone"), Quantity: *dec("2")}
	history := []aggregates.Event{
		planned, done[0],
		picking.ReturnCreated{Return: first, Delivery: delivery, Lines: []picking.AnnouncedLine{returned}},
		picking.ReturnReceived{Return: first, Complete: true, Lines: []picking.ReceivedLine{
			{ID: returned.ID, Quantity: *dec("2"), Lots: lots("1", sn1, sn2)},
		}},
	}
	again := func(quantity string, named ...uuid.UUID) func(picking.State) ([]aggregates.Event, error) {
		return func(s picking.State) ([]aggregates.Event, error) {
			return s.Redeliver(first, id("again "+quantity), lines(line(returned.ID, quantity, lots("1", named...)...)))
		}
	}
	g := aggregatetest.For(t, picking.Model, history...)
	g.When(again("1")).Refused("lot_required")
	g.When(again("1", sn3)).Refused("lot_not_delivered")
	g.When(again("3")).Refused("redelivery_exceeds_received")
	events, err := again("1", sn1)(picking.Model.Fold(history...))
	if err != nil {
		t.Fatal(err)
	}
	history = append(history, events...)
	g = aggregatetest.For(t, picking.Model, history...)
	g.When(again("2")).Refused("redelivery_exceeds_received")
	g.When(func(s picking.State) ([]aggregates.Event, error) {
		return s.Redeliver(first, id("other"), lines(line(returned.ID, "1", lots("1", sn1)...)))
	}).Refused("redelivery_exceeds_received")
	cancel := func(s picking.State) ([]aggregates.Event, error) { return s.CancelRedelivery(first, id("again 1")) }
	cancelled := picking.RedeliveryCancelled{Return: first, Delivery: id("again 1")}
	g.When(cancel).Then(cancelled)
	aggregatetest.For(t, picking.Model, append(history, cancelled)...).When(cancel).Then()
}

// Whatever is received, redelivered and cancelled: what leaves again never
// exceeds what came.
func TestRedeliveriesNeverExceedWhatWasReceived(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		back := id("return line")
		s := picking.Model.Fold(planned,
			picking.DeliveryValidated{Lines: []picking.DoneLine{{ID: chairs, DoneQuantity: *dec("12")}}},
			picking.ReturnCreated{Return: first, Delivery: delivery, Lines: []picking.AnnouncedLine{
				{ID: back, DeliveryLine: chairs, Product: id("chair"), Quantity: *dec("12")},
			}})
		var received, taken aggregates.Decimal
		planned := map[uuid.UUID]aggregates.Decimal{}
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			wish := lines(line(back, rapid.SampledFrom([]string{"1", "2", "5", "12"}).Draw(t, "quantity")))
			name := id(rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "delivery"))
			var events []aggregates.Event
			switch rapid.IntRange(0, 2).Draw(t, "what") {
			case 0:
				events, _ = s.Receive(first, wish)
			case 1:
				events, _ = s.Redeliver(first, name, wish)
			case 2:
				events, _ = s.CancelRedelivery(first, name)
			}
			for _, e := range events {
				switch e := e.(type) {
				case picking.ReturnReceived:
					received += e.Lines[0].Quantity
				case picking.ReturnRedelivered:
					planned[e.Delivery.Delivery] = e.Delivery.Lines[0].Quantity
					taken += e.Delivery.Lines[0].Quantity
				case picking.RedeliveryCancelled:
					taken -= planned[e.Delivery]
				}
				s = step(t, s, e)
			}
			if r, _ := s.Return(first); taken > received || r.Redelivered(back) != taken {
				t.Fatalf("%s leave again of %s that came; the return says %s", taken, received, r.Redelivered(back))
			}
		}
	})
}
