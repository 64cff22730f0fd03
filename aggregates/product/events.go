package product

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ productEvent() }

// Registered makes a product known. Digits is how many digits after the point
// a quantity of it has (0 to 6); Price is the list price of one unit, when it
// has one.
type Registered struct {
	Product  uuid.UUID         `json:"product"`
	Name     string            `json:"name"`
	SKU      string            `json:"sku,omitempty"`
	Type     Type              `json:"type"`
	Tracking Tracking          `json:"tracking"`
	Unit     string            `json:"unit"`
	Digits   int               `json:"digits"`
	Price    *aggregates.Money `json:"price,omitempty"`
}

// DetailsChanged holds what can be changed of a product as it is from now on;
// documents made before keep what they took from it.
type DetailsChanged struct {
	Name  string            `json:"name"`
	SKU   string            `json:"sku,omitempty"`
	Price *aggregates.Money `json:"price,omitempty"`
}

// LotRegistered makes a lot or serial number known; it is for ever tied to
// this product (domain.md 2.4).
type LotRegistered struct {
	Product uuid.UUID `json:"product"`
	Lot     uuid.UUID `json:"lot"`
	Name    string    `json:"name"`
}

// LotScrapped says that the piece with the serial number is no more: it is in no
// other place again (domain.md 2.11).
type LotScrapped struct {
	Lot uuid.UUID `json:"lot"`
}

// Archived keeps the product out of the choices for new documents (domain.md 2.11).
type Archived struct{}

// Unarchived takes that back.
type Unarchived struct{}

func (Registered) productEvent()     {}
func (DetailsChanged) productEvent() {}
func (LotRegistered) productEvent()  {}
func (LotScrapped) productEvent()    {}
func (Archived) productEvent()       {}
func (Unarchived) productEvent()     {}

// Model is the product aggregate: streams "product-<id>".
var Model = aggregates.NewModel("product", evolve,
	aggregates.Define[Registered]("product-registered"),
	aggregates.Define[DetailsChanged]("product-details-changed"),
	aggregates.Define[LotRegistered]("lot-registered"),
	aggregates.Define[LotScrapped]("lot-scrapped"),
	aggregates.Define[Archived]("product-archived"),
	aggregates.Define[Unarchived]("product-unarchived"),
)
