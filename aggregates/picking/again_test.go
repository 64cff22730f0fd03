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
	cancel := func(s picking.State) ([]aggregates.Event, error) {
		return s.CancelRedelivery(first, picking.State{ID: id("again 1"), Status: picking.Cancelled})
	}
	cancelled := picking.RedeliveryCancelled{Return: first, Delivery: id("again 1")}
	g.When(cancel).Then(cancelled)
	aggregatetest.For(t, picking.Model, append(history, cancelled)...).When(cancel).Then()
}

// Goods that leave again leave with the lots that came; what stays, with or
// without a backorder in between, is there again with its lots.
func TestWhatOfARedeliveryStaysIsThereAgain(t *testing.T) {
	back := picking.AnnouncedLine{ID: id("return line"), DeliveryLine: phones, Product: id("phone"), Quantity: *dec("3")}
	done, err := picking.Model.Fold(planned).Validate(lines(line(phones, "3", lots("1", sn1, sn2, sn3)...)), uuid.Nil)
	if err != nil {
		t.Fatal(err)
	}
	home := picking.Model.Fold(planned, done[0],
		picking.ReturnCreated{Return: first, Delivery: delivery, Lines: []picking.AnnouncedLine{back}},
		picking.ReturnReceived{Return: first, Complete: true, Lines: []picking.ReceivedLine{{ID: back.ID, Quantity: *dec("3"), Lots: lots("1", sn1, sn2, sn3)}}})
	taken, err := home.Redeliver(first, id("again"), nil)
	if err != nil {
		t.Fatal(err)
	}
	home = picking.Model.Evolve(home, taken[0])
	plan := taken[0].(picking.ReturnRedelivered).Delivery
	g := aggregatetest.For(t, picking.Model, plan)
	leave := func(backorder uuid.UUID, named ...uuid.UUID) rule {
		return func(s picking.State) ([]aggregates.Event, error) {
			return s.Validate(lines(picking.LineQuantity{Line: plan.Lines[0].ID, Lots: lots("1", named...)}), backorder)
		}
	}
	g.When(leave(uuid.Nil, sn9)).Refused("lot_not_delivered")
	stay := picking.RedeliveredLine{ReturnLine: back.ID, Quantity: *dec("2"), Lots: lots("1", sn1, sn3)}
	left := picking.DoneLine{ID: plan.Lines[0].ID, DoneQuantity: *dec("1"), Lots: lots("1", sn2)}
	g.When(leave(uuid.Nil, sn2)).Then(picking.DeliveryValidated{Lines: []picking.DoneLine{left}, Stayed: []picking.RedeliveredLine{stay}})

	short, err := leave(id("rest"), sn2)(picking.Model.Fold(plan))
	if err != nil {
		t.Fatal(err)
	}
	rest := short[0].(picking.DeliveryValidated)
	if rest.Backorder.RedeliveryOf != first || rest.Stayed != nil {
		t.Errorf("what stayed behind follows: %+v", rest)
	}
	backorder := picking.Model.Fold(*rest.Backorder, picking.DeliveryCancelled{})
	keep, err := home.CancelRedelivery(first, backorder)
	want := picking.RedeliveryStayed{Return: first, Delivery: id("rest"), Lines: []picking.RedeliveredLine{stay}}
	if diff := cmp.Diff([]aggregates.Event{want}, keep); err != nil || diff != "" {
		t.Fatalf("%v (-want +got):\n%s", err, diff)
	}
	home = picking.Model.Evolve(home, keep[0])
	if again, err := home.CancelRedelivery(first, backorder); err != nil || again != nil {
		t.Errorf("given back twice: %v, %v", again, err)
	}
	r, _ := home.Return(first)
	if here := r.Stock()[back.ID]; here.Rest() != *dec("2") || here.Lots[sn1].Rest() != *dec("1") || here.Lots[sn2].Rest() != 0 {
		t.Errorf("there is %+v", here)
	}
}

// Whatever is received, redelivered, validated in part and cancelled: what the
// return says leaves again is what left and what is planned to, and never exceeds
// what came.
func TestRedeliveriesNeverExceedWhatWasReceived(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		back := id("return line")
		s := picking.Model.Fold(planned,
			picking.DeliveryValidated{Lines: []picking.DoneLine{{ID: chairs, DoneQuantity: *dec("12")}}},
			picking.ReturnCreated{Return: first, Delivery: delivery, Lines: []picking.AnnouncedLine{
				{ID: back, DeliveryLine: chairs, Product: id("chair"), Quantity: *dec("12")},
			}})
		var received aggregates.Decimal
		again := map[uuid.UUID]picking.State{} // the redeliveries and their backorders
		quantity := func() string { return rapid.SampledFrom([]string{"1", "2", "5", "12"}).Draw(t, "quantity") }
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			name := rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "delivery")
			if rapid.Bool().Draw(t, "its backorder") {
				name += " rest"
			}
			d := again[id(name)]
			var events []aggregates.Event
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0:
				events, _ = s.Receive(first, lines(line(back, quantity())))
			case 1:
				if d.ID == uuid.Nil { // the command refuses an identity that is taken
					events, _ = s.Redeliver(first, id(name), lines(line(back, quantity())))
				}
			case 2:
				d = apply(t, d, d.Cancel)
				events, _ = s.CancelRedelivery(first, d)
			case 3:
				events = leaves(t, s, again, name, quantity())
			}
			if d.Status == picking.Cancelled {
				again[id(name)] = d
			}
			for _, e := range events {
				switch e := e.(type) {
				case picking.ReturnReceived:
					received += e.Lines[0].Quantity
				case picking.ReturnRedelivered:
					again[e.Delivery.Delivery] = picking.Model.Fold(e.Delivery)
				}
				s = step(t, s, e)
			}
			var taken aggregates.Decimal
			for _, d := range again {
				if d.Status == picking.Ready {
					taken += d.Lines[0].Quantity
				}
				taken += d.Lines[0].Done
			}
			r, _ := s.Return(first)
			here := r.Stock()[back]
			if taken > received || r.Redelivered(back) != taken || here.Rest() != received-taken {
				t.Fatalf("%s leave again of %s that came; the return says %s, and that %s are there", taken, received, r.Redelivered(back), here.Rest())
			}
		}
	})
}

// leaves validates a part of a redelivery, maybe with a backorder, and answers
// what follows for the return.
func leaves(t *rapid.T, s picking.State, again map[uuid.UUID]picking.State, name, quantity string) []aggregates.Event {
	d, rest := again[id(name)], uuid.Nil
	if _, taken := again[id(name+" rest")]; !taken && rapid.Bool().Draw(t, "backorder") {
		rest = id(name + " rest")
	}
	if d.Status != picking.Ready {
		return nil
	}
	events, err := d.Validate(lines(line(d.Lines[0].ID, quantity)), rest)
	if err != nil {
		return nil
	}
	again[d.ID] = picking.Model.Evolve(d, events[0])
	done := events[0].(picking.DeliveryValidated)
	if done.Backorder != nil {
		again[rest] = picking.Model.Fold(*done.Backorder)
	}
	kept, err := s.KeepStayed(first, d.ID, done.Stayed)
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

// apply is the state after a rule, the same if it refused.
func apply(t *rapid.T, s picking.State, rule func() ([]aggregates.Event, error)) picking.State {
	events, err := rule()
	if err != nil {
		return s
	}
	for _, e := range events {
		s = step(t, s, e)
	}
	return s
}

// An order's goods are missing where no delivery has delivered them for good or is
// to deliver them, by order line or, where none is named, by product.
func TestWhatAnOrderMisses(t *testing.T) {
	plan := planned
	plan.Lines = []picking.PlannedLine{planned.Lines[0], planned.Lines[0]}
	plan.Lines[0].OrderLine, plan.Lines[1].ID = id("order line"), id("more chairs")
	goods := func(quantities ...string) (all []picking.PlannedLine) {
		for i, q := range quantities {
			g := picking.PlannedLine{Product: id("chair"), Quantity: *dec(q), OrderLine: id("order line")}
			if i > 0 {
				g.OrderLine = id("another")
			}
			all = append(all, g)
		}
		return all
	}
	left := picking.DeliveryValidated{Lines: []picking.DoneLine{{ID: chairs, DoneQuantity: *dec("10")}, {ID: id("more chairs"), DoneQuantity: *dec("3")}}}
	back := []aggregates.Event{
		picking.ReturnCreated{Return: first, Delivery: delivery, Lines: []picking.AnnouncedLine{{ID: id("back"), DeliveryLine: chairs, Product: id("chair"), Quantity: *dec("4")}}},
		picking.ReturnReceived{Return: first, Lines: []picking.ReceivedLine{{ID: id("back"), Quantity: *dec("1")}}},
	}
	for name, c := range map[string]struct {
		s    picking.State
		want []picking.PlannedLine
	}{
		"none":      {picking.State{}, goods("15", "5")},
		"ready":     {picking.Model.Fold(plan), nil},
		"done":      {picking.Model.Fold(plan, left), goods("2", "5")},
		"returned":  {picking.Model.Fold(append([]aggregates.Event{plan, left}, back...)...), goods("3", "5")},
		"cancelled": {picking.Model.Fold(plan, picking.DeliveryCancelled{}), goods("15", "5")},
	} {
		if diff := cmp.Diff(c.want, c.s.Missing(goods("15", "5"))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
