package repair_test

import (
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/repair"
)

// P-14, section 4: the customer says yes to what was sent to them. A quotation
// that changed since is a draft again, in whatever way it changed.
func TestAQuotationThatChangedAfterItWasSentIsADraftAgain(t *testing.T) {
	sent := []rule{create(withParts(part("a", repair.Add, "3", "40"))), quote(), sendUntil("2026-03-20")}
	working := []rule{create(withParts(part("a", repair.Add, "3", "40"))), quote(), start(), send()}
	for name, g := range map[string][]rule{
		"repriced":       append(sent, parts(part("a", repair.Add, "3", "12000"))),
		"another part":   append(sent, parts(part("a", repair.Add, "3", "40"), part("b", repair.Add, "1", "0"))),
		"under warranty": append(sent, warranty(true)),
		"more was used":  append(working, end(repair.Used{ID: id("a"), DoneQuantity: *dec("100")})),
		"taken up again": append(sent, cancel(), repair.State.SetToDraft),
	} {
		s := repair.Model.Fold(after(t, g...)...)
		if s.Quote.Status != repair.QuoteStatusDraft || s.Quote.ValidUntil != "" {
			t.Errorf("%s: the quotation is %+v", name, s.Quote)
		}
		if again := given(t, append(g, send())...).When(accept()).State(); again.Quote.AcceptedTotal != s.Quote.Total {
			t.Errorf("%s: sent again, accepted %d of %d", name, again.Quote.AcceptedTotal, s.Quote.Total)
		}
	}
	for name, g := range map[string][]rule{
		"a part taken out": append(sent, parts(part("a", repair.Add, "3", "40"), part("b", repair.Remove, "1", "9"))),
		"ended as planned": append(working, end()),
	} {
		if s := repair.Model.Fold(after(t, g...)...); s.Quote.Status != repair.QuoteStatusSent {
			t.Errorf("%s: the quotation is %+v", name, s.Quote)
		}
	}
}

// Section 4, signing: a yes that names another total than the quotation's is
// refused, also once it was accepted.
func TestAYesNamesTheTotalThatWasSeen(t *testing.T) {
	sent := given(t, create(withParts(part("a", repair.Add, "3", "40"))), quote(), send())
	sent.When(acceptOf(dec("120.00"))).Then(repair.QuoteAccepted{Quote: id("quote"), Total: 12000})
	sent.When(acceptOf(dec("120.001"))).Refused("stale_version")
	accepted := given(t, create(withParts(part("a", repair.Add, "3", "40"))), quote(), start(), send(), accept(),
		end(repair.Used{ID: id("a"), DoneQuantity: *dec("100")}))
	accepted.When(acceptOf(dec("120"))).Then()
	accepted.When(acceptOf(dec("4000"))).Refused("quote_already_accepted")
}

// 2.8: what was accepted stays known beside what is billed after the work.
func TestWhatWasAcceptedStaysBesideWhatIsBilled(t *testing.T) {
	s := given(t, create(withParts(part("a", repair.Add, "1", "40"))), quote(), start(), send(), accept()).
		When(func(s repair.State) ([]aggregates.Event, error) {
			return s.End(repair.Ending{Used: []repair.Used{{ID: id("a"), DoneQuantity: *dec("100")}}})
		}).State()
	if s.Quote.Status != repair.QuoteStatusAccepted || s.Quote.AcceptedTotal != 4000 || s.Quote.Total != 400000 {
		t.Errorf("the quotation is %+v", s.Quote)
	}
}
