package commands_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/product"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/serial"
	"aftersales/commands"
	"aftersales/eventstore"
)

// Of many that want a serial number at the same moment, from two processes, one has
// it, and the others are told so or to ask again.
func TestASerialNumberIsTakenOnceUnderConcurrency(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before func(w *world, n int)
		wants  func(n int) commands.Command
	}{
		"deliveries": {
			func(w *world, n int) { w.validating(fmt.Sprint("delivery ", n), "SN1", "SN2") },
			func(n int) commands.Command {
				return &commands.ValidateDelivery{Delivery: id(fmt.Sprint("delivery ", n))}
			},
		},
		"deliveries at once": {
			func(*world, int) {},
			func(n int) commands.Command {
				c := delivery(fmt.Sprint("delivery ", n), "SN2", "SN1")
				c.Validate = true
				return c
			},
		},
		"repairs": {
			func(w *world, n int) {
				w.do(fmt.Sprint("draft ", n), mending(fmt.Sprint("repair ", n), "SN1", repair.Save))
			},
			func(n int) commands.Command {
				return &commands.ConfirmRepair{Repair: id(fmt.Sprint("repair ", n)), Confirming: commands.Confirming{Override: true}}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.drills()
			other := &world{t: t, env: w.env, store: &faulty{Store: w.env.Store, remaining: -1}}
			other.restart()
			const racers = 8
			won := make([]bool, racers)
			for n := range racers {
				c.before(w, n)
			}
			var wg sync.WaitGroup
			for n := range racers {
				wg.Go(func() {
					process := []*world{w, other}[n%2]
					_, err := process.try(fmt.Sprint("racer ", n), c.wants(n))
					r, refused := errors.AsType[*aggregates.Refusal](err)
					if won[n] = err == nil; !won[n] && (!refused || r.Code != "serial_not_available" && r.Code != "contended") {
						t.Errorf("racer %d: %v", n, err)
					}
				})
			}
			wg.Wait()
			winners := 0
			for n := range won {
				if won[n] {
					winners++
					continue
				}
				_, err := w.try(fmt.Sprint("racer ", n), c.wants(n))
				wantRefusal(t, "afterwards", err, "serial_not_available")
			}
			if winners != 1 || w.keepers(id("SN1")) != 1 {
				t.Errorf("%d won, %d have it", winners, w.keepers(id("SN1")))
			}
		})
	}
}

// A command that dies after any append, before it hears that the append took
// effect, leaves nothing stuck: its repeat ends in the undisturbed state, and
// without one the process manager and whoever comes next know what happened.
func TestAClaimToASerialNumberSurvivesAnyCrash(t *testing.T) {
	for name, c := range map[string]func(w *world) commands.Command{
		"validate": func(w *world) commands.Command { return w.validating("one", "SN1", "SN2") },
		"plan and validate": func(*world) commands.Command {
			c := delivery("one", "SN1", "SN2")
			c.Validate = true
			return c
		},
		"create repair": func(*world) commands.Command { return mending("repair", "SN1", repair.Confirm) },
		"confirm repair": func(w *world) commands.Command {
			w.do("draft", mending("repair", "SN1", repair.Save))
			return &commands.ConfirmRepair{Repair: id("repair"), Confirming: commands.Confirming{Override: true}}
		},
		"scrap": func(*world) commands.Command { return &commands.ScrapLot{Lot: id("SN1")} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n := 0; dieWithClaims(t, c, n); n++ {
			}
		})
	}
}

// dieWithClaims answers false when the command makes fewer than n+1 appends.
func dieWithClaims(t *testing.T, prepare func(*world) commands.Command, n int) bool {
	t.Helper()
	w := newWorld(t)
	w.drills()
	command := prepare(w)
	w.store.dieAt(n)
	_, err := w.try("command", command)
	if died := w.store.live(); !died {
		if err != nil {
			t.Fatal(err)
		}
		return false
	}
	w.restart()
	w.react()
	other := delivery("other", "SN1")
	other.Validate = true
	had := w.keepers(id("SN1")) == 1 || w.scrapped(id("SN1"))
	_, err = w.try("other", other)
	switch {
	case had:
		wantRefusal(t, fmt.Sprintf("died after append %d, decided", n), err, "serial_not_available")
	case w.taken(id("SN1")):
		wantRefusal(t, fmt.Sprintf("died after append %d, not decided", n), err, "contended")
	case err == nil:
		return true // it had not got to SN1 yet; the other has it
	default:
		t.Errorf("died after append %d: %v", n, err)
	}
	if n%2 == 0 || had { // it is repeated
		w.do("command", command)
		w.do("command", command)
		if w.keepers(id("SN1")) != 1 && !w.scrapped(id("SN1")) {
			t.Errorf("died after append %d: the repeat does not have SN1", n)
		}
		_, err = w.try("other", other)
		wantRefusal(t, "afterwards", err, "serial_not_available")
		return true
	}
	w.Now = func() time.Time { return time.Date(2026, 3, 1, 12, 2, 0, 0, time.UTC) }
	w.do("other", other) // it never is
	_, err = w.try("command", command)
	wantRefusal(t, "a repeat that comes too late", err, "serial_not_available")
	return true
}

// taken says whether some command took a serial number.
func (w *world) taken(number uuid.UUID) bool {
	w.t.Helper()
	for _, e := range w.log() {
		if t, ok := e.Event.(serial.Taken); ok && t.Serial == number {
			return true
		}
	}
	return false
}

// scrapped says whether a serial number was scrapped, by the log.
func (w *world) scrapped(number uuid.UUID) bool {
	w.t.Helper()
	for _, e := range w.log() {
		if s, ok := e.Event.(product.LotScrapped); ok && s.Lot == number {
			return true
		}
	}
	return false
}

// keepers is how many documents keep a serial number, by the log.
func (w *world) keepers(number uuid.UUID) (n int) {
	w.t.Helper()
	deliveries, repairs := map[string]picking.State{}, map[string]repair.State{}
	for _, e := range w.log() {
		deliveries[e.Stream] = picking.Model.Evolve(deliveries[e.Stream], e.Event)
		repairs[e.Stream] = repair.Model.Evolve(repairs[e.Stream], e.Event)
	}
	for _, s := range deliveries {
		if s.Keeps(number) {
			n++
		}
	}
	for _, s := range repairs {
		if s.Keeps(number) {
			n++
		}
	}
	return n
}

// record appends to the log what an older version did.
func (w *world) record(stream string, events ...aggregates.Event) {
	w.t.Helper()
	var all []eventstore.Proposed
	for i, e := range events {
		p, err := w.Codec.Encode(id(fmt.Sprint(stream, i)), e, aggregates.Metadata{Command: "validate-delivery", CommandID: id(stream)})
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, p)
	}
	if _, err := w.env.Store.Append(w.t.Context(), stream, eventstore.Any(), all); err != nil {
		w.t.Fatal(err)
	}
}

// Logs from before the rule may say that a serial number is in several places: none
// of them is stuck, and what comes next keeps the rule.
func TestOldLogsKeepTheirSerialNumbers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.drills()
	left := picking.DeliveryValidated{Lines: []picking.DoneLine{{DoneQuantity: aggregates.NewDecimal(1), Lots: pieces("SN1")}}}
	for _, name := range []string{"old", "older"} {
		w.do("plan "+name, delivery(name, "SN1"))
		left.Lines[0].ID = id(name + " line")
		w.record(picking.Model.Stream(id(name)), left)
	}
	for _, name := range []string{"one", "two"} {
		w.do(name, mending(name, "SN2", repair.Save))
		w.record(repair.Model.Stream(id(name)), repair.Confirmed{})
	}
	w.comesBack("old")
	w.do("again", &commands.RedeliverReturn{Return: id("return of old"), ID: ref("again")})
	w.do("leave again", &commands.ValidateDelivery{Delivery: id("again")})
	w.comesBack("older")
	_, err := w.try("new", w.validating("new", "SN1"))
	wantPlace(t, "what left again", err, "lines[0].lots", serial.Delivered)
	w.comesBack("again")
	w.do("new", w.validating("new", "SN1"))
	for _, name := range []string{"one", "two"} {
		w.do("start "+name, &commands.StartRepair{Repair: id(name)})
		w.do("end "+name, &commands.EndRepair{Repair: id(name)})
	}
	w.do("three", mending("three", "SN2", repair.Confirm))
}
