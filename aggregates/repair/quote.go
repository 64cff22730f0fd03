package repair

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
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
		return nil, aggregates.Refuse("invalid_value", "currency", string(currency)).On("currency")
	}
	quantity := demanded
	if s.Status == StatusDone {
		quantity = used
	}
	return []aggregates.Event{QuoteCreated{id, currency, amounts(s.Parts, currency, quantity)}}, nil
}

// SendQuote records that the customer was sent the quotation. Refusals, as for
// the answers to it: quote_not_found, quote_already_accepted,
// quote_already_declined, repair_not_open when cancelled.
func (s State) SendQuote() ([]aggregates.Event, error) {
	if s.Quote.Status == QuoteStatusSent {
		return nil, nil
	}
	if err := s.undecided(); err != nil {
		return nil, err
	}
	return []aggregates.Event{QuoteSent{s.Quote.ID}}, nil
}

// AcceptQuote records the customer's yes, with the total that it was said to:
// later work may change the quotation, not what was accepted.
func (s State) AcceptQuote() ([]aggregates.Event, error) {
	if s.Quote.Status == QuoteStatusAccepted {
		return nil, nil
	}
	if err := s.undecided(); err != nil {
		return nil, err
	}
	return []aggregates.Event{QuoteAccepted{s.Quote.ID, s.Quote.Total}}, nil
}

// DeclineQuote records the customer's no, with a reason if there is one.
func (s State) DeclineQuote(reason string) ([]aggregates.Event, error) {
	if s.Quote.Status == QuoteStatusDeclined {
		return nil, nil
	}
	if err := s.undecided(); err != nil {
		return nil, err
	}
	return []aggregates.Event{QuoteDeclined{s.Quote.ID, reason}}, nil
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
