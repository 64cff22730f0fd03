package task_test

import (
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/product"
	"aftersales/aggregates/task"
)

var (
	seal  = product.State{ID: id("seal"), Name: "Seal", Tracking: product.Untracked, Unit: "unit"}
	drill = product.State{ID: id("drill"), Name: "Drill", Tracking: product.BySerial, Unit: "unit"}
)

func use(p product.State, quantity string, change ...func(*task.Use)) rule {
	q := aggregates.MustDecimal(quantity)
	w := task.Use{Product: p, Quantity: &q}
	for _, c := range change {
		c(&w)
	}
	return func(s task.State) ([]aggregates.Event, error) { return s.UseMaterial(w, end) }
}

func lot(name string, of product.State) func(*task.Use) {
	return func(w *task.Use) { w.Lot, w.LotOf = id(name), of.ID }
}

func in(unit string) func(*task.Use) { return func(w *task.Use) { w.Unit = unit } }

func seals(quantity int64) task.Material {
	return task.Material{Product: seal.ID, Quantity: aggregates.NewDecimal(quantity), Unit: "unit"}
}

// Section 5, UseMaterial: what is said is the whole, so that it can be corrected.
func TestMaterialsAreNotedAndCorrected(t *testing.T) {
	g := given(t, with(visit(), use(seal, "2"))...)
	given(t, visit()...).When(use(seal, "2")).Then(task.MaterialUsed{Material: seals(2)})
	given(t, visit()...).When(use(seal, "1", in("dozen"))).Then(task.MaterialUsed{Material: seals(12)})
	g.When(use(seal, "2")).Then()
	g.When(use(seal, "3")).Then(task.MaterialUsed{Material: seals(3)})
	if got := g.When(use(seal, "0")).State().Materials; len(got) != 0 {
		t.Errorf("taken back, there is %v", got)
	}
	if got := g.When(use(drill, "1", lot("SN1", drill))).State().Materials; len(got) != 2 {
		t.Errorf("got %v", got)
	}
	given(t, visit()...).When(use(seal, "0")).Then()
}

func TestBadMaterialsAreRefused(t *testing.T) {
	g := given(t, visit()...)
	for code, r := range map[string]rule{
		"product_required":   use(product.State{}, "1"),
		"required":           func(s task.State) ([]aggregates.Event, error) { return s.UseMaterial(task.Use{Product: seal}, end) },
		"lot_not_applicable": use(seal, "1", lot("SN1", drill)),
		"lot_required":       use(drill, "1"),
		"lot_not_found":      use(drill, "1", lot("SN1", product.State{})),
		"lot_other_product":  use(drill, "1", lot("SN1", seal)),
		"serial_quantity":    use(drill, "2", lot("SN1", drill)),
		"negative_quantity":  use(seal, "-1"),
		"quantity_precision": use(seal, "0.5"),
		"unit_other_family":  use(seal, "1", in("kg")),
	} {
		g.When(r).Refused(code)
	}
	given(t, create()).When(use(seal, "1")).Refused("task_not_in_progress")
}

// 2.10: the signature covers worksheet, materials and time; each of them changed
// needs a new version and a new signature.
func TestASignatureCoversMaterialsAndTime(t *testing.T) {
	signed := with(visit(), save(filled), sign())
	effort := task.Effort{Materials: []task.Material{seals(2)}, WorkedSeconds: 7200}
	g := given(t, signed...).When(use(seal, "2"))
	g.Then(
		task.MaterialUsed{Material: seals(2)},
		version(2, filled, effort, end),
	)
	if g.State().Signed() {
		t.Error("the signature stands under other materials")
	}
	given(t, with(signed, use(seal, "2"))...).When(complete()).Refused("signature_required")
	given(t, with(signed, use(seal, "2"), sign())...).When(complete()).Then(task.Completed{Timer: turn(2), At: end})
	given(t, with(signed, pause())...).When(complete()).Then(task.Completed{At: end})
	given(t, with(signed, pause(), resume())...).When(complete()).Refused("signature_required")
	hashes := map[string]bool{}
	for _, e := range []task.Effort{{}, effort, {Materials: effort.Materials}, {WorkedSeconds: 7200}, {Materials: []task.Material{seals(3)}}} {
		hashes[task.Hash(2, filled, e)] = true
	}
	if len(hashes) != 5 {
		t.Errorf("only %d different hashes", len(hashes))
	}
}
