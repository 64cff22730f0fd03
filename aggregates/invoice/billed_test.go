package invoice_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
)

// Domain.md 2.5, decision 6: an order is invoiced again only for what credit lines
// say so of, drafts included (pain 6).
func TestACreditNoteIsInvoicedAgainOnlyWhereItSaysSo(t *testing.T) {
	orderLine := id(91)
	d := draftOf(invoice.PerLine, line(lineA, "1410", "1", "0"), line(lineB, "1", "1", "0"))
	d.Lines[0].OrderLine = orderLine
	posted := slices.Clip([]rule{draft(d), post()})
	yes, no := true, false
	flagged := func(quantity string, reinvoice *bool) invoice.CreditLineRequest {
		r := wish(lineA, quantity)
		r.Reinvoice = reinvoice
		return r
	}
	for name, c := range map[string]struct {
		rules []rule
		want  string
	}{
		"an invoice":              {posted, "1410"},
		"a draft of it":           {posted[:1], "1410"},
		"by default":              {append(posted, draftNote(noteA, wish(lineA, "10")), postNote(noteA)), "1410"},
		"explicitly not":          {append(posted, draftNote(noteA, flagged("10", &no)), postNote(noteA)), "1410"},
		"a draft":                 {append(posted, draftNote(noteA, flagged("10", &yes))), "1400"},
		"a posted one":            {append(posted, draftNote(noteA, flagged("10", &yes)), postNote(noteA)), "1400"},
		"a discarded one":         {append(posted, draftNote(noteA, flagged("10", &yes)), discardNote(noteA)), "1410"},
		"an edit keeps the flag":  {append(posted, draftNote(noteA, flagged("10", &yes)), editNote(noteA, wish(lineA, "4"))), "1406"},
		"an edit sets the flag":   {append(posted, draftNote(noteA, wish(lineA, "10")), editNote(noteA, flagged("10", &yes))), "1400"},
		"an edit takes it back":   {append(posted, draftNote(noteA, flagged("10", &yes)), editNote(noteA, flagged("10", &no))), "1410"},
		"reverse and create does": {append(posted, reverseAndCreate(noteA)), "0"},
	} {
		t.Run(name, func(t *testing.T) {
			want := map[uuid.UUID]aggregates.Decimal{orderLine: dec(c.want)}
			if diff := cmp.Diff(want, after(t, c.rules...).Billed()); diff != "" {
				t.Errorf("billed (-want +got):\n%s", diff)
			}
		})
	}
	gone := after(t, draft(d), invoice.State.Discard)
	if billed := gone.Billed(); len(billed) > 0 {
		t.Errorf("a discarded draft bills %v", billed)
	}
	amount := goodwill("1")
	amount.Reinvoice = &yes
	given(t, posted...).When(draftNote(noteA, amount)).Refused("invalid_value")
}
