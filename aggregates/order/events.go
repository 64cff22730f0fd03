package order

import (
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ orderEvent() }

// Registered makes a sales order of the shop or ERP known under its own number.
// Entity is the customer's commercial entity. ConfirmedAt is when the customer
// bought, in UTC; an order without it is a quotation in draft, to be accepted until
// ValidUntil, that day included, "" for no end.
type Registered struct {
	Order       uuid.UUID           `json:"order"`
	Number      string              `json:"number"`
	Customer    uuid.UUID           `json:"customer"`
	Entity      uuid.UUID           `json:"entity"`
	Currency    aggregates.Currency `json:"currency"`
	Lines       []Line              `json:"lines"`
	ConfirmedAt time.Time           `json:"confirmed_at,omitzero"`
	ValidUntil  aggregates.Date     `json:"valid_until,omitempty"`
	Terms
}

// Terms are what makes a quotation a sale without the company's word: the
// customer's signature, a payment, or both.
type Terms struct {
	RequireSignature bool `json:"require_signature"`
	RequirePayment   bool `json:"require_payment"`
}

// DeliveryLinked says that a delivery delivers from the order.
type DeliveryLinked struct {
	Delivery uuid.UUID `json:"delivery"`
}

// InvoiceLinked says that an invoice bills the order.
type InvoiceLinked struct {
	Invoice uuid.UUID `json:"invoice"`
}

// CouponLinked says that a coupon was reserved or redeemed for the order.
type CouponLinked struct {
	Coupon uuid.UUID `json:"coupon"`
}

// DeliveryNotPlanned says that the delivery of a confirmed order could not be
// planned, with the code of why.
type DeliveryNotPlanned struct {
	Delivery uuid.UUID `json:"delivery"`
	Cause    string    `json:"cause"`
}

// QuotationSent asks for a mail to the customer with the quotation, which can be
// accepted until ValidUntil, that day included; "" is without end.
type QuotationSent struct {
	Recipient  string          `json:"recipient" personal:"true"`
	ValidUntil aggregates.Date `json:"valid_until,omitempty"`
}

// QuotationEmailSent says that a mail server (or the folder of mails) took the
// mail that the event Request asked for.
type QuotationEmailSent struct {
	Request   uuid.UUID `json:"request"`
	Recipient string    `json:"recipient" personal:"true"`
	MessageID string    `json:"message_id"`
}

// QuotationEmailFailed says that that mail does not reach the customer, and why:
// the mail server's words, or a code.
type QuotationEmailFailed struct {
	Request   uuid.UUID `json:"request"`
	Recipient string    `json:"recipient" personal:"true"`
	Cause     string    `json:"cause" personal:"true"`
}

// Confirmed makes a quotation a sale. Delivery is the one to be planned for its
// goods. Signature is the customer's, nil when the company confirmed.
type Confirmed struct {
	At        time.Time  `json:"at"`
	Delivery  uuid.UUID  `json:"delivery"`
	Signature *Signature `json:"signature,omitempty"`
}

// Signature is who accepted a quotation, with the image as a PNG data URL.
type Signature struct {
	Name  string `json:"name" personal:"true"`
	Image string `json:"image" personal:"true"`
	aggregates.Evidence
}

// QuotationSigned is the customer's signature under a quotation that waits for
// their payment.
type QuotationSigned struct {
	At        time.Time `json:"at"`
	Signature Signature `json:"signature"`
}

// PaymentReported says that the customer paid what the quotation asks, by the
// word of the shop: Amount, if told, and Reference are its own. The money itself
// is for the invoice to take.
type PaymentReported struct {
	At        time.Time         `json:"at"`
	Amount    *aggregates.Money `json:"amount,omitempty"`
	Reference string            `json:"reference,omitempty"`
}

// QuotationDeclined is the customer's no, with their words; it cancels the order.
type QuotationDeclined struct {
	Reason string `json:"reason" personal:"true"`
}

// Locked keeps a sale from being cancelled.
type Locked struct{}

// Unlocked lets a sale be cancelled again.
type Unlocked struct{}

// Cancelled gives the order up.
type Cancelled struct{}

// ReturnedToQuotation takes a cancelled order up again, as a draft.
type ReturnedToQuotation struct{}

func (Registered) orderEvent()           {}
func (DeliveryLinked) orderEvent()       {}
func (InvoiceLinked) orderEvent()        {}
func (CouponLinked) orderEvent()         {}
func (DeliveryNotPlanned) orderEvent()   {}
func (QuotationSigned) orderEvent()      {}
func (PaymentReported) orderEvent()      {}
func (QuotationSent) orderEvent()        {}
func (QuotationEmailSent) orderEvent()   {}
func (QuotationEmailFailed) orderEvent() {}
func (Confirmed) orderEvent()            {}
func (QuotationDeclined) orderEvent()    {}
func (Locked) orderEvent()               {}
func (Unlocked) orderEvent()             {}
func (Cancelled) orderEvent()            {}
func (ReturnedToQuotation) orderEvent()  {}

// Model is the order aggregate: streams "order-<id>".
var Model = aggregates.NewModel("order", evolve,
	aggregates.Define[Registered]("order-registered"),
	aggregates.Define[DeliveryLinked]("order-delivery-linked"),
	aggregates.Define[InvoiceLinked]("order-invoice-linked"),
	aggregates.Define[CouponLinked]("order-coupon-linked"),
	aggregates.Define[DeliveryNotPlanned]("order-delivery-not-planned"),
	aggregates.Define[QuotationSigned]("order-quotation-signed"),
	aggregates.Define[PaymentReported]("order-payment-reported"),
	aggregates.Define[QuotationSent]("order-quotation-sent"),
	aggregates.Define[QuotationEmailSent]("order-quotation-email-sent"),
	aggregates.Define[QuotationEmailFailed]("order-quotation-email-failed"),
	aggregates.Define[Confirmed]("order-confirmed"),
	aggregates.Define[QuotationDeclined]("order-quotation-declined"),
	aggregates.Define[Locked]("order-locked"),
	aggregates.Define[Unlocked]("order-unlocked"),
	aggregates.Define[Cancelled]("order-cancelled"),
	aggregates.Define[ReturnedToQuotation]("order-returned-to-quotation"),
)
