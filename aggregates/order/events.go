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
// bought, in UTC; an order without it is still a draft.
type Registered struct {
	Order       uuid.UUID           `json:"order"`
	Number      string              `json:"number"`
	Customer    uuid.UUID           `json:"customer"`
	Entity      uuid.UUID           `json:"entity"`
	Currency    aggregates.Currency `json:"currency"`
	Lines       []Line              `json:"lines"`
	ConfirmedAt time.Time           `json:"confirmed_at,omitzero"`
}

// DeliveryLinked says that a delivery delivers from the order.
type DeliveryLinked struct {
	Delivery uuid.UUID `json:"delivery"`
}

// InvoiceLinked says that an invoice bills the order.
type InvoiceLinked struct {
	Invoice uuid.UUID `json:"invoice"`
}

func (Registered) orderEvent()     {}
func (DeliveryLinked) orderEvent() {}
func (InvoiceLinked) orderEvent()  {}

// Model is the order aggregate: streams "order-<id>".
var Model = aggregates.NewModel("order", evolve,
	aggregates.Define[Registered]("order-registered"),
	aggregates.Define[DeliveryLinked]("order-delivery-linked"),
	aggregates.Define[InvoiceLinked]("order-invoice-linked"),
)
