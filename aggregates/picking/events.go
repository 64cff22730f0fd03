package picking

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ pickingEvent() }

// LotQuantity is how much of one lot or serial number a line holds.
type LotQuantity struct {
	Lot      uuid.UUID          `json:"lot"`
	Quantity aggregates.Decimal `json:"quantity"`
}

// PlannedLine is one physical product of a delivery. Digits are the decimals
// of its unit, 0 to 6; Lots are empty or add up to the quantity. What the line
// needs of its product is kept here, so that later changes there do not reach it.
type PlannedLine struct {
	ID        uuid.UUID          `json:"id"`
	Product   uuid.UUID          `json:"product"`
	Quantity  aggregates.Decimal `json:"quantity"`
	Tracking  Tracking           `json:"tracking"`
	Digits    int                `json:"digits"`
	Unit      string             `json:"unit,omitempty"`
	Lots      []LotQuantity      `json:"lots,omitempty"`
	OrderLine uuid.UUID          `json:"order_line,omitzero"`
	// ReturnLine is the line of the return that the goods came back with.
	ReturnLine uuid.UUID `json:"return_line,omitzero"`
}

// DeliveryPlanned begins a delivery, ready to be validated. Entity is the
// commercial entity of the customer; Number is empty until one is allotted.
// BackorderOf is the delivery that left these goods behind, RedeliveryOf the
// return that they came back with, nil for none.
type DeliveryPlanned struct {
	Delivery       uuid.UUID     `json:"delivery"`
	Number         string        `json:"number,omitempty"`
	Customer       uuid.UUID     `json:"customer"`
	Entity         uuid.UUID     `json:"entity"`
	Order          uuid.UUID     `json:"order,omitzero"`
	SourceLocation uuid.UUID     `json:"source_location,omitzero"`
	BackorderOf    uuid.UUID     `json:"backorder_of,omitzero"`
	RedeliveryOf   uuid.UUID     `json:"redelivery_of,omitzero"`
	Lines          []PlannedLine `json:"lines"`
}

// DoneLine is what of a planned line really left, with its lots if tracked.
type DoneLine struct {
	ID           uuid.UUID          `json:"id"`
	DoneQuantity aggregates.Decimal `json:"done_quantity"`
	Lots         []LotQuantity      `json:"lots,omitempty"`
}

// DeliveryValidated says that the goods left; a line not listed did not.
// Backorder is the delivery that follows for what was left behind, nil where
// nothing was or none is wanted. What a return brought and neither left nor
// follows has Stayed.
type DeliveryValidated struct {
	Lines     []DoneLine        `json:"lines"`
	Backorder *DeliveryPlanned  `json:"backorder,omitempty"`
	Stayed    []RedeliveredLine `json:"stayed,omitempty"`
}

// DeliveryCancelled says that nothing will leave.
type DeliveryCancelled struct{}

// DeliveryNumbered gives the delivery its human number.
type DeliveryNumbered struct {
	Number string `json:"number"`
}

// AnnouncedLine is a quantity of a delivery line that is to come back; Lots
// are empty while nobody has named them, else they add up to the quantity.
type AnnouncedLine struct {
	ID           uuid.UUID          `json:"id"`
	DeliveryLine uuid.UUID          `json:"delivery_line"`
	Product      uuid.UUID          `json:"product"`
	Quantity     aggregates.Decimal `json:"quantity"`
	Lots         []LotQuantity      `json:"lots,omitempty"`
}

// ReturnCreated confirms a return and reserves its quantities: nothing else can
// return them until it is received, cancelled or closed short (T-10, T-11).
// KeepsOrder says that what arrives stays delivered in the eyes of the order.
type ReturnCreated struct {
	Return         uuid.UUID       `json:"return"`
	Delivery       uuid.UUID       `json:"delivery"`
	Ticket         uuid.UUID       `json:"ticket"`
	Customer       uuid.UUID       `json:"customer"`
	Entity         uuid.UUID       `json:"entity"`
	ReturnLocation uuid.UUID       `json:"return_location"`
	Reason         string          `json:"reason,omitempty" personal:"true"`
	KeepsOrder     bool            `json:"keeps_order,omitempty"`
	Lines          []AnnouncedLine `json:"lines"`
}

// ReturnNumbered gives a return its human number.
type ReturnNumbered struct {
	Return uuid.UUID `json:"return"`
	Number string    `json:"number"`
}

// ReceivedLine is what of a return line arrived this time.
type ReceivedLine struct {
	ID       uuid.UUID          `json:"id"`
	Quantity aggregates.Decimal `json:"quantity"`
	Lots     []LotQuantity      `json:"lots,omitempty"`
}

// ReturnReceived says what arrived; Complete, that nothing announced is open.
type ReturnReceived struct {
	Return   uuid.UUID      `json:"return"`
	Lines    []ReceivedLine `json:"lines"`
	Complete bool           `json:"complete"`
}

// ReleasedLine is an announced quantity that will not come, by return line.
type ReleasedLine struct {
	ID       uuid.UUID          `json:"id"`
	Quantity aggregates.Decimal `json:"quantity"`
}

// ReturnCancelled ends a return and releases what it had not received.
type ReturnCancelled struct {
	Return   uuid.UUID      `json:"return"`
	Released []ReleasedLine `json:"released"`
}

// ReturnClosedShort ends a return with what arrived and releases the rest.
type ReturnClosedShort struct {
	Return   uuid.UUID      `json:"return"`
	Released []ReleasedLine `json:"released"`
}

// RedeliveredLine is a quantity of a return line that leaves again.
type RedeliveredLine struct {
	ReturnLine uuid.UUID          `json:"return_line"`
	Quantity   aggregates.Decimal `json:"quantity"`
	Lots       []LotQuantity      `json:"lots,omitempty"`
}

// ReturnRedelivered takes received goods for another delivery, which follows.
type ReturnRedelivered struct {
	Return   uuid.UUID         `json:"return"`
	Lines    []RedeliveredLine `json:"lines"`
	Delivery DeliveryPlanned   `json:"delivery"`
}

// RedeliveryCancelled says that the delivery was cancelled: its goods are there.
type RedeliveryCancelled struct {
	Return   uuid.UUID `json:"return"`
	Delivery uuid.UUID `json:"delivery"`
}

// RedeliveryStayed says what of a redelivery, or of a backorder of one, did not
// leave and will not: it is there.
type RedeliveryStayed struct {
	Return   uuid.UUID         `json:"return"`
	Delivery uuid.UUID         `json:"delivery"`
	Lines    []RedeliveredLine `json:"lines"`
}

func (DeliveryPlanned) pickingEvent()     {}
func (DeliveryValidated) pickingEvent()   {}
func (DeliveryCancelled) pickingEvent()   {}
func (DeliveryNumbered) pickingEvent()    {}
func (ReturnCreated) pickingEvent()       {}
func (ReturnNumbered) pickingEvent()      {}
func (ReturnReceived) pickingEvent()      {}
func (ReturnCancelled) pickingEvent()     {}
func (ReturnClosedShort) pickingEvent()   {}
func (ReturnRedelivered) pickingEvent()   {}
func (RedeliveryCancelled) pickingEvent() {}
func (RedeliveryStayed) pickingEvent()    {}

// Model is the delivery aggregate with its returns: streams "picking-<id>".
var Model = aggregates.NewModel("picking", evolve,
	aggregates.Define[DeliveryPlanned]("delivery-planned"),
	aggregates.Define[DeliveryValidated]("delivery-validated"),
	aggregates.Define[DeliveryCancelled]("delivery-cancelled"),
	aggregates.Define[DeliveryNumbered]("delivery-numbered"),
	aggregates.Define[ReturnCreated]("return-created"),
	aggregates.Define[ReturnNumbered]("return-numbered"),
	aggregates.Define[ReturnReceived]("return-received"),
	aggregates.Define[ReturnCancelled]("return-cancelled"),
	aggregates.Define[ReturnClosedShort]("return-closed-short"),
	aggregates.Define[ReturnRedelivered]("return-redelivered"),
	aggregates.Define[RedeliveryCancelled]("redelivery-cancelled"),
	aggregates.Define[RedeliveryStayed]("redelivery-stayed"),
)
