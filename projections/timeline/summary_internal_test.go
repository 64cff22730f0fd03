package timeline

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"aftersales/aggregates/catalogue"
	"aftersales/aggregates/commandlog"
	"aftersales/aggregates/directory"
)

// 3.1 to 3.5: every event that the timeline shows is told in English and in
// Persian, with nothing but what the event has: its golden file fills every place.
func TestEverySummaryIsWrittenInBothLanguages(t *testing.T) {
	seen, unread := map[string]bool{}, map[string]bool{}
	for _, d := range append(slices.Clone(commandlog.Model.Events), directory.Model.Events...) {
		unread[d.Name] = true
	}
	for _, events := range catalogue.All() {
		for _, d := range events {
			if unread[d.Name] {
				continue
			}
			seen[d.Name] = true
			data, err := os.ReadFile("../../aggregates/catalogue/testdata/events/" + d.Name + ".v1.json")
			if err != nil {
				t.Fatal(err)
			}
			english := Summary("en", "document-5d1c3a10-0000", d.Name, data, "N/1")
			persian := Summary("fa", "document-5d1c3a10-0000", d.Name, data, "N/1")
			if english == d.Name || persian == english {
				t.Errorf("%s is told as %q and %q", d.Name, english, persian)
			}
			if strings.Contains(english, unknown) || strings.Contains(persian, unknown) {
				t.Errorf("%s tells what the event does not have: %q, %q", d.Name, english, persian)
			}
			if strings.ContainsAny(persian, "يك") {
				t.Errorf("%s has Arabic letters: %q", d.Name, persian)
			}
		}
	}
	for name := range summaries {
		if kind, _, _ := strings.Cut(name, "+"); !seen[kind] {
			t.Errorf("there is no event %s", name)
		}
	}
}

func TestASummarySaysWhatIsKnown(t *testing.T) {
	for want, got := range map[string]string{
		"Credit note draft created for INV/2026/00001": Summary("en", "invoice-1", "credit-note-drafted", nil, "INV/2026/00001"),
		"Credit note draft created for 5d1c3a10":       Summary("en", "invoice-5d1c3a10-0000", "credit-note-drafted", nil, ""),
		"Ticket 7 assigned to –":                       Summary("en", "ticket-1", "ticket-assigned", json.RawMessage(`{"assignee":""}`), "7"),
		"تیکت 7 بسته شد":                               Summary("fa", "ticket-1", "ticket-closed", json.RawMessage(`{}`), "7"),
		"Ticket 7 closed":                              Summary("nl", "ticket-1", "ticket-closed", json.RawMessage(`{}`), "7"),
		// C-12, 3.2: an unlimited coupon does not expire, and its hint has its dots.
		"Coupon ••••-7Q2K generated, no expiration":           Summary("en", "coupon-1", "coupon-generated", json.RawMessage(`{"code_hint":"••••-7Q2K"}`), ""),
		"Coupon ••••-7Q2K generated, valid until: 2026-03-20": Summary("en", "coupon-1", "coupon-generated", json.RawMessage(`{"code_hint":"••••-7Q2K","expires_on":"2026-03-20"}`), ""),
		"Credit note posted, invoice INV/1 credited":          Summary("en", "invoice-1", "credit-note-posted", json.RawMessage(`{}`), "INV/1"),
		"Credit note posted, invoice INV/1 reversed, new draft invoice created": Summary("en", "invoice-1", "credit-note-posted",
			json.RawMessage(`{"replacement_invoice":"1e9bb207-8e96-5b27-8430-58a771cdfd2f"}`), "INV/1"),
		"Draft invoice created": Summary("en", "invoice-1", "invoice-drafted", json.RawMessage(`{"number":""}`), ""),
		"Invoice INV/1 drafted": Summary("en", "invoice-1", "invoice-drafted", json.RawMessage(`{"number":"INV/1"}`), ""),
		"of-a-later-version":    Summary("fa", "ticket-1", "of-a-later-version", nil, ""),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
