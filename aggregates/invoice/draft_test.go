package invoice_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/invoice"
)

func TestADraftSnapshotsItsAmounts(t *testing.T) {
	d := draftOf("", line(lineA, "2", "9.995", "0", vat9))
	d.Entity, d.Number = id(9), "INV/7"
	aggregatetest.For(t, invoice.Model).When(draft(d)).Then(invoice.Drafted{
		Invoice: theInvoice, Number: "INV/7", Customer: customer, Entity: id(9), Journal: sales, Currency: "EUR",
		Order: order, InvoiceDate: "2026-03-01", TaxRounding: invoice.PerDocument,
		Lines: []invoice.Line{{
			ID: lineA, Item: invoice.Item{
				Product: goods, Quantity: dec("2"), UnitPrice: dec("9.995"), Taxes: []invoice.Tax{vat9},
			},
			Amounts: invoice.Amounts{Untaxed: 1999, Tax: 180, Total: 2179},
		}},
		Amounts: invoice.Amounts{Untaxed: 1999, Tax: 180, Total: 2179},
	})
}

func TestADraftIsRefusedWithAllItsFaultsAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*invoice.DraftInvoice)
		want   string
	}{
		"no fields": {
			func(d *invoice.DraftInvoice) { *d = invoice.DraftInvoice{} },
			"required on id; customer_required on customer; journal_required on journal; required on currency; required on lines",
		},
		"currency": {func(d *invoice.DraftInvoice) { d.Currency = "XXX" }, "invalid_value on currency"},
		"rounding": {func(d *invoice.DraftInvoice) { d.TaxRounding = "never" }, "invalid_value on tax_rounding"},
		"line": {func(d *invoice.DraftInvoice) {
			d.Lines = []invoice.DraftLine{line(lineA, "0", "-1", "101"), line(lineA, "1", "1", "-1")}
			d.Lines[1].Product = customer
			d.Lines[0].Product = [16]byte{}
		}, "required on lines[0].product; quantity_not_positive on lines[0].quantity; negative_price on lines[0].unit_price; " +
			"invalid_value on lines[0].discount; duplicate_line on lines[1].id; invalid_value on lines[1].discount"},
		"tax": {func(d *invoice.DraftInvoice) {
			d.Lines[0].Taxes = []invoice.Tax{{Rate: dec("-1")}, {Name: "A", Fixed: dec("-1")}, {Name: "B", Rate: 1, Fixed: 1}}
		}, "required on lines[0].taxes[0].name; invalid_value on lines[0].taxes[0].rate; " +
			"invalid_value on lines[0].taxes[1].fixed; invalid_value on lines[0].taxes[2].rate"},
		"texts": {func(d *invoice.DraftInvoice) {
			d.Lines[0].Description, d.Lines[0].Taxes = strings.Repeat("é", 20_001), []invoice.Tax{{Name: strings.Repeat("é", 201)}}
		}, "too_long on lines[0].description max=20000; too_long on lines[0].taxes[0].name max=200"},
		"included tax above the discounted price": {func(d *invoice.DraftInvoice) {
			d.Lines = []invoice.DraftLine{line(lineA, "3", "2", "50", invoice.Tax{Name: "Eco", Fixed: dec("1.01"), Included: true})}
		}, "tax_exceeds_price on lines[0].taxes"},
		"too large a product": {func(d *invoice.DraftInvoice) {
			d.Lines = []invoice.DraftLine{line(lineA, "999999999999", "999999999999", "0")}
		}, "amount_too_large on lines[0]"},
		"too large a sum": {func(d *invoice.DraftInvoice) {
			d.Lines = []invoice.DraftLine{line(lineA, "1", "999999999999", "0"), line(lineB, "1", "1", "0")}
		}, "amount_too_large on lines[1]"},
		"too large a tax": {func(d *invoice.DraftInvoice) {
			d.Lines = []invoice.DraftLine{line(lineA, "999999999999", "0", "0", invoice.Tax{Name: "Eco", Fixed: dec("999999999999")})}
		}, "amount_too_large on lines[0]"},
	} {
		d := draftOf(invoice.PerLine, line(lineA, "1", "1", "0"))
		c.change(&d)
		events, err := invoice.State{}.Draft(d)
		if err == nil || events != nil || err.Error() != c.want {
			t.Errorf("%s: got %v, %v; want %s", name, events, err, c.want)
		}
	}
}

func TestTheLargestAmountIsComputedExactly(t *testing.T) {
	for currency, want := range map[aggregates.Currency]int64{
		"IRR": 999_999_999_999, "EUR": 99_999_999_999_900, "KWD": 999_999_999_999_000,
	} {
		d := draftOf(invoice.PerDocument, line(lineA, "1", "999999999999", "0"))
		d.Currency = currency
		if s := after(t, draft(d)); s.Total != want {
			t.Errorf("%s: got %d, want %d", currency, s.Total, want)
		}
	}
}

func TestLinesWithoutAnIDGetOneThatARetryGetsAgain(t *testing.T) {
	d := draftOf(invoice.PerLine, line([16]byte{}, "1", "1", "0"), line([16]byte{}, "1", "1", "0"))
	first, again := after(t, draft(d)), after(t, draft(d))
	if first.Lines[0].ID == first.Lines[1].ID || first.Lines[0].ID != again.Lines[0].ID {
		t.Errorf("ids %s, %s and again %s", first.Lines[0].ID, first.Lines[1].ID, again.Lines[0].ID)
	}
}

func TestAnInvoiceIsDraftedOnce(t *testing.T) {
	d := draftOf(invoice.PerLine, line(lineA, "1", "1", "0"))
	given(t, draft(d)).When(draft(d)).Refused("already_exists")
}

func TestPostingDatesTheInvoiceTodayUnlessItHasADate(t *testing.T) {
	d := draftOf(invoice.PerLine, line(lineA, "1", "1", "0"))
	given(t, draft(d)).When(post()).
		Then(invoice.Posted{InvoiceDate: "2026-03-01", Residual: 100, PaymentState: invoice.NotPaid})
	d.InvoiceDate = ""
	given(t, draft(d)).When(post()).
		Then(invoice.Posted{InvoiceDate: today, Residual: 100, PaymentState: invoice.NotPaid})
	d.InvoiceDate = "2026-03-21"
	given(t, draft(d)).When(post()).Refused("future_date_not_allowed")
}

// 2.5: total 0 on posting counts as paid.
func TestATotalOfZeroIsPaidOnPosting(t *testing.T) {
	free := draft(draftOf(invoice.PerLine, line(lineA, "1", "0", "0")))
	given(t, free).When(post()).Then(invoice.Posted{InvoiceDate: "2026-03-01", PaymentState: invoice.Paid})
	given(t, free, post()).When(draftNote(noteA)).Refused("invoice_fully_credited")
}

// 2.5: draft to posted or discarded, and nothing after that.
func TestThePostedAndTheDiscardedInvoiceAreFinal(t *testing.T) {
	d := draft(draftOf(invoice.PerLine, line(lineA, "1", "1", "0")))
	discard := func(s invoice.State) ([]aggregates.Event, error) { return s.Discard() }
	change := func(s invoice.State) ([]aggregates.Event, error) {
		return s.ChangeLines([]invoice.DraftLine{line(lineA, "2", "1", "0")})
	}
	given(t, d).When(discard).Then(invoice.Discarded{})
	given(t, d, discard).When(discard).Then()
	given(t, d, discard).When(post()).Refused("invoice_not_draft")
	given(t, d, discard).When(change).Refused("invoice_not_draft")
	given(t, d, post()).When(post()).Then()
	given(t, d, post()).When(discard).Refused("invoice_not_draft")
	given(t, d, post()).When(change).Refused("invoice_not_draft")
	given(t).When(post()).Refused("invoice_not_found")
}

func TestTheNumberIsAllottedAfterPostingOnce(t *testing.T) {
	d := draft(draftOf(invoice.PerLine, line(lineA, "1", "1", "0")))
	number := func(n string) rule {
		return func(s invoice.State) ([]aggregates.Event, error) { return s.SetNumber(n) }
	}
	given(t, d).When(number("INV/1")).Refused("invoice_not_posted")
	given(t, d, post()).When(number("")).Refused("required")
	given(t, d, post()).When(number("INV/1")).Then(invoice.Numbered{Number: "INV/1"})
	given(t, d, post(), number("INV/1")).When(number("INV/2")).Then()
}

// the replacement is a copy without number and date, and a draft
// that can be changed.
func TestTheReplacementCopiesTheInvoiceAndCanBeChanged(t *testing.T) {
	d := draftOf(invoice.PerDocument, line(lineA, "10", "30.75", "5", vat15), line(lineB, "1", "70", "5", vat15))
	d.Number = "INV/7"
	d.Lines[0].OrderLine = id(41)
	original := after(t, draft(d), post(), reverseAndCreate(noteA))
	given := aggregatetest.For(t, invoice.Model, history(t, draft(original.CopyFor(replacement)))...)
	change := func(s invoice.State) ([]aggregates.Event, error) {
		d := original.CopyFor(replacement)
		d.Lines[0].Quantity = dec("9")
		return s.ChangeLines(d.Lines)
	}
	same := func(s invoice.State) ([]aggregates.Event, error) {
		return s.ChangeLines(original.CopyFor(replacement).Lines)
	}

	given.When(same).Then()
	copied := given.When(same).State()
	if copied.ID != replacement || copied.CopiedFrom != theInvoice || copied.Number != "" || copied.InvoiceDate != "" ||
		copied.Status != invoice.StatusDraft || copied.Lines[0].ID == lineA || copied.Lines[0].OrderLine != id(41) {
		t.Errorf("copy %+v", copied)
	}
	if diff := cmp.Diff(original.Amounts, copied.Amounts); diff != "" {
		t.Errorf("amounts (-original +copy):\n%s", diff)
	}
	changed := given.When(change).State()
	if changed.Lines[0].Quantity != dec("9") || changed.Residual != changed.Total || changed.Total >= copied.Total {
		t.Errorf("changed %+v", changed)
	}
	for want, lines := range map[string][]invoice.DraftLine{
		"required on lines":            nil,
		"amount_too_large on lines[0]": {line(lineA, "999999999999", "2", "0")},
	} {
		if _, err := copied.ChangeLines(lines); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
