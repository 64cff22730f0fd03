package invoice_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
)

// ledger drives one invoice through any interleaving of its rules.
type ledger struct {
	state  invoice.State
	events []aggregates.Event
	past   []string // the JSON of every earlier state
	states []invoice.State
	ids    uint64
}

func (l *ledger) newID() uuid.UUID {
	l.ids++
	return id(1000 + l.ids)
}

// do folds what a rule answers; what it refuses must be a refusal.
func (l *ledger) do(t *rapid.T, events []aggregates.Event, err error) {
	if err != nil {
		if !errors.As(err, new(*aggregates.Refusal)) || events != nil {
			t.Fatalf("answered %v with %v", events, err)
		}
		return
	}
	for _, e := range events {
		l.past, l.states = append(l.past, toJSON(t, l.state)), append(l.states, l.state)
		l.state = invoice.Model.Evolve(l.state, e)
		l.events = append(l.events, e)
	}
}

func (l *ledger) anyNote(t *rapid.T) uuid.UUID {
	if len(l.state.CreditNotes) == 0 {
		t.Skip("no credit note yet")
	}
	return rapid.SampledFrom(l.state.CreditNotes).Draw(t, "credit note").ID
}

func (l *ledger) anyPayment(t *rapid.T) invoice.Payment {
	if len(l.state.Payments) == 0 {
		t.Skip("no payment yet")
	}
	return rapid.SampledFrom(l.state.Payments).Draw(t, "payment")
}

func (l *ledger) payment(t *rapid.T, open int64) invoice.PaymentRequest {
	amount := rapid.Int64Range(1, max(1, open+1)).Draw(t, "amount")
	if rapid.Bool().Draw(t, "all of it") {
		amount = open
	}
	return invoice.PaymentRequest{
		ID: l.newID(), PaidOn: today, Amount: aggregates.Money{Minor: amount, Currency: l.state.Currency},
	}
}

func (l *ledger) actions() map[string]func(*rapid.T) {
	rule := func(ask func(*rapid.T) ([]aggregates.Event, error)) func(*rapid.T) {
		return func(t *rapid.T) {
			events, err := ask(t)
			l.do(t, events, err)
		}
	}
	return map[string]func(*rapid.T){
		"draft": rule(func(t *rapid.T) ([]aggregates.Event, error) {
			return l.state.DraftCreditNote(request(l.newID(), creditLines(t, l.state)...))
		}),
		"edit": rule(func(t *rapid.T) ([]aggregates.Event, error) {
			return l.state.EditCreditNote(l.anyNote(t), creditLines(t, l.state), invoice.WithinInvoice, rapid.Bool().Draw(t, "may post"))
		}),
		"post": rule(func(t *rapid.T) ([]aggregates.Event, error) {
			return l.state.PostCreditNote(l.anyNote(t), today, invoice.WithinInvoice)
		}),
		"discard": rule(func(t *rapid.T) ([]aggregates.Event, error) { return l.state.DiscardCreditNote(l.anyNote(t)) }),
		"pay": rule(func(t *rapid.T) ([]aggregates.Event, error) {
			return l.state.RegisterPayment(l.payment(t, l.state.Residual))
		}),
		"pay out": rule(func(t *rapid.T) ([]aggregates.Event, error) {
			n, _ := l.state.CreditNote(l.anyNote(t))
			return l.state.PayOutCreditNote(n.ID, l.payment(t, n.Residual))
		}),
		"reverse and create": rule(func(t *rapid.T) ([]aggregates.Event, error) {
			return l.state.ReverseAndCreate(request(l.newID()), replacement, today)
		}),
		"hold": rule(func(t *rapid.T) ([]aggregates.Event, error) {
			h := invoice.Hold{ID: l.newID(), Invoices: []uuid.UUID{l.state.ID, other}, Until: until}
			if rapid.Bool().Draw(t, "to be reversed") {
				h.Replacement = replacement
			}
			return l.state.HoldCredit(h, request(l.newID()), today)
		}),
		"use": func(t *rapid.T) {
			events, err := l.state.UseHold(l.state.Held.ID)
			if err != nil {
				t.Fatalf("what was held is refused: %v", err)
			}
			if l.state.Held.ID != uuid.Nil {
				l.do(t, events, nil)
			}
		},
		"release": rule(func(*rapid.T) ([]aggregates.Event, error) { return l.state.ReleaseHold(l.state.Held.ID) }),
		"reserve": rule(func(t *rapid.T) ([]aggregates.Event, error) {
			p := l.anyPayment(t)
			return l.state.ReserveOpenPayment(invoice.AllocationRequest{
				ID: l.newID(), Payment: p.ID, Invoice: other, Entity: l.state.Entity, Currency: l.state.Currency,
				Due: rapid.Int64Range(0, p.Amount+1).Draw(t, "due"),
			})
		}),
		"give back": rule(func(t *rapid.T) ([]aggregates.Event, error) {
			p := l.anyPayment(t)
			if len(p.Allocations) == 0 {
				t.Skip("nothing reserved")
			}
			a := rapid.SampledFrom(p.Allocations).Draw(t, "allocation")
			return l.state.ReturnReserved(p.ID, a.ID, rapid.Int64Range(0, a.Amount).Draw(t, "taken"))
		}),
		"take": rule(func(t *rapid.T) ([]aggregates.Event, error) {
			return l.state.TakeReserved(invoice.OpenPaymentReserved{
				Payment: id(1), Allocation: l.newID(), Amount: l.payment(t, l.state.Residual).Amount.Minor, PaidOn: today,
			})
		}),
		"credit the rest": func(t *rapid.T) {
			l.credit(t, nil)
			if l.state.Held.ID == uuid.Nil && l.state.Creditable().Total != 0 {
				t.Fatalf("after a credit of all that is left, %+v is left", l.state.Creditable())
			}
		},
		"release payment": rule(func(t *rapid.T) ([]aggregates.Event, error) { return l.state.ReleasePayment(l.anyPayment(t).ID) }),
		"refund payment": rule(func(t *rapid.T) ([]aggregates.Event, error) {
			p := l.anyPayment(t)
			return l.state.RefundPayment(p.ID, l.payment(t, p.Open()))
		}),
		"allocate credit": rule(func(t *rapid.T) ([]aggregates.Event, error) {
			n, _ := l.state.CreditNote(l.anyNote(t))
			return l.state.AllocateCredit(invoice.CreditAllocationRequest{
				ID: l.newID(), CreditNote: n.ID, Invoice: other, Entity: l.state.Entity, Currency: l.state.Currency,
				Due: rapid.Int64Range(0, n.Residual+1).Draw(t, "due"),
			})
		}),
		"return credit": rule(func(t *rapid.T) ([]aggregates.Event, error) {
			n, _ := l.state.CreditNote(l.anyNote(t))
			if len(n.Allocations) == 0 {
				t.Skip("nothing allocated")
			}
			a := rapid.SampledFrom(n.Allocations).Draw(t, "allocation")
			return l.state.ReturnCredit(n.ID, a.ID, rapid.Int64Range(0, a.Amount).Draw(t, "kept"))
		}),
		"take credit": rule(func(t *rapid.T) ([]aggregates.Event, error) {
			return l.state.TakeCredit(other, invoice.CreditAllocated{
				CreditNote: id(1), Allocation: l.newID(), Amount: l.payment(t, l.state.Residual).Amount.Minor,
			})
		}),
		"release credit": rule(func(t *rapid.T) ([]aggregates.Event, error) {
			if len(l.state.Credits) == 0 {
				t.Skip("no credit taken")
			}
			c := rapid.SampledFrom(l.state.Credits).Draw(t, "credit")
			return l.state.ReleaseCredit(c.CreditNote, c.ID)
		}),
		"": l.check,
	}
}

// check holds the laws of money after every step.
func (l *ledger) check(t *rapid.T) {
	s := l.state
	credited := map[uuid.UUID]invoice.LineState{}
	var applied, paid int64
	for _, n := range s.CreditNotes {
		if n.Status != invoice.StatusPosted {
			continue
		}
		var total invoice.Amounts
		for _, c := range n.Lines {
			total = total.Plus(c.Amounts)
			if c.InvoiceLine != uuid.Nil {
				sum := credited[c.InvoiceLine]
				sum.CreditedQuantity += c.Quantity
				sum.Credited, sum.Waived = sum.Credited.Plus(c.Amounts), sum.Waived.Plus(c.Waived)
				credited[c.InvoiceLine] = sum
				continue
			}
			var shares invoice.Amounts
			for _, share := range c.Shares {
				sum := credited[share.InvoiceLine]
				sum.Credited, sum.Goodwill = sum.Credited.Plus(share.Amounts), sum.Goodwill.Plus(share.Amounts)
				credited[share.InvoiceLine], shares = sum, shares.Plus(share.Amounts)
			}
			if shares != c.Amounts {
				t.Fatalf("goodwill %+v is not its shares", c)
			}
		}
		open := n.Total - n.Applied
		for _, p := range n.Payouts {
			open -= p.Amount
		}
		for _, a := range n.Allocations {
			open -= a.Amount
		}
		if n.Residual > 0 && s.Residual > 0 {
			t.Fatalf("%d is due while %d is open of %+v", s.Residual, n.Residual, n)
		}
		if total != n.Amounts || open != n.Residual || n.Residual < 0 || n.Applied < 0 {
			t.Fatalf("open credit is not explained, %d of %+v: %+v", open, total, n)
		}
		applied += n.Applied
	}
	for _, line := range s.Lines {
		sum := credited[line.ID]
		if sum.CreditedQuantity != line.CreditedQuantity || sum.Credited != line.Credited || sum.Goodwill != line.Goodwill || sum.Waived != line.Waived {
			t.Fatalf("line %+v does not have what was posted: %+v", line, sum)
		}
		if sum.CreditedQuantity > line.Quantity || sum.Credited.Untaxed > line.Untaxed || sum.Credited.Tax > line.Tax ||
			sum.Credited.Untaxed < 0 || sum.Credited.Tax < 0 {
			t.Fatalf("credits exceed the line: %+v", line)
		}
		if line.Creditable() == 0 && line.Rest().Total != 0 {
			t.Fatalf("no quantity is left, but an amount: %+v", line)
		}
	}
	for _, p := range s.Payments {
		if !p.Released {
			paid += p.Amount
			continue
		}
		elsewhere := p.Open()
		for _, a := range p.Allocations {
			elsewhere += a.Amount
		}
		for _, r := range p.Refunds {
			elsewhere += r.Amount
		}
		if elsewhere != p.Amount || p.Open() < 0 {
			t.Fatalf("%d open of %+v", p.Open(), p)
		}
	}
	for _, c := range s.Credits {
		if !c.Released {
			applied += c.Amount
		}
	}
	if s.Credited().Total > s.Total || s.Residual != s.Total-paid-applied || s.Residual < 0 {
		t.Fatalf("residual %d of %d, paid %d, applied %d", s.Residual, s.Total, paid, applied)
	}
	if want := stateInWords(s.Total, paid, applied); s.PaymentState != want {
		t.Fatalf("payment state %s, want %s", s.PaymentState, want)
	}
	if s.Creditable().Total > s.Total-s.Credited().Total {
		t.Fatalf("creditable %+v of %+v, credited %+v", s.Creditable(), s.Amounts, s.Credited())
	}
}

// stateInWords is the payment state as 2.5 tells it.
func stateInWords(total, paid, applied int64) invoice.PaymentState {
	switch {
	case total == 0:
		return invoice.Paid
	case paid+applied == 0:
		return invoice.NotPaid
	case paid+applied < total:
		return invoice.Partial
	case paid > 0:
		return invoice.Paid
	}
	return invoice.Reversed
}

func (l *ledger) credit(t *rapid.T, lines []invoice.CreditLineRequest) {
	note := l.newID()
	events, err := l.state.DraftCreditNote(request(note, lines...))
	l.do(t, events, err)
	if err == nil {
		events, err = l.state.PostCreditNote(note, today, invoice.WithinInvoice)
		l.do(t, events, err)
	}
}

func toJSON(t interface{ Fatal(...any) }, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(fmt.Errorf("as JSON: %w", err))
	}
	return string(b)
}
