package repair

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// Confirmation is what confirming takes: Return is the repair's return, which
// must have brought the product to the repair's Location; Override and By say who
// goes on without it. Lot may name the product's lot when the draft did not.
type Confirmation struct {
	Location string
	Override bool
	By       string
	Lot      *Lot
	Return   *Return
}

// Confirm ends the draft (P-13). A tracked product needs its lot; missing stock
// needs an override, which is recorded with its actor. A repair that is beyond
// confirming is confirmed already, but not with another lot: stale_version. Other
// refusals: repair_not_open, lot_required and the other lot codes,
// insufficient_quantity_to_repair.
func (s State) Confirm(c Confirmation) ([]aggregates.Event, error) {
	if s.Status == StatusConfirmed || s.Status == StatusUnderRepair || s.Status == StatusDone {
		if c.Lot != nil && c.Lot.ID != s.Lot {
			return nil, aggregates.Refuse("stale_version")
		}
		return nil, nil
	}
	if err := s.open(); err != nil {
		return nil, err
	}
	e, lot := Confirmed{}, s.Lot
	if c.Lot != nil {
		if err := checkLot(s.Product, s.Tracking, *c.Lot, c.Return); err != nil {
			return nil, err
		}
		e.Lot, lot = c.Lot.ID, c.Lot.ID
	} else if s.Tracking.Tracked() && s.Lot == uuid.Nil {
		return nil, lotRequired(s.Product)
	}
	if !c.Return.holds(s.Product, lot, s.Quantity) {
		if !c.Override {
			return nil, aggregates.Refuse("insufficient_quantity_to_repair", "location", c.Location)
		}
		e.Override, e.OverriddenBy = true, c.By
	}
	return []aggregates.Event{e}, nil
}

// Start begins the work; a draft is confirmed on the way, with what that takes.
// Refusals: repair_not_open and those of Confirm.
func (s State) Start(c Confirmation) ([]aggregates.Event, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	events, err := s.Confirm(c)
	if err != nil || s.Status == StatusUnderRepair {
		return nil, err
	}
	return append(events, Started{}), nil
}

// Ending is how the work came out: what was used of the parts, where it is not
// all that was demanded, and the product's lot if it turned out another. Return
// is the repair's return, which the lot must be of.
type Ending struct {
	Used   []Used
	Lot    *Lot
	Return *Return
}

// End finishes the repair. Parts take what was used, leftovers are cancelled,
// and the quotation bills the used quantities. Ending it the same way again is
// no event. Refusals: repair_not_open, repair_not_started; by field
// part_not_found, duplicate_line, negative_quantity, quantity_precision; the lot
// codes; amount_too_large.
func (s State) End(w Ending) ([]aggregates.Event, error) {
	if s.Status == StatusDone && s.endedLike(w) {
		return nil, nil
	}
	if err := s.open(); err != nil {
		return nil, err
	}
	if s.Status != StatusUnderRepair {
		return nil, aggregates.Refuse("repair_not_started", "state", string(s.Status))
	}
	done, err := s.usage(w.Used)
	if err != nil {
		return nil, err
	}
	e := Ended{Parts: done, Lot: s.Lot}
	if w.Lot != nil {
		if err := checkLot(s.Product, s.Tracking, *w.Lot, w.Return); err != nil {
			return nil, err
		}
		e.Lot = w.Lot.ID
	}
	parts := consumed(s.Parts, done)
	if err := checkTotal(parts, used); err != nil {
		return nil, err
	}
	e.Quote = s.requote(parts, used)
	return []aggregates.Event{e}, nil
}

// endedLike says whether the repair ended as w wishes.
func (s State) endedLike(w Ending) bool {
	for _, u := range w.Used {
		if !slices.ContainsFunc(s.Parts, func(p Part) bool { return p.ID == u.ID && p.DoneQuantity == u.DoneQuantity }) {
			return false
		}
	}
	return w.Lot == nil || w.Lot.ID == s.Lot
}

// usage is the quantity used of every part, the demand where nothing was said.
func (s State) usage(said []Used) ([]Used, error) {
	all := make([]Used, len(s.Parts))
	for i, p := range s.Parts {
		all[i] = Used{p.ID, p.Quantity}
	}
	var fields check.Fields
	seen := map[uuid.UUID]bool{}
	for i, u := range said {
		at := slices.IndexFunc(all, func(a Used) bool { return a.ID == u.ID })
		field := fmt.Sprintf("parts[%d].", i)
		fields.Refuse(at < 0, field+"id", "part_not_found")
		fields.Refuse(seen[u.ID], field+"id", "duplicate_line")
		seen[u.ID] = true
		if at >= 0 {
			checkQuantity(&fields, field+"done_quantity", u.DoneQuantity, s.Parts[at].Digits, s.Parts[at].Unit)
			all[at].DoneQuantity = u.DoneQuantity
		}
	}
	return all, fields.Err()
}

// Leftovers says whether a done repair used less of a part than was demanded.
func (s State) Leftovers() bool {
	return slices.ContainsFunc(s.Parts, func(p Part) bool { return s.Status == StatusDone && p.DoneQuantity < p.Quantity })
}

// Cancel gives the repair up; nothing of its quotation is billed. Refusals:
// repair_already_done, repair_not_open before it exists.
func (s State) Cancel() ([]aggregates.Event, error) {
	if s.Status == StatusCancelled {
		return nil, nil
	}
	if s.Status == StatusDone {
		return nil, aggregates.Refuse("repair_already_done")
	}
	if err := s.open(); err != nil {
		return nil, err
	}
	return []aggregates.Event{Cancelled{s.requote(s.Parts, nothing)}}, nil
}

// SetNumber gives the repair the human number that a sequence allotted; a
// second number is not heard.
func (s State) SetNumber(number string) ([]aggregates.Event, error) {
	if s.Number != "" {
		return nil, nil
	}
	return []aggregates.Event{Numbered{number}}, nil
}
