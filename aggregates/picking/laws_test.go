package picking_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/picking"
)

// ledger counts what the events say of each delivery line, beside the state.
type ledger struct {
	reserved, received map[uuid.UUID]aggregates.Decimal
	open               map[uuid.UUID]aggregates.Decimal // by return line
	line               map[uuid.UUID]uuid.UUID          // delivery line by return line
}

func (l ledger) count(e aggregates.Event) {
	release := func(lines []picking.ReleasedLine) {
		for _, r := range lines {
			l.reserved[l.line[r.ID]] -= r.Quantity
			l.open[r.ID] = 0
		}
	}
	switch e := e.(type) {
	case picking.ReturnCreated:
		for _, a := range e.Lines {
			l.line[a.ID], l.open[a.ID] = a.DeliveryLine, a.Quantity
			l.reserved[a.DeliveryLine] += a.Quantity
		}
	case picking.ReturnReceived:
		for _, r := range e.Lines {
			used := min(r.Quantity, l.open[r.ID])
			l.open[r.ID] -= used
			l.reserved[l.line[r.ID]] -= used
			l.received[l.line[r.ID]] += r.Quantity
		}
	case picking.ReturnCancelled:
		release(e.Released)
	case picking.ReturnClosedShort:
		release(e.Released)
	}
}

// step evolves and holds the laws of every evolve: the old state stays as it
// was, another future of it does not touch this one, and the new state survives
// JSON.
func step(t *rapid.T, s picking.State, e aggregates.Event) picking.State {
	before := encode(t, s)
	next := picking.Model.Evolve(s, e)
	if after := encode(t, s); after != before {
		t.Fatalf("%T changed the older state\nfrom %s\nto   %s", e, before, after)
	}
	written := encode(t, next)
	picking.Model.Evolve(s, picking.ReturnCreated{Return: id("another future")})
	if after := encode(t, next); after != written {
		t.Fatalf("another future changed the state after %T\nfrom %s\nto   %s", e, written, after)
	}
	var read picking.State
	if err := json.Unmarshal([]byte(written), &read); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(next, read); diff != "" {
		t.Fatalf("state read back after %T:\n%s", e, diff)
	}
	return next
}

func encode(t *rapid.T, s picking.State) string {
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// anyLines draws lines of a request about the given lines, each with the
// delivery line it stands for: mostly sensible, now and then not.
func anyLines(t *rapid.T, of []picking.AnnouncedLine) []picking.LineQuantity {
	wishes := []picking.LineQuantity{}
	for _, l := range of {
		if rapid.IntRange(0, 3).Draw(t, "leave out") == 3 {
			continue
		}
		w := picking.LineQuantity{Line: l.ID}
		if l.DeliveryLine == chairs || rapid.IntRange(0, 4).Draw(t, "give a quantity") == 4 {
			w.Quantity = dec(rapid.SampledFrom([]string{"1", "2", "3", "0", "0.5", "-1"}).Draw(t, "quantity"))
		}
		if l.DeliveryLine == phones && rapid.IntRange(0, 3).Draw(t, "name serials") < 3 {
			w.Lots = lots("1", rapid.SliceOfNDistinct(rapid.SampledFrom([]uuid.UUID{sn1, sn2, sn3}), 0, 3, rapid.ID).Draw(t, "serials")...)
		}
		if l.DeliveryLine == paint && rapid.IntRange(0, 3).Draw(t, "name lots") < 3 {
			for _, lot := range rapid.SliceOfNDistinct(rapid.SampledFrom([]uuid.UUID{lotA, lotB}), 1, 2, rapid.ID).Draw(t, "lots") {
				w.Lots = append(w.Lots, lots(rapid.SampledFrom([]string{"0.5", "1", "2"}).Draw(t, "of lot"), lot)...)
			}
		}
		wishes = append(wishes, w)
	}
	return wishes
}

var deliveryLines = []picking.AnnouncedLine{
	{ID: chairs, DeliveryLine: chairs}, {ID: phones, DeliveryLine: phones}, {ID: paint, DeliveryLine: paint},
}

func returnLines(s picking.State, ret uuid.UUID) (of []picking.AnnouncedLine) {
	r, _ := s.Return(ret)
	for _, l := range r.Lines {
		of = append(of, l.AnnouncedLine)
	}
	return of
}

func anyRule(t *rapid.T, s picking.State) ([]aggregates.Event, error) {
	ret := id("return " + rapid.SampledFrom([]string{"1", "2", "3", "4"}).Draw(t, "return"))
	switch rapid.SampledFrom([]string{"create", "create all", "receive", "receive", "receive all", "cancel", "close short"}).Draw(t, "rule") {
	case "create":
		return s.CreateReturn(request(ret, anyLines(t, deliveryLines)))
	case "create all":
		return s.CreateReturn(request(ret, nil))
	case "receive":
		return s.Receive(ret, anyLines(t, returnLines(s, ret)))
	case "receive all":
		return s.Receive(ret, nil)
	case "cancel":
		return s.CancelReturn(ret)
	}
	return s.CloseShort(ret)
}

// 2.0, 2.7: in any interleaving, what is reserved and received stays within
// what was delivered, per line and per lot; what is released is returnable
// again; and enough lots stay free for every quantity that is not named yet.
func TestReturnsNeverExceedTheDelivery(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := step(t, step(t, picking.State{}, planned), validated)
		l := ledger{
			map[uuid.UUID]aggregates.Decimal{},
			map[uuid.UUID]aggregates.Decimal{},
			map[uuid.UUID]aggregates.Decimal{},
			map[uuid.UUID]uuid.UUID{},
		}
		for range rapid.IntRange(10, 30).Draw(t, "rules") {
			events, _ := anyRule(t, s)
			for _, e := range events {
				s = step(t, s, e)
				l.count(e)
			}
			for id, b := range s.Balances() {
				if b.Open != l.reserved[id] || b.Returned != l.received[id] {
					t.Fatalf("balance %+v; events reserved %s, received %s", b, l.reserved[id], l.received[id])
				}
				within(t, b)
			}
			lotsWithin(t, s)
		}
		for _, r := range s.Returns {
			if r.Open() {
				s = receiveAll(t, s, r)
			}
		}
	})
}

func within(t *rapid.T, b picking.LineBalance) {
	if b.Rest() < 0 || b.Open < 0 || b.Returned < 0 {
		t.Fatalf("the line's balance is off: %+v", b)
	}
	var free aggregates.Decimal
	for lot, lb := range b.Lots {
		if lb.Rest() < 0 || lb.Open < 0 || lb.Returned < 0 {
			t.Fatalf("the balance of lot %s is off: %+v", lot, lb)
		}
		free += lb.Rest()
	}
	if b.Lots != nil && free < b.Rest() {
		t.Fatalf("%s can be returned, but only %s of its lots: %+v", b.Rest(), free, b)
	}
}

// lotsWithin adds up, beside the balances, what the returns hold and have.
func lotsWithin(t *rapid.T, s picking.State) {
	used := map[uuid.UUID]aggregates.Decimal{}
	for _, r := range s.Returns {
		for _, l := range r.Lines {
			all := l.ReceivedLots
			if r.Open() {
				all = append(l.Held(), all...)
			}
			for _, lot := range all {
				used[lot.Lot] += lot.Quantity
			}
		}
	}
	for _, l := range validated.Lines {
		for _, lot := range l.Lots {
			if used[lot.Lot] > lot.Quantity {
				t.Fatalf("returns hold and have %s of lot %s; %s were delivered", used[lot.Lot], lot.Lot, lot.Quantity)
			}
		}
	}
}

// receiveAll receives what an open return still awaits, with any free lots where
// none are named: what was reserved can always come.
func receiveAll(t *rapid.T, s picking.State, r picking.Return) picking.State {
	var wishes []picking.LineQuantity
	for _, l := range r.Lines {
		rest := l.Open()
		w := picking.LineQuantity{Line: l.ID, Quantity: &rest, Lots: l.Held()}
		if len(w.Lots) == 0 {
			missing := rest
			for _, lot := range []uuid.UUID{sn1, sn2, sn3, lotA, lotB} {
				if q := min(missing, s.Balances()[l.DeliveryLine].Lots[lot].Rest()); q > 0 {
					w.Lots = append(w.Lots, picking.LotQuantity{Lot: lot, Quantity: q})
					missing -= q
				}
			}
		}
		wishes = append(wishes, w)
	}
	events, err := s.Receive(r.ID, wishes)
	if err != nil {
		t.Fatalf("what was reserved cannot be received: %v", err)
	}
	return step(t, s, events[0])
}

// Whatever is asked of whatever state, rules answer; nothing overflows into
// acceptance.
func TestRulesNeverPanicAndNothingOverflows(t *testing.T) {
	huge := rapid.SampledFrom([]aggregates.Decimal{math.MinInt64, -1, 0, 1, 500_000, math.MaxInt64 / 2, math.MaxInt64})
	rapid.Check(t, func(t *rapid.T) {
		s := picking.Model.Fold(rapid.SampledFrom([][]aggregates.Event{
			nil,
			{planned},
			{planned, validated},
			{planned, picking.DeliveryCancelled{}},
			{validated, picking.ReturnReceived{Return: first}, picking.ReturnCancelled{Return: first}},
		}).Draw(t, "history")...)
		q, many := huge.Draw(t, "quantity"), []picking.LotQuantity{}
		for range rapid.IntRange(0, 5).Draw(t, "lots") {
			many = append(many, picking.LotQuantity{
				Lot: rapid.SampledFrom([]uuid.UUID{lotA, lotB, sn1}).Draw(t, "lot"), Quantity: huge.Draw(t, "of lot"),
			})
		}
		wish := picking.LineQuantity{Line: rapid.SampledFrom([]uuid.UUID{chairs, phones, paint}).Draw(t, "line"), Lots: many}
		if rapid.Bool().Draw(t, "quantity given") {
			wish.Quantity = &q
		}
		if events, err := s.CreateReturn(request(first, lines(wish))); err == nil {
			within(t, step(t, s, events[0]).Balances()[wish.Line])
		}
		_, _ = s.Validate(lines(wish), uuid.Nil)
		_, _ = s.Receive(first, lines(wish))
		_, _ = s.Plan(picking.DeliveryPlanned{Customer: customer, Lines: []picking.PlannedLine{{
			Product: id("paint"), Quantity: q, Tracking: picking.ByLot, Lots: many, Digits: rapid.IntRange(-9, 9).Draw(t, "digits"),
		}}})
	})
}
