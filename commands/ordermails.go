package commands

import (
	"context"
	"slices"

	"aftersales/aggregates"
	"aftersales/aggregates/order"
	"aftersales/commands/mail"
	"aftersales/eventstore"
)

// requestedQuotation is the mail with the quotation of an order. One that was
// answered meanwhile is not mailed.
func (s *Service) requestedQuotation(ctx context.Context, e eventstore.Envelope, asked order.QuotationSent) (RequestedMail, bool, error) {
	x := s.mailing(e, "")
	l, err := load(ctx, x, order.Model, documentOf(e))
	o := l.State
	if err != nil || slices.Contains(o.Mailed, e.ID) {
		return RequestedMail{}, false, err
	}
	to := []string{asked.Recipient}
	m := RequestedMail{Request: e.ID, Asked: e.Meta.RecordedAt, Recipients: to, Open: to}
	if !o.Quotation() {
		m.Unsendable = "order_not_quotation"
		return m, true, nil
	}
	if m.Language, err = x.languageOf(ctx, o.Customer); err != nil {
		return RequestedMail{}, false, err
	}
	letter := mail.Quotation{
		Number: o.Number, Currency: o.Currency, Total: o.Total().Amount(), Untaxed: true, ValidUntil: asked.ValidUntil,
	}
	for _, line := range o.Lines {
		p, err := x.currentProduct(ctx, "product", line.Product)
		if err != nil {
			return RequestedMail{}, false, err
		}
		letter.Lines = append(letter.Lines, mail.QuotationLine{
			Product: p.Name, Quantity: line.Quantity, Unit: p.Unit, UnitPrice: o.Currency.Price(line.UnitPrice),
			Total: aggregates.Money{Minor: line.Untaxed, Currency: o.Currency}.Amount(),
		})
	}
	m.Letter = letter
	return m, true, nil
}
