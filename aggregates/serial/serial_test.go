package serial_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/serial"
)

func id(name string) uuid.UUID { return aggregates.DeriveID("serial test", name) }

var (
	noon   = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	number = id("SN1")
)

// taken is by a command of its own for the document in a stream.
func taken(kind serial.Kind, stream string) serial.Taken {
	return serial.Taken{Serial: number, Kind: kind, Stream: stream, Command: id("for " + stream), Until: noon}
}

func take(t serial.Taken, at map[serial.Kind]serial.Standing) func(serial.State) ([]aggregates.Event, error) {
	return func(s serial.State) ([]aggregates.Event, error) { return s.Take(t, at) }
}

// 2.4, 2.11: one place at a time, whoever asks; a repair may have what is with a
// customer (P-13).
func TestWhatADocumentKeepsNoOtherTakes(t *testing.T) {
	for name, c := range map[string]struct {
		has, wants serial.Kind
		at         serial.Standing
		code       string
	}{
		"a second delivery":                     {serial.Delivery, serial.Delivery, serial.Keeping, "serial_not_available"},
		"a delivery of what is in repair":       {serial.Repair, serial.Delivery, serial.Keeping, "serial_not_available"},
		"a delivery of what was scrapped":       {serial.Scrap, serial.Delivery, serial.Keeping, "serial_not_available"},
		"a second repair":                       {serial.Repair, serial.Repair, serial.Keeping, "serial_not_available"},
		"a repair of what was scrapped":         {serial.Scrap, serial.Repair, serial.Keeping, "serial_not_available"},
		"a repair of what is with the customer": {serial.Delivery, serial.Repair, serial.Keeping, ""},
		"scrapping what is with the customer":   {serial.Delivery, serial.Scrap, serial.Keeping, "serial_not_available"},
		"scrapping what is in repair":           {serial.Repair, serial.Scrap, serial.Keeping, "serial_not_available"},
		"a delivery of what came back":          {serial.Delivery, serial.Delivery, serial.Gone, ""},
		"a delivery of what was repaired":       {serial.Repair, serial.Delivery, serial.Gone, ""},
		"a delivery while another may leave":    {serial.Delivery, serial.Delivery, serial.Deciding, "contended"},
		"a repair while a delivery may leave":   {serial.Delivery, serial.Repair, serial.Deciding, "contended"},
	} {
		t.Run(name, func(t *testing.T) {
			given := aggregatetest.For(t, serial.Model, taken(c.has, "first"))
			asked := given.When(take(taken(c.wants, "second"), map[serial.Kind]serial.Standing{c.has: c.at}))
			if c.code != "" {
				asked.Refused(c.code)
				return
			}
			asked.Then(taken(c.wants, "second"))
		})
	}
	aggregatetest.For(t, serial.Model).When(take(taken(serial.Delivery, "first"), nil)).Then(taken(serial.Delivery, "first"))
}

// Claims for one document stand beside each other: one that is given up leaves the
// others.
func TestAReleaseEndsItsOwnClaim(t *testing.T) {
	own, other := taken(serial.Delivery, "first"), taken(serial.Delivery, "first")
	other.Command = id("another")
	release := func(turn int) func(serial.State) ([]aggregates.Event, error) {
		return func(s serial.State) ([]aggregates.Event, error) { return s.Release(turn) }
	}
	given := aggregatetest.For(t, serial.Model, own, other)
	given.When(release(1)).Then(serial.Released{Turn: 1})
	given.When(release(3)).Then()
	want := map[serial.Kind]serial.Holder{serial.Delivery: {Stream: "first", Claims: map[int]serial.Claim{2: {Command: other.Command, Until: noon}}}}
	if diff := cmp.Diff(want, given.When(release(1)).State().Holders); diff != "" {
		t.Errorf("holders (-want +got):\n%s", diff)
	}
	all := aggregatetest.For(t, serial.Model, own, other, serial.Released{Turn: 2}).When(release(1)).State()
	if len(all.Holders) != 0 || all.Turn != 2 {
		t.Errorf("with all claims given up: %+v", all)
	}
}

// A claim counts until its command has used it or its time is over.
func TestAClaimLapses(t *testing.T) {
	h := serial.Model.Fold(taken(serial.Repair, "first")).Holders[serial.Repair]
	used := func(is bool) func(uuid.UUID) bool { return func(uuid.UUID) bool { return is } }
	if !h.Deciding(noon, used(false)) || h.Deciding(noon, used(true)) || h.Deciding(noon.Add(1), used(false)) {
		t.Error("it counts when it should not, or not when it should")
	}
}
