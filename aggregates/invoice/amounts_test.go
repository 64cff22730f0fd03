package invoice_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"aftersales/aggregates/invoice"
)

func TestTaxesArePercentOrFixedExcludedOrIncluded(t *testing.T) {
	included := func(tax invoice.Tax) invoice.Tax {
		tax.Included = true
		return tax
	}
	eco := invoice.Tax{Name: "Eco", Fixed: dec("1.5")}
	for name, c := range map[string]struct {
		line invoice.DraftLine
		want invoice.Amounts
	}{
		"none":                 {line(lineA, "3", "1.05", "0"), invoice.Amounts{Untaxed: 315, Tax: 0, Total: 315}},
		"percent":              {line(lineA, "3", "1.05", "0", vat9), invoice.Amounts{Untaxed: 315, Tax: 28, Total: 343}},
		"percent included":     {line(lineA, "1", "109", "0", included(vat9)), invoice.Amounts{Untaxed: 10000, Tax: 900, Total: 10900}},
		"price stays":          {line(lineA, "1", "10", "0", included(vat9)), invoice.Amounts{Untaxed: 917, Tax: 83, Total: 1000}},
		"fixed per unit":       {line(lineA, "2", "10", "50", eco), invoice.Amounts{Untaxed: 1000, Tax: 300, Total: 1300}},
		"fixed included":       {line(lineA, "2", "10", "0", included(eco)), invoice.Amounts{Untaxed: 1700, Tax: 300, Total: 2000}},
		"each on the base":     {line(lineA, "1", "100", "0", vat9, vat15), invoice.Amounts{Untaxed: 10000, Tax: 2400, Total: 12400}},
		"two included":         {line(lineA, "1", "124", "0", included(vat9), included(vat15)), invoice.Amounts{Untaxed: 10000, Tax: 2400, Total: 12400}},
		"included and not":     {line(lineA, "1", "109", "0", included(vat9), vat15), invoice.Amounts{Untaxed: 10000, Tax: 2400, Total: 12400}},
		"fixed, then percent":  {line(lineA, "1", "110.5", "0", included(eco), included(vat9)), invoice.Amounts{Untaxed: 10000, Tax: 1050, Total: 11050}},
		"half away from zero":  {line(lineA, "1", "0.5", "0", invoice.Tax{Name: "1%", Rate: dec("1")}), invoice.Amounts{Untaxed: 50, Tax: 1, Total: 51}},
		"the whole discounted": {line(lineA, "3", "1.05", "100", vat9), invoice.Amounts{}},
	} {
		for _, rounding := range []invoice.TaxRounding{invoice.PerLine, invoice.PerDocument} {
			s := after(t, draft(draftOf(rounding, c.line)))
			if diff := cmp.Diff(c.want, s.Lines[0].Line.Amounts); diff != "" {
				t.Errorf("%s %s (-want +got):\n%s", name, rounding, diff)
			}
		}
	}
}

// Per document each tax is rounded once and the lines sum to it: three taxes of
// 0.0333 are 0.10 together, the lines' shares differ.
func TestPerDocumentTheLinesShareEachTaxAndSumToIt(t *testing.T) {
	third := invoice.Tax{Name: "A third", Rate: dec("3.33")}
	lines := []invoice.DraftLine{
		line(id(51), "1", "1", "0", third), line(id(52), "1", "1", "0", third), line(id(53), "1", "1", "0", third),
	}
	for rounding, want := range map[invoice.TaxRounding][]int64{
		invoice.PerLine: {3, 3, 3}, invoice.PerDocument: {3, 4, 3},
	} {
		s := after(t, draft(draftOf(rounding, lines...)))
		var got []int64
		for _, l := range s.Lines {
			got = append(got, l.Tax)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", rounding, diff)
		}
	}
}

// Two taxes of one name but other rates are two taxes; shares of included ones
// never exceed the price.
func TestPerDocumentEachTaxIsRoundedByItself(t *testing.T) {
	low, high := invoice.Tax{Name: "VAT", Rate: dec("0.4")}, invoice.Tax{Name: "VAT", Rate: dec("0.3")}
	s := after(t, draft(draftOf(invoice.PerDocument, line(lineA, "1", "1", "0", low), line(lineB, "1", "1", "0", high))))
	if s.Tax != 0 {
		t.Errorf("0.40 and 0.30 cents were rounded together to %d", s.Tax)
	}

	steep := []invoice.Tax{
		{Name: "A", Rate: dec("5000"), Included: true},
		{Name: "B", Rate: dec("5000"), Included: true},
		{Name: "C", Rate: dec("5000"), Included: true},
	}
	for _, rounding := range []invoice.TaxRounding{invoice.PerLine, invoice.PerDocument} {
		s = after(t, draft(draftOf(rounding, line(lineA, "1", "0.02", "0", steep...))))
		if s.Untaxed != 0 || s.Tax != 2 {
			t.Errorf("%s: got %+v, want a tax of the whole price", rounding, s.Amounts)
		}
	}
}
