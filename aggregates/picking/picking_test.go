package picking_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/picking"
)

var (
	delivery = uuid.MustParse("d0000000-0000-4000-8000-000000000001")
	customer = uuid.MustParse("c0000000-0000-4000-8000-000000000001")
	ticket   = uuid.MustParse("70000000-0000-4000-8000-000000000001")
	depot    = uuid.MustParse("10000000-0000-4000-8000-000000000001")
	repairs  = uuid.MustParse("10000000-0000-4000-8000-000000000002")

	chairs, phones, paint = id("line chairs"), id("line phones"), id("line paint")
	sn1, sn2, sn3, sn9    = id("SN1"), id("SN2"), id("SN3"), id("SN9")
	lotA, lotB            = id("lot A"), id("lot B")
	first, second         = id("return 1"), id("return 2")
)

func id(name string) uuid.UUID { return aggregates.DeriveID(name) }

func dec(s string) *aggregates.Decimal {
	d := aggregates.MustDecimal(s)
	return &d
}

func lots(quantity string, ids ...uuid.UUID) []picking.LotQuantity {
	var all []picking.LotQuantity
	for _, l := range ids {
		all = append(all, picking.LotQuantity{Lot: l, Quantity: *dec(quantity)})
	}
	return all
}

func lines(lines ...picking.LineQuantity) []picking.LineQuantity { return lines }

func line(id uuid.UUID, quantity string, named ...picking.LotQuantity) picking.LineQuantity {
	return picking.LineQuantity{Line: id, Quantity: dec(quantity), Lots: named}
}

// planned is 12 chairs, 3 phones with serial numbers, 8 kg of paint in lots.
var planned = picking.DeliveryPlanned{
	Delivery: delivery, Customer: customer, Entity: customer, SourceLocation: depot,
	Lines: []picking.PlannedLine{
		{ID: chairs, Product: id("chair"), Quantity: *dec("12"), Tracking: picking.Untracked, Unit: "unit"},
		{ID: phones, Product: id("phone"), Quantity: *dec("3"), Tracking: picking.BySerial, Unit: "unit"},
		{ID: paint, Product: id("paint"), Quantity: *dec("8"), Tracking: picking.ByLot, Digits: 2, Unit: "kg"},
	},
}

// validated: 10 of the 12 chairs left, and all the rest.
var validated = picking.DeliveryValidated{Lines: []picking.DoneLine{
	{ID: chairs, DoneQuantity: *dec("10")},
	{ID: phones, DoneQuantity: *dec("3"), Lots: lots("1", sn1, sn2, sn3)},
	{ID: paint, DoneQuantity: *dec("8"), Lots: append(lots("5", lotA), lots("3", lotB)...)},
}}

type rule = func(picking.State) ([]aggregates.Event, error)

func request(ret uuid.UUID, lines []picking.LineQuantity) picking.ReturnRequest {
	return picking.ReturnRequest{
		Return: ret, Ticket: ticket, Customer: customer, Entity: customer, Location: depot, Lines: lines,
	}
}

func create(ret uuid.UUID, lines ...picking.LineQuantity) rule {
	return func(s picking.State) ([]aggregates.Event, error) { return s.CreateReturn(request(ret, lines)) }
}

// receive names the lines of the return by those of the delivery.
func receive(ret uuid.UUID, got ...picking.LineQuantity) rule {
	return func(s picking.State) ([]aggregates.Event, error) {
		lines := slices.Clone(got)
		for i := range lines {
			lines[i].Line = aggregates.DeriveID(ret.String(), lines[i].Line.String())
		}
		return s.Receive(ret, lines)
	}
}

func cancel(ret uuid.UUID) rule {
	return func(s picking.State) ([]aggregates.Event, error) { return s.CancelReturn(ret) }
}

func closeShort(ret uuid.UUID) rule {
	return func(s picking.State) ([]aggregates.Event, error) { return s.CloseShort(ret) }
}

// after is the history of a done delivery on which the rules were followed.
func after(t *testing.T, rules ...rule) []aggregates.Event {
	t.Helper()
	history := []aggregates.Event{planned, validated}
	for _, r := range rules {
		events, err := r(picking.Model.Fold(history...))
		if err != nil {
			t.Fatal(err)
		}
		history = append(history, events...)
	}
	return history
}

func given(t *testing.T, rules ...rule) aggregatetest.Given[picking.State] {
	t.Helper()
	return aggregatetest.For(t, picking.Model, after(t, rules...)...)
}

func expectRest(t *testing.T, s picking.State, line uuid.UUID, want string) {
	t.Helper()
	if got := s.Balances()[line].Rest(); got != *dec(want) {
		t.Errorf("rest is %s, want %s", got, want)
	}
}

// Example 9, T-07, T-10, T-11: what a return reserves is not returnable until it is given up.
func TestAReturnReservesUntilItIsCancelled(t *testing.T) {
	expectRest(t, given(t).When(create(first, line(chairs, "4"))).State(), chairs, "6")
	expectRest(t, given(t, create(first, line(chairs, "4"))).When(cancel(first)).State(), chairs, "10")

	all := given(t, create(first, line(chairs, "4")), cancel(first)).When(create(second, line(chairs, "10"))).State()
	expectRest(t, all, chairs, "0")
	if got, _ := all.Return(second); got.Status != picking.Ready {
		t.Errorf("the return is %s, want ready", got.Status)
	}
}

// Example 10: what does not come is returnable again once the return is closed.
func TestAShortReceiptClosedReleasesTheRest(t *testing.T) {
	short := given(t, create(first, line(chairs, "4")), receive(first, line(chairs, "3")))
	short.When(closeShort(first)).Then(picking.ReturnClosedShort{Return: first, Released: []picking.ReleasedLine{
		{ID: aggregates.DeriveID(first.String(), chairs.String()), Quantity: *dec("1")},
	}})
	s := short.When(closeShort(first)).State()
	expectRest(t, s, chairs, "7")
	if r, _ := s.Return(first); r.Status != picking.Received || !r.ClosedShort {
		t.Errorf("the return is %s, closed short: %v", r.Status, r.ClosedShort)
	}
	given(t, create(first, line(chairs, "4")), receive(first, line(chairs, "3")), closeShort(first)).
		When(closeShort(first)).Then()
}

// 2.7: closing a return of which nothing came does not say that goods arrived.
func TestClosingShortWithNothingReceivedIsACancellation(t *testing.T) {
	s := given(t, create(first, line(chairs, "4"))).When(closeShort(first)).State()
	if r, _ := s.Return(first); r.Status != picking.Cancelled || !r.ClosedShort {
		t.Errorf("the return is %s, closed short: %v", r.Status, r.ClosedShort)
	}
	expectRest(t, s, chairs, "10")
}

// Example 10: more than announced is received as far as the rest allows.
func TestMoreThanAnnouncedIsReceivedWithinTheRest(t *testing.T) {
	s := given(t, create(first, line(chairs, "4"))).When(receive(first, line(chairs, "5"))).State()
	expectRest(t, s, chairs, "5")
	given(t, create(first, line(chairs, "4")), create(second, line(chairs, "6"))).
		When(receive(first, line(chairs, "5"))).Refused("return_exceeds_delivered")
}

// Example 11, T-15: serial numbers may wait until the reception, not longer.
func TestSerialsAreNamedAtReceptionAtTheLatest(t *testing.T) {
	given(t).When(create(first, line(phones, "2"))).Then(picking.ReturnCreated{
		Return: first, Delivery: delivery, Ticket: ticket, Customer: customer, Entity: customer, ReturnLocation: depot,
		Lines: []picking.AnnouncedLine{{
			ID:           aggregates.DeriveID(first.String(), phones.String()),
			DeliveryLine: phones, Product: id("phone"), Quantity: *dec("2"),
		}},
	})
	unnamed := given(t, create(first, line(phones, "2")))
	unnamed.When(func(s picking.State) ([]aggregates.Event, error) { return s.Receive(first, nil) }).Refused("lot_required")
	unnamed.When(receive(first, line(phones, "2"))).Refused("lot_required")
	unnamed.When(receive(first, line(phones, "1", lots("1", sn9)...))).Refused("lot_not_delivered")
	unnamed.When(receive(first, line(phones, "2", lots("1", sn1, sn1)...))).Refused("serial_quantity")
	s := unnamed.When(receive(first, line(phones, "2", lots("1", sn1, sn3)...))).State()
	if r, _ := s.Return(first); r.Status != picking.Received {
		t.Errorf("the return is %s", r.Status)
	}
}

// T-15: announced serials need not be named again.
func TestNamedSerialsAreReceivedByDefault(t *testing.T) {
	given(t, create(first, line(phones, "2", lots("1", sn1, sn2)...))).
		When(func(s picking.State) ([]aggregates.Event, error) { return s.Receive(first, nil) }).
		Then(picking.ReturnReceived{Return: first, Complete: true, Lines: []picking.ReceivedLine{{
			ID: aggregates.DeriveID(first.String(), phones.String()), Quantity: *dec("2"), Lots: lots("1", sn1, sn2),
		}}})
}

// A lot that comes in two parts is counted together.
func TestALotIsReceivedInParts(t *testing.T) {
	half := line(paint, "1", lots("1", lotA)...)
	s := given(t, create(first, line(paint, "3", lots("3", lotA)...)), receive(first, half)).
		When(receive(first, line(paint, "1.5"))).State()
	if diff := cmp.Diff(lots("2.5", lotA), s.Returns[0].Lines[0].ReceivedLots); diff != "" {
		t.Error(diff)
	}
}

// A line that brought more than announced takes nothing from the other lines.
func TestAnExcessOnOneLineLeavesTheOthersOpen(t *testing.T) {
	s := given(t, create(first, line(chairs, "2"), line(paint, "3", lots("3", lotA)...))).
		When(receive(first, line(chairs, "5"))).State()
	expectRest(t, s, chairs, "5")
	expectRest(t, s, paint, "5")
}

// A lot that one return holds or has received is not available to another.
func TestALotComesBackOnce(t *testing.T) {
	held := given(t, create(first, line(phones, "1", lots("1", sn1)...)))
	held.When(create(second, line(phones, "1", lots("1", sn1)...))).Refused("return_exceeds_delivered")
	gone := given(t, create(first, line(phones, "1", lots("1", sn1)...)), receive(first, line(phones, "1", lots("1", sn1)...)))
	gone.When(create(second, line(phones, "1", lots("1", sn1)...))).Refused("return_exceeds_delivered")
	given(t, create(first, line(phones, "1", lots("1", sn1)...)), cancel(first)).
		When(create(second, line(phones, "1", lots("1", sn1)...))).State()
}

// The warehouse books what arrived; the announcement then binds no lots any more.
func TestAnotherSerialThanAnnouncedFreesTheAnnouncedOnes(t *testing.T) {
	history := []rule{
		create(first, line(phones, "2", lots("1", sn1, sn2)...)),
		receive(first, line(phones, "1", lots("1", sn3)...)),
	}
	expectRest(t, given(t, history...).When(create(second, line(phones, "1", lots("1", sn1)...))).State(), phones, "0")
	given(t, history...).When(func(s picking.State) ([]aggregates.Event, error) { return s.Receive(first, nil) }).
		Refused("lot_required")
}

// T-06: by default everything that is still returnable comes back.
func TestByDefaultAReturnTakesWhatIsReturnable(t *testing.T) {
	events := after(t, create(first, line(chairs, "4"), line(phones, "3")),
		func(s picking.State) ([]aggregates.Event, error) { return s.CreateReturn(request(second, nil)) })
	got := map[uuid.UUID]aggregates.Decimal{}
	for _, l := range events[len(events)-1].(picking.ReturnCreated).Lines {
		got[l.DeliveryLine] = l.Quantity
	}
	if diff := cmp.Diff(map[uuid.UUID]aggregates.Decimal{chairs: *dec("6"), paint: *dec("8")}, got); diff != "" {
		t.Error(diff)
	}
}

// 3.3: the only lot delivered is filled in.
func TestTheOnlyLotDeliveredIsFilledIn(t *testing.T) {
	one := picking.DeliveryValidated{Lines: []picking.DoneLine{{ID: paint, DoneQuantity: *dec("5"), Lots: lots("5", lotA)}}}
	s := aggregatetest.For(t, picking.Model, planned, one).When(create(first, line(paint, "2.5"))).State()
	if diff := cmp.Diff(lots("2.5", lotA), s.Returns[0].Lines[0].Lots); diff != "" {
		t.Error(diff)
	}
	serial := picking.DeliveryValidated{Lines: []picking.DoneLine{{ID: phones, DoneQuantity: *dec("1"), Lots: lots("1", sn1)}}}
	aggregatetest.For(t, picking.Model, planned, serial).When(create(first, line(phones, "2"))).
		Refused("return_exceeds_delivered")
}

// 3.7: who comes second hears what is left, also when they asked for everything.
func TestTheSecondReturnHearsTheRest(t *testing.T) {
	for _, wish := range [][]picking.LineQuantity{nil, lines(line(chairs, "2"))} {
		s := picking.Model.Fold(after(t, create(first, line(chairs, "7"), line(phones, "3"), line(paint, "8")),
			receive(first, line(chairs, "4")), create(id("between"), line(chairs, "3")))...)
		_, err := s.CreateReturn(request(second, wish))
		var r *aggregates.Refusal
		if !errors.As(err, &r) {
			t.Fatalf("got %v", err)
		}
		want := map[string]string{"delivered": "10", "returned": "4", "open": "6", "rest": "0"}
		if diff := cmp.Diff(want, r.Params); diff != "" || r.Code != "return_exceeds_delivered" {
			t.Errorf("%s: %s", r.Code, diff)
		}
	}
}

// Numbers are allotted once; a state that is reached is not reached again.
func TestRulesWhoseWishIsTrueChangeNothing(t *testing.T) {
	done := given(t, create(first, line(chairs, "4")), receive(first, line(chairs, "4")))
	done.When(func(s picking.State) ([]aggregates.Event, error) { return s.Receive(first, nil) }).Then()
	done.When(closeShort(first)).Then()
	done.When(func(s picking.State) ([]aggregates.Event, error) { return s.Validate(nil, uuid.Nil) }).Then()
	done.When(cancel(first)).Refused("return_already_received")
	done.When(receive(first, line(chairs, "1"))).Refused("return_already_received")
	done.When(create(first, line(chairs, "1"))).Refused("already_exists")

	cancelled := given(t, create(first, line(chairs, "4")), cancel(first))
	cancelled.When(cancel(first)).Then()
	cancelled.When(closeShort(first)).Refused("return_cancelled")
	cancelled.When(receive(first, line(chairs, "1"))).Refused("return_cancelled")

	number := func(s picking.State) ([]aggregates.Event, error) { return s.SetNumber("OUT/7") }
	returnNumber := func(s picking.State) ([]aggregates.Event, error) { return s.SetReturnNumber(first, "IN/3") }
	numbered := given(t, create(first, line(chairs, "4")), number, returnNumber)
	numbered.When(number).Then()
	numbered.When(returnNumber).Then()
	s := picking.Model.Fold(after(t, create(first, line(chairs, "4")), number, returnNumber)...)
	if r, _ := s.Return(first); s.Number != "OUT/7" || r.Number != "IN/3" {
		t.Errorf("numbers %q and %q", s.Number, r.Number)
	}
}
