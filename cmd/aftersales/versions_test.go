package main

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/currency"
	"aftersales/aggregates/customer"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/journal"
	"aftersales/aggregates/location"
	"aftersales/aggregates/order"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/product"
	"aftersales/aggregates/program"
	"aftersales/aggregates/project"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/task"
	"aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
	"aftersales/aggregates/webhook"
	"aftersales/aggregates/worksheet"
	"aftersales/projections/documents"
)

var update = flag.Bool("update", false, "write testdata/states.txt anew")

// states are the folded aggregates that read models may keep, by category.
var states = map[string]any{
	accesstoken.Model.Category: accesstoken.State{}, coupon.Model.Category: coupon.State{}, currency.Model.Category: currency.State{},
	customer.Model.Category: customer.State{}, invoice.Model.Category: invoice.State{}, journal.Model.Category: journal.State{},
	location.Model.Category: location.State{}, order.Model.Category: order.State{}, picking.Model.Category: picking.State{},
	product.Model.Category: product.State{}, program.Model.Category: program.State{}, project.Model.Category: project.State{},
	repair.Model.Category: repair.State{}, task.Model.Category: task.State{}, team.Model.Category: team.State{},
	ticket.Model.Category: ticket.State{}, webhook.Model.Category: webhook.State{}, worksheet.Model.Category: worksheet.State{},
}

const keptStates = "testdata/states.txt" // read model, its version, category, shape of the state

// A read model that keeps folded aggregates has to be built anew when the shape of
// one changes: else what it stored before lacks what is new in it.
func TestAStateThatChangesRaisesTheVersionsOfItsReadModels(t *testing.T) {
	known, err := os.ReadFile(keptStates)
	if err != nil && !*update {
		t.Fatal(err)
	}
	shapes := map[string]string{} // by read model, version and category
	for line := range strings.Lines(string(known)) {
		if f := strings.Fields(line); len(f) == 4 {
			shapes[strings.Join(f[:3], " ")] = f[3]
		}
	}
	var now strings.Builder
	for _, p := range readModels {
		if !strings.Contains(p.Schema, documents.AggregateSchema) {
			continue
		}
		for _, category := range slices.Sorted(maps.Keys(states)) {
			if !p.Reads(category) {
				continue
			}
			id := fmt.Sprintf("%s %d %s", p.Name, p.Version, category)
			sum := fmt.Sprintf("%x", sha256.Sum256([]byte(shape(reflect.TypeOf(states[category]), nil))))[:16]
			if before, same := shapes[id]; same && before != sum {
				t.Errorf("the state of %s has changed: raise the Version of the read model %s", category, p.Name)
			}
			fmt.Fprintln(&now, id, sum)
		}
	}
	switch {
	case t.Failed() || now.String() == string(known):
	case *update:
		if err := os.WriteFile(keptStates, []byte(now.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s is of before: go test ./cmd/aftersales -run TheVersions -update", keptStates)
	}
}

// shape describes a type by all that its JSON depends on; of are the structs that
// it stands in.
func shape(t reflect.Type, of []reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return t.Kind().String() + " " + shape(t.Elem(), of)
	case reflect.Map:
		return "map " + shape(t.Key(), of) + " " + shape(t.Elem(), of)
	case reflect.Struct:
		if slices.Contains(of, t) {
			return t.String()
		}
		var b strings.Builder
		for f := range t.Fields() {
			fmt.Fprintf(&b, "%s %s %s;", f.Name, shape(f.Type, append(slices.Clip(of), t)), f.Tag.Get("json"))
		}
		return t.String() + "{" + b.String() + "}"
	default:
		return t.String()
	}
}
