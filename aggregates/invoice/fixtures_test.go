package invoice_test

import (
	"encoding/binary"
	"errors"
	"testing"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/invoice"
)

const today aggregates.Date = "2026-03-20"

var (
	theInvoice   = id(1)
	customer     = id(2)
	ticket       = id(3)
	order        = id(4)
	goods        = id(5)
	replacement  = id(6)
	sales        = invoice.Journal{ID: id(7), Code: "INV", Type: "sale"}
	lineA, lineB = id(11), id(12)
	noteA, noteB = id(21), id(22)
	payA, payB   = id(31), id(32)
	vat9         = invoice.Tax{Name: "VAT 9%", Rate: dec("9")}
	vat15        = invoice.Tax{Name: "VAT 15%", Rate: dec("15")}
)

// id makes a fixed id out of a number.
func id(n uint64) (u uuid.UUID) {
	binary.BigEndian.PutUint64(u[8:], n)
	return u
}

func dec(s string) aggregates.Decimal { return aggregates.MustDecimal(s) }

func ptr(s string) *aggregates.Decimal {
	d := dec(s)
	return &d
}

func eur(minor int64) aggregates.Money { return aggregates.Money{Minor: minor, Currency: "EUR"} }

func line(id uuid.UUID, quantity, price, discount string, taxes ...invoice.Tax) invoice.DraftLine {
	return invoice.DraftLine{ID: id, Item: invoice.Item{
		Product: goods, Quantity: dec(quantity), UnitPrice: dec(price), Discount: dec(discount), Taxes: taxes,
	}}
}

func draftOf(rounding invoice.TaxRounding, lines ...invoice.DraftLine) invoice.DraftInvoice {
	return invoice.DraftInvoice{
		ID: theInvoice, Customer: customer, Entity: customer, Journal: sales, Currency: "EUR", Order: order,
		InvoiceDate: "2026-03-01", TaxRounding: rounding, Lines: lines,
	}
}

type rule func(invoice.State) ([]aggregates.Event, error)

// The rules, each with its arguments bound.
func draft(d invoice.DraftInvoice) rule {
	return func(s invoice.State) ([]aggregates.Event, error) { return s.Draft(d) }
}

func post() rule {
	return func(s invoice.State) ([]aggregates.Event, error) { return s.Post(today) }
}

func pay(payment uuid.UUID, minor int64) rule {
	return func(s invoice.State) ([]aggregates.Event, error) {
		return s.RegisterPayment(invoice.PaymentRequest{ID: payment, Amount: eur(minor), PaidOn: today})
	}
}

func payOut(note, payment uuid.UUID, minor int64) rule {
	return func(s invoice.State) ([]aggregates.Event, error) {
		return s.PayOutCreditNote(note, invoice.PaymentRequest{ID: payment, Amount: eur(minor), PaidOn: today})
	}
}

func request(note uuid.UUID, lines ...invoice.CreditLineRequest) invoice.CreditNoteRequest {
	return invoice.CreditNoteRequest{
		ID: note, Ticket: ticket, Journal: sales, ReversalDate: today, Reason: "T00001", Lines: lines,
	}
}

func wish(line uuid.UUID, quantity string) invoice.CreditLineRequest {
	return invoice.CreditLineRequest{InvoiceLine: line, Quantity: dec(quantity)}
}

func draftNote(note uuid.UUID, lines ...invoice.CreditLineRequest) rule {
	return func(s invoice.State) ([]aggregates.Event, error) { return s.DraftCreditNote(request(note, lines...)) }
}

func editNote(note uuid.UUID, lines ...invoice.CreditLineRequest) rule {
	return func(s invoice.State) ([]aggregates.Event, error) {
		return s.EditCreditNote(note, lines, invoice.WithinInvoice, true)
	}
}

func postNote(note uuid.UUID) rule {
	return func(s invoice.State) ([]aggregates.Event, error) {
		return s.PostCreditNote(note, today, invoice.WithinInvoice)
	}
}

func discardNote(note uuid.UUID) rule {
	return func(s invoice.State) ([]aggregates.Event, error) { return s.DiscardCreditNote(note) }
}

func reverseAndCreate(note uuid.UUID) rule {
	return func(s invoice.State) ([]aggregates.Event, error) {
		return s.ReverseAndCreate(request(note), replacement, today)
	}
}

// history is what the rules answer one after the other; none may refuse.
func history(t *testing.T, rules ...rule) []aggregates.Event {
	t.Helper()
	var all []aggregates.Event
	for i, r := range rules {
		events, err := r(invoice.Model.Fold(all...))
		if err != nil {
			t.Fatalf("rule %d of the history: %v", i, err)
		}
		all = append(all, events...)
	}
	return all
}

// given begins a sentence after these rules.
func given(t *testing.T, rules ...rule) aggregatetest.Given[invoice.State] {
	t.Helper()
	return aggregatetest.For(t, invoice.Model, history(t, rules...)...)
}

// after is the state after these rules.
func after(t *testing.T, rules ...rule) invoice.State {
	t.Helper()
	return invoice.Model.Fold(history(t, rules...)...)
}

// posted1410 is a posted invoice of 1,410.00: 1200 and 210 units of 1.00.
func posted1410(more ...rule) []rule {
	d := draftOf(invoice.PerLine, line(lineA, "1200", "1", "0"), line(lineB, "210", "1", "0"))
	return append([]rule{draft(d), post()}, more...)
}

// note finds a credit note that must be there.
func note(t *testing.T, s invoice.State, id uuid.UUID) invoice.CreditNote {
	t.Helper()
	n, ok := s.CreditNote(id)
	if !ok {
		t.Fatalf("no credit note %s", id)
	}
	return n
}

// refusal is the first refusal in an error.
func refusal(t *testing.T, err error) *aggregates.Refusal {
	t.Helper()
	var r *aggregates.Refusal
	if !errors.As(err, &r) {
		t.Fatalf("got %v, want a refusal", err)
	}
	return r
}
