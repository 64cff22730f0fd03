package repair_test

import (
	"strings"
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
	"aftersales/aggregates/repair"
)

func send() rule { return sendUntil("") }

func sendUntil(day aggregates.Date) rule {
	return func(s repair.State) ([]aggregates.Event, error) {
		return s.SendQuote("Customer A", "a@example.com", day, "2026-03-20")
	}
}

func accept() rule { return acceptOf(nil) }

// acceptOf is a yes to a total that was seen.
func acceptOf(total *aggregates.Decimal) rule {
	return func(s repair.State) ([]aggregates.Event, error) {
		return s.AcceptQuote(total, "2026-03-20", aggregates.Evidence{})
	}
}

func decline(why string) rule {
	return func(s repair.State) ([]aggregates.Event, error) { return s.DeclineQuote(why, aggregates.Evidence{}) }
}

// P-07, P-14, example 17: 2 × 40, negotiated to 35; under warranty 0; un-ticked
// 35 again, not 40. Parts taken out are never on the quotation.
func TestUntickingTheWarrantyRestoresTheNegotiatedPrice(t *testing.T) {
	add := part("a", repair.Add, "2", "40")
	add.Product, add.UnitPrice = listed(pump, "40.00", "EUR"), nil
	rules := []rule{
		create(withParts(add, part("b", repair.Remove, "1", "9"), part("c", repair.Recycle, "1", "9")), submit(repair.ConfirmAndQuote)),
	}
	expect := func(price string, total int64) {
		t.Helper()
		s := repair.Model.Fold(after(t, rules...)...)
		if s.Parts[0].UnitPrice != *dec(price) || len(s.Quote.Lines) != 1 || s.Quote.Total != total {
			t.Errorf("price %v, quotation %+v", s.Parts[0].UnitPrice, s.Quote)
		}
	}
	expect("40", 8000)
	add.UnitPrice = dec("35")
	rules = append(rules, parts(add))
	expect("35", 7000)
	rules = append(rules, warranty(true))
	expect("0", 0)
	rules = append(rules, warranty(false))
	expect("35", 7000)
	given(t, rules...).When(warranty(false)).Then()
}

// P-07: who sends back the zero that is read under warranty, or no price at
// all, does not lose what was negotiated (#238410).
func TestEditingPartsUnderWarrantyKeepsNegotiatedPrices(t *testing.T) {
	read, silent := part("a", repair.Add, "5", "0"), part("a", repair.Add, "6", "0")
	silent.UnitPrice = nil
	for _, edited := range []repair.PartRequest{read, silent} {
		s := repair.Model.Fold(after(t,
			create(withParts(part("a", repair.Add, "2", "35"))), warranty(true), parts(edited), warranty(false))...)
		if p := s.Parts[0]; p.UnitPrice != *dec("35") || p.Quantity != *edited.Quantity {
			t.Errorf("got %+v", p)
		}
	}
	s := repair.Model.Fold(after(t, create(withParts(part("a", repair.Add, "2", "35"))), parts(read))...)
	if s.Parts[0].UnitPrice != 0 {
		t.Errorf("without warranty 0 is a price like others, got %v", s.Parts[0].UnitPrice)
	}
}

// P-11, 2.8: the quotation follows the parts, never back.
func TestTheQuotationFollowsThePartsUntilTheRepairIsDone(t *testing.T) {
	base := []rule{create(withParts(part("a", repair.Add, "2", "35")), submit(repair.ConfirmAndQuote))}
	s := given(t, base...).When(parts(part("a", repair.Remove, "2", "35"), part("b", repair.Add, "3", "0.335"))).State()
	if len(s.Quote.Lines) != 1 || s.Quote.Lines[0].Part != id("b") || s.Quote.Total != 101 {
		t.Errorf("quotation is %+v", s.Quote)
	}
	given(t, base...).When(parts(part("a", repair.Add, "2", "35"))).Then()
	given(t, base...).When(func(s repair.State) ([]aggregates.Event, error) {
		return s.ChangeParts("USD", []repair.PartRequest{part("a", repair.Add, "2", "35")})
	}).Refused("currency_mismatch")
}

// P-14, P-03: one quotation, for a known customer.
func TestThereIsAtMostOneQuotation(t *testing.T) {
	given(t, create(), quote()).When(quote()).Refused("quote_already_exists")
	given(t, create(), quote(), decline("")).When(quote()).Refused("quote_already_exists")
	given(t, create(func(d *repair.Draft) { d.Customer = repair.Customer{} })).When(quote()).Refused("quote_customer_required")
	given(t, create(), cancel()).When(quote()).Refused("repair_not_open")
	given(t).When(quote()).Refused("repair_not_open")
}

// 2.8: after the end a quotation bills what was used.
func TestADoneRepairIsQuotedWithWhatWasUsed(t *testing.T) {
	g := given(t, create(withParts(part("a", repair.Add, "3", "40"))), start(), end(repair.Used{ID: id("a"), DoneQuantity: *dec("1")}))
	if s := g.When(quote()).State(); s.Quote.Total != 4000 {
		t.Errorf("quotation is %+v", s.Quote)
	}
}

// 2.12: who said yes or no is kept as it is with a signature.
func TestAnAnswerKeepsHowItCameAbout(t *testing.T) {
	from := aggregates.Evidence{Token: id("token"), Address: "192.0.2.1", UserAgent: "Phone/1.0"}
	quoted := create(withParts(part("a", repair.Add, "2", "35")), submit(repair.ConfirmAndQuote))
	yes := func(s repair.State) ([]aggregates.Event, error) { return s.AcceptQuote(nil, "2026-03-20", from) }
	no := func(s repair.State) ([]aggregates.Event, error) { return s.DeclineQuote("too dear", from) }
	given(t, quoted, send()).When(yes).Then(repair.QuoteAccepted{Quote: id("quote"), Total: 7000, Evidence: from})
	given(t, quoted, send()).When(no).Then(repair.QuoteDeclined{Quote: id("quote"), Reason: "too dear", Evidence: from})
}

func TestAQuotationIsSentThenAcceptedOrDeclined(t *testing.T) {
	quoted := create(withParts(part("a", repair.Add, "2", "35")), submit(repair.ConfirmAndQuote))
	line := repair.QuoteLine{
		Part: id("a"), Product: pump.ID, Quantity: *dec("2"), UnitPrice: *dec("35"), PriceBeforeWarranty: *dec("35"), Total: 7000,
	}
	asked := repair.QuoteSent{
		Quote: id("quote"), Recipient: "a@example.com", Amounts: repair.Amounts{Lines: []repair.QuoteLine{line}, Total: 7000},
	}
	given(t, quoted).When(send()).Then(asked)
	given(t, quoted, send()).When(send()).Then(asked) // it is mailed again
	given(t, quoted).When(func(s repair.State) ([]aggregates.Event, error) {
		return s.SendQuote("Customer A", "", "", "2026-03-20")
	}).Refused("recipient_without_email")
	given(t, quoted, send()).When(accept()).Then(repair.QuoteAccepted{Quote: id("quote"), Total: 7000})
	given(t, quoted, send()).When(decline(strings.Repeat("ت", check.MaxReason+1))).Refused("too_long")
	given(t, quoted, send()).When(decline("too dear")).Then(repair.QuoteDeclined{Quote: id("quote"), Reason: "too dear"})
	given(t, quoted, accept()).When(accept()).Then()
	given(t, quoted, accept()).When(send()).Refused("quote_already_accepted")
	given(t, quoted, accept()).When(decline("")).Refused("quote_already_accepted")
	given(t, quoted, decline("")).When(accept()).Refused("quote_already_declined")
	given(t, quoted, decline("")).When(decline("")).Then()
	given(t, create()).When(accept()).Refused("quote_not_found")
	given(t, quoted, cancel()).When(accept()).Refused("repair_not_open")
	given(t, quoted, start(), end()).When(accept()).Then(repair.QuoteAccepted{Quote: id("quote"), Total: 7000})
}

// 2.5, 8.1: a price has a currency, and the parts of one repair have one.
func TestPricesNeedOneKnownCurrency(t *testing.T) {
	in := func(c aggregates.Currency) func(*repair.Draft) {
		return func(d *repair.Draft) { d.Currency = c }
	}
	priced := withParts(part("a", repair.Add, "1", "35"))
	given(t).When(create(in(""), priced)).Refused("invalid_value")
	given(t).When(create(in("XXX"), priced)).Refused("invalid_value")
	list := repair.PartRequest{ID: id("a"), Kind: repair.Add, Product: listed(pump, "9000", "IRR")}
	given(t).When(create(in("EUR"), withParts(list))).Refused("currency_mismatch")
	s := given(t).When(create(in(""), withParts(list), submit(repair.ConfirmAndQuote))).State()
	if s.Quote.Currency != "IRR" || s.Quote.Total != 9000 {
		t.Errorf("quotation is %+v", s.Quote)
	}
	given(t).When(create(in(""), submit(repair.ConfirmAndQuote))).Refused("invalid_value")
	open := part("a", repair.Add, "1", "0")
	open.UnitPrice = nil
	if s := given(t).When(create(in(""), withParts(open))).State(); s.Parts[0].UnitPrice != 0 || s.Currency != "" {
		t.Errorf("a part without any price: %+v in %q", s.Parts[0], s.Currency)
	}
	given(t, create(priced)).When(func(s repair.State) ([]aggregates.Event, error) {
		return s.ChangeParts("USD", []repair.PartRequest{open})
	}).Refused("currency_mismatch")
	given(t).When(create(withParts(part("a", repair.Add, "1000000", "1000000")))).Refused("amount_too_large")
}

// Section 5: a quotation is accepted through its last valid day; sent again with
// another day, that one counts.
func TestAQuotationIsAcceptedWhileItIsValid(t *testing.T) {
	sent := []rule{create(), quote(), sendUntil("2026-03-20")}
	acceptOn := func(day aggregates.Date) rule {
		return func(s repair.State) ([]aggregates.Event, error) {
			return s.AcceptQuote(nil, day, aggregates.Evidence{})
		}
	}
	given(t, create(), quote()).When(sendUntil("2026-03-19")).Refused("expiration_in_past")
	given(t, sent...).When(acceptOn("2026-03-20")).Then(repair.QuoteAccepted{Quote: id("quote")})
	given(t, sent...).When(acceptOn("2026-03-21")).Refused("quote_expired")
	given(t, append(sent, sendUntil("2026-03-21"))...).When(acceptOn("2026-03-21")).Then(repair.QuoteAccepted{Quote: id("quote")})
	given(t, append(sent, sendUntil(""))...).When(acceptOn("2027-01-01")).Then(repair.QuoteAccepted{Quote: id("quote")})
}

// What became of a mail is noted once, whoever notes it again.
func TestAMailWithAQuotationIsNotedOnce(t *testing.T) {
	wentOut := func(s repair.State) ([]aggregates.Event, error) {
		return s.NoteQuoteSent(id("mail"), "a@example.com", "1@x")
	}
	failed := func(s repair.State) ([]aggregates.Event, error) {
		return s.NoteQuoteFailed(id("mail"), "a@example.com", "gone")
	}
	quoted := []rule{create(), quote(), send()}
	given(t, quoted...).When(wentOut).Then(repair.QuoteEmailSent{Request: id("mail"), Recipient: "a@example.com", MessageID: "1@x"})
	given(t, quoted...).When(failed).Then(repair.QuoteEmailFailed{Request: id("mail"), Recipient: "a@example.com", Cause: "gone"})
	given(t, append(quoted, wentOut)...).When(failed).Then()
	given(t, append(quoted, failed)...).When(wentOut).Then()
	given(t).When(wentOut).Then()
}
