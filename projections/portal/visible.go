package portal

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"aftersales/projections/documents"
)

// allowed are the fields of each kind that a customer may see (domain.md 4).
// Notes, parts and their costs, followers, warehouse places and what the agent
// gave as a reason to revoke stay inside.
var allowed = map[string][]string{
	"ticket":      {"title", "description", "customer", "product", "lot", "order", "priority", "stage", "assignee", "rating"},
	"task":        {"title", "project", "customer", "assignee", "planned_start", "planned_end", "signature_required", "worksheet"},
	"credit_note": {"invoice", "customer", "currency", "reversal_date", "reason", "lines", "untaxed", "tax", "total", "residual", "payment_state"},
	"return":      {"delivery", "customer", "reason", "closed_short", "lines"},
	"coupon":      {"program", "customer", "code", "expires_on", "share_link", "uses", "redemption"},
	"order":       {"customer", "currency", "confirmed_at", "valid_until", "accepted_by", "lines", "untaxed", "deliveries", "invoices"},
	"repair":      {"customer", "product", "lot", "quantity", "unit", "return", "under_warranty", "scheduled_at", "quote"},
}

// visible is what a customer may see of a document, and whether it is anything.
func visible(d documents.Document) (shown documents.Document, ok bool, err error) {
	names, known := allowed[d.Kind]
	if !known || d.Entity == uuid.Nil {
		return documents.Document{}, false, nil
	}
	switch d.Kind {
	case "credit_note":
		ok = d.State == "posted"
		d, err = negated(d)
	case "task":
		var of struct {
			PortalVisible bool `json:"portal_visible"`
		}
		err = json.Unmarshal(d.Fields, &of)
		ok = of.PortalVisible
	case "order":
		ok = d.State != "draft"
	case "repair":
		ok = true
		d, err = withoutDraftQuote(d)
	default:
		ok = true
	}
	if err == nil && ok {
		shown, err = d.Only(names...)
	}
	if err != nil {
		return documents.Document{}, false, fmt.Errorf("portal: %s %s: %w", d.Kind, d.ID, err)
	}
	return shown, ok, nil
}

// negated shows the amounts of a credit note as what they are to the customer:
// less to pay (domain.md 4).
func negated(d documents.Document) (documents.Document, error) {
	var amounts map[string]any
	if err := json.Unmarshal(d.Fields, &amounts); err != nil {
		return d, err
	}
	for _, name := range []string{"untaxed", "tax", "total", "residual"} {
		amount, ok := amounts[name].(string)
		if !ok || strings.Trim(amount, "0.") == "" {
			continue // there is no negative zero
		}
		var err error
		if d, err = d.Set(name, "-"+amount); err != nil {
			return d, err
		}
	}
	return d, nil
}

// withoutDraftQuote hides a quotation until it was sent.
func withoutDraftQuote(d documents.Document) (documents.Document, error) {
	var of struct {
		Quote *struct {
			State string `json:"state"`
		} `json:"quote"`
	}
	if err := json.Unmarshal(d.Fields, &of); err != nil || of.Quote == nil || of.Quote.State != "draft" {
		return d, err
	}
	return d.Set("quote", nil)
}
