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

// Send asks for a mail to the customer with the quotation, to be accepted until
// the day, "" for no end. Refusals: order_not_draft, expiration_in_past, and
// recipient_without_email for a customer without an address.
func (s State) Send(name, address string, until, today aggregates.Date) ([]aggregates.Event, error) {
	switch {
	case s.Status != StatusDraft:
		return nil, aggregates.Refuse("order_not_draft", "state", string(s.Status))
	case until != "" && until.Before(today):
		return nil, aggregates.Refuse("expiration_in_past").On("valid_until")
	case address == "":
		return nil, aggregates.Refuse("recipient_without_email", "name", name).On("customer")
	}
	return []aggregates.Event{QuotationSent{address, until}}, nil
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
		return nil, aggregates.Refuse("order_not_quotation", "state", string(s.Status))
	}
	return []aggregates.Event{Confirmed{At: at.UTC(), Delivery: delivery}}, nil
}

// Accept makes the quotation a sale by the customer's signature. Refusals:
// order_not_quotation when cancelled, quote_expired; then, by field, required,
// signature_missing, signature_not_png, signature_too_large.
func (s State) Accept(by Signature, delivery uuid.UUID, at time.Time, today aggregates.Date) ([]aggregates.Event, error) {
	events, err := s.Confirm(delivery, at)
	if err != nil || len(events) == 0 {
		return nil, err
	}
	if s.ValidUntil != "" && s.ValidUntil.Before(today) {
		return nil, aggregates.Refuse("quote_expired", "date", string(s.ValidUntil))
	}
	by.Name = strings.TrimSpace(by.Name)
	var fields check.Fields
	fields.Required("name", by.Name)
	code := check.RefusedSignature(by.Image)
	fields.Refuse(code != "", "signature", code, "max", strconv.Itoa(check.MaxSignature))
	if err := fields.Err(); err != nil {
		return nil, err
	}
	return []aggregates.Event{Confirmed{At: at.UTC(), Delivery: delivery, Signature: &by}}, nil
}

// Decline cancels the quotation by the customer's word, which needs a reason.
// Refusals: order_not_quotation, required.
func (s State) Decline(reason string) ([]aggregates.Event, error) {
	if !s.Quotation() {
		return nil, aggregates.Refuse("order_not_quotation", "state", string(s.Status))
	}
	var fields check.Fields
	fields.Required("reason", reason)
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
