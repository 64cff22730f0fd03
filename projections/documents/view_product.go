package documents

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/product"
	"aftersales/aggregates/serial"
)

// productFields are those of a product; digits is the precision of its
// quantities.
type productFields struct {
	Name     string            `json:"name"`
	SKU      *string           `json:"sku"`
	Type     product.Type      `json:"type"`
	Tracking product.Tracking  `json:"tracking"`
	Unit     string            `json:"unit"`
	Digits   int               `json:"digits"`
	Price    *aggregates.Money `json:"price"`
	Lots     []uuid.UUID       `json:"lots"`
}

// lotFields are those of a lot or serial number.
type lotFields struct {
	Name    string    `json:"name"`
	Product uuid.UUID `json:"product"`
}

// lotState is that of a lot by its product's own stream.
func lotState(l product.Lot) string {
	if l.Scrapped {
		return string(serial.Scrapped)
	}
	return string(serial.Known)
}

// viewProduct shows a product and each of its lots.
func viewProduct(s product.State) []Document {
	if s.ID == uuid.Nil {
		return nil
	}
	all := []Document{Document{Kind: "product", ID: s.ID, State: activeUnless(s.Archived)}.with(productFields{
		Name: s.Name, SKU: text(s.SKU), Type: s.Type, Tracking: s.Tracking, Unit: s.Unit, Digits: s.Digits,
		Price: s.Price, Lots: mapped(s.Lots, func(l product.Lot) uuid.UUID { return l.ID }),
	})}
	for _, l := range s.Lots {
		all = append(all, Document{Kind: "lot", ID: l.ID, State: lotState(l), source: s.ID}.with(lotFields{l.Name, s.ID}))
	}
	return all
}
