package serial_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/product"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/serial"
)

// A command has so long to use its claim, and the claim so long to lapse.
const limit, hold = 2 * time.Second, 6 * time.Second

// yard is one serial number with deliveries and repairs that want it. Commands
// take it, and later append to their documents, at most once each and in time, or
// give it up, or die.
type yard struct {
	now        time.Time
	commands   int
	number     serial.State
	deliveries map[string]picking.State
	repairs    map[string]repair.State
	used       map[uuid.UUID]bool
	open       []*attempt
}

// attempt is a command between its claim and its decision.
type attempt struct {
	taken   serial.Taken
	turn    int
	started time.Time
	decide  func() bool // false: refused
}

func (y *yard) delivery(name string) picking.State {
	if s, ok := y.deliveries[name]; ok {
		return s
	}
	one := aggregates.NewDecimal(1)
	return picking.Model.Fold(picking.DeliveryPlanned{Delivery: id(name), Customer: id("customer"), Entity: id("customer"), Lines: []picking.PlannedLine{
		{ID: id(name + " line"), Product: id("product"), Quantity: one, Tracking: picking.BySerial, Lots: []picking.LotQuantity{{Lot: number, Quantity: one}}},
	}})
}

func (y *yard) repair(name string) repair.State {
	if s, ok := y.repairs[name]; ok {
		return s
	}
	return repair.Model.Fold(repair.Created{
		Repair: id(name), Product: id("product"), Tracking: product.BySerial, Lot: number, Quantity: aggregates.NewDecimal(1),
	})
}

// standings are what the documents tell at this moment.
func (y *yard) standings() map[serial.Kind]serial.Standing {
	at := map[serial.Kind]serial.Standing{}
	for kind, h := range y.number.Holders {
		keeps := y.delivery(h.Stream).Keeps(number)
		if kind == serial.Repair {
			keeps = y.repair(h.Stream).Keeps(number)
		}
		switch {
		case keeps:
			at[kind] = serial.Keeping
		case h.Deciding(y.now, func(c uuid.UUID) bool { return y.used[c] }):
			at[kind] = serial.Deciding
		}
	}
	return at
}

// take begins an attempt, unless that is refused.
func (y *yard) take(kind serial.Kind, name string, decide func() bool) {
	y.commands++
	command := aggregates.DeriveID("command", time.Duration(y.commands).String())
	taken := serial.Taken{Serial: number, Kind: kind, Stream: name, Command: command, Until: y.now.Add(hold)}
	events, err := y.number.Take(taken, y.standings())
	if err != nil {
		return
	}
	y.number = serial.Model.Evolve(y.number, events[0])
	y.open = append(y.open, &attempt{taken: taken, turn: y.number.Turn, started: y.now, decide: decide})
}

// finish lets an attempt decide, give up or die.
func (y *yard) finish(t *rapid.T) {
	i := rapid.IntRange(0, len(y.open)-1).Draw(t, "attempt")
	a := y.open[i]
	y.open = append(y.open[:i], y.open[i+1:]...)
	dies := rapid.IntRange(0, 4).Draw(t, "dies") == 0
	switch {
	case dies || y.now.After(a.started.Add(limit)):
	case rapid.IntRange(0, 4).Draw(t, "gives up") > 0 && a.decide():
		y.used[a.taken.Command] = true
	default:
		events, _ := y.number.Release(a.turn)
		for _, e := range events {
			y.number = serial.Model.Evolve(y.number, e)
		}
	}
}

func (y *yard) deliver(name string, rule func(picking.State) ([]aggregates.Event, error)) bool {
	s := y.delivery(name)
	events, err := rule(s)
	for _, e := range events {
		s = picking.Model.Evolve(s, e)
	}
	y.deliveries[name] = s
	return err == nil && len(events) > 0
}

func (y *yard) mend(name string, rule func(repair.State) ([]aggregates.Event, error)) bool {
	s := y.repair(name)
	events, err := rule(s)
	for _, e := range events {
		s = repair.Model.Evolve(s, e)
	}
	y.repairs[name] = s
	return err == nil && len(events) > 0
}

func (y *yard) step(t *rapid.T) {
	delivery := rapid.SampledFrom([]string{"delivery 1", "delivery 2", "delivery 3"}).Draw(t, "delivery")
	job := rapid.SampledFrom([]string{"repair 1", "repair 2"}).Draw(t, "repair")
	steps := []string{"validate", "validate", "confirm", "confirm", "come back", "end", "cancel", "time"}
	if len(y.open) > 0 {
		steps = append(steps, "finish", "finish", "finish", "finish")
	}
	switch rapid.SampledFrom(steps).Draw(t, "step") {
	case "validate":
		validate := func(s picking.State) ([]aggregates.Event, error) { return s.Validate(nil, uuid.Nil) }
		y.take(serial.Delivery, delivery, func() bool { return y.deliver(delivery, validate) })
	case "confirm":
		confirm := func(s repair.State) ([]aggregates.Event, error) {
			return s.Confirm(repair.Confirmation{Override: true})
		}
		y.take(serial.Repair, job, func() bool { return y.mend(job, confirm) })
	case "come back":
		y.deliver(delivery, func(s picking.State) ([]aggregates.Event, error) {
			return s.CreateReturn(picking.ReturnRequest{Return: id("return of " + delivery), Location: id("shelf"), LocationTakesReturns: true})
		})
		y.deliver(delivery, func(s picking.State) ([]aggregates.Event, error) { return s.Receive(id("return of "+delivery), nil) })
	case "end":
		y.mend(job, func(s repair.State) ([]aggregates.Event, error) { return s.Start(repair.Confirmation{}) })
		y.mend(job, func(s repair.State) ([]aggregates.Event, error) { return s.End(repair.Ending{}) })
	case "cancel":
		y.mend(job, repair.State.Cancel)
		y.mend(job, repair.State.SetToDraft)
	case "time":
		y.now = y.now.Add(time.Duration(rapid.IntRange(1, 4).Draw(t, "seconds")) * time.Second)
	case "finish":
		y.finish(t)
	}
}

// 2.4, 2.11: whatever deliveries and repairs want a serial number, however their
// commands interleave, give up or die, it left with one delivery at a time, is in
// one repair at a time, and does not leave while it is in repair; and it is never
// lost: once all is at rest it can be had again.
func TestNoInterleavingPutsASerialNumberInTwoPlaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := &yard{now: noon, deliveries: map[string]picking.State{}, repairs: map[string]repair.State{}, used: map[uuid.UUID]bool{}}
		mending, out := 0, 0
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			y.step(t)
			left, open := 0, 0
			for _, s := range y.deliveries {
				if s.Keeps(number) {
					left++
				}
			}
			for _, s := range y.repairs {
				if s.Keeps(number) {
					open++
				}
			}
			if left > 1 || open > 1 || left > out && mending > 0 {
				t.Fatalf("out with %d deliveries, in %d repairs, before %d and %d", left, open, out, mending)
			}
			out, mending = left, open
		}
		y.now = y.now.Add(2 * hold)
		_, err := y.number.Take(serial.Taken{Serial: number, Kind: serial.Delivery, Stream: "next"}, y.standings())
		if (err == nil) != (out+mending == 0) {
			t.Fatalf("out with %d deliveries, in %d repairs: %v", out, mending, err)
		}
	})
}
