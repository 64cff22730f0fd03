// Package order is a sales order, as the shop or ERP reports it or from quotation
// to sale. It is where a ticket finds the deliveries and invoices of a purchase
// (domain.md 2.6).
package order

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// State is an order as folded from its events; ID is nil before the first.
// Deliveries and Invoices are in the order in which they were linked. ConfirmedAt
// is zero until it is a sale; ValidUntil is the last day to accept the quotation,
// "" for no end; Signature is the customer's, if they signed; PaidAt is when they
// paid what the quotation asks, zero until then; Planned is the delivery that the
// sale was to have, Unplanned the code of why it has none; Mailed are the
// requests of mails that were sent or failed.
type State struct {
	ID          uuid.UUID
	Number      string
	Status      Status
	Customer    uuid.UUID
	Entity      uuid.UUID
	Currency    aggregates.Currency
	Lines       []Line
	ConfirmedAt time.Time
	Deliveries  []uuid.UUID
	Invoices    []uuid.UUID
	Coupons     []uuid.UUID
	ValidUntil  aggregates.Date
	Terms
	Signature *Signature
	PaidAt    time.Time
	Planned   uuid.UUID
	Unplanned string
	Locked    bool
	Mailed    []uuid.UUID
}

func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Registered:
		s.ID, s.Number, s.Customer, s.Entity = e.Order, e.Number, e.Customer, e.Entity
		s.Currency, s.Lines, s.ConfirmedAt = e.Currency, e.Lines, e.ConfirmedAt
		s.ValidUntil, s.Terms = e.ValidUntil, e.Terms
		s.Status = StatusDraft
		if !e.ConfirmedAt.IsZero() {
			s.Status = StatusSale
		}
	case DeliveryLinked:
		s.Deliveries = append(slices.Clip(s.Deliveries), e.Delivery)
	case InvoiceLinked:
		s.Invoices = append(slices.Clip(s.Invoices), e.Invoice)
	case CouponLinked:
		s.Coupons = append(slices.Clip(s.Coupons), e.Coupon)
	case DeliveryNotPlanned:
		s.Unplanned = e.Cause
	case QuotationSigned:
		s.Signature = &e.Signature
	case PaymentReported:
		s.PaidAt = e.At
	case QuotationSent:
		s.Status, s.ValidUntil = StatusSent, e.ValidUntil
	case QuotationEmailSent:
		s.Mailed = append(slices.Clip(s.Mailed), e.Request)
	case QuotationEmailFailed:
		s.Mailed = append(slices.Clip(s.Mailed), e.Request)
	case Confirmed:
		s.Status, s.ConfirmedAt, s.Signature = StatusSale, e.At, e.Signature
		s.Planned, s.Unplanned = e.Delivery, ""
	case QuotationDeclined:
		s.Status = StatusCancelled
	case Locked:
		s.Locked = true
	case Unlocked:
		s.Locked = false
	case Cancelled:
		s.Status = StatusCancelled
	case ReturnedToQuotation:
		s.Status, s.ConfirmedAt, s.ValidUntil, s.Signature = StatusDraft, time.Time{}, "", nil
		s.PaidAt, s.Planned, s.Unplanned = time.Time{}, uuid.Nil, ""
	}
	return s
}

// Register begins the order and computes what its lines come to. A customer
// without an entity is unknown: customer_not_found.
func (s State) Register(o Registered) ([]aggregates.Event, error) {
	if s.ID != uuid.Nil {
		return nil, aggregates.Refuse("already_exists")
	}
	o.Number, o.ConfirmedAt = strings.TrimSpace(o.Number), o.ConfirmedAt.UTC()
	_, known := o.Currency.Digits()
	var fields check.Fields
	fields.Name("number", o.Number)
	fields.Refuse(o.Customer == uuid.Nil, "customer", "required")
	fields.Refuse(o.Customer != uuid.Nil && o.Entity == uuid.Nil, "customer", "customer_not_found")
	fields.Refuse(!known, "currency", "invalid_value")
	fields.Refuse(len(o.Lines) == 0, "lines", "required")
	if err := fields.Err(); err != nil {
		return nil, err
	}
	var err error
	if o.Lines, err = priced(o.Order, o.Currency, o.Lines); err != nil {
		return nil, err
	}
	return []aggregates.Event{o}, nil
}

// LinkDelivery notes that a delivery delivers from the order.
func (s State) LinkDelivery(delivery uuid.UUID) ([]aggregates.Event, error) {
	if slices.Contains(s.Deliveries, delivery) {
		return nil, nil
	}
	return []aggregates.Event{DeliveryLinked{Delivery: delivery}}, nil
}

// LinkInvoice notes that an invoice bills the order.
func (s State) LinkInvoice(invoice uuid.UUID) ([]aggregates.Event, error) {
	if slices.Contains(s.Invoices, invoice) {
		return nil, nil
	}
	return []aggregates.Event{InvoiceLinked{Invoice: invoice}}, nil
}

// LinkCoupon notes that a coupon was reserved or redeemed for the order, unless
// there is no such order.
func (s State) LinkCoupon(coupon uuid.UUID) ([]aggregates.Event, error) {
	if s.ID == uuid.Nil || slices.Contains(s.Coupons, coupon) {
		return nil, nil
	}
	return []aggregates.Event{CouponLinked{Coupon: coupon}}, nil
}

// NoteUnplanned records why the delivery of the sale could not be planned, once.
func (s State) NoteUnplanned(delivery uuid.UUID, cause string) ([]aggregates.Event, error) {
	if s.Planned != delivery || s.Unplanned != "" {
		return nil, nil
	}
	return []aggregates.Event{DeliveryNotPlanned{delivery, cause}}, nil
}

// Delivers says whether the order is the sale that the delivery was planned for.
func (s State) Delivers(delivery uuid.UUID) bool {
	return s.Status == StatusSale && s.Planned == delivery
}

// Total is what the lines come to without taxes, in minor units of the currency.
func (s State) Total() (total aggregates.Money) {
	total.Currency = s.Currency
	for _, l := range s.Lines {
		total.Minor += l.Untaxed
	}
	return total
}

// CheckFor refuses the order beside a document of the commercial entity about
// the product (nil: about none), in the order of domain.md 3.1:
// order_without_product, order_other_customer.
func (s State) CheckFor(entity, product uuid.UUID) error {
	if product != uuid.Nil && !slices.ContainsFunc(s.Lines, func(l Line) bool { return l.Product == product }) {
		return aggregates.Refuse("order_without_product").On("order")
	}
	if s.Entity != entity {
		return aggregates.Refuse("order_other_customer").On("order")
	}
	return nil
}
