package onlineretail

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"aftersales/aggregates"
)

// take is what a cancelled line takes of an earlier sale line.
type take struct {
	cancelled int // place of the cancelled line, from 0
	code      string
	quantity  aggregates.Decimal
	price     aggregates.Decimal
	invoice   string // its number
	line      int    // place of the line in the invoice, from 0
}

// plan is what a cancellation was matched to, in the order of matching. It is
// made once and kept as the description of the ticket that the cancellation
// becomes: whoever goes on after a crash, or repeats the import when there are
// more sales, must not match anew.
type plan []take

// The lines of a ticket's description after its first; %q as codes have spaces.
const (
	takeFormat = "%d: %s of %q at %s from line %d of invoice %s"
	restFormat = "%d: %s of %q" + unmatched
	unmatched  = " matches no earlier sale"
)

// describe is the text of the plan, for people and for parsePlan.
func (p plan) describe(d document) string {
	text := []string{fmt.Sprintf("Cancellation %s of %s", d.number, d.at.Format("2006-01-02 15:04"))}
	for i, l := range d.lines {
		for _, t := range p {
			if t.cancelled == i {
				text = append(text, fmt.Sprintf(takeFormat, i+1, t.quantity, t.code, t.price, t.line+1, t.invoice))
			}
		}
		if rest := l.quantity - p.of(i); rest > 0 {
			text = append(text, fmt.Sprintf(restFormat, i+1, rest, l.code))
		}
	}
	return strings.Join(text, "\n")
}

// parsePlan reads what describe wrote.
func parsePlan(description string) (plan, error) {
	var p plan
	for _, text := range strings.Split(description, "\n")[1:] {
		var (
			t               take
			quantity, price string
		)
		if strings.HasSuffix(text, unmatched) {
			continue
		}
		_, err := fmt.Sscanf(text, takeFormat, &t.cancelled, &quantity, &t.code, &price, &t.line, &t.invoice)
		var faults [2]error
		t.quantity, faults[0] = aggregates.ParseDecimal(quantity)
		t.price, faults[1] = aggregates.ParseDecimal(price)
		if err := errors.Join(err, faults[0], faults[1]); err != nil {
			return nil, fmt.Errorf("%q does not say what was matched: %w", text, err)
		}
		t.cancelled--
		t.line--
		p = append(p, t)
	}
	return p, nil
}

// of is what was matched of the cancelled line at a place.
func (p plan) of(cancelled int) (sum aggregates.Decimal) {
	for _, t := range p {
		if t.cancelled == cancelled {
			sum += t.quantity
		}
	}
	return sum
}

// goods is the part of the plan that can be sent back.
func (p plan) goods() plan {
	return slices.DeleteFunc(slices.Clone(p), func(t take) bool { return service(t.code) })
}

// credit is what a plan takes of one invoice: each of its lines once.
type credit struct {
	invoice string
	lines   []take
}

// credits are the takes by invoice. Several cancelled lines may take from one
// line of an invoice; a document made from it has that line once.
func (p plan) credits() []credit {
	var all []credit
	for _, t := range p {
		i := slices.IndexFunc(all, func(c credit) bool { return c.invoice == t.invoice })
		if i < 0 {
			i = len(all)
			all = append(all, credit{invoice: t.invoice})
		}
		lines := all[i].lines
		if j := slices.IndexFunc(lines, func(other take) bool { return other.line == t.line }); j >= 0 {
			lines[j].quantity += t.quantity
			continue
		}
		all[i].lines = append(lines, t)
	}
	return all
}

func (c credit) total() (sum amount) {
	for _, t := range c.lines {
		sum += extend(t.quantity, t.price)
	}
	return sum
}
