package commands_test

import (
	"fmt"
	"sync"
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/sequence"
	"aftersales/commands"
)

// domain.md 2.1, 5: numbers are unique, whether they were allotted or came from
// outside, and the series has no gap either way.
func TestANumberFromOutsideAndOneOfOursNeverMeet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.furnish() // its invoice is INV/2026/00001
	draft := func(name, number string) *commands.DraftInvoice {
		return &commands.DraftInvoice{
			ID: ref(name), Number: number, Customer: id("customer"), Journal: id("journal"), Currency: "EUR", InvoiceDate: day, Post: true,
			Lines: []commands.InvoiceLine{{Product: id("product"), Quantity: aggregates.NewDecimal(1), UnitPrice: new(aggregates.NewDecimal(1))}},
		}
	}
	w.do("outside", draft("outside", "INV/2026/00002"))
	_, err := w.try("taken from us", draft("a", "INV/2026/00001"))
	wantRefusal(t, "a number of ours", err, "number_taken")
	_, err = w.try("taken from outside", draft("b", "INV/2026/00002"))
	wantRefusal(t, "a number from outside", err, "number_taken")
	next := w.do("next", draft("next", "")).Documents[0]
	if next.Number == nil || *next.Number != "INV/2026/00003" {
		t.Errorf("the next invoice got %v", next.Number)
	}
	var allotted []string
	for _, e := range w.log() {
		if a, ok := e.Event.(sequence.Allotted); ok && a.Kind == "invoice" {
			allotted = append(allotted, a.Number+" "+a.Document.String())
		}
	}
	want := []string{
		"INV/2026/00001 " + id("invoice").String(), "INV/2026/00002 " + id("outside").String(), "INV/2026/00003 " + id("next").String(),
	}
	if fmt.Sprint(allotted) != fmt.Sprint(want) {
		t.Errorf("allotted %v, want %v", allotted, want)
	}
}

// Of many documents that bring one number at once, one gets it; a repeat of that
// one is no second.
func TestANumberIsTakenOnceUnderConcurrency(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.furnish()
	const racers = 20
	won := make([]bool, racers)
	var wg sync.WaitGroup
	for i := range racers {
		wg.Go(func() {
			key := fmt.Sprintf("order %d", i)
			_, err := w.try(key, &commands.RegisterOrder{Number: "SO-7", Customer: id("customer"), Currency: "EUR", Lines: []commands.OrderLine{
				{Product: id("product"), Quantity: aggregates.NewDecimal(1), UnitPrice: new(aggregates.NewDecimal(1))},
			}})
			if won[i] = err == nil; err != nil {
				wantRefusal(t, key, err, "number_taken")
			}
		})
	}
	wg.Wait()
	winners := 0
	for _, w := range won {
		if w {
			winners++
		}
	}
	if winners != 1 {
		t.Errorf("%d orders have the number SO-7", winners)
	}
}
