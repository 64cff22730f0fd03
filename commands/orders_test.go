package commands_test

import (
	"strconv"
	"testing"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/order"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/product"
	"aftersales/commands"
	"aftersales/eventstore"
)

// onlyCode is the code that sameCode draws.
const onlyCode = "0000-0000-0000-0000"

// holding is the order as a quotation that holds a coupon.
func (w *world) holding() uuid.UUID {
	w.t.Helper()
	w.do("coupon", &commands.GenerateCoupon{Ticket: id("ticket"), ID: ref("coupon"), Program: id("program")})
	w.do("reserve", &commands.ReserveCoupon{Code: onlyCode, Order: id("order").String()})
	return id("order")
}

// tell appends events to a stream as a command of its own would that died at once.
func (w *world) tell(stream string, expected eventstore.Expected, events ...aggregates.Event) {
	w.t.Helper()
	var proposed []eventstore.Proposed
	command := id("of " + stream)
	for i, e := range events {
		p, err := w.Codec.Encode(aggregates.DeriveID(command.String(), strconv.Itoa(i)), e, aggregates.Metadata{
			RecordedAt: later(), Actor: admin.Actor, CommandID: command, CausationID: command, RequestHash: "told",
		})
		if err != nil {
			w.t.Fatal(err)
		}
		proposed = append(proposed, p)
	}
	if _, err := w.env.Store.Append(w.t.Context(), stream, expected, proposed); err != nil {
		w.t.Fatal(err)
	}
}

// fold is an aggregate by the log alone.
func fold[S any](w *world, m aggregates.Model[S], of uuid.UUID) S {
	w.t.Helper()
	var events []aggregates.Event
	for _, e := range w.log() {
		if e.Stream == m.Stream(of) {
			events = append(events, e.Event)
		}
	}
	return m.Fold(events...)
}

// A sale whose delivery cannot be planned, as only an older version let through,
// says so on the order.
func TestASaleThatCannotBeDeliveredSaysSo(t *testing.T) {
	w := newWorld(t)
	w.furnish()
	w.do("drill", &commands.RegisterProduct{ID: ref("drill"), Name: "Drill", Type: product.Goods, Tracking: product.BySerial})
	sale := id("broken")
	w.tell(order.Model.Stream(sale), eventstore.NoStream(),
		order.Registered{
			Order: sale, Number: "S2", Customer: id("customer"), Entity: id("customer"), Currency: "EUR",
			Lines: []order.Line{{ID: id("half"), Product: id("drill"), Quantity: aggregates.MustDecimal("1.5"), UnitPrice: aggregates.NewDecimal(10)}},
		},
		order.Confirmed{At: later(), Delivery: id("never")},
	)
	w.react()
	if s := fold(w, order.Model, sale); s.Unplanned != "serial_quantity" || len(s.Deliveries) != 0 {
		t.Errorf("%+v", s)
	}
}

// An order that was cancelled before its delivery was planned gets none, and one
// that was cancelled while it was planned keeps none.
func TestACancelledSaleIsNotDelivered(t *testing.T) {
	w := newWorld(t)
	w.furnish()
	var at uint64
	for _, e := range w.log() {
		if e.Stream == order.Model.Stream(id("order")) {
			at = e.Revision
		}
	}
	w.tell(order.Model.Stream(id("order")), eventstore.At(at), order.Confirmed{At: later(), Delivery: id("late")}, order.Cancelled{})
	w.react()
	if s := fold(w, picking.Model, id("late")); s.ID != uuid.Nil {
		t.Errorf("planned: %+v", s)
	}
	w.do("again", &commands.SetOrderToQuotation{Order: id("order")})
	w.do("confirm", &commands.ConfirmOrder{Order: id("order")})
	planned := fold(w, order.Model, id("order")).Planned
	w.do("cancel", &commands.CancelOrder{Order: id("order")})
	if s := fold(w, picking.Model, planned); s.Status != picking.Cancelled {
		t.Errorf("%+v", s)
	}
}

// 2.6: only a sale is delivered, and the delivery of one that is cancelled at the same
// moment, or before a crash lets anybody see to it, does not stay.
func TestADeliveryGoesWithItsOrder(t *testing.T) {
	rest := func() *commands.PlanDelivery {
		return &commands.PlanDelivery{ID: ref("rest"), Customer: id("customer"), Order: id("sale"), Lines: []commands.DeliveryLine{
			{Product: id("product"), Quantity: aggregates.NewDecimal(2)},
		}}
	}
	cancel := &commands.CancelOrder{Order: id("sale")}
	for name, happens := range map[string]func(*world){
		"cancelled between decision and plan": func(w *world) {
			w.meanwhile("picking", func(other *world) { other.do("cancel", cancel) })
			if o := w.do("plan", rest()); o.Documents[0].State != string(picking.Cancelled) {
				t.Errorf("%+v", o.Documents)
			}
		},
		"cancelled before the order knew of it": func(w *world) {
			w.store.dieAt(0)
			if _, err := w.try("plan", rest()); err == nil || !w.store.live() {
				t.Fatal("the process did not die")
			}
			w.restart()
			w.do("cancel", cancel)
			w.react()
		},
		"a quotation again before anybody saw to it": func(w *world) {
			w.do("plan", rest())
			w.store.dieAt(0)
			if _, err := w.try("cancel", cancel); err == nil || !w.store.live() {
				t.Fatal("the process did not die")
			}
			w.restart()
			w.do("quotation", &commands.SetOrderToQuotation{Order: id("sale")})
			w.react()
		},
	} {
		w := newWorld(t)
		w.furnish()
		happens(w)
		if s := fold(w, picking.Model, id("rest")); s.Status != picking.Cancelled {
			t.Errorf("%s: %+v", name, s)
		}
	}
	w := newWorld(t)
	w.furnish()
	quoted := rest()
	quoted.Order = id("order")
	w.refusedAs("order_not_confirmed", "a quotation", quoted)
	w.do("cancel", cancel)
	w.refusedAs("order_cancelled", "a cancelled order", rest())
}

// 2.7: what came back, and leaves again, is the customer's, whatever becomes of the
// order.
func TestACancelledOrderKeepsItsRedeliveries(t *testing.T) {
	w := newWorld(t)
	w.furnish()
	back := w.do("return", &commands.ReverseTransfer{Ticket: id("ticket"), Delivery: id("delivery"), ReturnLocation: id("location")}).Documents[0].ID
	w.do("receive", &commands.ReceiveReturn{Return: back})
	again := func(name string) {
		w.do(name, &commands.RedeliverReturn{Return: back, ID: ref(name), Lines: w.one(back)})
	}
	again("before")
	w.do("cancel", &commands.CancelOrder{Order: id("sale")})
	again("after")
	for _, name := range []string{"before", "after"} {
		if s := fold(w, picking.Model, id(name)); s.Status != picking.Ready {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

// one is a piece of the first line of a return.
func (w *world) one(back uuid.UUID) []commands.ReceivedLine {
	w.t.Helper()
	one := aggregates.NewDecimal(1)
	r, _ := fold(w, picking.Model, id("delivery")).Return(back)
	return []commands.ReceivedLine{{ID: r.Lines[0].ID, Quantity: &one}}
}
