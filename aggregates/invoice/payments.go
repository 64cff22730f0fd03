package invoice

import (
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// PaymentRequest is money that came from or goes to the customer: above 0, in
// the invoice's currency. The id is the client's and makes a retry harmless.
type PaymentRequest struct {
	ID        uuid.UUID
	Amount    aggregates.Money
	PaidOn    aggregates.Date
	Reference string
}

// RegisterPayment allocates a payment to the posted invoice. It refuses with
// invoice_not_posted, with the faults of the request, or with
// payment_exceeds_residual. The same payment again changes nothing, another one
// with its id is refused with already_exists.
func (s State) RegisterPayment(r PaymentRequest) ([]aggregates.Event, error) {
	if err := s.mustBe(StatusPosted, "invoice_not_posted"); err != nil {
		return nil, err
	}
	if known, err := s.knows(r, s.Payments); known || err != nil {
		return nil, err
	}
	if err := r.check(s.Currency, s.Residual); err != nil {
		return nil, err
	}
	residual := s.Residual - r.Amount.Minor
	return []aggregates.Event{PaymentRegistered{
		Payment: r.ID, Amount: r.Amount.Minor, PaidOn: r.PaidOn, Reference: r.Reference,
		ResidualAfter: residual, PaymentStateAfter: settled(s.Total, residual, true),
	}}, nil
}

// PayOutCreditNote gives open credit of a posted credit note back as money. It
// refuses with credit_note_not_posted, otherwise as RegisterPayment does.
func (s State) PayOutCreditNote(creditNote uuid.UUID, r PaymentRequest) ([]aggregates.Event, error) {
	n, err := s.find(creditNote)
	if err != nil {
		return nil, err
	}
	if n.Status != StatusPosted {
		return nil, aggregates.Refuse("credit_note_not_posted")
	}
	if known, err := s.knows(r, n.Payouts); known || err != nil {
		return nil, err
	}
	if err := r.check(s.Currency, n.Residual); err != nil {
		return nil, err
	}
	residual := n.Residual - r.Amount.Minor
	return []aggregates.Event{CreditNotePaidOut{
		CreditNote: creditNote, Payment: r.ID, Amount: r.Amount.Minor, PaidOn: r.PaidOn, Reference: r.Reference,
		ResidualAfter: residual, PaymentState: settled(n.Total, residual, true),
	}}, nil
}

// RefundPayment gives open money of a payment back to the customer. It refuses
// with payment_not_found, payment_outbound or payment_not_open, with the faults
// of the request, or with amount_exceeds_open. The same refund again changes
// nothing, another one with its id is refused with already_exists.
func (s State) RefundPayment(payment uuid.UUID, r PaymentRequest) ([]aggregates.Event, error) {
	p, err := s.inbound(payment)
	if err != nil {
		return nil, err
	}
	if known, err := s.knows(r, p.refunds()); known || err != nil {
		return nil, err
	}
	open := p.Open()
	if open == 0 {
		return nil, aggregates.Refuse("payment_not_open")
	}
	if err := r.fields(s.Currency); err != nil {
		return nil, err
	}
	if err := checkPart(r.Amount, s.Currency, open); err != nil {
		return nil, err
	}
	return []aggregates.Event{PaymentRefunded{
		Payment: payment, Refund: r.ID, Amount: r.Amount.Minor, PaidOn: r.PaidOn, Reference: r.Reference,
		OpenAfter: open - r.Amount.Minor,
	}}, nil
}

// knows says whether the payment is one of these already. An id that another
// payment of the stream has is refused with already_exists.
func (s State) knows(r PaymentRequest, payments []Payment) (bool, error) {
	same := func(p Payment) bool { return p.ID == r.ID }
	i := slices.IndexFunc(payments, same)
	if i < 0 {
		if s.HasPayment(r.ID) {
			return false, aggregates.Refuse("already_exists")
		}
		return false, nil
	}
	if p := payments[i]; p.Amount != r.Amount.Minor || p.PaidOn != r.PaidOn || p.Reference != r.Reference {
		return false, aggregates.Refuse("already_exists")
	}
	return true, nil
}

// check collects the faults of a payment, then holds it to what is open.
func (r PaymentRequest) check(c aggregates.Currency, open int64) error {
	if err := r.fields(c); err != nil {
		return err
	}
	if r.Amount.Minor > open {
		rest := aggregates.Money{Minor: open, Currency: c}
		return aggregates.Refuse("payment_exceeds_residual", "residual", rest.Amount(), "currency", c.Code())
	}
	return nil
}

// fields collects the faults of a payment.
func (r PaymentRequest) fields(c aggregates.Currency) error {
	var fields check.Fields
	fields.Refuse(r.ID == uuid.Nil, "id", "required")
	if r.Amount == (aggregates.Money{}) {
		fields.Refuse(true, "amount", "required")
	} else {
		fields.Refuse(r.Amount.Currency != c, "amount", "currency_mismatch", "currency", c.Code())
		fields.Refuse(r.Amount.Minor <= 0, "amount", "not_positive")
	}
	fields.Refuse(r.PaidOn == "", "paid_on", "required")
	fields.Within(check.MaxReason, "reference", r.Reference)
	return fields.Err()
}

// allocated are the payments that count for the invoice.
func (s State) allocated() []ReleasedPayment {
	var live []ReleasedPayment
	for _, p := range s.Payments {
		if !p.Released {
			live = append(live, ReleasedPayment{Payment: p.ID, Amount: p.Amount})
		}
	}
	return live
}

// settled is the payment state of a document; paid says that a payment took
// part in settling it.
func settled(total, residual int64, paid bool) PaymentState {
	switch {
	case total == 0 || residual == 0 && paid:
		return Paid
	case residual == 0:
		return Reversed
	case residual < total:
		return Partial
	}
	return NotPaid
}
