// Package serial guards that a serial number is in one place at a time (domain.md
// 2.4, 2.11), whichever documents want it at the same moment.
//
// Its stream only serialises who took it: a document is named here before its own
// stream says that it has the number. Whether it really has it, and has it still,
// only that stream tells, so that nothing here can be out of date and nothing has
// to be completed after a crash.
package serial

import (
	"maps"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Kind is a kind of document that keeps serial numbers.
type Kind string

// The kinds: a delivery keeps what left with it and has not come back, a repair
// what it works on, the product's own stream what was scrapped.
const (
	Delivery Kind = "delivery"
	Repair   Kind = "repair"
	Scrap    Kind = "scrap"
)

// Place is where a serial number is (domain.md 2.11).
type Place string

// The places. One that no document tells of is Known.
const (
	Known     Place = "known"
	Delivered Place = "delivered"
	Returned  Place = "returned"
	InRepair  Place = "in_repair"
	Scrapped  Place = "scrapped"
)

// places are where the documents of a kind keep what they keep.
var places = map[Kind]Place{Delivery: Delivered, Repair: InRepair, Scrap: Scrapped}

// Standing is what the stream of a holder tells of the serial number.
type Standing int

// The standings. What is Gone never comes back without being taken again.
const (
	Gone     Standing = iota
	Deciding          // a claim is neither used nor given up nor lapsed
	Keeping
)

// Claim is that of a command, good for one decision in the holder's stream by Until.
type Claim struct {
	Command uuid.UUID
	Until   time.Time
}

// Holder is the document that took the serial number last among those of its kind,
// by its stream, and the claims for it by their turns.
type Holder struct {
	Stream string
	Claims map[int]Claim
}

// Deciding says whether a command may still use its claim; of a used one it may not.
func (h Holder) Deciding(now time.Time, used func(command uuid.UUID) bool) bool {
	for _, c := range h.Claims {
		if !now.After(c.Until) && !used(c.Command) {
			return true
		}
	}
	return false
}

// State are the last holders by kind, and how often the serial number was taken. One
// that never was is free.
type State struct {
	Turn    int
	Holders map[Kind]Holder
}

func evolve(s State, e Event) State {
	holders := map[Kind]Holder{}
	maps.Copy(holders, s.Holders)
	switch e := e.(type) {
	case Taken:
		s.Turn++
		claims := map[int]Claim{s.Turn: {Command: e.Command, Until: e.Until}}
		if h := holders[e.Kind]; h.Stream == e.Stream {
			maps.Copy(claims, h.Claims)
		}
		holders[e.Kind] = Holder{Stream: e.Stream, Claims: claims}
	case Released:
		for kind, h := range holders {
			if _, has := h.Claims[e.Turn]; !has {
				continue
			}
			claims := maps.Clone(h.Claims)
			delete(claims, e.Turn)
			holders[kind] = Holder{Stream: h.Stream, Claims: claims}
			if len(claims) == 0 {
				delete(holders, kind)
			}
		}
	}
	s.Holders = holders
	return s
}

// Take gives the serial number to a document that is about to keep it; at is what
// the streams of the other holders tell. Refusals: serial_not_available while
// another document keeps it, contended while another may be about to. A repair
// takes what is with a customer too: not every piece comes back through the
// warehouse (P-13).
func (s State) Take(t Taken, at map[Kind]Standing) ([]aggregates.Event, error) {
	deciding := false
	for _, kind := range []Kind{Scrap, Repair, Delivery} {
		if s.Holders[kind].Stream == t.Stream {
			continue
		}
		if at[kind] == Keeping && (t.Kind != Repair || kind != Delivery) {
			return nil, aggregates.Refuse("serial_not_available", "lot", t.Serial.String(), "state", string(places[kind]))
		}
		deciding = deciding || at[kind] == Deciding
	}
	if deciding {
		return nil, aggregates.Refuse("contended")
	}
	return []aggregates.Event{t}, nil
}

// Release ends the claim of a turn, if it is there.
func (s State) Release(turn int) ([]aggregates.Event, error) {
	for _, h := range s.Holders {
		if _, has := h.Claims[turn]; has {
			return []aggregates.Event{Released{Turn: turn}}, nil
		}
	}
	return nil, nil
}
