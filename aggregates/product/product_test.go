package product_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/product"
)

var (
	id    = uuid.MustParse("6d1c3a10-0000-4000-8000-000000000001")
	lot1  = uuid.MustParse("6d1c3a10-0000-4000-8000-000000000002")
	lot2  = uuid.MustParse("6d1c3a10-0000-4000-8000-000000000003")
	euros = &aggregates.Money{Minor: 1999, Currency: "EUR"}

	tracked = product.Registered{
		Product: id, Name: "Chair", SKU: "CH-1", Type: product.Goods, Tracking: product.ByLot,
		Unit: "unit", Digits: 2, Price: euros,
	}
)

func register(p product.Registered) func(product.State) ([]aggregates.Event, error) {
	return func(s product.State) ([]aggregates.Event, error) { return s.Register(p) }
}

func lot(id uuid.UUID, name string) func(product.State) ([]aggregates.Event, error) {
	return func(s product.State) ([]aggregates.Event, error) { return s.RegisterLot(id, name) }
}

func TestAProductHasDefaults(t *testing.T) {
	aggregatetest.For(t, product.Model).
		When(register(product.Registered{Product: id, Name: "Chair"})).
		Then(product.Registered{Product: id, Name: "Chair", Type: "goods", Tracking: "none", Unit: "unit"})
}

// 2.4: only goods can be tracked, otherwise forced to none.
func TestAServiceIsNeverTracked(t *testing.T) {
	wish := product.Registered{Product: id, Name: "Repair hour", Type: product.Service, Tracking: product.BySerial, Unit: "hour"}
	want := wish
	want.Tracking = product.Untracked
	aggregatetest.For(t, product.Model).When(register(wish)).Then(want)
}

func TestABadProductIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		field string
		p     product.Registered
	}{
		"no name":          {"name", product.Registered{}},
		"unknown type":     {"type", product.Registered{Name: "Chair", Type: "combo"}},
		"unknown tracking": {"tracking", product.Registered{Name: "Chair", Tracking: "batch"}},
		"too many digits":  {"digits", product.Registered{Name: "Chair", Digits: 7}},
		"negative price":   {"price", product.Registered{Name: "Chair", Price: &aggregates.Money{Minor: -1, Currency: "EUR"}}},
	} {
		_, err := product.State{}.Register(c.p)
		var r *aggregates.Refusal
		if !errors.As(err, &r) || r.Field != c.field {
			t.Errorf("%s: got %v", name, err)
		}
	}
	aggregatetest.For(t, product.Model, tracked).When(register(tracked)).Refused("already_exists")
}

// 2.4: a lot is unique per product and name.
func TestALotIsUniquePerProductAndName(t *testing.T) {
	given := aggregatetest.For(t, product.Model, tracked, product.LotRegistered{Product: id, Lot: lot1, Name: "L1"})
	given.When(lot(lot2, "L1")).Refused("lot_already_exists")
	given.When(lot(lot1, "L2")).Refused("already_exists")
	given.When(lot(lot2, "  ")).Refused("required")
	given.When(lot(lot1, " L1 ")).Then()
	got := given.When(lot(lot2, "L2")).State()
	want := []product.Lot{{ID: lot1, Name: "L1"}, {ID: lot2, Name: "L2"}}
	if diff := cmp.Diff(want, got.Lots); diff != "" {
		t.Error(diff)
	}
}

// R-09, 2.4: a lot belongs to a tracked product and to this one only.
func TestALotStandsOnlyBesideItsOwnTrackedProduct(t *testing.T) {
	untracked := tracked
	untracked.Tracking = product.Untracked
	aggregatetest.For(t, product.Model, untracked).When(lot(lot1, "L1")).Refused("lot_not_applicable")

	plain := product.Model.Fold(untracked)
	withLot := product.Model.Fold(tracked, product.LotRegistered{Product: id, Lot: lot1, Name: "L1"})
	for _, c := range []struct {
		s    product.State
		lot  uuid.UUID
		code string
	}{
		{plain, uuid.Nil, ""},
		{plain, lot1, "lot_not_applicable"},
		{withLot, lot1, ""},
		{withLot, lot2, "lot_other_product"},
	} {
		var code string
		if r, ok := errors.AsType[*aggregates.Refusal](c.s.CheckLot(c.lot)); ok {
			code = r.Code
		}
		if code != c.code {
			t.Errorf("lot %s on tracking %s: got %q, want %q", c.lot, c.s.Tracking, code, c.code)
		}
	}
}
