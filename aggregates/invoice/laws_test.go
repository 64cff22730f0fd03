package invoice_test

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
)

// Generators of what a user may send.
var (
	taxes = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) invoice.Tax {
		tax := rapid.SampledFrom([]invoice.Tax{
			vat9, vat15, {Name: "Exempt"}, {Name: "Odd", Rate: dec("8.875")}, {Name: "Eco", Fixed: dec("0.005")},
		}).Draw(t, "tax")
		tax.Included = rapid.Bool().Draw(t, "included")
		return tax
	}), 0, 3)

	quantity = rapid.Custom(func(t *rapid.T) aggregates.Decimal {
		return aggregates.Decimal(rapid.Int64Range(1, 40).Draw(t, "quarters") * 250_000)
	})

	drafts = rapid.Custom(func(t *rapid.T) invoice.DraftInvoice {
		d := draftOf(rapid.SampledFrom([]invoice.TaxRounding{invoice.PerLine, invoice.PerDocument}).Draw(t, "rounding"))
		d.Currency = rapid.SampledFrom([]aggregates.Currency{"EUR", "IRR", "KWD"}).Draw(t, "currency")
		for i := range rapid.IntRange(1, 4).Draw(t, "lines") {
			d.Lines = append(d.Lines, invoice.DraftLine{ID: id(uint64(50 + i)), Item: invoice.Item{
				Product: goods, Quantity: quantity.Draw(t, "quantity"),
				UnitPrice: aggregates.Decimal(rapid.Int64Range(20, 60_000).Draw(t, "thousandths") * 1000),
				Discount:  rapid.SampledFrom([]aggregates.Decimal{0, dec("5"), dec("33.333333")}).Draw(t, "discount"),
				Taxes:     taxes.Draw(t, "taxes"),
			}})
		}
		return d
	})
)

func creditLines(t *rapid.T, s invoice.State) []invoice.CreditLineRequest {
	var lines []invoice.CreditLineRequest
	for _, l := range s.Lines {
		if rapid.Bool().Draw(t, "credit the line") {
			r := invoice.CreditLineRequest{InvoiceLine: l.ID, Quantity: quantity.Draw(t, "quantity")}
			if rapid.Bool().Draw(t, "all of it") {
				r.Quantity = l.Creditable()
			}
			if rapid.IntRange(0, 3).Draw(t, "another price") == 0 {
				price := l.UnitPrice * aggregates.Decimal(rapid.Int64Range(0, 11).Draw(t, "tenths")) / 10
				r.UnitPrice = &price
			}
			lines = append(lines, r)
		}
	}
	if rapid.IntRange(0, 3).Draw(t, "goodwill") == 0 {
		taxes := rapid.SampledFrom(s.Lines).Draw(t, "taxes of").Taxes
		var rest int64
		for _, l := range s.Lines {
			if reflect.DeepEqual(l.Taxes, taxes) {
				rest += l.Rest().Total
			}
		}
		minor := rapid.Int64Range(1, rest+1).Draw(t, "goodwill amount")
		if rapid.Bool().Draw(t, "all of the taxes") {
			minor = max(1, rest+rapid.Int64Range(0, 1).Draw(t, "too much"))
		}
		amount := aggregates.MustDecimal(aggregates.Money{Minor: minor, Currency: s.Currency}.Amount())
		lines = append(lines, invoice.CreditLineRequest{Amount: &amount, Taxes: taxes})
	}
	return lines
}

func TestLawAnyInterleavingConservesMoney(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l ledger
		events, err := l.state.Draft(drafts.Draw(t, "draft"))
		if err != nil {
			t.Skip(err)
		}
		l.do(t, events, nil)
		events, err = l.state.Post(today)
		l.do(t, events, err)
		t.Repeat(l.actions())

		for i, s := range l.states {
			if got := toJSON(t, s); got != l.past[i] {
				t.Fatalf("evolving changed state %d:\n%s", i, cmp.Diff(l.past[i], got))
			}
		}
		if diff := cmp.Diff(l.state, invoice.Model.Fold(l.events...)); diff != "" {
			t.Fatalf("a replay differs:\n%s", diff)
		}
		var read invoice.State
		if err := json.Unmarshal([]byte(toJSON(t, l.state)), &read); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(l.state, read); diff != "" {
			t.Fatalf("the state as JSON differs:\n%s", diff)
		}
	})
}

// 2.5: any split, at lowered prices too, ends at the invoice, to the last cent of
// every line.
func TestLawFullyCreditingByAnySplitSumsToTheInvoice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l ledger
		events, err := l.state.Draft(drafts.Draw(t, "draft"))
		if err != nil {
			t.Skip(err)
		}
		l.do(t, events, nil)
		events, err = l.state.Post(today)
		l.do(t, events, err)
		for range rapid.IntRange(0, 6).Draw(t, "parts") {
			var lines []invoice.CreditLineRequest
			for _, line := range l.state.Lines {
				if q := min(line.Creditable(), quantity.Draw(t, "quantity")); q > 0 && rapid.Bool().Draw(t, "credit the line") {
					price := line.UnitPrice * aggregates.Decimal(rapid.SampledFrom([]int64{10, 10, 10, 7, 1}).Draw(t, "tenths")) / 10
					lines = append(lines, invoice.CreditLineRequest{InvoiceLine: line.ID, Quantity: q, UnitPrice: &price})
				}
			}
			l.credit(t, lines)
		}
		l.credit(t, nil)
		if l.state.Credited() != l.state.Amounts {
			t.Fatalf("credited %+v of %+v", l.state.Credited(), l.state.Amounts)
		}
		for _, line := range l.state.Lines {
			if line.Credited != line.Line.Amounts {
				t.Fatalf("line %+v", line)
			}
		}
	})
}

// Whatever numbers come in, the rules answer, and lines sum to the document.
func TestLawDraftingAnythingAnswers(t *testing.T) {
	number := rapid.Custom(func(t *rapid.T) aggregates.Decimal {
		return aggregates.Decimal(rapid.OneOf(rapid.Int64(), rapid.Int64Range(-3, 2e9),
			rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64, 0, 1})).Draw(t, "number"))
	})
	rapid.Check(t, func(t *rapid.T) {
		d := drafts.Draw(t, "draft")
		i := &d.Lines[0].Item
		i.Quantity, i.UnitPrice, i.Discount = number.Draw(t, "quantity"), number.Draw(t, "price"), number.Draw(t, "discount")
		i.Taxes = append(i.Taxes, invoice.Tax{Name: "Any", Rate: number.Draw(t, "rate"), Included: rapid.Bool().Draw(t, "included")},
			invoice.Tax{Name: "Fixed", Fixed: number.Draw(t, "fixed"), Included: rapid.Bool().Draw(t, "included")})
		var l ledger
		events, err := l.state.Draft(d)
		l.do(t, events, err)
		var sum invoice.Amounts
		for _, line := range l.state.Lines {
			sum = sum.Plus(line.Line.Amounts)
			if line.Untaxed < 0 || line.Tax < 0 || line.Line.Total != line.Untaxed+line.Tax {
				t.Fatalf("line %+v", line)
			}
		}
		if sum != l.state.Amounts {
			t.Fatalf("lines sum to %+v, the document has %+v", sum, l.state.Amounts)
		}
		events, err = l.state.Post(today)
		l.do(t, events, err)
		n := number.Draw(t, "credit quantity")
		p := number.Draw(t, "credit price")
		events, err = l.state.DraftCreditNote(request(noteA, invoice.CreditLineRequest{InvoiceLine: id(50), Quantity: n, UnitPrice: &p}))
		l.do(t, events, err)
		events, err = l.state.PostCreditNote(noteA, today, invoice.WithinInvoice)
		l.do(t, events, err)
		if l.state.Status == invoice.StatusPosted {
			l.check(t)
		}
	})
}
