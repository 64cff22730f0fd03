package repair

import (
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// CreateQuote makes the repair's one quotation (P-14), with a line for every
// add part: its demand, or what was used once the repair is done. currency
// serves while no part has set one. Refusals: repair_not_open when cancelled,
// quote_customer_required, quote_already_exists (a declined one counts too),
// invalid_value for an unknown currency.
func (s State) CreateQuote(id uuid.UUID, currency aggregates.Currency) ([]aggregates.Event, error) {
	if s.Status != StatusDone {
		if err := s.open(); err != nil {
			return nil, err
		}
	}
	if s.Customer == uuid.Nil {
		return nil, aggregates.Refuse("quote_customer_required").On("customer")
	}
	if s.Quote.ID != uuid.Nil {
		return nil, aggregates.Refuse("quote_already_exists")
	}
	if s.Currency != "" {
		currency = s.Currency
	}
	if _, known := currency.Digits(); !known {
		return nil, aggregates.Refuse("invalid_value", "currency", currency.Code()).On("currency")
	}
	quantity := demanded
	if s.Status == StatusDone {
		quantity = used
	}
	return []aggregates.Event{QuoteCreated{id, currency, amounts(s.Parts, currency, quantity)}}, nil
}

// SendQuote asks for a mail to the customer with the quotation, to be accepted
// until the day, "" for no end, as often as it is wished; the last day counts.
// Refusals: those of QuoteMailable, expiration_in_past, and
// recipient_without_email for a customer without an address.
func (s State) SendQuote(name, address string, until, today aggregates.Date) ([]aggregates.Event, error) {
	if err := s.QuoteMailable(); err != nil {
		return nil, err
	}
	if until != "" && until.Before(today) {
		return nil, aggregates.Refuse("expiration_in_past").On("valid_until")
	}
	if address == "" {
		return nil, aggregates.Refuse("recipient_without_email", "name", name).On("customer")
	}
	return []aggregates.Event{QuoteSent{s.Quote.ID, address, until, Amounts{s.Quote.Lines, s.Quote.Total}}}, nil
}

// QuoteMailable refuses a quotation that the customer cannot answer any more, as
// their answers are refused: quote_not_found, quote_already_accepted,
// quote_already_declined, repair_not_open when cancelled.
func (s State) QuoteMailable() error { return s.undecided() }

// NoteQuoteSent records that the mail that the event request asked for went out,
// once.
func (s State) NoteQuoteSent(request uuid.UUID, recipient, messageID string) ([]aggregates.Event, error) {
	if s.ID == uuid.Nil || slices.Contains(s.Quote.Mailed, request) {
		return nil, nil
	}
	return []aggregates.Event{QuoteEmailSent{request, recipient, messageID}}, nil
}

// NoteQuoteFailed records that that mail will not go out, once.
func (s State) NoteQuoteFailed(request uuid.UUID, recipient, cause string) ([]aggregates.Event, error) {
	if s.ID == uuid.Nil || slices.Contains(s.Quote.Mailed, request) {
		return nil, nil
	}
	return []aggregates.Event{QuoteEmailFailed{request, recipient, cause}}, nil
}

// AcceptQuote records the customer's yes, with the total that it was said to:
// later work may change the quotation, not what was accepted. total, in whole
// currency units, is what the customer saw, nil for what the quotation says now.
// Refusals besides: stale_version for another total, quote_expired.
func (s State) AcceptQuote(total *aggregates.Decimal, today aggregates.Date, from aggregates.Evidence) ([]aggregates.Event, error) {
	if s.Quote.Status == QuoteStatusAccepted && s.says(total, s.Quote.AcceptedTotal) {
		return nil, nil
	}
	if err := s.undecided(); err != nil {
		return nil, err
	}
	if !s.says(total, s.Quote.Total) {
		return nil, aggregates.Refuse("stale_version")
	}
	if until := s.Quote.ValidUntil; until != "" && until.Before(today) {
		return nil, aggregates.Refuse("quote_expired", "date", string(until))
	}
	return []aggregates.Event{QuoteAccepted{s.Quote.ID, s.Quote.Total, from}}, nil
}

// says is whether a total in whole units, if one is named, is the amount in minor
// units of the quotation's currency.
func (s State) says(total *aggregates.Decimal, minor int64) bool {
	return total == nil || total.Rat().Cmp(aggregates.MinorRat(minor, s.Quote.Currency)) == 0
}

// DeclineQuote records the customer's no, with a reason if there is one.
func (s State) DeclineQuote(reason string, from aggregates.Evidence) ([]aggregates.Event, error) {
	if s.Quote.Status == QuoteStatusDeclined {
		return nil, nil
	}
	if err := s.undecided(); err != nil {
		return nil, err
	}
	var fields check.Fields
	fields.Within(check.MaxReason, "reason", reason)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	return []aggregates.Event{QuoteDeclined{s.Quote.ID, reason, from}}, nil
}

// undecided refuses unless there is a quotation that waits for an answer. That
// of a cancelled repair waits for none; that of a done one still may.
func (s State) undecided() error {
	switch {
	case s.Quote.ID == uuid.Nil:
		return aggregates.Refuse("quote_not_found")
	case s.Quote.Status == QuoteStatusAccepted:
		return aggregates.Refuse("quote_already_accepted")
	case s.Quote.Status == QuoteStatusDeclined:
		return aggregates.Refuse("quote_already_declined")
	case s.Status == StatusDone:
		return nil
	default:
		return s.open()
	}
}

// The quantities that a quotation may bill of a part.
func demanded(p Part) aggregates.Decimal { return p.Quantity }
func used(p Part) aggregates.Decimal     { return p.DoneQuantity }
func nothing(Part) aggregates.Decimal    { return 0 }

// requote is how the quotation follows the parts, nil when there is none. The
// rules compute it once and the event keeps it: no later code recomputes it.
func (s State) requote(parts []Part, quantity func(Part) aggregates.Decimal) *Amounts {
	if s.Quote.ID == uuid.Nil {
		return nil
	}
	a := amounts(parts, s.Quote.Currency, quantity)
	return &a
}

// amounts bills the add parts; parts taken out are never billed.
func amounts(parts []Part, c aggregates.Currency, quantity func(Part) aggregates.Decimal) Amounts {
	a := Amounts{Lines: []QuoteLine{}}
	for _, p := range parts {
		if p.Kind != Add {
			continue
		}
		total := aggregates.Extend(quantity(p), p.UnitPrice, 0, c)
		a.Lines = append(a.Lines, QuoteLine{p.ID, p.Product, quantity(p), p.UnitPrice, p.PriceBeforeWarranty, total})
		a.Total += total
	}
	return a
}
