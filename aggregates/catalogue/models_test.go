package catalogue_test

import (
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/attachment"
	"aftersales/aggregates/books"
	"aftersales/aggregates/catalogue"
	"aftersales/aggregates/commandlog"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/currency"
	"aftersales/aggregates/customer"
	"aftersales/aggregates/directory"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/journal"
	"aftersales/aggregates/location"
	"aftersales/aggregates/order"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/product"
	"aftersales/aggregates/program"
	"aftersales/aggregates/project"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/sequence"
	"aftersales/aggregates/serial"
	"aftersales/aggregates/tag"
	"aftersales/aggregates/task"
	"aftersales/aggregates/team"
	"aftersales/aggregates/technician"
	"aftersales/aggregates/ticket"
	"aftersales/aggregates/webhook"
	"aftersales/aggregates/worksheet"
)

// model is an aggregates.Model whose type of state no longer matters.
type model struct {
	category    string
	events      aggregates.Catalogue
	stateLaw    func(*testing.T)
	foldingLaws func(*rapid.T)
}

// models are in the order of catalogue.All.
var models = []model{
	of(accesstoken.Model),
	of(attachment.Model),
	of(books.Model),
	of(commandlog.Model),
	of(coupon.Model),
	of(currency.Model),
	of(customer.Model),
	of(directory.Model),
	of(invoice.Model),
	of(journal.Model),
	of(location.Model),
	of(order.Model),
	of(picking.Model),
	of(product.Model),
	of(program.Model),
	of(project.Model),
	of(repair.Model),
	of(sequence.Model),
	of(serial.Model),
	of(tag.Model),
	of(task.Model),
	of(team.Model),
	of(technician.Model),
	of(ticket.Model),
	of(webhook.Model),
	of(worksheet.Model),
}

func of[S any](m aggregates.Model[S]) model {
	return model{
		category:    m.Category,
		events:      m.Events,
		stateLaw:    stateLaw[S],
		foldingLaws: func(t *rapid.T) { foldingLaws(t, m) },
	}
}

func TestTheCatalogueHasTheEventsOfEveryModel(t *testing.T) {
	var want []aggregates.Catalogue
	for _, m := range models {
		want = append(want, m.events)
	}
	if diff := cmp.Diff(names(want), names(catalogue.All())); diff != "" {
		t.Errorf("events (-models +catalogue):\n%s", diff)
	}
}

func TestNamesOfCategoriesAndEventsAreUniqueAndWellFormed(t *testing.T) {
	category, event := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`), regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	seen := map[string]bool{}
	for _, m := range models {
		if !category.MatchString(m.category) || seen[m.category] {
			t.Errorf("category %q", m.category)
		}
		seen[m.category] = true
	}
	seen = map[string]bool{}
	for _, name := range names(catalogue.All()) {
		if !event.MatchString(name) || seen[name] {
			t.Errorf("event %q", name)
		}
		seen[name] = true
	}
}

// The names in the log are chosen, never what a Go field happens to be called.
func TestEveryFieldOfAnEventHasAStoredName(t *testing.T) {
	snake := regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Slice, reflect.Pointer, reflect.Map:
			walk(typ.Elem())
		case reflect.Struct:
			if !strings.HasPrefix(typ.PkgPath(), "aftersales/aggregates/") {
				return
			}
			for f := range typ.Fields() {
				if !f.Anonymous && !snake.MatchString(fieldName(f)) {
					t.Errorf("%s.%s is stored as %q", typ, f.Name, fieldName(f))
				}
				walk(f.Type)
			}
		}
	}
	for _, d := range definitions() {
		walk(d.Type)
	}
}

func TestEveryStateSurvivesJSON(t *testing.T) {
	for _, m := range models {
		t.Run(m.category, m.stateLaw)
	}
}

func TestEveryModelFoldsLawfully(t *testing.T) {
	for _, m := range models {
		t.Run(m.category, func(t *testing.T) { rapid.Check(t, m.foldingLaws) })
	}
}

// stateLaw: an empty state, and one with something in every field, come back
// from JSON whole.
func stateLaw[S any](t *testing.T) { //nolint:thelper // a test, not a helper of tests
	var none S
	for _, want := range []any{none, filled(reflect.TypeFor[S](), "")} {
		if diff := cmp.Diff(want, any(decoded[S](t, compact(want)))); diff != "" {
			t.Errorf("(-written +read):\n%s", diff)
		}
	}
}

// foldingLaws: any event may follow any other; evolving never changes an older
// state, even when two futures branch off it; and it is the same whether a
// state was kept or stored as JSON in between.
func foldingLaws[S any](t *rapid.T, m aggregates.Model[S]) {
	// Neighbours in the catalogue work on the same things; with few of them at
	// a time, lists grow, shrink and come to share memory.
	first := rapid.IntRange(0, len(m.Events)-1).Draw(t, "first")
	few := m.Events[first:min(first+rapid.IntRange(1, 4).Draw(t, "few"), len(m.Events))]
	states, texts := []S{m.Fold()}, []string{string(compact(m.Fold()))}
	for range rapid.IntRange(1, 20).Draw(t, "steps") {
		from := rapid.IntRange(max(0, len(states)-3), len(states)-1).Draw(t, "from")
		d := rapid.SampledFrom(few).Draw(t, "event")
		event := filled(d.Type, rapid.SampledFrom([]string{"a", "b"}).Draw(t, "seed"))

		next := m.Evolve(states[from], event)
		text := string(compact(next))
		stored := m.Evolve(decoded[S](t, []byte(texts[from])), event)
		if diff := cmp.Diff(text, string(compact(stored))); diff != "" {
			t.Fatalf("%s after a stored state (-kept +stored):\n%s", d.Name, diff)
		}
		states, texts = append(states, next), append(texts, text)
	}
	for i, s := range states {
		if diff := cmp.Diff(texts[i], string(compact(s))); diff != "" {
			t.Fatalf("a later event changed state %d (-then +now):\n%s", i, diff)
		}
	}
}

func compact(state any) []byte {
	data, err := json.Marshal(state)
	if err != nil {
		panic(err)
	}
	return data
}

func decoded[S any](t interface{ Fatal(...any) }, data []byte) S {
	var s S
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

func names(cs []aggregates.Catalogue) []string {
	var all []string
	for _, c := range cs {
		for _, d := range c {
			all = append(all, d.Name)
		}
	}
	return all
}

// Webhooks can be told what the timeline tells: not what only serves commands.
func TestWhatOnlyServesCommandsIsNotTold(t *testing.T) {
	for name, want := range map[string]bool{
		"ticket-opened": true, "credit-note-posted": true, "webhook-paused": true,
		"document-placed": false, "command-succeeded": false, "ticket-open": false, "ticket-*": false, "": false,
	} {
		if got := catalogue.Told(name); got != want {
			t.Errorf("%q: got %v", name, got)
		}
	}
	for _, m := range models {
		for _, d := range m.events {
			if catalogue.Told(d.Name) == catalogue.Internal(m.category) {
				t.Errorf("%s of %s", d.Name, m.category)
			}
		}
	}
}
