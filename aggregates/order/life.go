package order

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// Status is where an order stands.
type Status string

// The states of an order (domain.md 2.6). The first two are quotations.
const (
	StatusDraft     Status = "draft"
	StatusSent      Status = "sent"
	StatusSale      Status = "sale"
	StatusCancelled Status = "cancelled"
)

// Quotation says whether the customer may still buy.
func (s State) Quotation() bool { return s.Status == StatusDraft || s.Status == StatusSent }

// Paid says whether the customer paid what the quotation asks.
func (s State) Paid() bool { return !s.PaidAt.IsZero() }

// Send asks for a mail to the customer with the quotation, to be accepted until
// the day, "" for the one told before, as often as it is wished. Refusals:
// order_not_quotation, expiration_in_past, and recipient_without_email for a
// customer without an address.
func (s State) Send(name, address string, until, today aggregates.Date) ([]aggregates.Event, error) {
	if until == "" {
		until = s.ValidUntil
	}
	switch {
	case !s.Quotation():
		return nil, s.notQuotation()
	case until != "" && until.Before(today):
		return nil, aggregates.Refuse("expiration_in_past").On("valid_until")
	case address == "":
		return nil, aggregates.Refuse("recipient_without_email", "name", name).On("customer")
	}
	return []aggregates.Event{QuotationSent{address, until}}, nil
}

func (s State) notQuotation() error {
	return aggregates.Refuse("order_not_quotation", "state", string(s.Status))
}

// NoteSent records that the mail that the event request asked for went out, once.
func (s State) NoteSent(request uuid.UUID, recipient, messageID string) ([]aggregates.Event, error) {
	if s.ID == uuid.Nil || slices.Contains(s.Mailed, request) {
		return nil, nil
	}
	return []aggregates.Event{QuotationEmailSent{request, recipient, messageID}}, nil
}

// NoteFailed records that that mail will not go out, once.
func (s State) NoteFailed(request uuid.UUID, recipient, cause string) ([]aggregates.Event, error) {
	if s.ID == uuid.Nil || slices.Contains(s.Mailed, request) {
		return nil, nil
	}
	return []aggregates.Event{QuotationEmailFailed{request, recipient, cause}}, nil
}

// Confirm makes the quotation a sale, by the company's word. Refusal:
// order_not_quotation when cancelled.
func (s State) Confirm(delivery uuid.UUID, at time.Time) ([]aggregates.Event, error) {
	if s.Status == StatusSale {
		return nil, nil
	}
	if !s.Quotation() {
		return nil, s.notQuotation()
	}
	return []aggregates.Event{Confirmed{At: at.UTC(), Delivery: delivery, Signature: s.Signature}}, nil
}

// Accept is the customer's signature, which makes the quotation a sale unless it
// waits for a payment. The same signature again is no event. Refusals:
// order_already_signed for another one; order_not_quotation when cancelled or
// confirmed without one; signature_not_expected, quote_expired; then, by field,
// required, too_long, signature_missing, signature_not_png, signature_too_large.
func (s State) Accept(by Signature, delivery uuid.UUID, at time.Time, today aggregates.Date) ([]aggregates.Event, error) {
	by.Name = strings.TrimSpace(by.Name)
	signed := s.Status != StatusCancelled && s.Signature != nil
	switch {
	case signed && s.Signature.Name == by.Name && s.Signature.Image == by.Image:
		return nil, nil
	case signed:
		return nil, aggregates.Refuse("order_already_signed")
	case !s.Quotation():
		return nil, s.notQuotation()
	case !s.RequireSignature:
		return nil, aggregates.Refuse("signature_not_expected")
	case s.ValidUntil != "" && s.ValidUntil.Before(today):
		return nil, aggregates.Refuse("quote_expired", "date", string(s.ValidUntil))
	}
	var fields check.Fields
	fields.Name("name", by.Name)
	code := check.RefusedSignature(by.Image)
	fields.Refuse(code != "", "signature", code, "max", strconv.Itoa(check.MaxSignature))
	if err := fields.Err(); err != nil {
		return nil, err
	}
	if s.RequirePayment && !s.Paid() {
		return []aggregates.Event{QuotationSigned{At: at.UTC(), Signature: by}}, nil
	}
	return []aggregates.Event{Confirmed{At: at.UTC(), Delivery: delivery, Signature: &by}}, nil
}

// ReportPayment notes that the customer paid what the quotation asks, and makes
// it a sale unless it waits for their signature, also after its last day: the
// money is there. Refusals: order_not_quotation, payment_not_expected; by field
// invalid_value, too_long.
func (s State) ReportPayment(p PaymentReported, delivery uuid.UUID) ([]aggregates.Event, error) {
	p.At, p.Reference = p.At.UTC(), strings.TrimSpace(p.Reference)
	switch {
	case s.Paid():
		return nil, nil
	case !s.Quotation():
		return nil, s.notQuotation()
	case !s.RequirePayment:
		return nil, aggregates.Refuse("payment_not_expected")
	case p.Amount != nil && (p.Amount.Currency != s.Currency || p.Amount.Minor <= 0):
		return nil, aggregates.Refuse("invalid_value").On("amount")
	}
	var fields check.Fields
	fields.Within(check.MaxReason, "reference", p.Reference)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	events := []aggregates.Event{p}
	if s.RequireSignature && s.Signature == nil {
		return events, nil
	}
	return append(events, Confirmed{At: p.At, Delivery: delivery, Signature: s.Signature}), nil
}

// Decline cancels the quotation by the customer's word, which needs a reason.
// Refusals: order_not_quotation, signature_not_expected, required, too_long.
func (s State) Decline(reason string) ([]aggregates.Event, error) {
	switch {
	case !s.Quotation():
		return nil, s.notQuotation()
	case !s.RequireSignature:
		return nil, aggregates.Refuse("signature_not_expected")
	}
	var fields check.Fields
	fields.Required("reason", reason)
	fields.Within(check.MaxReason, "reason", reason)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	return []aggregates.Event{QuotationDeclined{strings.TrimSpace(reason)}}, nil
}

// Lock keeps a sale from being cancelled. Refusal: order_not_confirmed.
func (s State) Lock() ([]aggregates.Event, error) { return s.lock(true, Locked{}) }

// Unlock lets a sale be cancelled again. Refusal: order_not_confirmed.
func (s State) Unlock() ([]aggregates.Event, error) { return s.lock(false, Unlocked{}) }

func (s State) lock(locked bool, e aggregates.Event) ([]aggregates.Event, error) {
	switch {
	case s.Status != StatusSale:
		return nil, aggregates.Refuse("order_not_confirmed", "state", string(s.Status))
	case s.Locked == locked:
		return nil, nil
	}
	return []aggregates.Event{e}, nil
}

// Cancel gives the order up, whatever it is. Refusal: order_locked.
func (s State) Cancel() ([]aggregates.Event, error) {
	switch {
	case s.Status == StatusCancelled:
		return nil, nil
	case s.Locked:
		return nil, aggregates.Refuse("order_locked")
	}
	return []aggregates.Event{Cancelled{}}, nil
}

// SetToQuotation makes a draft of a cancelled order. Refusal: order_not_cancelled.
func (s State) SetToQuotation() ([]aggregates.Event, error) {
	switch s.Status {
	case StatusDraft:
		return nil, nil
	case StatusCancelled:
		return []aggregates.Event{ReturnedToQuotation{}}, nil
	default:
		return nil, aggregates.Refuse("order_not_cancelled", "state", string(s.Status))
	}
}
