package main_test

import (
	"fmt"
	"math/big"
	"strings"
)

// sums are exact figures by name.
type sums map[string]*big.Rat

func (s sums) add(name string, v any) {
	r, ok := new(big.Rat).SetString(fmt.Sprint(v))
	if !ok {
		panic(fmt.Sprintf("%s: %v is no number", name, v))
	}
	if s[name] == nil {
		s[name] = new(big.Rat)
	}
	s[name].Add(s[name], r)
}

// texts are the figures to compare, but for zeros: amounts with two digits.
func (s sums) texts() map[string]string {
	all := map[string]string{}
	for name, v := range s {
		if v.Sign() == 0 {
			continue // there may be no such thing
		}
		if all[name] = v.FloatString(2); !strings.HasSuffix(name, "total") {
			all[name] = strings.TrimSuffix(all[name], ".00")
		}
	}
	return all
}

func elements(v any) []map[string]any {
	var all []map[string]any
	list, _ := v.([]any)
	for _, e := range list {
		all = append(all, e.(map[string]any))
	}
	return all
}

// recount counts and sums what the raw events say, in their own words.
func recount(events []event) map[string]string {
	counts, drafts := sums{}, map[string]map[string]any{}
	minor := func(name string, v any) { counts.add(name, fmt.Sprint(v)+"/100") }
	for _, e := range events {
		switch e.Type {
		case "customer-registered":
			counts.add("customers", 1)
		case "product-registered":
			counts.add("products", 1)
		case "ticket-opened":
			counts.add("tickets", 1)
		case "invoice-drafted":
			drafts[e.Stream] = e.Data
		case "invoice-posted":
			counts.add("invoices", 1)
			for _, l := range elements(drafts[e.Stream]["lines"]) {
				counts.add("invoices lines", 1)
				minor("invoices total", l["total"])
			}
		case "delivery-validated":
			counts.add("deliveries", 1)
			for _, l := range elements(e.Data["lines"]) {
				counts.add("deliveries done", l["done_quantity"])
			}
		case "credit-note-posted":
			counts.add("credit-notes", 1)
			counts.add("tickets linked", 1)
			for _, l := range elements(e.Data["lines"]) {
				counts.add("credit-notes lines", 1)
				counts.add("credit-notes quantity", l["quantity"])
				counts.add("invoices credited", l["quantity"])
				minor("credit-notes total", l["total"])
			}
		case "return-created":
			counts.add("returns", 1)
		case "return-received":
			for _, l := range elements(e.Data["lines"]) {
				counts.add("returns received", l["quantity"])
				counts.add("deliveries returned", l["quantity"])
			}
		case "ticket-document-linked":
			if e.Data["kind"] != "credit_note" { // counts when it is posted
				counts.add("tickets linked", 1)
			}
		}
	}
	return counts.texts()
}

// figures are the same figures as the read models show them, without drafts: an
// import may be held between a draft and its posting.
func (s *service) figures() map[string]string {
	s.t.Helper()
	counts := sums{}
	// Of each collection: the fields to sum of a document, and of its lines.
	for path, fields := range map[string][2]map[string]string{
		"customers":    {},
		"products":     {},
		"invoices":     {{"total": "total"}, {"credited_quantity": "credited", "": "lines"}},
		"deliveries":   {{}, {"done_quantity": "done", "returned_quantity": "returned"}},
		"credit-notes": {{"total": "total"}, {"quantity": "quantity", "": "lines"}},
		"returns":      {{}, {"received_quantity": "received"}},
		"tickets":      {},
	} {
		for _, d := range s.list(path) {
			if d["state"] == "draft" {
				continue
			}
			counts.add(path, 1)
			for field, name := range fields[0] {
				counts.add(path+" "+name, d[field])
			}
			for _, l := range elements(d["lines"]) {
				for field, name := range fields[1] {
					if field == "" {
						counts.add(path+" "+name, 1)
						continue
					}
					counts.add(path+" "+name, l[field])
				}
			}
			if buttons, ok := d["smart_buttons"].(map[string]any); ok {
				for _, n := range buttons {
					counts.add("tickets linked", n)
				}
			}
		}
	}
	return counts.texts()
}
