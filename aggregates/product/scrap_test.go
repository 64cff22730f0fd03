package product_test

import (
	"testing"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/product"
)

func scrap(lot uuid.UUID) func(product.State) ([]aggregates.Event, error) {
	return func(s product.State) ([]aggregates.Event, error) { return s.Scrap(lot) }
}

// 2.11: the piece with a serial number is scrapped, once and for good.
func TestASerialNumberIsScrapped(t *testing.T) {
	drill := tracked
	drill.Tracking = product.BySerial
	one, other := product.LotRegistered{Product: id, Lot: lot1, Name: "SN1"}, product.LotRegistered{Product: id, Lot: lot2, Name: "SN2"}
	known := aggregatetest.For(t, product.Model, drill, one, other)
	gone := known.When(scrap(lot1))
	gone.Then(product.LotScrapped{Lot: lot1})
	if s := gone.State(); !s.Scrapped(lot1) || s.Scrapped(lot2) {
		t.Errorf("scrapped: %+v", s.Lots)
	}
	after := aggregatetest.For(t, product.Model, drill, one, product.LotScrapped{Lot: lot1})
	after.When(scrap(lot1)).Then()
	after.When(lot(lot1, "SN1")).Then() // registered once more, it stays what it is
	known.When(scrap(uuid.Nil)).Refused("lot_not_found")
	aggregatetest.For(t, product.Model, tracked, one).When(scrap(lot1)).Refused("lot_not_serial")
}
