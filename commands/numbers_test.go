package commands_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"aftersales/aggregates/invoice"
	"aftersales/aggregates/sequence"
	"aftersales/commands"
)

// Two processes that number documents of one series at the same time, with the
// process manager at work as well, allot 1..n: no gap, no number twice, one
// number for each document.
func TestNumbersHaveNoGapAcrossProcesses(t *testing.T) {
	t.Parallel()
	const each = 15
	w := newWorld(t)
	w.furnish()
	first := w.Service
	w.restart()
	second := w.Service
	var wg sync.WaitGroup
	for p, service := range []*commands.Service{first, second} {
		wg.Go(func() {
			for n := range each {
				key := fmt.Sprintf("process %d ticket %d", p, n)
				_, err := service.Execute(t.Context(), commands.Request{Principal: admin, Key: key, Hash: key},
					&commands.OpenTicket{TicketDetails: commands.TicketDetails{Title: key, Team: id("team")}})
				if err != nil {
					t.Errorf("%s: %v", key, err)
				}
			}
		})
	}
	wg.Go(func() {
		for _, e := range w.log() {
			if err := second.React(t.Context(), e); err != nil {
				t.Errorf("react: %v", err)
			}
		}
	})
	wg.Wait()
	w.restart()
	w.react()
	var numbers []string
	documents := map[string]bool{}
	for _, e := range w.log() {
		if a, ok := e.Event.(sequence.Allotted); ok && a.Kind == "ticket" {
			numbers = append(numbers, a.Number)
			documents[a.Document.String()] = true
		}
	}
	const all = 2*each + 1 // and the ticket of the world itself
	if len(numbers) != all || len(documents) != all {
		t.Fatalf("%d numbers for %d documents, want %d", len(numbers), len(documents), all)
	}
	for i, got := range numbers {
		if want := fmt.Sprintf("T%05d", i+1); got != want {
			t.Errorf("number %d is %s, want %s", i, got, want)
		}
	}
}

// design.md 3: a draft credit note has no number; posting allots
// one, and a discarded draft leaves no gap.
func TestOnlyAPostedCreditNoteGetsANumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.furnish()
	discarded := w.do("first", refund(invoice.Reverse)).Documents[0]
	if discarded.Number != nil || discarded.State != "draft" {
		t.Errorf("draft is %+v", discarded)
	}
	w.do("discard", &commands.DiscardCreditNote{CreditNote: discarded.ID})
	draft := w.do("second", refund(invoice.Reverse)).Documents[0]
	posted := w.do("post", &commands.PostCreditNote{CreditNote: draft.ID}).Documents[0]
	if posted.Number == nil || *posted.Number != "RINV/2026/00001" || posted.State != "posted" {
		t.Errorf("posted credit note is %+v", posted)
	}
	kinds := []string{}
	for _, e := range w.log() {
		if a, ok := e.Event.(sequence.Allotted); ok {
			kinds = append(kinds, a.Kind)
		}
	}
	slices.Sort(kinds)
	if want := []string{"credit_note", "delivery", "invoice", "ticket"}; !slices.Equal(kinds, want) {
		t.Errorf("numbers were allotted to %v, want %v", kinds, want)
	}
}
